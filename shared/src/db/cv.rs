//! The table `cv`: versions of candidates' CVs with their state in the stages parsing, embedding and matching.

use chrono::{DateTime, Utc};
use pgvector::Vector;
use serde_json::Value;
use tokio_postgres::types::Json;
use tokio_postgres::{GenericClient, Row};

use super::stage::{Claim, Lease};
use super::{Db, DbError, from_json, params};
use crate::domain::{CandidateId, CvId, Failure, JobId, Profile, StageStatus};

/// A CV that is about to be stored.
#[derive(Clone, Debug)]
pub struct NewCv {
    /// Its id, which its file's key holds too.
    pub id: CvId,
    /// Whose it is.
    pub candidate_id: CandidateId,
    /// Where the file lies.
    pub file_key: String,
    /// The file's name as the candidate has it.
    pub file_name: String,
    /// Its media type, told by content.
    pub media_type: String,
    /// Bytes.
    pub file_size: i32,
    /// Of the file's bytes, in hexadecimal.
    pub file_sha256: String,
}

/// A CV as its owner sees it.
#[derive(Clone, Debug)]
pub struct CvRow {
    /// Its id.
    pub id: CvId,
    /// Whose it is.
    pub candidate_id: CandidateId,
    /// Counted from 1 for each candidate.
    pub version: i32,
    /// Whether no later version took its place.
    pub is_latest: bool,
    /// The file's name as uploaded.
    pub file_name: String,
    /// The file's media type.
    pub media_type: String,
    /// Bytes.
    pub file_size: i32,
    /// Where the file lies.
    pub file_key: String,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// How parsing stands.
    pub parsing: StageState,
    /// How embedding stands.
    pub embedding: StageState,
    /// How matching stands.
    pub matching: StageState,
    /// When it was last matched.
    pub last_analyzed: Option<DateTime<Utc>>,
    /// What it says, once parsed.
    pub profile: Option<Profile>,
}

/// How a row stands in a stage.
#[derive(Clone, Debug)]
pub struct StageState {
    /// Waiting, at work, done or given up.
    pub status: StageStatus,
    /// Attempts made since it last succeeded.
    pub attempts: i32,
    /// Not tried again before.
    pub next_attempt_at: DateTime<Utc>,
    /// Why the last attempt failed, if it did.
    pub failure: Option<Failure>,
}

/// A CV claimed for parsing.
#[derive(Clone, Debug)]
pub struct CvToParse {
    /// Which.
    pub id: CvId,
    /// Where its file lies.
    pub file_key: String,
    /// Claims so far, this one counted.
    pub attempts: i32,
}

/// A CV claimed for embedding.
#[derive(Clone, Debug)]
pub struct CvToEmbed {
    /// Which.
    pub id: CvId,
    /// Its text.
    pub text: String,
    /// What it says.
    pub profile: Profile,
    /// Claims so far, this one counted.
    pub attempts: i32,
}

/// A CV claimed for matching.
#[derive(Clone, Debug)]
pub struct CvToMatch {
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
    /// Claims so far, this one counted.
    pub attempts: i32,
}

/// A CV that was deleted.
#[derive(Clone, Debug)]
pub struct DeletedCv {
    /// Where its file lies.
    pub file_key: String,
    /// The version that became the latest again in its place.
    pub latest: Option<CvId>,
}

impl StageState {
    /// Reads the columns of the stage `prefix`.
    pub(super) fn from_row(row: &Row, prefix: &str) -> Result<Self, DbError> {
        let name: String = row.try_get(format!("{prefix}_status").as_str())?;
        let failure: Option<Value> = row.try_get(format!("{prefix}_failure").as_str())?;
        Ok(Self {
            // The column's check allows no other name; one of a newer version is shown as still waiting.
            status: StageStatus::from_name(&name).unwrap_or(StageStatus::Pending),
            attempts: row.try_get(format!("{prefix}_attempts").as_str())?,
            next_attempt_at: row.try_get(format!("{prefix}_next_attempt_at").as_str())?,
            failure: failure.map(|value| from_json("failure", value)).transpose()?,
        })
    }
}

impl CvRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let profile: Option<Value> = row.try_get("profile")?;
        Ok(Self {
            id: CvId(row.try_get("id")?),
            candidate_id: CandidateId(row.try_get("candidate_id")?),
            version: row.try_get("version")?,
            is_latest: row.try_get("is_latest")?,
            file_name: row.try_get("file_name")?,
            media_type: row.try_get("media_type")?,
            file_size: row.try_get("file_size")?,
            file_key: row.try_get("file_key")?,
            created_at: row.try_get("created_at")?,
            parsing: StageState::from_row(row, "parsing")?,
            embedding: StageState::from_row(row, "embedding")?,
            matching: StageState::from_row(row, "matching")?,
            last_analyzed: row.try_get("last_analyzed")?,
            profile: profile.map(|value| from_json("profile", value)).transpose()?,
        })
    }
}

/// Inserts a CV as its candidate's latest version, inside the caller's transaction. Returns the version.
///
/// # Errors
/// The database fails.
pub async fn insert(transaction: &impl GenericClient, cv: &NewCv) -> Result<i32, DbError> {
    // One candidate's uploads take turns, so that their versions are counted without a gap or a double.
    transaction
        .query_typed(
            "select pg_advisory_xact_lock(hashtextextended('cv ' || $1, 0))",
            params![cv.candidate_id.0 => TEXT],
        )
        .await?;
    transaction
        .execute_typed(
            "update cv set is_latest = false where candidate_id = $1 and is_latest",
            params![cv.candidate_id.0 => TEXT],
        )
        .await?;
    let row = transaction
        .query_typed_one(
            "insert into cv (id, candidate_id, version, is_latest, file_key, file_name, media_type, file_size, file_sha256)
            values ($1, $2, (select coalesce(max(version), 0) + 1 from cv where candidate_id = $2), true, $3, $4, $5, $6, $7)
            returning version",
            params![cv.id.0 => UUID, cv.candidate_id.0 => TEXT, cv.file_key => TEXT, cv.file_name => TEXT,
                cv.media_type => TEXT, cv.file_size => INT4, cv.file_sha256 => TEXT],
        )
        .await?;
    Ok(row.try_get(0)?)
}

impl Db {
    /// One CV.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cv(&self, id: CvId) -> Result<Option<CvRow>, DbError> {
        let client = self.client().await?;
        let row =
            client.query_typed_opt("select * from cv_summary where id = $1", params![id.0 => UUID]).await?;
        row.as_ref().map(CvRow::from_row).transpose()
    }

    /// The candidate's latest CV.
    ///
    /// # Errors
    /// The database fails.
    pub async fn latest_cv(&self, candidate: &CandidateId) -> Result<Option<CvRow>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select * from cv_summary where candidate_id = $1 and is_latest",
                params![candidate.0 => TEXT],
            )
            .await?;
        row.as_ref().map(CvRow::from_row).transpose()
    }

    /// A candidate's CVs, newest first, those before `before` where it is given.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cvs_of(
        &self,
        candidate: &CandidateId,
        before: Option<CvId>,
        limit: i64,
    ) -> Result<Vec<CvRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select * from cv_summary where candidate_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
                params![candidate.0 => TEXT, before.map(|id| id.0) => UUID, limit => INT8],
            )
            .await?;
        rows.iter().map(CvRow::from_row).collect()
    }

    /// A CV's text, once parsed.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cv_text(&self, id: CvId) -> Result<Option<String>, DbError> {
        let client = self.client().await?;
        let row = client.query_typed_opt("select text from cv where id = $1", params![id.0 => UUID]).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.flatten())
    }

    /// Deletes a CV with all that hangs on it; the version before it becomes the latest again, and waits to be matched with what
    /// was posted meanwhile. None if there is no such CV.
    ///
    /// # Errors
    /// The database fails; then nothing is deleted.
    pub async fn delete_cv(&self, id: CvId) -> Result<Option<DeletedCv>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let row = transaction
            .query_typed_opt(
                "delete from cv where id = $1 returning file_key, candidate_id, is_latest",
                params![id.0 => UUID],
            )
            .await?;
        let Some(row) = row else { return Ok(None) };
        let candidate: String = row.try_get("candidate_id")?;
        let mut latest = None;
        if row.try_get("is_latest")? {
            let restored = transaction
                .query_typed_opt(
                    "update cv set is_latest = true, matching_next_attempt_at = clock_timestamp(),
                        matching_attempts = case matching_status when 'processing' then matching_attempts else 0 end,
                        matching_status = case matching_status when 'processing' then 'processing' else 'pending' end
                    where id = (select id from cv where candidate_id = $1 order by version desc limit 1)
                    returning id",
                    params![candidate => TEXT],
                )
                .await?;
            latest = restored.map(|row| row.try_get(0).map(CvId)).transpose()?;
        }
        transaction.commit().await?;
        Ok(Some(DeletedCv { file_key: row.try_get("file_key")?, latest }))
    }

    /// Claims CVs to parse.
    ///
    /// # Errors
    /// The database fails.
    pub async fn claim_cvs_to_parse(
        &self,
        claim: Claim<'_>,
        lease: &Lease,
    ) -> Result<Vec<CvToParse>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "update cv set parsing_status = 'processing', parsing_attempts = parsing_attempts + 1,
                    parsing_lease_token = $3, parsing_lease_until = now() + $4 * interval '1 second',
                    parsing_claimed_at = now()
                where id in (
                    select id from cv
                    where ($1::uuid[] is null or id = any ($1)) and parsing_attempts < $5
                        and ((parsing_status = 'pending' and parsing_next_attempt_at <= now())
                            or (parsing_status = 'processing' and parsing_lease_until < now()))
                    order by parsing_next_attempt_at limit $2
                    for update skip locked)
                returning id, file_key, parsing_attempts",
                params![claim.ids() => UUID_ARRAY, claim.limit() => INT8, lease.token => UUID, lease.seconds() => FLOAT8,
                    lease.attempts => INT4],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(CvToParse {
                    id: CvId(row.try_get("id")?),
                    file_key: row.try_get("file_key")?,
                    attempts: row.try_get("parsing_attempts")?,
                })
            })
            .collect()
    }

    /// Writes what the program of `release` found in a CV and sets the CV free for embedding. `false` if the lease was lost meanwhile.
    /// A CV that is parsed once more may be embedded or matched at this moment: those workers work on what it said before, and lose
    /// their leases.
    ///
    /// # Errors
    /// The database fails.
    pub async fn complete_parsing(
        &self,
        id: CvId,
        lease: &Lease,
        text: &str,
        profile: &Profile,
        release: &str,
    ) -> Result<bool, DbError> {
        // Postgres keeps no NUL in a text.
        let text = text.replace('\0', "");
        let skill_ids: Vec<&str> = profile.analysis.skills.iter().map(|skill| skill.id.as_str()).collect();
        let client = self.client().await?;
        let rows = client
            .execute_typed(
                "update cv set parsing_status = 'completed', parsing_failure = null, parsed_at = now(),
                    parsing_lease_token = null, parsing_lease_until = null,
                    text = $3, profile = $4, skill_ids = $5, parsed_by = $6,
                    embedding_status = 'pending', embedding_attempts = 0, embedding_next_attempt_at = now(),
                    embedding_lease_token = null, embedding_lease_until = null,
                    matching_status = 'pending', matching_attempts = 0, matching_next_attempt_at = now(),
                    matching_lease_token = null, matching_lease_until = null
                where id = $1 and parsing_lease_token = $2",
                params![id.0 => UUID, lease.token => UUID, text => TEXT, Json(profile) => JSONB, skill_ids => TEXT_ARRAY,
                    release => TEXT],
            )
            .await?;
        Ok(rows == 1)
    }

    /// Claims CVs to embed: those waiting, and those whose vector is of another model than
    /// `model`, where it is known.
    ///
    /// # Errors
    /// The database fails.
    pub async fn claim_cvs_to_embed(
        &self,
        claim: Claim<'_>,
        lease: &Lease,
        model: Option<&str>,
    ) -> Result<Vec<CvToEmbed>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "update cv set embedding_attempts = case when embedding_status = 'completed' then 1 else embedding_attempts + 1 end,
                    embedding_status = 'processing',
                    embedding_lease_token = $3, embedding_lease_until = now() + $4 * interval '1 second',
                    embedding_claimed_at = now()
                where id in (
                    select id from cv
                    where ($1::uuid[] is null or id = any ($1)) and parsing_status = 'completed'
                        and ((embedding_status = 'pending' and embedding_next_attempt_at <= now() and embedding_attempts < $5)
                            or (embedding_status = 'processing' and embedding_lease_until < now() and embedding_attempts < $5)
                            or (embedding_status = 'completed' and embedding_model <> $6))
                    order by embedding_next_attempt_at limit $2
                    for update skip locked)
                returning id, text, profile, embedding_attempts",
                params![claim.ids() => UUID_ARRAY, claim.limit() => INT8, lease.token => UUID, lease.seconds() => FLOAT8,
                    lease.attempts => INT4, model => TEXT],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(CvToEmbed {
                    id: CvId(row.try_get("id")?),
                    text: row.try_get::<_, Option<String>>("text")?.unwrap_or_default(),
                    profile: from_json("profile", row.try_get("profile")?)?,
                    attempts: row.try_get("embedding_attempts")?,
                })
            })
            .collect()
    }

    /// Writes a CV's vector and sets it free for matching. `false` if the lease was lost meanwhile.
    ///
    /// # Errors
    /// The database fails.
    pub async fn complete_cv_embedding(
        &self,
        id: CvId,
        lease: &Lease,
        embedding: &[f32],
        model: &str,
    ) -> Result<bool, DbError> {
        let client = self.client().await?;
        let vector_type = self.vector_type(&client).await?;
        let vector = Vector::from(embedding.to_vec());
        let rows = client
            .execute_typed(
                "update cv set embedding_status = 'completed', embedding_failure = null, embedded_at = now(),
                    embedding_lease_token = null, embedding_lease_until = null, embedding = $3, embedding_model = $4,
                    matching_status = 'pending', matching_attempts = 0, matching_next_attempt_at = now(),
                    matching_lease_token = null, matching_lease_until = null
                where id = $1 and embedding_lease_token = $2",
                &[
                    (&id.0, tokio_postgres::types::Type::UUID),
                    (&lease.token, tokio_postgres::types::Type::UUID),
                    (&vector, vector_type),
                    (&model, tokio_postgres::types::Type::TEXT),
                ],
            )
            .await?;
        Ok(rows == 1)
    }

    /// Claims CVs to match: those waiting; and, where any may be taken, latest versions last matched over `refresh_hours` ago.
    ///
    /// # Errors
    /// The database fails.
    pub async fn claim_cvs_to_match(
        &self,
        claim: Claim<'_>,
        lease: &Lease,
        refresh_hours: f64,
    ) -> Result<Vec<CvToMatch>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "update cv set matching_attempts = case when matching_status = 'completed' then 1 else matching_attempts + 1 end,
                    matching_status = 'processing',
                    matching_lease_token = $3, matching_lease_until = now() + $4 * interval '1 second',
                    matching_claimed_at = now()
                where id in (
                    select id from cv
                    where ($1::uuid[] is null or id = any ($1)) and embedding_status = 'completed'
                        and ((matching_status = 'pending' and matching_next_attempt_at <= now() and matching_attempts < $5)
                            or (matching_status = 'processing' and matching_lease_until < now() and matching_attempts < $5)
                            or (matching_status = 'completed' and is_latest
                                and last_analyzed < now() - $6 * interval '1 hour'))
                    order by last_analyzed nulls first, matching_next_attempt_at limit $2
                    for update skip locked)
                returning id, candidate_id, text, profile, embedding::real[] as embedding, matching_attempts",
                params![claim.ids() => UUID_ARRAY, claim.limit() => INT8, lease.token => UUID, lease.seconds() => FLOAT8,
                    lease.attempts => INT4, refresh_hours => FLOAT8],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(CvToMatch {
                    id: CvId(row.try_get("id")?),
                    candidate_id: CandidateId(row.try_get("candidate_id")?),
                    text: row.try_get::<_, Option<String>>("text")?.unwrap_or_default(),
                    profile: from_json("profile", row.try_get("profile")?)?,
                    embedding: row.try_get("embedding")?,
                    attempts: row.try_get("matching_attempts")?,
                })
            })
            .collect()
    }

    /// Sets failed embeddings that are due free again: the hourly retry. Rows at their last attempt stay failed. Returns
    /// the ids of the CVs and of the jobs.
    ///
    /// # Errors
    /// The database fails.
    pub async fn retry_failed_embeddings(
        &self,
        attempts: i32,
        limit: i64,
    ) -> Result<(Vec<CvId>, Vec<JobId>), DbError> {
        let client = self.client().await?;
        let cvs = client
            .query_typed(
                "update cv set embedding_status = 'pending', embedding_next_attempt_at = now()
                where id in (
                    select id from cv
                    where embedding_status = 'failed' and embedding_next_attempt_at <= now() and embedding_attempts < $1
                        and embedding_failure ->> 'kind' is distinct from 'input'
                    order by embedding_next_attempt_at limit $2
                    for update skip locked)
                returning id",
                params![attempts => INT4, limit => INT8],
            )
            .await?;
        let jobs = client
            .query_typed(
                "update job set embedding_status = 'pending', embedding_next_attempt_at = now()
                where id in (
                    select id from job
                    where embedding_status = 'failed' and embedding_next_attempt_at <= now() and embedding_attempts < $1
                        and embedding_failure ->> 'kind' is distinct from 'input'
                    order by embedding_next_attempt_at limit $2
                    for update skip locked)
                returning id",
                params![attempts => INT4, limit => INT8],
            )
            .await?;
        Ok((
            cvs.iter().map(|row| Ok(CvId(row.try_get(0)?))).collect::<Result<_, DbError>>()?,
            jobs.iter().map(|row| Ok(JobId(row.try_get(0)?))).collect::<Result<_, DbError>>()?,
        ))
    }
}
