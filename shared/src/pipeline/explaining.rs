//! Stage explain-matches: evidence from CV and job ► an explanation for each match.

use std::collections::HashMap;
use std::time::Instant;

use uuid::Uuid;

use super::{Pipeline, PipelineError, StageReport, computed, defect};
use crate::db::prediction::{CvToExplain, JobToExplain, MatchToExplain};
use crate::db::stage::{Claim, Stage};
use crate::domain::{CvId, Explanation, JobId, MatchId, Part};
use crate::explanation::explain;
use crate::matching::{self, CvSide, JobSide};
use crate::queue::QueueName;

impl Pipeline {
    /// Explains the matches that can be claimed; [`Claim::These`] names predictions.
    ///
    /// # Errors
    /// The database fails.
    pub async fn explain_matches(&self, claim: Claim<'_>) -> Result<StageReport, PipelineError> {
        let started = Instant::now();
        let lease = self.lease();
        let claimed = self.db.claim_matches_to_explain(claim, &lease).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|one| one.prediction_id.0).collect();
        self.hint_at_unclaimed(Stage::Explanation, QueueName::MatchExplain, claim, &ids).await?;
        let mut report = StageReport { claimed: claimed.len(), ..StageReport::default() };
        if claimed.is_empty() {
            return Ok(report);
        }
        let mut cv_ids: Vec<CvId> = claimed.iter().map(|one| one.cv_id).collect();
        cv_ids.sort_unstable();
        cv_ids.dedup();
        let mut job_ids: Vec<JobId> = claimed.iter().map(|one| one.job_id).collect();
        job_ids.sort_unstable();
        job_ids.dedup();
        let cvs = self.db.cvs_to_explain(&cv_ids).await?;
        let jobs = self.db.jobs_to_explain(&job_ids).await?;
        let matches = claimed.clone();
        match computed(move || explanations(matches, &cvs, &jobs)).await {
            Ok(explanations) => {
                let completed = self.db.complete_explanations(&lease, &explanations).await? as usize;
                report.completed = completed;
                report.lost = claimed.len() - completed;
            }
            Err(panic) => {
                let failure = defect(&panic);
                for one in &claimed {
                    let ids = (one.id.0, one.prediction_id.0);
                    let outcome = self
                        .fail(
                            Stage::Explanation,
                            QueueName::MatchExplain,
                            ids,
                            &lease,
                            one.attempts,
                            &failure,
                        )
                        .await?;
                    report.count(outcome);
                }
            }
        }
        let duration_ms = started.elapsed().as_millis() as u64;
        tracing::info!(count = report.completed, duration_ms, "matches were explained");
        Ok(report)
    }
}

/// The explanation of each match whose CV and job are still there.
fn explanations(
    matches: Vec<MatchToExplain>,
    cvs: &[CvToExplain],
    jobs: &[JobToExplain],
) -> Vec<(MatchId, Vec<Part>, Explanation)> {
    let cvs: HashMap<CvId, &CvToExplain> = cvs.iter().map(|cv| (cv.id, cv)).collect();
    let jobs: HashMap<JobId, &JobToExplain> = jobs.iter().map(|job| (job.id, job)).collect();
    matches
        .into_iter()
        .filter_map(|one| {
            let (cv, job) = (cvs.get(&one.cv_id)?, jobs.get(&one.job_id)?);
            let cv = CvSide { text: &cv.text, profile: &cv.profile, embedding: None };
            let job = JobSide { job: &job.text, requirements: &job.requirements, embedding: None };
            let mut score = one.score;
            matching::evidence(&cv, &job, &mut score);
            let explanation = explain(&cv, &job, &score);
            Some((one.id, score.parts, explanation))
        })
        .collect()
}
