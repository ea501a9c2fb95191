//! Retrieval: the few documents out of many that are worth scoring, found by vector. `docs/retrieval.md` says what was measured.
//!
//! What is searched are the narrow tables `job_vector` and `cv_vector`, which triggers keep (`migrations/V6__retrieval.sql`): the
//! vectors of open jobs and of latest CVs. Ids come first; the wide rows of what is kept are read once each, however many
//! documents they are near to. A vector is read as an array: the client would ask the server what pgvector's types are in the middle
//! of an answer, and wait for ever where that answer is long.

use tokio_postgres::Row;
use tokio_postgres::types::{Json, ToSql, Type};
use uuid::Uuid;

use super::job::JobToScore;
use super::{Db, DbError, params};
use crate::domain::{CandidateId, CvId, JobId, Profile};

/// How the table `$1` of vectors is searched for `$2` rows, for the transaction at hand: by its index, of which twice as many
/// rows are looked at (in a large table four times as many), and on until all are there even where a filter drops rows, at most through so many. Up to 5,000 rows
/// the planner is free, and compares all of them, which is exact and no slower.
pub const SEARCH_SETTINGS: &str = "
    select set_config('hnsw.ef_search',
            least(1000, greatest(250, 2 * $2::bigint) * case when reltuples > 300000 then 2 else 1 end)::text, true),
        set_config('hnsw.iterative_scan', 'relaxed_order', true), set_config('hnsw.max_scan_tuples', '40000', true),
        set_config('enable_seqscan', case when reltuples > 5000 then 'off' else 'on' end, true),
        set_config('jit', 'off', true)
    from pg_class where oid = to_regclass($1)";

/// Which open jobs are near to each CV of `$1`, at most `$2` for each.
pub const JOBS_NEAR_CVS: &str = "
    with asked as materialized (
        select id, embedding_model, embedding::halfvec(384) as embedding from cv where id = any ($1) and embedding is not null)
    select asked.id as cv_id, near.job_id, near.version, near.distance from asked cross join lateral (
        select job_id, job_vector.xmin::text as version, (job_vector.embedding <=> asked.embedding)::real as distance
        from job_vector
        where job_vector.embedding_model = asked.embedding_model and (expires_at is null or expires_at > now())
        order by job_vector.embedding <=> asked.embedding limit $2) near";

/// What scoring needs of the jobs `$1`, those of them that are open.
pub const JOBS_TO_SCORE: &str = "
    select id, job_vector.xmin::text as version, title, company, location, remote, employment_type, salary_min, salary_max,
        salary_currency, salary_period, text, requirements, must_haves, updated_at, job.embedding::real[] as embedding
    from unnest($1) asked (job_id) join job_vector using (job_id) join job on job.id = job_id";

/// What scoring needs of the latest CVs near to the job `$1`, at most `$2`.
pub const CVS_NEAR_JOB: &str = "
    with asked as materialized (
        select embedding_model, embedding::halfvec(384) as embedding from job where id = $1 and embedding is not null),
    near as materialized (
        select near.* from asked cross join lateral (
            select cv_id, cv_vector.embedding <=> asked.embedding as distance from cv_vector
            where cv_vector.embedding_model = asked.embedding_model
            order by cv_vector.embedding <=> asked.embedding limit $2) near)
    select cv.id, cv.candidate_id, cv.text, cv.profile, cv.embedding::real[] as embedding
    from near join cv on cv.id = near.cv_id order by near.distance";

/// A job that is near to a CV.
#[derive(Clone, Debug, PartialEq)]
pub struct NearJob {
    /// The CV.
    pub cv: CvId,
    /// The job.
    pub job: JobId,
    /// Which version of it.
    pub version: JobVersion,
    /// Cosine distance of the two vectors, 0–2.
    pub distance: f32,
}

/// A version of a job that takes candidates: another one after anything that is compared of it has changed. It is the
/// transaction that wrote the job's row in `job_vector`, which goes when the job is about to be embedded anew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct JobVersion(String);

/// A CV near to a job.
#[derive(Clone, Debug)]
pub struct CvNearJob {
    /// Which.
    pub id: CvId,
    /// Whose it is.
    pub candidate_id: CandidateId,
    /// Its text.
    pub text: String,
    /// What it says.
    pub profile: Profile,
    /// Its vector.
    pub embedding: Vec<f32>,
}

impl CvNearJob {
    pub(super) fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: CvId(row.try_get("id")?),
            candidate_id: CandidateId(row.try_get("candidate_id")?),
            text: row.try_get::<_, Option<String>>("text")?.unwrap_or_default(),
            profile: row.try_get::<_, Json<Profile>>("profile")?.0,
            embedding: row.try_get("embedding")?,
        })
    }
}

impl From<&str> for JobVersion {
    fn from(version: &str) -> Self {
        Self(version.to_owned())
    }
}

impl Db {
    /// The open jobs nearest by vector to each of `cvs`, at most `limit` for each, nearest first: one query for all.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs_near_cvs(&self, cvs: &[CvId], limit: i64) -> Result<Vec<NearJob>, DbError> {
        let ids: Vec<Uuid> = cvs.iter().map(|cv| cv.0).collect();
        let rows = self
            .search("job_vector", limit, JOBS_NEAR_CVS, params![ids => UUID_ARRAY, limit => INT8])
            .await?;
        rows.iter()
            .map(|row| {
                Ok(NearJob {
                    cv: CvId(row.try_get("cv_id")?),
                    job: JobId(row.try_get("job_id")?),
                    version: JobVersion(row.try_get("version")?),
                    distance: row.try_get("distance")?,
                })
            })
            .collect()
    }

    /// Those of `jobs` that are open, as scoring needs them, in any order.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs_to_score(&self, jobs: &[JobId]) -> Result<Vec<(JobVersion, JobToScore)>, DbError> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = jobs.iter().map(|job| job.0).collect();
        let client = self.client().await?;
        let rows = client.query_typed(JOBS_TO_SCORE, params![ids => UUID_ARRAY]).await?;
        rows.iter().map(|row| Ok((JobVersion(row.try_get("version")?), JobToScore::from_row(row)?))).collect()
    }

    /// The latest CVs nearest to a job by vector, nearest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cvs_near_job(&self, job: JobId, limit: i64) -> Result<Vec<CvNearJob>, DbError> {
        let rows =
            self.search("cv_vector", limit, CVS_NEAR_JOB, params![job.0 => UUID, limit => INT8]).await?;
        rows.iter().map(CvNearJob::from_row).collect()
    }

    /// Runs a query with the search settings in a transaction of its own.
    pub(super) async fn search(
        &self,
        table: &str,
        limit: i64,
        sql: &str,
        parameters: &[(&(dyn ToSql + Sync), Type)],
    ) -> Result<Vec<Row>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        // Sent one after the other without waiting in between.
        let (_, rows) = futures_util::future::try_join(
            transaction.query_typed(SEARCH_SETTINGS, params![table => TEXT, limit => INT8]),
            transaction.query_typed(sql, parameters),
        )
        .await?;
        transaction.commit().await?;
        Ok(rows)
    }
}
