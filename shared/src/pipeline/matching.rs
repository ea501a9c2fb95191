//! Stage match-cv: retrieve the nearest open jobs, score each, keep the best as the CV's prediction.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::{Outcome, Pipeline, PipelineError, StageReport, computed, defect};
use crate::db::cv::CvToMatch;
use crate::db::job::JobToScore;
use crate::db::prediction::{MatchingEnd, NewPrediction};
use crate::db::stage::{Claim, Stage};
use crate::domain::{CvId, JobId, PredictionId, Score};
use crate::matching::{CvSide, JobSide, PreparedCv, PreparedJob, Variant};
use crate::queue::QueueName;
use crate::skills::Taxonomy;

/// CVs whose jobs are retrieved in one query.
const BATCH: usize = 16;
/// Age at which the schedule has a latest CV matched anew.
const REFRESH_HOURS: f64 = 24.0;

impl Pipeline {
    /// Matches the CVs that can be claimed, and hints at the explanation of their matches.
    ///
    /// # Errors
    /// The database fails.
    pub async fn match_cvs(&self, claim: Claim<'_>) -> Result<StageReport, PipelineError> {
        let lease = self.lease();
        let claimed = self.db.claim_cvs_to_match(claim, &lease, REFRESH_HOURS).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|cv| cv.id.0).collect();
        self.hint_at_unclaimed(Stage::CvMatching, QueueName::CvMatch, claim, &ids).await?;
        let mut report = StageReport { claimed: claimed.len(), ..StageReport::default() };
        let model = self.model_name();
        for batch in claimed.chunks(BATCH) {
            let started = Instant::now();
            let ids: Vec<CvId> = batch.iter().map(|cv| cv.id).collect();
            let retrieved = self.db.jobs_near_cvs(&ids, self.settings.limits.retrieved_per_cv).await?;
            let (variant, keep) = (self.variant.clone(), self.settings.limits.matches_per_cv);
            let cvs = batch.to_vec();
            let scored = computed(move || best_jobs(&cvs, &retrieved, &variant, keep)).await;
            match scored {
                Ok(scored) => {
                    let (mut predictions, mut again) = (Vec::new(), Vec::new());
                    for (cv, matches) in batch.iter().zip(scored) {
                        let prediction = NewPrediction {
                            id: PredictionId::new(),
                            cv_id: cv.id,
                            variant: self.variant.name.clone(),
                            embedding_model: model.clone().into_owned(),
                            weights_version: self.variant.version(),
                            matches,
                        };
                        let end = self.db.complete_matching(&prediction, &lease).await?;
                        if end == MatchingEnd::Lost {
                            report.count(Outcome::Lost);
                            continue;
                        }
                        predictions.push(prediction.id.0);
                        report.count(Outcome::Completed);
                        if end == MatchingEnd::Again {
                            again.push(cv.id.0);
                        }
                    }
                    self.hint(QueueName::MatchExplain, &predictions, Duration::ZERO).await;
                    // Not at once: while many jobs come in, a CV is matched once for all that came within this time.
                    self.hint(QueueName::CvMatch, &again, Duration::from_secs(1)).await;
                }
                Err(panic) => {
                    let failure = defect(&panic);
                    for cv in batch {
                        let ids = (cv.id.0, cv.id.0);
                        let outcome = self
                            .fail(Stage::CvMatching, QueueName::CvMatch, ids, &lease, cv.attempts, &failure)
                            .await?;
                        report.count(outcome);
                    }
                }
            }
            tracing::info!(
                count = batch.len(),
                duration_ms = started.elapsed().as_millis() as u64,
                "CVs were matched"
            );
        }
        Ok(report)
    }
}

/// For each CV its best jobs among those retrieved for it. Each job is prepared once, however many CVs it is near to.
fn best_jobs(
    cvs: &[CvToMatch],
    retrieved: &[(CvId, JobToScore)],
    variant: &Variant,
    keep: usize,
) -> Vec<Vec<(JobId, Score)>> {
    let taxonomy = Taxonomy::global();
    let mut jobs: HashMap<JobId, PreparedJob<'_>> = HashMap::new();
    let mut near: HashMap<CvId, Vec<JobId>> = HashMap::new();
    for (cv, job) in retrieved {
        near.entry(*cv).or_default().push(job.id);
        jobs.entry(job.id).or_insert_with(|| {
            let (text, requirements) = (&job.text, &job.requirements);
            PreparedJob::new(&JobSide { job: text, requirements, embedding: Some(&job.embedding) }, taxonomy)
        });
    }
    let best = |cv: &CvToMatch| {
        let side = CvSide { text: &cv.text, profile: &cv.profile, embedding: Some(&cv.embedding) };
        let prepared = PreparedCv::new(&side, taxonomy);
        let ids = near.get(&cv.id).into_iter().flatten();
        let mut scored: Vec<_> = ids.map(|id| (*id, prepared.score(&jobs[id], variant))).collect();
        scored.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        scored.truncate(keep);
        scored
    };
    cvs.iter().map(best).collect()
}
