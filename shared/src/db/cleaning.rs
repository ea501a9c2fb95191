//! What is past its retention, by kind: the same condition counts it and deletes it, so that a preview tells what a run does.

use serde::Serialize;
use tokio_postgres::error::SqlState;
use utoipa::ToSchema;

use super::{Db, DbError, params};

/// Rows that are kept for a while only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// Predictions in whose place later ones came.
    SupersededPredictions,
    /// What candidates did with matches; but what decides how a match that is still shown looks stays as long as it does.
    Interactions,
    /// Records of batches.
    TaskRuns,
    /// Their sums by minute.
    StageMinutes,
    /// What happened to CVs and jobs.
    History,
    /// Requests to the chat API; the sums of days stay.
    ChatCalls,
    /// What was done by hand.
    AuditLog,
    /// Answers to requests with an `Idempotency-Key`.
    IdempotencyKeys,
    /// Tests of queues.
    Probes,
    /// Promised places whose files never came.
    ExpiredUploads,
    /// CVs of which a later version was uploaded. Last, because with them goes what hangs on them.
    SupersededCvs,
}

/// What one statement deleted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deleted {
    /// Rows.
    pub rows: u64,
    /// Files that they pointed at.
    pub file_keys: Vec<String>,
    /// Whether others held rows that it would have had to wait for: it deleted none then, and is to be run later.
    pub was_locked_out: bool,
}

struct Statements {
    count: &'static str,
    delete: &'static str,
}

/// `$1` is the age in days, `$2` the most rows. Rows that somebody else has locked are left out.
macro_rules! kept {
    ($table:literal, $key:literal, by $order:literal, $file:literal, $condition:literal) => {
        Statements {
            count: concat!("select count(*) from ", $table, " where ", $condition),
            delete: concat!(
                "delete from ",
                $table,
                " where (",
                $key,
                ") in (select ",
                $key,
                " from ",
                $table,
                " where ",
                $condition,
                " order by ",
                $order,
                " limit $2 for update skip locked) returning ",
                $file
            ),
        }
    };
}

impl Kept {
    /// All kinds, in the order in which they are deleted: none makes others of a later kind disappear that were counted.
    pub const ALL: [Self; 11] = [
        Self::SupersededPredictions,
        Self::Interactions,
        Self::TaskRuns,
        Self::StageMinutes,
        Self::History,
        Self::ChatCalls,
        Self::AuditLog,
        Self::IdempotencyKeys,
        Self::Probes,
        Self::ExpiredUploads,
        Self::SupersededCvs,
    ];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SupersededPredictions => "superseded_predictions",
            Self::Interactions => "interactions",
            Self::TaskRuns => "task_runs",
            Self::StageMinutes => "stage_minutes",
            Self::History => "history",
            Self::ChatCalls => "chat_calls",
            Self::AuditLog => "audit_log",
            Self::IdempotencyKeys => "idempotency_keys",
            Self::Probes => "probes",
            Self::ExpiredUploads => "expired_uploads",
            Self::SupersededCvs => "superseded_cvs",
        }
    }

    /// Rows that one statement deletes: fewer where many others hang on each.
    pub const fn at_once(self) -> i64 {
        match self {
            Self::SupersededCvs => 50,
            Self::SupersededPredictions => 200,
            _ => 1000,
        }
    }

    const fn statements(self) -> Statements {
        match self {
            Self::SupersededPredictions => kept!(
                "prediction", "id", by "superseded_at", "null::text",
                "not is_latest and superseded_at < now() - $1 * interval '1 day'"
            ),
            Self::Interactions => kept!(
                "interaction", "id", by "created_at", "null::text",
                "created_at < now() - $1 * interval '1 day'
                    and not (kind in ('save', 'dismiss', 'apply', 'hired') and exists (
                        select from cv join prediction on prediction.cv_id = cv.id and prediction.is_latest
                        join match on match.prediction_id = prediction.id and match.job_id = interaction.job_id
                        where cv.candidate_id = interaction.candidate_id))"
            ),
            Self::TaskRuns => kept!(
                "task_run", "id", by "started_at", "null::text",
                "started_at < now() - $1 * interval '1 day' and (finished_at is not null or alive_until < now())"
            ),
            Self::StageMinutes => kept!(
                "stage_minute", "minute, function, slot", by "minute", "null::text",
                "minute < now() - $1 * interval '1 day'"
            ),
            Self::History => kept!(
                "history", "id", by "at", "null::text",
                "at < now() - $1 * interval '1 day'"
            ),
            Self::ChatCalls => kept!(
                "chat_call", "id", by "started_at", "null::text",
                "started_at < now() - $1 * interval '1 day'"
            ),
            Self::AuditLog => kept!(
                "audit_log", "id", by "at", "null::text",
                "at < now() - $1 * interval '1 day'"
            ),
            Self::IdempotencyKeys => kept!(
                "idempotency_key", "caller, key", by "created_at", "null::text",
                "created_at < now() - $1 * interval '1 day'"
            ),
            Self::Probes => kept!(
                "probe", "id", by "sent_at", "null::text",
                "sent_at < now() - $1 * interval '1 day'"
            ),
            Self::ExpiredUploads => kept!(
                "upload", "id", by "expires_at", "null::text",
                "expires_at < now() - $1 * interval '1 day'"
            ),
            Self::SupersededCvs => kept!(
                "cv", "id", by "created_at", "file_key",
                "not is_latest and exists (
                    select from cv later where later.candidate_id = cv.candidate_id and later.version > cv.version
                        and later.created_at < now() - $1 * interval '1 day')"
            ),
        }
    }
}

impl Db {
    /// How many rows of a kind are older than `days`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn count_past_retention(&self, kind: Kept, days: f64) -> Result<i64, DbError> {
        let client = self.client().await?;
        let row = client.query_typed_one(kind.statements().count, params![days => FLOAT8]).await?;
        Ok(row.try_get(0)?)
    }

    /// Deletes rows of a kind that are older than `days`, the oldest first, as many as [`Kept::at_once`] says. It waits a second at
    /// most for what others have locked.
    ///
    /// # Errors
    /// The database fails; then none is deleted.
    pub async fn delete_past_retention(&self, kind: Kept, days: f64) -> Result<Deleted, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        transaction.batch_execute("set local lock_timeout = '1s'").await?;
        let deleted = transaction
            .query_typed(kind.statements().delete, params![days => FLOAT8, kind.at_once() => INT8])
            .await;
        let rows = match deleted {
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                return Ok(Deleted { was_locked_out: true, ..Deleted::default() });
            }
            other => other?,
        };
        transaction.commit().await?;
        let mut file_keys = Vec::new();
        for row in &rows {
            file_keys.extend(row.try_get::<_, Option<String>>(0)?);
        }
        Ok(Deleted { rows: rows.len() as u64, file_keys, was_locked_out: false })
    }

    /// Which of `keys` no CV and no upload points at.
    ///
    /// # Errors
    /// The database fails.
    pub async fn orphaned_files(&self, keys: &[String]) -> Result<Vec<String>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select key from unnest($1::text[]) key
                where not exists (select from cv where file_key = key)
                    and not exists (select from upload where file_key = key)",
                params![keys => TEXT_ARRAY],
            )
            .await?;
        rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
    }
}
