//! Stages embed-cv and embed-job: what a CV or a job means, as a vector.

use std::time::Duration;

use tracing::Instrument;
use uuid::Uuid;

use super::item::{Item, Subject, log_of_all};
use super::recording::share;
use super::{Outcome, Pipeline, PipelineError, StageReport, computed, defect};
use crate::db::DbError;
use crate::db::cv::CvToEmbed;
use crate::db::job::JobToEmbed;
use crate::db::rematching::Reach;
use crate::db::stage::{Claim, Stage};
use crate::domain::{Failure, FailureKind, JobId, Requirements};
use crate::embedding::{Embedding, EmbeddingError};
use crate::matching::{cv_embedding_text, job_embedding_text};
use crate::parsing::requirements::read_requirements;
use crate::queue::QueueName;
use crate::skills::Taxonomy;

/// Texts that are embedded before the first of them goes on to the next stage.
const BATCH: usize = 16;

impl Pipeline {
    /// Embeds the CVs that can be claimed, and hints at their matching.
    ///
    /// # Errors
    /// The database fails. A text that cannot be embedded is no error: it fails its CV.
    pub async fn embed_cvs(&self, claim: Claim<'_>) -> Result<StageReport, PipelineError> {
        let lease = self.embedding_lease();
        // Without a model rows are claimed all the same, so that each says why it waits.
        let model = self.embedder().await.ok().map(|embedder| embedder.model_name());
        let claimed = self.db.claim_cvs_to_embed(claim, &lease, model).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|cv| cv.id.0).collect();
        self.hint_at_unclaimed(Stage::CvEmbedding, QueueName::CvEmbed, claim, &ids).await?;
        let mut report = StageReport { claimed: claimed.len(), ..StageReport::default() };
        for batch in claimed.chunks(BATCH) {
            let begin = |cv: &CvToEmbed| {
                let function = Stage::CvEmbedding.function();
                self.begin_item(function, cv.id.0, Subject::Cv(cv.id), Some(cv.attempts), batch.len())
            };
            let items: Vec<Item> = batch.iter().map(begin).collect();
            let texts = batch.iter().map(|cv: &CvToEmbed| cv_embedding_text(&cv.profile, &cv.text)).collect();
            let embeddings = self.embed(texts).instrument(log_of_all(&items)).await;
            let mut done = Vec::new();
            for ((cv, embedding), item) in batch.iter().zip(embeddings).zip(items) {
                let outcome = match embedding {
                    Ok((embedding, model)) => {
                        if self.db.complete_cv_embedding(cv.id, &lease, embedding.as_slice(), &model).await? {
                            done.push(cv.id.0);
                            Outcome::Completed
                        } else {
                            Outcome::Lost
                        }
                    }
                    Err(failure) => {
                        let ids = (cv.id.0, cv.id.0);
                        self.fail(Stage::CvEmbedding, QueueName::CvEmbed, ids, &lease, cv.attempts, &failure)
                            .instrument(item.log.clone())
                            .await?
                    }
                };
                self.count(&mut report, Stage::CvEmbedding, outcome, share(item.took(), batch.len()));
                item.end(outcome, Some("a CV was embedded"));
            }
            self.hint(QueueName::CvMatch, &done, Duration::ZERO).await;
        }
        Ok(report)
    }

    /// Reads what the jobs that can be claimed ask for, embeds them, and has the CVs nearest to them matched again.
    ///
    /// # Errors
    /// The database fails. A text that cannot be embedded is no error: it fails its job.
    pub async fn embed_jobs(&self, claim: Claim<'_>) -> Result<StageReport, PipelineError> {
        let lease = self.embedding_lease();
        let model = self.embedder().await.ok().map(|embedder| embedder.model_name());
        let claimed = self.db.claim_jobs_to_embed(claim, &lease, model).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|job| job.id.0).collect();
        self.hint_at_unclaimed(Stage::JobEmbedding, QueueName::JobEmbed, claim, &ids).await?;
        let mut report = StageReport { claimed: claimed.len(), ..StageReport::default() };
        for batch in claimed.chunks(BATCH) {
            let begin = |job: &JobToEmbed| {
                let function = Stage::JobEmbedding.function();
                self.begin_item(function, job.id.0, Subject::Job(job.id), Some(job.attempts), batch.len())
            };
            let items: Vec<Item> = batch.iter().map(begin).collect();
            let log = log_of_all(&items);
            let texts = batch.iter().map(|job| job_embedding_text(&job.text)).collect();
            let embeddings = self.embed(texts).instrument(log.clone()).await;
            let requirements = requirements_of(batch.to_vec()).instrument(log).await;
            let mut done = Vec::new();
            let results = embeddings.into_iter().zip(requirements);
            for ((job, (embedding, requirements)), item) in batch.iter().zip(results).zip(items) {
                let outcome = match (embedding, requirements) {
                    (Ok((embedding, model)), Ok(requirements)) => {
                        let vector = embedding.as_slice();
                        if self
                            .db
                            .complete_job_embedding(job.id, &lease, &requirements, vector, &model)
                            .await?
                        {
                            done.push(job.id);
                            Outcome::Completed
                        } else {
                            Outcome::Lost
                        }
                    }
                    (Err(failure), _) | (_, Err(failure)) => {
                        let ids = (job.id.0, job.id.0);
                        self.fail(
                            Stage::JobEmbedding,
                            QueueName::JobEmbed,
                            ids,
                            &lease,
                            job.attempts,
                            &failure,
                        )
                        .instrument(item.log.clone())
                        .await?
                    }
                };
                self.count(&mut report, Stage::JobEmbedding, outcome, share(item.took(), batch.len()));
                item.end(outcome, Some("a job was embedded"));
            }
            self.match_again_near(&done).await?;
        }
        Ok(report)
    }

    /// Has the CVs that new or changed jobs concern matched again: the nearest whose lists they can enter, and those whose lists
    /// name them. The others come to know of them when somebody looks at their lists, at latest a day later.
    async fn match_again_near(&self, jobs: &[JobId]) -> Result<(), DbError> {
        let limits = &self.settings.limits;
        let reach = Reach { looked_at: limits.rematch_looked_at, marked: limits.rematched_per_job };
        if jobs.is_empty() || reach.marked == 0 {
            return Ok(());
        }
        let cvs = self.db.mark_cvs_for_jobs(jobs, reach).await?;
        let ids: Vec<Uuid> = cvs.iter().map(|cv| cv.0).collect();
        // Of several jobs it is not known which of them concerns a CV: its matching begins a trace then.
        let trace = if let [job] = jobs { self.trace_of(job.0) } else { None };
        self.hint_within(QueueName::CvMatch, &ids, Duration::ZERO, |_| trace).await;
        Ok(())
    }

    /// One vector, with its model's name, or one failure for each text. A text that spoils its batch spoils only itself.
    async fn embed(&self, texts: Vec<String>) -> Vec<Result<(Embedding, String), Failure>> {
        let embedder = match self.embedder().await {
            Ok(embedder) => embedder.clone(),
            Err(error) => {
                tracing::error!(%error, "the embedding model cannot be loaded");
                return texts.iter().map(|_| Err(failed(&error))).collect();
            }
        };
        let model = embedder.model_name().to_owned();
        let count = texts.len();
        let embedded = computed(move || {
            let whole: Vec<&str> = texts.iter().map(String::as_str).collect();
            match embedder.embed(&whole) {
                Ok(embeddings) => embeddings.into_iter().map(Ok).collect::<Vec<_>>(),
                // What fails as a whole would fail text by text too, only slower.
                Err(error) if !error.may_be_one_text() => {
                    tracing::error!(%error, "texts could not be embedded");
                    whole.iter().map(|_| Err(failed(&error))).collect()
                }
                Err(_) => whole
                    .iter()
                    .map(|text| {
                        let mut one = embedder.embed(&[text]).map_err(|error| failed(&error))?;
                        one.pop().ok_or_else(|| defect("no vector came for a text"))
                    })
                    .collect::<Vec<_>>(),
            }
        });
        match embedded.await {
            Ok(embeddings) => {
                embeddings.into_iter().map(|one| one.map(|vector| (vector, model.clone()))).collect()
            }
            Err(panic) => (0..count).map(|_| Err(defect(&panic))).collect(),
        }
    }
}

/// What each job asks for.
async fn requirements_of(jobs: Vec<JobToEmbed>) -> Vec<Result<Requirements, Failure>> {
    let count = jobs.len();
    let read = computed(move || {
        jobs.iter().map(|job| read_requirements(&job.text, Taxonomy::global())).collect::<Vec<Requirements>>()
    });
    match read.await {
        Ok(all) => all.into_iter().map(Ok).collect(),
        Err(panic) => (0..count).map(|_| Err(defect(&panic))).collect(),
    }
}

fn failed(error: &EmbeddingError) -> Failure {
    let (kind, message) = match error {
        EmbeddingError::EmptyText { .. } => {
            (FailureKind::Input, "There is too little text to compare. Add what you have done and can do.")
        }
        _ => (FailureKind::Transient, "The text could not be compared yet. It is tried again by itself."),
    };
    Failure { kind, reason: error.kind().to_owned(), message: message.to_owned() }
}
