//! What lies near to a job or a CV of its own kind: open jobs near a job (open or not), latest CVs near a CV.

use tokio_postgres::Row;

use super::cv::{CvNearJob, SEARCH_SETTINGS};
use super::job::JobToScore;
use super::{Db, DbError, from_json, params};
use crate::domain::{CandidateId, CvId, JobId};

fn cv_from_row(row: &Row) -> Result<CvNearJob, DbError> {
    Ok(CvNearJob {
        id: CvId(row.try_get("id")?),
        candidate_id: CandidateId(row.try_get("candidate_id")?),
        text: row.try_get::<_, Option<String>>("text")?.unwrap_or_default(),
        profile: from_json("profile", row.try_get("profile")?)?,
        embedding: row.try_get("embedding")?,
    })
}

impl Db {
    /// The open jobs nearest by vector to a job, without itself, nearest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs_near_job(&self, id: JobId, limit: i64) -> Result<Vec<JobToScore>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        transaction.batch_execute(SEARCH_SETTINGS).await?;
        let rows = transaction
            .query_typed(
                "select near.* from job this cross join lateral (
                    select job.id, title, company, location, remote, employment_type, salary_min, salary_max, salary_currency,
                        salary_period, job.text, requirements, must_haves, updated_at, job.embedding::real[] as embedding
                    from job
                    where job.embedding_status = 'completed' and job.status = 'open' and job.id <> this.id
                        and job.embedding_model = this.embedding_model and (job.expires_at is null or job.expires_at > now())
                    order by job.embedding <=> this.embedding limit $2) near
                where this.id = $1 and this.embedding is not null",
                params![id.0 => UUID, limit => INT8],
            )
            .await?;
        transaction.commit().await?;
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
        row.as_ref().map(cv_from_row).transpose()
    }

    /// The latest CVs nearest by vector to a CV, without itself, nearest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cvs_near_cv(&self, id: CvId, limit: i64) -> Result<Vec<CvNearJob>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        transaction.batch_execute(SEARCH_SETTINGS).await?;
        let rows = transaction
            .query_typed(
                "select near.* from cv this cross join lateral (
                    select cv.id, cv.candidate_id, cv.text, cv.profile, cv.embedding::real[] as embedding from cv
                    where cv.embedding_status = 'completed' and cv.is_latest and cv.id <> this.id
                        and cv.embedding_model = this.embedding_model
                    order by cv.embedding <=> this.embedding limit $2) near
                where this.id = $1 and this.embedding is not null",
                params![id.0 => UUID, limit => INT8],
            )
            .await?;
        transaction.commit().await?;
        rows.iter().map(cv_from_row).collect()
    }
}
