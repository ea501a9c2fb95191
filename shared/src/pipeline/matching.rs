//! Stage match-cv: retrieve the nearest open jobs, score each, keep the best as the CV's prediction.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use uuid::Uuid;

use super::{Outcome, Pipeline, PipelineError, StageReport, computed, defect};
use crate::db::cv::CvToMatch;
use crate::db::prediction::{MatchingEnd, NewPrediction};
use crate::db::retrieval::NearJob;
use crate::db::stage::{Claim, Stage};
use crate::domain::{CvId, JobId, PredictionId, Score};
use crate::matching::{CvSide, PreparedCv, PreparedJob, Variant, in_parallel};
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
            let near = self.db.jobs_near_cvs(&ids, self.settings.limits.retrieved_per_cv).await?;
            let (mut jobs, unread) = self.prepared_jobs.look_up(&near);
            let read = self.db.jobs_to_score(&unread).await?;
            let (variant, keep) = (self.variant.clone(), self.settings.limits.matches_per_cv);
            let (cvs, prepared_jobs) = (batch.to_vec(), self.prepared_jobs.clone());
            let scored = computed(move || {
                prepared_jobs.prepare(read, &mut jobs);
                best_jobs(&cvs, &near, &jobs, &variant, keep)
            })
            .await;
            match scored {
                Ok(scored) => {
                    let (mut predictions, mut again) = (Vec::new(), Vec::new());
                    for (cv, matches) in batch.iter().zip(scored) {
                        let prediction = NewPrediction {
                            id: PredictionId::new(),
                            cv_id: cv.id,
                            variant: self.variant.name.clone(),
                            embedding_model: model.to_owned(),
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

/// For each CV its best jobs among those near to it; one that was closed meanwhile is not among `jobs`.
fn best_jobs(
    cvs: &[CvToMatch],
    near: &[NearJob],
    jobs: &HashMap<JobId, Arc<PreparedJob<'static>>>,
    variant: &Variant,
    keep: usize,
) -> Vec<Vec<(JobId, Score)>> {
    let mut near_to: HashMap<CvId, Vec<JobId>> = HashMap::new();
    for near in near {
        near_to.entry(near.cv).or_default().push(near.job);
    }
    in_parallel(cvs, |cv| {
        let side = CvSide { text: &cv.text, profile: &cv.profile, embedding: Some(&cv.embedding) };
        let prepared = PreparedCv::new(&side, Taxonomy::global());
        let ids = near_to.get(&cv.id).into_iter().flatten();
        let known = ids.filter_map(|id| Some((*id, jobs.get(id)?)));
        let mut scored: Vec<_> = known.map(|(id, job)| (id, prepared.score(job, variant))).collect();
        scored.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
        scored.truncate(keep);
        scored
    })
}
