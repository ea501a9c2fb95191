//! What a recruiter gets for a job: the candidates that fit best, scored and explained when asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{IntakeError, Pipeline, computed};
use crate::db::job::{JobRow, JobToScore};
use crate::db::retrieval::CvNearJob;
use crate::domain::{
    Basics, CandidateId, CvId, Explanation, JobId, Part, PartKind, Score, Seniority, StageStatus,
};
use crate::explanation::explain;
use crate::matching::{self, CvSide, JobSide, PreparedCv, PreparedJob, Variant};
use crate::skills::Taxonomy;

/// The candidates that fit a job best.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RankedCandidates {
    /// The job.
    pub job_id: JobId,
    /// The best first.
    pub candidates: Vec<RankedCandidate>,
    /// How many candidates this answer holds.
    pub count: usize,
    /// `pending` while the job waits to be embedded, then `completed`.
    pub status: StageStatus,
}

/// One candidate that fits.
///
/// Name and ways of contact are there once the candidate applied to this job, and not before: until then the fit alone speaks.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RankedCandidate {
    /// The CV.
    pub cv_id: CvId,
    /// Name and contact of a candidate who applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Basics>,
    /// The CV's headline, or its latest job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub headline: Option<String>,
    /// Months of paid work, overlaps counted once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experience_months: Option<u32>,
    /// How senior.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Seniority>,
    /// 1 is the best.
    pub rank: usize,
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
    /// The reasons in words.
    pub explanation: Explanation,
}

impl Pipeline {
    /// The candidates that fit `job` best, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn rank_candidates(&self, job: &JobRow, limit: usize) -> Result<RankedCandidates, IntakeError> {
        let mut answer = RankedCandidates {
            job_id: job.id,
            candidates: Vec::new(),
            count: 0,
            status: StageStatus::Pending,
        };
        let Some(to_score) = self.db.job_to_score(job.id).await? else { return Ok(answer) };
        let near = self.db.cvs_near_job(job.id, self.settings.limits.retrieved_per_cv).await?;
        let applicants: Vec<CandidateId> = self.db.applicants(job.id).await?;
        let variant = self.variant.clone();
        let ranked = computed(move || rank(&to_score, near, &applicants, &variant, limit)).await;
        answer.candidates = ranked.map_err(IntakeError::Defect)?;
        answer.count = answer.candidates.len();
        answer.status = StageStatus::Completed;
        Ok(answer)
    }
}

impl CvNearJob {
    fn side(&self) -> CvSide<'_> {
        CvSide { text: &self.text, profile: &self.profile, embedding: Some(&self.embedding) }
    }
}

fn rank(
    job: &JobToScore,
    cvs: Vec<CvNearJob>,
    applicants: &[CandidateId],
    variant: &Variant,
    limit: usize,
) -> Vec<RankedCandidate> {
    let job_side =
        JobSide { job: &job.text, requirements: &job.requirements, embedding: Some(&job.embedding) };
    let taxonomy = Taxonomy::global();
    let prepared = PreparedJob::new(&job_side, taxonomy);
    let mut scored: Vec<(CvNearJob, Score)> = cvs
        .into_iter()
        .map(|cv| {
            let score = PreparedCv::new(&cv.side(), taxonomy).score(&prepared, variant);
            (cv, score)
        })
        .collect();
    scored.sort_by(|(_, a), (_, b)| b.score.total_cmp(&a.score));
    scored.truncate(limit);
    scored
        .into_iter()
        .enumerate()
        .map(|(index, (cv, mut score))| {
            matching::evidence(&cv.side(), &job_side, &mut score);
            let explanation = explain(&cv.side(), &job_side, &score);
            let skills = score.parts.iter().find(|part| part.kind == PartKind::Skills);
            let profile = &cv.profile;
            RankedCandidate {
                cv_id: cv.id,
                contact: applicants.contains(&cv.candidate_id).then(|| profile.basics.clone()),
                headline: profile
                    .basics
                    .label
                    .clone()
                    .or_else(|| profile.work.iter().find_map(|work| work.position.clone())),
                experience_months: profile.analysis.experience_months,
                seniority: profile.analysis.seniority,
                rank: index + 1,
                score: score.score,
                reverse_score: score.reverse_score,
                matched_skills: skills.map(|part| part.matched.clone()).unwrap_or_default(),
                missing_skills: skills.map(|part| part.missing.clone()).unwrap_or_default(),
                parts: score.parts,
                explanation,
            }
        })
        .collect()
}
