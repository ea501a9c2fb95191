//! What a candidate gets for a CV: the matches of its latest prediction, from the cache where it has them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{IntakeError, Pipeline};
use crate::db::cv::CvRow;
use crate::db::prediction::MatchRow;
use crate::domain::{
    CvId, EmploymentType, Explanation, Failure, JobId, MatchId, Part, PartKind, PredictionId, Remote,
    StageStatus,
};

/// The jobs that fit a CV best.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Recommendations {
    /// The best first. Empty while `status` is not `completed`, or if no open job fits.
    pub recommendations: Vec<Recommendation>,
    /// The analysis that they are from; absent before the first.
    pub prediction_id: Option<PredictionId>,
    /// How many recommendations this answer holds.
    pub count: usize,
    /// `pending` while the CV waits for a stage, `processing` while its matches are being explained, `completed`, or
    /// `failed` (then `failure` says why).
    pub status: StageStatus,
    /// The CV that they are for.
    pub cv_id: CvId,
    /// Why there are none, if something failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
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
    /// The reasons in words; absent while it is being written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<Explanation>,
}

impl From<MatchRow> for Recommendation {
    fn from(row: MatchRow) -> Self {
        let skills = row.parts.iter().find(|part| part.kind == PartKind::Skills);
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
            matched_skills: skills.map(|part| part.matched.clone()).unwrap_or_default(),
            missing_skills: skills.map(|part| part.missing.clone()).unwrap_or_default(),
            parts: row.parts,
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
            failure: None,
        };
        let Some(prediction) = self.db.latest_prediction(cv.id).await? else {
            let failed = [&cv.parsing, &cv.embedding, &cv.matching]
                .into_iter()
                .find(|stage| stage.status == StageStatus::Failed);
            if let Some(stage) = failed {
                answer.status = StageStatus::Failed;
                answer.failure = stage.failure.clone();
            }
            return Ok(answer);
        };
        let key = cache_key(cv.id);
        let stamp = format!("{} {}", prediction.id, prediction.revision);
        let mut all: Recommendations = match self.cache.get(&key, &stamp).await {
            Some(kept) => kept,
            None => {
                let most = self.settings.limits.matches_per_cv as i64;
                let matches = self.db.matches_of(prediction.id, most).await?;
                let open = |row: &MatchRow| {
                    matches!(row.explanation_status, StageStatus::Pending | StageStatus::Processing)
                };
                answer.status =
                    if matches.iter().any(open) { StageStatus::Processing } else { StageStatus::Completed };
                answer.prediction_id = Some(prediction.id);
                answer.recommendations = matches.into_iter().map(Recommendation::from).collect();
                if answer.status == StageStatus::Completed {
                    self.cache.put(&key, &stamp, &answer).await;
                }
                answer
            }
        };
        all.recommendations.truncate(limit);
        all.count = all.recommendations.len();
        Ok(all)
    }
}
