//! What lies near to a job or a CV of its own kind: open jobs near a job (open or not), latest CVs near a CV.

use super::job::JobToScore;
use super::retrieval::CvNearJob;
use super::{Db, DbError, params};
use crate::domain::{CvId, JobId};

/// What scoring needs of the open jobs near to the job `$1`, at most `$2`.
pub const JOBS_NEAR_JOB: &str = "
    with asked as materialized (
        select id, embedding_model, embedding::halfvec(384) as embedding from job where id = $1 and embedding is not null),
    near as materialized (
        select near.* from asked cross join lateral (
            select job_id, job_vector.embedding <=> asked.embedding as distance from job_vector
            where job_vector.embedding_model = asked.embedding_model and (expires_at is null or expires_at > now())
                and job_id <> asked.id
            order by job_vector.embedding <=> asked.embedding limit $2) near)
    select id, title, company, location, remote, employment_type, salary_min, salary_max, salary_currency, salary_period, text,
        requirements, must_haves, updated_at, embedding::real[] as embedding
    from near join job on job.id = near.job_id order by near.distance";

/// What scoring needs of the latest CVs near to the CV `$1`, at most `$2`.
pub const CVS_NEAR_CV: &str = "
    with asked as materialized (
        select id, embedding_model, embedding::halfvec(384) as embedding from cv where id = $1 and embedding is not null),
    near as materialized (
        select near.* from asked cross join lateral (
            select cv_id, cv_vector.embedding <=> asked.embedding as distance from cv_vector
            where cv_vector.embedding_model = asked.embedding_model and cv_id <> asked.id
            order by cv_vector.embedding <=> asked.embedding limit $2) near)
    select cv.id, cv.candidate_id, cv.text, cv.profile, cv.embedding::real[] as embedding
    from near join cv on cv.id = near.cv_id order by near.distance";

impl Db {
    /// The open jobs nearest by vector to a job, without itself, nearest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs_near_job(&self, id: JobId, limit: i64) -> Result<Vec<JobToScore>, DbError> {
        let rows =
            self.search("job_vector", limit, JOBS_NEAR_JOB, params![id.0 => UUID, limit => INT8]).await?;
        rows.iter().map(JobToScore::from_row).collect()
    }

    /// One latest, embedded CV as matching needs it; none where it is not that.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cv_to_compare(&self, id: CvId) -> Result<Option<CvNearJob>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select id, candidate_id, text, profile, embedding::real[] as embedding from cv
                where id = $1 and is_latest and embedding_status = 'completed'",
                params![id.0 => UUID],
            )
            .await?;
        row.as_ref().map(CvNearJob::from_row).transpose()
    }

    /// The latest CVs nearest by vector to a CV, without itself, nearest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cvs_near_cv(&self, id: CvId, limit: i64) -> Result<Vec<CvNearJob>, DbError> {
        let rows = self.search("cv_vector", limit, CVS_NEAR_CV, params![id.0 => UUID, limit => INT8]).await?;
        rows.iter().map(CvNearJob::from_row).collect()
    }
}
