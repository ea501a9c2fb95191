//! What a candidate gets for a CV: the matches of its latest prediction, from the cache where it has them.
//!
//! An answer is as fresh as the rows that it is made of. Each time the database tells, in one short query, how the prediction
//! and its jobs stand now; only an answer that was made of just that comes from the cache. So it does not matter who else
//! forgets, keeps or writes what at which moment. A list that has gaps (a job closed, changed or waved away) or is over an hour
//! old is shown as it is, and its CV is matched again.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ranking::skills_of;
use super::{IntakeError, Pipeline};
use crate::db::cv::CvRow;
use crate::db::prediction::{LeftOutRow, MatchRow, PredictionRow};
use crate::domain::{
    CvId, EmploymentType, Explanation, Failure, JobId, MatchId, MustHaveCheck, Part, PredictionId, Remote,
    StageStatus,
};
use crate::queue::QueueName;

/// The jobs that fit a CV best.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Recommendations {
    /// The best first. Empty while `status` is not `completed`, or if no open job fits.
    pub recommendations: Vec<Recommendation>,
    /// The analysis that they are from; absent before the first.
    pub prediction_id: Option<PredictionId>,
    /// How many recommendations this answer holds.
    pub count: usize,
    /// `pending` while the CV waits for a stage, `processing` while its matches are being explained or one of its jobs, which
    /// says something else now, is being read, `completed`, or `failed` (then `failure` says why).
    pub status: StageStatus,
    /// The CV that they are for.
    pub cv_id: CvId,
    /// The version that took this CV's place: it answers now, and this one does not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub superseded_by: Option<CvId>,
    /// Jobs that would stand in the list but for a condition that the CV does not meet, the best of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutJob>,
    /// Why there are none, if something failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// A job that a condition leaves out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LeftOutJob {
    /// The job.
    pub job_id: JobId,
    /// The job's title.
    pub title: String,
    /// The employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// 0–100: how well it would fit; conditions are no part of it.
    pub score: f32,
    /// The conditions that the CV does not meet, with the passage that says so.
    pub unmet: Vec<MustHaveCheck>,
}

impl From<LeftOutRow> for LeftOutJob {
    fn from(row: LeftOutRow) -> Self {
        let LeftOutRow { job_id, title, company, location, score, unmet } = row;
        Self { job_id, title, company, location, score, unmet }
    }
}

/// One job that fits.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Recommendation {
    /// What interactions are recorded on.
    pub match_id: MatchId,
    /// The job.
    pub job_id: JobId,
    /// 1 is the best.
    pub rank: i32,
    /// The job's title.
    pub title: String,
    /// The employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// The place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Where the work is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<Remote>,
    /// Kind of contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment_type: Option<EmploymentType>,
    /// 0–100: how much of what the job wants the CV shows.
    pub score: f32,
    /// 0–100: how much of what the candidate looks for the job offers.
    pub reverse_score: f32,
    /// What the score is made of, heaviest first.
    pub parts: Vec<Part>,
    /// Skills that the job names and the CV shows.
    pub matched_skills: Vec<String>,
    /// Skills that the job names and the CV does not show.
    pub missing_skills: Vec<String>,
    /// How the CV stands to the job's conditions: met, or open with the question that is asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_haves: Vec<MustHaveCheck>,
    /// What you did about it: `save`, `apply` or `hired`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// The reasons in words; absent while it is being written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

impl From<MatchRow> for Recommendation {
    fn from(row: MatchRow) -> Self {
        let (matched_skills, missing_skills) = skills_of(&row.parts);
        Self {
            match_id: row.id,
            job_id: row.job_id,
            rank: row.rank,
            title: row.title,
            company: row.company,
            location: row.location,
            remote: row.remote,
            employment_type: row.employment_type,
            score: row.score,
            reverse_score: row.reverse_score,
            matched_skills,
            missing_skills,
            parts: row.parts,
            must_haves: row.must_haves,
            state: row.state,
            explanation: row.explanation,
        }
    }
}

/// Under which key a CV's recommendations are cached.
pub(super) fn cache_key(cv: CvId) -> String {
    format!("recommendations:{cv}")
}

impl Pipeline {
    /// The jobs that fit `cv` best, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn recommendations(&self, cv: &CvRow, limit: usize) -> Result<Recommendations, IntakeError> {
        let mut answer = Recommendations {
            recommendations: Vec::new(),
            prediction_id: None,
            count: 0,
            status: StageStatus::Pending,
            cv_id: cv.id,
            superseded_by: None,
            left_out: Vec::new(),
            failure: None,
        };
        if !cv.is_latest {
            answer.superseded_by = self.db.latest_cv(&cv.candidate_id).await?.map(|latest| latest.id);
            // Between the two questions the later version may have been deleted: then this one answers again, next time.
            stand(&mut answer, cv);
            return Ok(answer);
        }
        let Some(prediction) = self.db.latest_prediction(cv.id).await? else {
            stand(&mut answer, cv);
            // It is there before it is matched for the first time, whatever the row read a moment before says.
            if answer.status == StageStatus::Completed {
                answer.status = StageStatus::Pending;
            }
            return Ok(answer);
        };
        self.match_again_if_due(cv.id, &prediction).await?;
        let key = cache_key(cv.id);
        let mut all: Recommendations = match self.cache.get(&key, &prediction.stamp).await {
            Some(kept) => kept,
            None => {
                let most = self.settings.limits.matches_per_cv as i64;
                let matches = self.db.matches_of(prediction.id, most).await?;
                let open = |row: &MatchRow| {
                    matches!(row.explanation_status, StageStatus::Pending | StageStatus::Processing)
                };
                let is_complete =
                    !matches.iter().any(open) && prediction.being_read + prediction.changed == 0;
                answer.status = if is_complete { StageStatus::Completed } else { StageStatus::Processing };
                answer.prediction_id = Some(prediction.id);
                answer.recommendations = matches.into_iter().map(Recommendation::from).collect();
                let left_out = self.db.left_out_of(prediction.id).await?;
                answer.left_out = left_out.into_iter().map(LeftOutJob::from).collect();
                if answer.status == StageStatus::Completed {
                    self.cache.put(&key, &prediction.stamp, &answer).await;
                }
                answer
            }
        };
        all.recommendations.truncate(limit);
        all.count = all.recommendations.len();
        Ok(all)
    }

    /// Has a CV matched again whose list has gaps that nothing else fills, or is over an hour old: who looks sees, a second
    /// later, every job that came meanwhile, however far it was from those that were looked at when it came.
    async fn match_again_if_due(&self, cv: CvId, prediction: &PredictionRow) -> Result<(), IntakeError> {
        // A job that is still being read is not found yet; when it is read, those whose lists name it are matched again.
        let has_gaps = prediction.shown < prediction.matches;
        if prediction.being_read == 0 && (has_gaps || prediction.is_old) && self.db.mark_cv(cv).await? {
            self.hint(QueueName::CvMatch, &[cv.0], Duration::ZERO).await;
        }
        Ok(())
    }
}

/// Says how a CV without an answer stands: as its stages stand.
fn stand(answer: &mut Recommendations, cv: &CvRow) {
    let stages = [&cv.parsing, &cv.embedding, &cv.matching];
    if let Some(failed) = stages.into_iter().find(|stage| stage.status == StageStatus::Failed) {
        answer.status = StageStatus::Failed;
        answer.failure = failed.failure.clone();
    } else if stages.into_iter().all(|stage| stage.status == StageStatus::Completed) {
        answer.status = StageStatus::Completed;
    }
}
