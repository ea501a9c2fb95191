//! What a recruiter gets for a job: the candidates that fit best, scored and explained when asked for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{IntakeError, Pipeline, computed};
use crate::db::job::{JobRow, JobToScore};
use crate::db::retrieval::CvNearJob;
use crate::domain::{
    Basics, CandidateId, CvId, Explanation, JobId, MustHaveCheck, Part, PartKind, Seniority, StageStatus,
};
use crate::explanation::explain;
use crate::matching::{
    self, CvFacts, CvSide, JobSide, LeftOut, PreparedCv, PreparedJob, Ranked, Ranking, Variant,
};
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
    /// Candidates who would stand above the last of these but for a condition, the best of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutCandidate>,
    /// How many such candidates there are among those that were looked at.
    #[serde(default)]
    pub left_out_count: usize,
}

/// A candidate whom a condition of the job leaves out.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct LeftOutCandidate {
    /// The CV.
    pub cv_id: CvId,
    /// 0–100: how well it would fit; conditions are no part of it.
    pub score: f32,
    /// The conditions that the CV does not meet, with the passage that says so.
    pub unmet: Vec<MustHaveCheck>,
}

/// What is done with candidates of whom a condition is not met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnmetMustHaves {
    /// They are left out, and told apart.
    #[default]
    Filter,
    /// They stand in the ranking by their score, with the condition shown.
    Show,
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
    /// How the CV stands to each condition of the job; one that is open has the question to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_haves: Vec<MustHaveCheck>,
    /// The reasons in words.
    pub explanation: Explanation,
}

impl Pipeline {
    /// The candidates that fit `job` best, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn rank_candidates(
        &self,
        job: &JobRow,
        limit: usize,
        unmet: UnmetMustHaves,
    ) -> Result<RankedCandidates, IntakeError> {
        let mut answer = RankedCandidates {
            job_id: job.id,
            candidates: Vec::new(),
            count: 0,
            status: StageStatus::Pending,
            left_out: Vec::new(),
            left_out_count: 0,
        };
        let Some(to_score) = self.db.job_to_score(job.id).await? else { return Ok(answer) };
        // One measure for all, whatever variant each candidate has: else the order would show the variants and not the fit.
        let variant = self.experiment().await?.default_variant();
        let applicants: Vec<CandidateId> = self.db.applicants(job.id).await?;
        let mut retrieved = variant.retrieved_per_cv.unwrap_or(self.settings.limits.retrieved_per_cv);
        loop {
            let near = self.db.cvs_near_job(job.id, retrieved).await?;
            let is_all = (near.len() as i64) < retrieved;
            let (job, applicants, variant) = (to_score.clone(), applicants.clone(), variant.clone());
            let ranked = computed(move || rank(&job, near, &applicants, &variant, limit, unmet)).await;
            let (candidates, left_out, count) = ranked.map_err(IntakeError::Defect)?;
            // Where conditions leave out most of the nearest, those who meet them are farther away.
            let is_short = candidates.len() < limit && count > 0 && !is_all;
            if is_short && retrieved < WIDEST {
                retrieved = WIDEST;
                continue;
            }
            answer.count = candidates.len();
            (answer.candidates, answer.left_out, answer.left_out_count) = (candidates, left_out, count);
            answer.status = StageStatus::Completed;
            return Ok(answer);
        }
    }
}

/// CVs that are retrieved where conditions leave out too many of the usual number.
const WIDEST: i64 = 1000;

impl CvNearJob {
    pub(super) fn side(&self) -> CvSide<'_> {
        CvSide { text: &self.text, profile: &self.profile, embedding: Some(&self.embedding) }
    }
}

impl JobToScore {
    pub(super) fn side(&self) -> JobSide<'_> {
        JobSide { job: &self.text, requirements: &self.requirements, embedding: Some(&self.embedding) }
    }
}

type Filtered = (Vec<RankedCandidate>, Vec<LeftOutCandidate>, usize);

fn rank(
    job: &JobToScore,
    cvs: Vec<CvNearJob>,
    applicants: &[CandidateId],
    variant: &Variant,
    limit: usize,
    unmet_must_haves: UnmetMustHaves,
) -> Filtered {
    let (job_side, taxonomy) = (job.side(), Taxonomy::global());
    let prepared = PreparedJob::new(&job_side, taxonomy);
    let scored =
        cvs.iter().map(|cv| PreparedCv::new(&cv.side(), taxonomy).score(&prepared, variant)).enumerate();
    let ranking = Ranking::of(scored.collect(), limit, |index| match unmet_must_haves {
        UnmetMustHaves::Filter => checks(&cvs[index], job),
        UnmetMustHaves::Show => Vec::new(),
    });
    let candidate = |(place, one): (usize, Ranked)| {
        let (cv, mut score) = (&cvs[one.index], one.score);
        matching::evidence(&cv.side(), &job_side, &mut score);
        let explanation = explain(&cv.side(), &job_side, &score);
        let (matched_skills, missing_skills) = skills_of(&score.parts);
        RankedCandidate {
            cv_id: cv.id,
            contact: contact(cv, applicants),
            headline: headline(cv),
            experience_months: cv.profile.analysis.experience_months,
            seniority: cv.profile.analysis.seniority,
            rank: place + 1,
            score: score.score,
            reverse_score: score.reverse_score,
            matched_skills,
            missing_skills,
            must_haves: match unmet_must_haves {
                UnmetMustHaves::Filter => one.must_haves,
                UnmetMustHaves::Show => checks(cv, job),
            },
            parts: score.parts,
            explanation,
        }
    };
    let candidates = ranking.ranked.into_iter().enumerate().map(candidate).collect();
    (candidates, left_out(ranking.left_out, &cvs), ranking.left_out_count)
}

/// Those whom a condition leaves out, as they are told.
pub(super) fn left_out(left_out: Vec<LeftOut>, cvs: &[CvNearJob]) -> Vec<LeftOutCandidate> {
    let told = |LeftOut { index, score, unmet }| LeftOutCandidate { cv_id: cvs[index].id, score, unmet };
    left_out.into_iter().map(told).collect()
}

/// The skills of a score by name: matched and missing.
pub(super) fn skills_of(parts: &[Part]) -> (Vec<String>, Vec<String>) {
    let skills = parts.iter().find(|part| part.kind == PartKind::Skills);
    skills.map(|part| (part.matched.clone(), part.missing.clone())).unwrap_or_default()
}

/// How a CV stands to the job's conditions.
pub(super) fn checks(cv: &CvNearJob, job: &JobToScore) -> Vec<MustHaveCheck> {
    if job.must_haves.is_empty() {
        return Vec::new();
    }
    CvFacts::of(&cv.side()).check(&job.must_haves, Taxonomy::global())
}

/// Name and contact of one who applied, and of nobody else.
pub(super) fn contact(cv: &CvNearJob, applicants: &[CandidateId]) -> Option<Basics> {
    applicants.contains(&cv.candidate_id).then(|| cv.profile.basics.clone())
}

/// The CV's headline, or its latest job title.
pub(super) fn headline(cv: &CvNearJob) -> Option<String> {
    let profile = &cv.profile;
    profile.basics.label.clone().or_else(|| profile.work.iter().find_map(|work| work.position.clone()))
}
