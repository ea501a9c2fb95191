//! The table `job`: job ads with the state of their embedding.

use chrono::{DateTime, Utc};
use pgvector::Vector;
use serde_json::Value;
use tokio_postgres::types::{Json, Type};
use tokio_postgres::{GenericClient, Row};

use super::cv::StageState;
use super::stage::{Claim, Lease};
use super::{Db, DbError, from_json, params};
use crate::domain::{
    EmploymentType, JobId, JobStatus, JobText, MustHaves, RecruiterId, Remote, Requirements, Salary,
    SalaryPeriod,
};

/// A job that is about to be stored, or stored anew.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// Its id.
    pub id: JobId,
    /// The recruiter's own name for it; posting the same one again updates the job.
    pub external_id: Option<String>,
    /// What it says.
    pub text: JobText,
    /// When it closes by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// Its conditions.
    pub must_haves: MustHaves,
}

/// A job as it is shown.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// Its id.
    pub id: JobId,
    /// Who posted it.
    pub recruiter_id: RecruiterId,
    /// The recruiter's own name for it.
    pub external_id: Option<String>,
    /// What it says.
    pub text: JobText,
    /// Open or closed.
    pub status: JobStatus,
    /// When it closes by itself.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was closed.
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was posted.
    pub created_at: DateTime<Utc>,
    /// When what it says last changed.
    pub updated_at: DateTime<Utc>,
    /// What it asks for, once read.
    pub requirements: Option<Requirements>,
    /// Its conditions.
    pub must_haves: MustHaves,
    /// How embedding stands.
    pub embedding: StageState,
}

impl JobRow {
    /// Whether it takes candidates now.
    pub fn is_open(&self) -> bool {
        self.status == JobStatus::Open && self.expires_at.is_none_or(|expiry| expiry > Utc::now())
    }
}

/// A job claimed for embedding.
#[derive(Clone, Debug)]
pub struct JobToEmbed {
    /// Which.
    pub id: JobId,
    /// What it says.
    pub text: JobText,
    /// Claims so far, this one counted.
    pub attempts: i32,
}

/// A job as matching needs it.
#[derive(Clone, Debug)]
pub struct JobToScore {
    /// Which.
    pub id: JobId,
    /// What it says.
    pub text: JobText,
    /// What it asks for.
    pub requirements: Requirements,
    /// Its conditions.
    pub must_haves: MustHaves,
    /// When what it says last changed.
    pub updated_at: DateTime<Utc>,
    /// Its vector.
    pub embedding: Vec<f32>,
}

impl JobToScore {
    /// A row with all columns of a [`JobText`], `requirements`, `must_haves`, `updated_at` and `embedding`.
    pub(super) fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: JobId(row.try_get("id")?),
            text: text_from_row(row)?,
            // Straight from its bytes: many are read for each CV.
            requirements: row.try_get::<_, Json<Requirements>>("requirements")?.0,
            must_haves: row.try_get::<_, Json<MustHaves>>("must_haves")?.0,
            updated_at: row.try_get("updated_at")?,
            embedding: row.try_get("embedding")?,
        })
    }
}

/// What storing a job did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredJob {
    /// The job's id: the one given, or that of the job that was there under the same external id.
    pub id: JobId,
    /// Whether what it says is new or changed; if not, nothing was written.
    pub changed: bool,
    /// Whether there was none before.
    pub created: bool,
}

/// The name of an enumeration's value, as its column and JSON have it.
fn name<T: serde::Serialize>(value: &Option<T>) -> Option<String> {
    let value = serde_json::to_value(value.as_ref()?).ok()?;
    value.as_str().map(str::to_owned)
}

/// The value of that name; none where this version knows no such name.
fn named<T: serde::de::DeserializeOwned>(name: Option<String>) -> Option<T> {
    serde_json::from_value(Value::String(name?)).ok()
}

pub(super) fn text_from_row(row: &Row) -> Result<JobText, DbError> {
    let currency: Option<String> = row.try_get("salary_currency")?;
    let period: Option<SalaryPeriod> = named(row.try_get("salary_period")?);
    Ok(JobText {
        title: row.try_get("title")?,
        company: row.try_get("company")?,
        location: row.try_get("location")?,
        remote: named::<Remote>(row.try_get("remote")?),
        employment_type: named::<EmploymentType>(row.try_get("employment_type")?),
        salary: match (currency, period) {
            (Some(currency), Some(period)) => Some(Salary {
                min: row.try_get("salary_min")?,
                max: row.try_get("salary_max")?,
                currency,
                period,
            }),
            _ => None,
        },
        text: row.try_get("text")?,
    })
}

impl JobRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let requirements: Option<Value> = row.try_get("requirements")?;
        Ok(Self {
            id: JobId(row.try_get("id")?),
            recruiter_id: RecruiterId(row.try_get("recruiter_id")?),
            external_id: row.try_get("external_id")?,
            text: text_from_row(row)?,
            status: named(row.try_get("status")?).unwrap_or(JobStatus::Closed),
            expires_at: row.try_get("expires_at")?,
            closed_at: row.try_get("closed_at")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            requirements: requirements.map(|value| from_json("requirements", value)).transpose()?,
            must_haves: from_json("must_haves", row.try_get("must_haves")?)?,
            embedding: StageState::from_row(row, "embedding")?,
        })
    }
}

impl Db {
    /// Stores jobs of one recruiter in one transaction: new ones are inserted; one whose external id is there already is
    /// updated (and opened again) if it says something else. A changed job is embedded anew.
    ///
    /// # Errors
    /// The database fails; then none is stored.
    pub async fn store_jobs(
        &self,
        recruiter: &RecruiterId,
        jobs: &[NewJob],
    ) -> Result<Vec<StoredJob>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let stored =
            futures_util::future::try_join_all(jobs.iter().map(|job| upsert(&*transaction, recruiter, job)))
                .await?;
        transaction.commit().await?;
        Ok(stored)
    }

    /// Sets what a job says, and opens it. `false` if there is no such job.
    ///
    /// # Errors
    /// The database fails.
    pub async fn update_job(&self, job: &NewJob) -> Result<bool, DbError> {
        let client = self.client().await?;
        let salary = job.text.salary.as_ref();
        let rows = client
            .execute_typed(
                "update job set title = $2, company = $3, location = $4, remote = $5, employment_type = $6, salary_min = $7,
                    salary_max = $8, salary_currency = $9, salary_period = $10, text = $11, expires_at = $12,
                    must_haves = $13, status = 'open', closed_at = null, updated_at = now(), requirements = null,
                    embedding_status = 'pending', embedding_attempts = 0, embedding_next_attempt_at = now(),
                    embedding_lease_token = null, embedding_lease_until = null
                where id = $1",
                params![job.id.0 => UUID, job.text.title => TEXT, job.text.company => TEXT, job.text.location => TEXT,
                    name(&job.text.remote) => TEXT, name(&job.text.employment_type) => TEXT,
                    salary.and_then(|s| s.min) => FLOAT8, salary.and_then(|s| s.max) => FLOAT8,
                    salary.map(|s| s.currency.as_str()) => TEXT, name(&salary.map(|s| s.period)) => TEXT,
                    job.text.text => TEXT, job.expires_at => TIMESTAMPTZ, Json(&job.must_haves) => JSONB],
            )
            .await?;
        Ok(rows == 1)
    }

    /// Closes a job: from now on it stands in no recommendation. `false` if there is no such open job.
    ///
    /// # Errors
    /// The database fails.
    pub async fn close_job(&self, id: JobId) -> Result<bool, DbError> {
        let client = self.client().await?;
        let closed = client
            .execute_typed(
                "update job set status = 'closed', closed_at = now() where id = $1 and status = 'open'",
                params![id.0 => UUID],
            )
            .await?;
        Ok(closed == 1)
    }

    /// One job.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job(&self, id: JobId) -> Result<Option<JobRow>, DbError> {
        let client = self.client().await?;
        let row =
            client.query_typed_opt("select * from job_summary where id = $1", params![id.0 => UUID]).await?;
        row.as_ref().map(JobRow::from_row).transpose()
    }

    /// Jobs, newest first, those before `before` where it is given: open ones of everybody, or all of one recruiter.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs(
        &self,
        recruiter: Option<&RecruiterId>,
        before: Option<JobId>,
        limit: i64,
    ) -> Result<Vec<JobRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select * from job_summary
                where (recruiter_id = $1 or ($1 is null and status = 'open' and (expires_at is null or expires_at > now())))
                    and ($2::uuid is null or id < $2)
                order by id desc limit $3",
                params![recruiter.map(RecruiterId::as_str) => TEXT, before.map(|id| id.0) => UUID, limit => INT8],
            )
            .await?;
        rows.iter().map(JobRow::from_row).collect()
    }

    /// How many jobs are open, and how many of these are embedded.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open_jobs(&self) -> Result<(i64, i64), DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_one(
                "select count(*), count(*) filter (where embedding_status = 'completed') from job where status = 'open'",
                &[],
            )
            .await?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }

    /// Claims jobs to embed: those waiting, and open ones whose vector is of another model
    /// than `model`, where it is known.
    ///
    /// # Errors
    /// The database fails.
    pub async fn claim_jobs_to_embed(
        &self,
        claim: Claim<'_>,
        lease: &Lease,
        model: Option<&str>,
    ) -> Result<Vec<JobToEmbed>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "update job set embedding_attempts = case when embedding_status = 'completed' then 1 else embedding_attempts + 1 end,
                    embedding_status = 'processing',
                    embedding_lease_token = $3, embedding_lease_until = now() + $4 * interval '1 second',
                    embedding_claimed_at = now()
                where id in (
                    select id from job
                    where ($1::uuid[] is null or id = any ($1))
                        and ((embedding_status = 'pending' and embedding_next_attempt_at <= now() and embedding_attempts < $5)
                            or (embedding_status = 'processing' and embedding_lease_until < now() and embedding_attempts < $5)
                            or (embedding_status = 'completed' and status = 'open' and embedding_model <> $6))
                    order by embedding_next_attempt_at limit $2
                    for update skip locked)
                returning id, title, company, location, remote, employment_type, salary_min, salary_max, salary_currency,
                    salary_period, text, embedding_attempts",
                params![claim.ids() => UUID_ARRAY, claim.limit() => INT8, lease.token => UUID, lease.seconds() => FLOAT8,
                    lease.attempts => INT4, model => TEXT],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(JobToEmbed {
                    id: JobId(row.try_get("id")?),
                    text: text_from_row(row)?,
                    attempts: row.try_get("embedding_attempts")?,
                })
            })
            .collect()
    }

    /// Writes what a job asks for, and its vector. `false` if the lease was lost meanwhile.
    ///
    /// # Errors
    /// The database fails.
    pub async fn complete_job_embedding(
        &self,
        id: JobId,
        lease: &Lease,
        requirements: &Requirements,
        embedding: &[f32],
        model: &str,
    ) -> Result<bool, DbError> {
        let client = self.client().await?;
        let vector_type = self.vector_type(&client).await?;
        let vector = Vector::from(embedding.to_vec());
        let skill_ids: Vec<&str> = requirements.skills.iter().map(|skill| skill.id.as_str()).collect();
        let rows = client
            .execute_typed(
                "update job set embedding_status = 'completed', embedding_failure = null, embedded_at = now(),
                    embedding_lease_token = null, embedding_lease_until = null, embedding = $3, embedding_model = $4,
                    requirements = $5, skill_ids = $6
                where id = $1 and embedding_lease_token = $2",
                &[
                    (&id.0, Type::UUID),
                    (&lease.token, Type::UUID),
                    (&vector, vector_type),
                    (&model, Type::TEXT),
                    (&Json(requirements), Type::JSONB),
                    (&skill_ids, Type::TEXT_ARRAY),
                ],
            )
            .await?;
        Ok(rows == 1)
    }

    /// One embedded job as matching needs it; none if it is not embedded yet.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_to_score(&self, id: JobId) -> Result<Option<JobToScore>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select id, title, company, location, remote, employment_type, salary_min, salary_max, salary_currency,
                    salary_period, text, requirements, must_haves, updated_at, embedding::real[] as embedding
                from job where id = $1 and embedding_status = 'completed'",
                params![id.0 => UUID],
            )
            .await?;
        row.as_ref().map(JobToScore::from_row).transpose()
    }
}

async fn upsert(
    client: &impl GenericClient,
    recruiter: &RecruiterId,
    job: &NewJob,
) -> Result<StoredJob, DbError> {
    let salary = job.text.salary.as_ref();
    let row = client
        .query_typed_opt(
            "insert into job (id, recruiter_id, external_id, title, company, location, remote, employment_type, salary_min,
                salary_max, salary_currency, salary_period, text, expires_at, must_haves)
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            on conflict (recruiter_id, external_id) do update set title = excluded.title, company = excluded.company,
                location = excluded.location, remote = excluded.remote, employment_type = excluded.employment_type,
                salary_min = excluded.salary_min, salary_max = excluded.salary_max, salary_currency = excluded.salary_currency,
                salary_period = excluded.salary_period, text = excluded.text, expires_at = excluded.expires_at,
                must_haves = excluded.must_haves, status = 'open', closed_at = null, updated_at = now(), requirements = null,
                embedding_status = 'pending', embedding_attempts = 0, embedding_next_attempt_at = now(),
                embedding_lease_token = null, embedding_lease_until = null
            where (job.title, job.company, job.location, job.remote, job.employment_type, job.salary_min, job.salary_max,
                    job.salary_currency, job.salary_period, job.text, job.expires_at, job.must_haves, job.status)
                is distinct from (excluded.title, excluded.company, excluded.location, excluded.remote,
                    excluded.employment_type, excluded.salary_min, excluded.salary_max, excluded.salary_currency,
                    excluded.salary_period, excluded.text, excluded.expires_at, excluded.must_haves, 'open')
            returning id",
            params![job.id.0 => UUID, recruiter.0 => TEXT, job.external_id => TEXT, job.text.title => TEXT,
                job.text.company => TEXT, job.text.location => TEXT, name(&job.text.remote) => TEXT,
                name(&job.text.employment_type) => TEXT, salary.and_then(|s| s.min) => FLOAT8,
                salary.and_then(|s| s.max) => FLOAT8, salary.map(|s| s.currency.as_str()) => TEXT,
                name(&salary.map(|s| s.period)) => TEXT, job.text.text => TEXT, job.expires_at => TIMESTAMPTZ,
                Json(&job.must_haves) => JSONB],
        )
        .await?;
    if let Some(row) = row {
        let id = JobId(row.try_get(0)?);
        return Ok(StoredJob { id, changed: true, created: id == job.id });
    }
    let row = client
        .query_typed_one(
            "select id from job where recruiter_id = $1 and external_id = $2",
            params![recruiter.0 => TEXT, job.external_id => TEXT],
        )
        .await?;
    Ok(StoredJob { id: JobId(row.try_get(0)?), changed: false, created: false })
}
