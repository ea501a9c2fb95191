//! What the stages have in common: how a claimed row is let go after a failed attempt, and how rows are freed whose worker
//! died once too often. The claims and the results stand with their tables.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio_postgres::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Db, DbError, params};
use crate::domain::Failure;
use crate::queue::QueueName;

/// The stages whose state stands in a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// `cv.parsing_*`
    CvParsing,
    /// `cv.embedding_*`
    CvEmbedding,
    /// `cv.matching_*`
    CvMatching,
    /// `job.embedding_*`
    JobEmbedding,
    /// `match.explanation_*`
    Explanation,
}

impl Stage {
    /// All of them, in the order of a CV's way.
    pub const ALL: [Self; 5] =
        [Self::CvParsing, Self::CvEmbedding, Self::CvMatching, Self::Explanation, Self::JobEmbedding];

    /// The stages of a CV, in the order of its way.
    pub const OF_CV: [Self; 4] = [Self::CvParsing, Self::CvEmbedding, Self::CvMatching, Self::Explanation];

    /// Its word in the view `stage_state`, in JSON and in metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CvParsing => "cv_parsing",
            Self::CvEmbedding => "cv_embedding",
            Self::CvMatching => "cv_matching",
            Self::JobEmbedding => "job_embedding",
            Self::Explanation => "explanation",
        }
    }

    /// The function that does it.
    pub const fn function(self) -> &'static str {
        match self {
            Self::CvParsing => "parse-cv",
            Self::CvEmbedding => "embed-cv",
            Self::CvMatching => "match-cv",
            Self::JobEmbedding => "embed-job",
            Self::Explanation => "explain-matches",
        }
    }

    /// The queue whose messages hint at its rows.
    pub const fn queue(self) -> QueueName {
        match self {
            Self::CvParsing => QueueName::CvParse,
            Self::CvEmbedding => QueueName::CvEmbed,
            Self::CvMatching => QueueName::CvMatch,
            Self::JobEmbedding => QueueName::JobEmbed,
            Self::Explanation => QueueName::MatchExplain,
        }
    }

    /// The stage that a queue's messages hint at; none for the queue of uploads, which has no rows of its own.
    pub fn of_queue(queue: QueueName) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.queue() == queue)
    }
}

/// Which rows a claim may take.
#[derive(Clone, Copy, Debug)]
pub enum Claim<'a> {
    /// These, if they are due: what queue messages name.
    These(&'a [Uuid]),
    /// Any that are due, at most so many, the longest waiting first: what schedules do.
    Any(i64),
}

impl Claim<'_> {
    pub(super) fn ids(&self) -> Option<&[Uuid]> {
        match self {
            Self::These(ids) => Some(ids),
            Self::Any(_) => None,
        }
    }

    pub(super) fn limit(&self) -> i64 {
        match self {
            Self::These(ids) => ids.len() as i64,
            Self::Any(limit) => *limit,
        }
    }
}

/// For how long, and under which token, a worker holds the rows that it claims.
#[derive(Clone, Copy, Debug)]
pub struct Lease {
    /// Fences off this worker if it comes back after its lease ended and another took the row.
    pub token: Uuid,
    /// How long the lease is.
    pub length: Duration,
    /// Claims that a row gets before it is given up.
    pub attempts: i32,
}

impl Lease {
    /// A new lease.
    pub fn new(length: Duration, attempts: i32) -> Self {
        Self { token: Uuid::now_v7(), length, attempts }
    }

    pub(super) fn seconds(&self) -> f64 {
        self.length.as_secs_f64()
    }
}

/// What becomes of a row whose attempt failed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum NextAttempt {
    /// Pending again, due after this time.
    After(Duration),
    /// Failed for now; the retries of failed rows may take it after this time.
    FailedUntil(Duration),
}

const FAIL_CV_PARSING: &str = "
    update cv set parsing_status = $3, parsing_failure = $4, parsing_next_attempt_at = now() + $5 * interval '1 second',
        parsing_lease_token = null, parsing_lease_until = null
    where id = $1 and parsing_lease_token = $2";
const FAIL_CV_EMBEDDING: &str = "
    update cv set embedding_status = $3, embedding_failure = $4, embedding_next_attempt_at = now() + $5 * interval '1 second',
        embedding_lease_token = null, embedding_lease_until = null
    where id = $1 and embedding_lease_token = $2";
const FAIL_CV_MATCHING: &str = "
    update cv set matching_status = $3, matching_failure = $4, matching_next_attempt_at = now() + $5 * interval '1 second',
        matching_lease_token = null, matching_lease_until = null
    where id = $1 and matching_lease_token = $2";
const FAIL_JOB_EMBEDDING: &str = "
    update job set embedding_status = $3, embedding_failure = $4, embedding_next_attempt_at = now() + $5 * interval '1 second',
        embedding_lease_token = null, embedding_lease_until = null
    where id = $1 and embedding_lease_token = $2";
const FAIL_EXPLANATION: &str = "
    update match set explanation_status = $3, explanation_failure = $4, explanation_next_attempt_at = now() + $5 * interval '1 second',
        explanation_lease_token = null, explanation_lease_until = null
    where id = $1 and explanation_lease_token = $2";

const GIVE_UP_CV_PARSING: &str = "
    update cv set parsing_status = 'failed', parsing_failure = $2, parsing_lease_token = null, parsing_lease_until = null
    where parsing_status = 'processing' and parsing_lease_until < now() and parsing_attempts >= $1";
const GIVE_UP_CV_EMBEDDING: &str = "
    update cv set embedding_status = 'failed', embedding_failure = $2, embedding_lease_token = null, embedding_lease_until = null
    where embedding_status = 'processing' and embedding_lease_until < now() and embedding_attempts >= $1";
const GIVE_UP_CV_MATCHING: &str = "
    update cv set matching_status = 'failed', matching_failure = $2, matching_lease_token = null, matching_lease_until = null
    where matching_status = 'processing' and matching_lease_until < now() and matching_attempts >= $1";
const GIVE_UP_JOB_EMBEDDING: &str = "
    update job set embedding_status = 'failed', embedding_failure = $2, embedding_lease_token = null, embedding_lease_until = null
    where embedding_status = 'processing' and embedding_lease_until < now() and embedding_attempts >= $1";
const GIVE_UP_EXPLANATION: &str = "
    update match set explanation_status = 'failed', explanation_failure = $2, explanation_lease_token = null, explanation_lease_until = null
    where explanation_status = 'processing' and explanation_lease_until < now() and explanation_attempts >= $1";

impl Db {
    /// Lets go of a claimed row after a failed attempt. Does nothing (and says `false`) if the lease was lost meanwhile.
    ///
    /// # Errors
    /// The database fails.
    pub async fn fail(
        &self,
        stage: Stage,
        id: Uuid,
        lease: &Lease,
        failure: &Failure,
        next: NextAttempt,
    ) -> Result<bool, DbError> {
        let (status, delay) = match next {
            NextAttempt::After(delay) => ("pending", delay),
            NextAttempt::FailedUntil(delay) => ("failed", delay),
        };
        let statement = match stage {
            Stage::CvParsing => FAIL_CV_PARSING,
            Stage::CvEmbedding => FAIL_CV_EMBEDDING,
            Stage::CvMatching => FAIL_CV_MATCHING,
            Stage::JobEmbedding => FAIL_JOB_EMBEDDING,
            Stage::Explanation => FAIL_EXPLANATION,
        };
        let client = self.client().await?;
        let rows = client
            .execute_typed(
                statement,
                params![id => UUID, lease.token => UUID, status => TEXT, Json(failure) => JSONB, delay.as_secs_f64() => FLOAT8],
            )
            .await?;
        Ok(rows == 1)
    }

    /// Gives up rows whose worker died at the last attempt that they had: a file that takes its worker down must not be
    /// tried for ever. Returns how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn give_up_abandoned(
        &self,
        stage: Stage,
        attempts: i32,
        failure: &Failure,
    ) -> Result<u64, DbError> {
        let statement = match stage {
            Stage::CvParsing => GIVE_UP_CV_PARSING,
            Stage::CvEmbedding => GIVE_UP_CV_EMBEDDING,
            Stage::CvMatching => GIVE_UP_CV_MATCHING,
            Stage::JobEmbedding => GIVE_UP_JOB_EMBEDDING,
            Stage::Explanation => GIVE_UP_EXPLANATION,
        };
        let client = self.client().await?;
        Ok(client.execute_typed(statement, params![attempts => INT4, Json(failure) => JSONB]).await?)
    }
}

const WAITING_CV_PARSING: &str = "
    select id, greatest(0, extract(epoch from case parsing_status when 'processing' then parsing_lease_until else parsing_next_attempt_at end - now()))::float8 from cv
    where ($1::uuid[] is null or id = any ($1)) and parsing_status in ('pending', 'processing') order by parsing_next_attempt_at";
const WAITING_CV_EMBEDDING: &str = "
    select id, greatest(0, extract(epoch from case embedding_status when 'processing' then embedding_lease_until else embedding_next_attempt_at end - now()))::float8 from cv
    where ($1::uuid[] is null or id = any ($1)) and parsing_status = 'completed' and embedding_status in ('pending', 'processing') order by embedding_next_attempt_at";
const WAITING_CV_MATCHING: &str = "
    select id, greatest(0, extract(epoch from case matching_status when 'processing' then matching_lease_until else matching_next_attempt_at end - now()))::float8 from cv
    where ($1::uuid[] is null or id = any ($1)) and embedding_status = 'completed' and matching_status in ('pending', 'processing') order by matching_next_attempt_at";
const WAITING_JOB_EMBEDDING: &str = "
    select id, greatest(0, extract(epoch from case embedding_status when 'processing' then embedding_lease_until else embedding_next_attempt_at end - now()))::float8 from job
    where ($1::uuid[] is null or id = any ($1)) and embedding_status in ('pending', 'processing') order by embedding_next_attempt_at";
const WAITING_EXPLANATION: &str = "
    select prediction_id, greatest(0, min(extract(epoch from case explanation_status when 'processing' then explanation_lease_until else explanation_next_attempt_at end - now())))::float8
    from match join prediction on prediction.id = prediction_id
    where ($1::uuid[] is null or prediction_id = any ($1)) and explanation_status in ('pending', 'processing') and prediction.is_latest group by prediction_id";

const FREE_LEASES: &str = "
    update cv set parsing_status = 'pending', parsing_lease_token = null, parsing_lease_until = null
        where parsing_status = 'processing';
    update cv set embedding_status = 'pending', embedding_lease_token = null, embedding_lease_until = null
        where embedding_status = 'processing';
    update cv set matching_status = 'pending', matching_lease_token = null, matching_lease_until = null
        where matching_status = 'processing';
    update job set embedding_status = 'pending', embedding_lease_token = null, embedding_lease_until = null
        where embedding_status = 'processing';
    update match set explanation_status = 'pending', explanation_lease_token = null, explanation_lease_until = null
        where explanation_status = 'processing';";

impl Db {
    /// What waits in a stage (of `ids`, or of all), each with the seconds until it is due or its lease ends. For
    /// [`Stage::Explanation`] the ids are those of predictions.
    ///
    /// # Errors
    /// The database fails.
    pub async fn waiting(&self, stage: Stage, ids: Option<&[Uuid]>) -> Result<Vec<(Uuid, f64)>, DbError> {
        let statement = match stage {
            Stage::CvParsing => WAITING_CV_PARSING,
            Stage::CvEmbedding => WAITING_CV_EMBEDDING,
            Stage::CvMatching => WAITING_CV_MATCHING,
            Stage::JobEmbedding => WAITING_JOB_EMBEDDING,
            Stage::Explanation => WAITING_EXPLANATION,
        };
        let client = self.client().await?;
        let rows = client.query_typed(statement, params![ids => UUID_ARRAY]).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }

    /// Frees every leased row at once. Only for a process that is alone on its database: whoever held the leases is dead.
    ///
    /// # Errors
    /// The database fails.
    pub async fn free_all_leases(&self) -> Result<(), DbError> {
        self.client().await?.batch_execute(FREE_LEASES).await?;
        Ok(())
    }
}
