//! Jobs like a job, for everybody who looks at one (and comes too late for it), and CVs like a CV, for the recruiter to whose job
//! it was ranked. The same engine as everywhere: retrieved by vector, scored by parts, shown with passages of both.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ranking::{LeftOutCandidate, checks, contact, headline, left_out, skills_of};
use super::{IntakeError, Pipeline, computed};
use crate::db::job::{JobRow, JobToScore};
use crate::db::retrieval::CvNearJob;
use crate::domain::{
    Basics, CandidateId, CvId, EmploymentType, JobId, MustHaveCheck, Part, Remote, Seniority, Source,
    StageStatus,
};
use crate::matching::{
    Alike, CvAsJob, CvSide, JobAsCv, PreparedCv, PreparedJob, Ranked, Variant, evidence_of_alike_cvs,
    evidence_of_alike_jobs,
};
use crate::skills::Taxonomy;

/// Open jobs like a job.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimilarJobs {
    /// The job that was asked for.
    pub job_id: JobId,
    /// The most alike first.
    pub jobs: Vec<SimilarJob>,
    /// How many jobs this answer holds.
    pub count: usize,
    /// `pending` while the job waits to be embedded, then `completed`.
    pub status: StageStatus,
}

/// An open job like another.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimilarJob {
    /// The job.
    pub job_id: JobId,
    /// 1 is the most alike.
    pub rank: usize,
    /// Its title.
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
    /// 0–100: how much of what the job asks for this one asks for too.
    pub score: f32,
    /// 0–100: the same the other way round.
    pub reverse_score: f32,
    /// What the score is made of, heaviest first. Evidence of `job` is of the job that was asked for, of `other` of this one.
    pub parts: Vec<Part>,
    /// Skills that both ask for.
    pub matched_skills: Vec<String>,
    /// Skills that the job asks for and this one does not.
    pub missing_skills: Vec<String>,
}

/// Candidates like a candidate.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimilarCandidates {
    /// The job for which they are looked for.
    pub job_id: JobId,
    /// The CV that was asked for.
    pub cv_id: CvId,
    /// The most alike first.
    pub candidates: Vec<SimilarCandidate>,
    /// How many candidates this answer holds.
    pub count: usize,
    /// Candidates who would stand above the last of these but for a condition of the job, the best of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<LeftOutCandidate>,
    /// How many such candidates there are among those that were looked at.
    #[serde(default)]
    pub left_out_count: usize,
    /// `pending` while the job waits to be embedded, then `completed`.
    pub status: StageStatus,
}

/// A candidate like another. Name and ways of contact are there once the candidate applied to the job, and not before.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct SimilarCandidate {
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
    /// 1 is the most alike.
    pub rank: usize,
    /// 0–100: how much of what the CV shows this one shows too.
    pub score: f32,
    /// 0–100: the same the other way round.
    pub reverse_score: f32,
    /// 0–100: how well this one fits the job.
    pub job_score: f32,
    /// What the score is made of, heaviest first. Evidence of `cv` is of the CV that was asked for, of `other` of this one.
    pub parts: Vec<Part>,
    /// Skills that both show.
    pub matched_skills: Vec<String>,
    /// Skills that the CV shows and this one does not.
    pub missing_skills: Vec<String>,
    /// How this one stands to each condition of the job; one that is open has the question to ask.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub must_haves: Vec<MustHaveCheck>,
}

/// How many are retrieved by vector for so many that are shown.
fn retrieved_for(limit: usize) -> i64 {
    i64::try_from(4 * limit).unwrap_or(i64::MAX).clamp(50, 400)
}

impl Pipeline {
    /// The open jobs most like `job`, at most `limit`. Its own words are quoted only where `quotes_it`: a closed job is not
    /// everybody's to read.
    ///
    /// # Errors
    /// The database fails.
    pub async fn similar_jobs(
        &self,
        job: &JobRow,
        limit: usize,
        quotes_it: bool,
    ) -> Result<SimilarJobs, IntakeError> {
        let (job_id, status) = (job.id, StageStatus::Pending);
        let mut answer = SimilarJobs { job_id, jobs: Vec::new(), count: 0, status };
        let Some(this) = self.db.job_to_score(job_id).await? else { return Ok(answer) };
        let near = self.db.jobs_near_job(job_id, retrieved_for(limit)).await?;
        let variant = self.experiment().await?.default_variant();
        let found = computed(move || like_job(this, near, &variant, limit, quotes_it)).await;
        answer.jobs = found.map_err(IntakeError::Defect)?;
        answer.count = answer.jobs.len();
        answer.status = StageStatus::Completed;
        Ok(answer)
    }

    /// The latest CVs most like `cv`, at most `limit`, for who looks for candidates for `job`; none if there is no such latest
    /// CV that is embedded.
    ///
    /// # Errors
    /// The database fails.
    pub async fn similar_candidates(
        &self,
        job: &JobRow,
        cv: CvId,
        limit: usize,
    ) -> Result<Option<SimilarCandidates>, IntakeError> {
        let Some(this) = self.db.cv_to_compare(cv).await? else { return Ok(None) };
        let mut answer = SimilarCandidates {
            job_id: job.id,
            cv_id: cv,
            candidates: Vec::new(),
            count: 0,
            left_out: Vec::new(),
            left_out_count: 0,
            status: StageStatus::Pending,
        };
        let Some(job) = self.db.job_to_score(job.id).await? else { return Ok(Some(answer)) };
        let near = self.db.cvs_near_cv(cv, retrieved_for(limit)).await?;
        let applicants = self.db.applicants(job.id).await?;
        let variant = self.experiment().await?.default_variant();
        let found = computed(move || like_cv(this, near, &job, &applicants, &variant, limit)).await;
        (answer.candidates, answer.left_out, answer.left_out_count) = found.map_err(IntakeError::Defect)?;
        answer.count = answer.candidates.len();
        answer.status = StageStatus::Completed;
        Ok(Some(answer))
    }
}

fn like_job(
    this: JobToScore,
    near: Vec<JobToScore>,
    variant: &Variant,
    limit: usize,
    quotes_it: bool,
) -> Vec<SimilarJob> {
    let jobs: Vec<JobToScore> = std::iter::once(this).chain(near).collect();
    let as_cvs: Vec<JobAsCv<'_>> = jobs.iter().map(|job| JobAsCv::new(&job.side())).collect();
    let alike = Alike::of_jobs(&as_cvs, Taxonomy::global());
    let best = alike.ranking(0, limit, variant, |_| Vec::new()).ranked.into_iter().enumerate();
    best.map(|(place, Ranked { index, mut score, .. })| {
        evidence_of_alike_jobs(&jobs[0].side(), &as_cvs[index], &mut score);
        if !quotes_it {
            score.parts.iter_mut().for_each(|part| part.evidence.retain(|one| one.source != Source::Job));
        }
        let (matched_skills, missing_skills) = skills_of(&score.parts);
        let (id, job) = (jobs[index].id, &jobs[index].text);
        SimilarJob {
            job_id: id,
            rank: place + 1,
            title: job.title.clone(),
            company: job.company.clone(),
            location: job.location.clone(),
            remote: job.remote,
            employment_type: job.employment_type,
            score: score.score,
            reverse_score: score.reverse_score,
            parts: score.parts,
            matched_skills,
            missing_skills,
        }
    })
    .collect()
}

fn like_cv(
    this: CvNearJob,
    near: Vec<CvNearJob>,
    job: &JobToScore,
    applicants: &[CandidateId],
    variant: &Variant,
    limit: usize,
) -> (Vec<SimilarCandidate>, Vec<LeftOutCandidate>, usize) {
    let cvs: Vec<CvNearJob> = std::iter::once(this).chain(near).collect();
    let sides: Vec<CvSide<'_>> = cvs.iter().map(CvNearJob::side).collect();
    let as_jobs: Vec<CvAsJob<'_>> = sides.iter().map(CvAsJob::new).collect();
    let taxonomy = Taxonomy::global();
    let alike = Alike::of_cvs(&sides, &as_jobs, taxonomy);
    let wanted = PreparedJob::new(&job.side(), taxonomy);
    let ranking = alike.ranking(0, limit, variant, |index| checks(&cvs[index], job));
    let candidate = |(place, Ranked { index, mut score, must_haves })| {
        let cv = &cvs[index];
        evidence_of_alike_cvs(&as_jobs[0], &sides[index], &mut score);
        let (matched_skills, missing_skills) = skills_of(&score.parts);
        SimilarCandidate {
            cv_id: cv.id,
            contact: contact(cv, applicants),
            headline: headline(cv),
            experience_months: cv.profile.analysis.experience_months,
            seniority: cv.profile.analysis.seniority,
            rank: place + 1,
            score: score.score,
            reverse_score: score.reverse_score,
            job_score: PreparedCv::new(&sides[index], taxonomy).score(&wanted, variant).score,
            parts: score.parts,
            matched_skills,
            missing_skills,
            must_haves,
        }
    };
    let candidates = ranking.ranked.into_iter().enumerate().map(candidate).collect();
    (candidates, left_out(ranking.left_out, &cvs), ranking.left_out_count)
}
