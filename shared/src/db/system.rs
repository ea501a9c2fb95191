//! How the whole system stands: what waits at each stage, since when, and what failed; when the schedules last ran; and the
//! database itself. Every count reads a partial index, so that it costs as much as there is to count and no more.

use chrono::{DateTime, Utc};

use super::{Db, DbError, params};

/// What waits at a stage.
#[derive(Clone, Debug, PartialEq)]
pub struct StageBacklog {
    /// `cv_parsing`, `cv_embedding`, `cv_matching`, `job_embedding` or `explanation`.
    pub stage: String,
    /// Rows that wait or are worked on.
    pub waiting: i64,
    /// How long the one that waits longest has been due, in seconds; 0 where none is due.
    pub oldest_seconds: f64,
    /// Rows that failed for good.
    pub failed: i64,
}

/// When a schedule last ran, and whether it may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScheduleState {
    /// The task.
    pub name: String,
    /// When it was last taken up.
    pub last_tick: Option<DateTime<Utc>>,
    /// Somebody paused it.
    pub paused: bool,
}

/// How the database stands.
#[derive(Clone, Debug, PartialEq)]
pub struct DatabaseState {
    /// Its size with indexes.
    pub bytes: i64,
    /// Sessions that do something now.
    pub active: i64,
    /// Sessions that do nothing.
    pub idle: i64,
    /// Sessions that hold a transaction open and do nothing.
    pub idle_in_transaction: i64,
    /// Other sessions.
    pub other: i64,
    /// Most sessions of its server.
    pub connections_limit: i32,
    /// Queues that are paused.
    pub paused_queues: i64,
    /// Schedules that are paused.
    pub paused_schedules: i64,
    /// When the tables were last changed: no schedule can be late since before that.
    pub migrated_at: DateTime<Utc>,
}

const BACKLOGS: &str = "
    select 'cv_parsing' as stage,
        (select count(*) from cv where parsing_status in ('pending', 'processing')) as waiting,
        (select extract(epoch from now() - min(parsing_next_attempt_at)) from cv
            where parsing_status in ('pending', 'processing') and (parsing_status = 'pending' or parsing_lease_until < now()))::float8 as seconds,
        (select count(*) from cv where parsing_status = 'failed') as failed
    union all
    select 'cv_embedding',
        (select count(*) from cv where parsing_status = 'completed' and embedding_status in ('pending', 'processing')),
        (select extract(epoch from now() - min(embedding_next_attempt_at)) from cv
            where parsing_status = 'completed' and embedding_status in ('pending', 'processing')
                and (embedding_status = 'pending' or embedding_lease_until < now()))::float8,
        (select count(*) from cv where embedding_status = 'failed')
    union all
    select 'cv_matching',
        (select count(*) from cv where embedding_status = 'completed' and matching_status in ('pending', 'processing')),
        (select extract(epoch from now() - min(matching_next_attempt_at)) from cv
            where embedding_status = 'completed' and matching_status in ('pending', 'processing')
                and (matching_status = 'pending' or matching_lease_until < now()))::float8,
        (select count(*) from cv where matching_status = 'failed')
    union all
    select 'job_embedding',
        (select count(*) from job where embedding_status in ('pending', 'processing')),
        (select extract(epoch from now() - min(embedding_next_attempt_at)) from job
            where embedding_status in ('pending', 'processing') and (embedding_status = 'pending' or embedding_lease_until < now()))::float8,
        (select count(*) from job where embedding_status = 'failed')
    union all
    select 'explanation',
        (select count(*) from match join prediction on prediction.id = prediction_id
            where explanation_status in ('pending', 'processing') and prediction.is_latest),
        (select extract(epoch from now() - min(explanation_next_attempt_at)) from match join prediction on prediction.id = prediction_id
            where explanation_status in ('pending', 'processing') and prediction.is_latest
                and (explanation_status = 'pending' or explanation_lease_until < now()))::float8,
        (select count(*) from match where explanation_status = 'failed')";

const SCHEDULES: &str = "
    select name, (select last_tick from schedule where schedule.name = task.name) as last_tick,
        exists (select from pause where kind = 'schedule' and pause.name = task.name) as paused
    from unnest($1::text[]) as task (name)";

const DATABASE: &str = "
    select pg_database_size(current_database()) as bytes,
        count(*) filter (where state = 'active') as active,
        count(*) filter (where state = 'idle') as idle,
        count(*) filter (where state like 'idle in transaction%') as idle_in_transaction,
        count(*) filter (where state is null or state not like 'idle%' and state <> 'active') as other,
        current_setting('max_connections')::integer as connections_limit,
        (select count(*) from pause where kind = 'queue') as paused_queues,
        (select count(*) from pause where kind = 'schedule') as paused_schedules,
        (select max(applied_on::timestamptz) from refinery_schema_history) as migrated_at
    from pg_stat_activity where datname = current_database()";

impl Db {
    /// What waits at each stage.
    ///
    /// # Errors
    /// The database fails.
    pub async fn backlogs(&self) -> Result<Vec<StageBacklog>, DbError> {
        let client = self.client().await?;
        let rows = client.query_typed(BACKLOGS, &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(StageBacklog {
                    stage: row.try_get("stage")?,
                    waiting: row.try_get("waiting")?,
                    oldest_seconds: row.try_get::<_, Option<f64>>("seconds")?.unwrap_or(0.0).max(0.0),
                    failed: row.try_get("failed")?,
                })
            })
            .collect()
    }

    /// When the schedules of these names last ran.
    ///
    /// # Errors
    /// The database fails.
    pub async fn schedule_states(&self, names: &[&str]) -> Result<Vec<ScheduleState>, DbError> {
        let client = self.client().await?;
        let rows = client.query_typed(SCHEDULES, params![names => TEXT_ARRAY]).await?;
        rows.iter()
            .map(|row| {
                Ok(ScheduleState {
                    name: row.try_get("name")?,
                    last_tick: row.try_get("last_tick")?,
                    paused: row.try_get("paused")?,
                })
            })
            .collect()
    }

    /// How the database itself stands.
    ///
    /// # Errors
    /// The database fails.
    pub async fn database_state(&self) -> Result<DatabaseState, DbError> {
        let client = self.client().await?;
        let row = client.query_typed_one(DATABASE, &[]).await?;
        Ok(DatabaseState {
            bytes: row.try_get("bytes")?,
            active: row.try_get("active")?,
            idle: row.try_get("idle")?,
            idle_in_transaction: row.try_get("idle_in_transaction")?,
            other: row.try_get("other")?,
            connections_limit: row.try_get("connections_limit")?,
            paused_queues: row.try_get("paused_queues")?,
            paused_schedules: row.try_get("paused_schedules")?,
            migrated_at: row.try_get("migrated_at")?,
        })
    }
}
