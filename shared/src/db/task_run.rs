//! The table `task_run`: each batch that a stage or a scheduled task worked on. Batches of stages are written by the dozen,
//! some moments after they began and ended; a scheduled task's run is written before it begins, because it is what keeps the
//! next one from running at the same time.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{Db, DbError, params};

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Rows taken.
    pub items: i32,
    /// Rows done.
    pub succeeded: i32,
    /// Rows that failed.
    pub failed: i32,
    /// Of the failed, those that come again.
    pub retried: i32,
}

/// A run as it stands now, to be written. Times are ages, so that a host whose clock is wrong writes what is right.
#[derive(Clone, Debug)]
pub struct RunNow {
    /// Its id, which is the token of its leases too.
    pub id: Uuid,
    /// The stage's function, or the task.
    pub name: &'static str,
    /// `lambda`, `knative`, `polling` or `in_process`.
    pub host: &'static str,
    /// `queue`, `schedule` or `manual`.
    pub trigger: &'static str,
    /// The trace of which it is a part.
    pub trace_id: Option<String>,
    /// How long ago it began.
    pub began: Duration,
    /// How long ago it ended; none while it goes on.
    pub ended: Option<Duration>,
    /// What it did.
    pub counts: RunCounts,
    /// Failures by reason, as `{reason: count}`.
    pub error_kinds: Value,
    /// Why the run as a whole failed.
    pub error: Option<String>,
}

/// A run as it is kept.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// Its id; younger ones are greater.
    pub id: Uuid,
    /// The stage's function, or the task.
    pub name: String,
    /// Where it ran.
    pub host: String,
    /// What caused it.
    pub trigger: String,
    /// The trace of which it is a part.
    pub trace_id: Option<String>,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// `running`, `completed`, `failed`, `skipped` or `abandoned`.
    pub state: String,
    /// What it did.
    pub counts: RunCounts,
    /// Failures by reason, as `{reason: count}`.
    pub error_kinds: Value,
    /// Why the run as a whole failed.
    pub error: Option<String>,
}

/// Which runs are asked for. What is none does not matter.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    /// Of this stage's function or task.
    pub name: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// Begun at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this time.
    pub to: Option<DateTime<Utc>>,
    /// Older than this run: where a page begins.
    pub before: Option<Uuid>,
}

/// Without a sign of life for this long a run is taken for dead. Signs are given every few seconds.
pub const RUN_IS_DEAD_AFTER: Duration = Duration::from_secs(60);
/// What the runs of killed processes say.
const ABANDONED: &str = "abandoned: its process ended";

const WRITE_RUNS: &str = "
    insert into task_run as kept (id, name, host, trigger, trace_id, started_at, finished_at, items, succeeded, failed, retried,
        error_kinds, error, alive_until)
    select id, name, host, trigger, nullif(trace_id, ''), now() - began * interval '1 second',
        case when ended >= 0 then now() - ended * interval '1 second' end, items, succeeded, failed, retried, error_kinds,
        nullif(error, ''), now() + $14 * interval '1 second'
    from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::float8[], $7::float8[], $8::int4[], $9::int4[],
        $10::int4[], $11::int4[], $12::jsonb[], $13::text[])
        as new (id, name, host, trigger, trace_id, began, ended, items, succeeded, failed, retried, error_kinds, error)
    on conflict (id) do update set finished_at = excluded.finished_at, items = excluded.items, succeeded = excluded.succeeded,
        failed = excluded.failed, retried = excluded.retried, error_kinds = excluded.error_kinds, error = excluded.error,
        alive_until = excluded.alive_until
    where kept.finished_at is null or excluded.finished_at is not null";

/// Runs of `$from`, which is `task_run` or goes by that name, with their state.
macro_rules! runs {
    ($from:literal, $which:literal) => {
        concat!(
            "select id, name, host, trigger, trace_id, started_at, finished_at, state, items, succeeded, failed, retried, error_kinds,
                error
            from ",
            $from,
            " cross join lateral (
                select case
                    when skipped then 'skipped'
                    when finished_at is null and alive_until > now() then 'running'
                    when finished_at is null or error like 'abandoned%' then 'abandoned'
                    when error is not null then 'failed'
                    else 'completed' end as state) as stands ",
            $which
        )
    };
}

const RUNS: &str = runs!(
    "task_run",
    "where ($1::text is null or name = $1) and ($2::text is null or state = $2)
        and ($3::timestamptz is null or started_at >= $3) and ($4::timestamptz is null or started_at < $4)
        and ($5::uuid is null or id < $5)
    order by id desc limit $6"
);
/// The same as of [`RUNS`] in the state `running`, by the index of what has not ended: the others are many.
const RUNNING: &str =
    runs!("task_run", "where finished_at is null and alive_until > now() order by id desc limit $1");
const LAST_RUNS: &str = runs!(
    "unnest($1::text[]) as wanted (wanted_name) cross join lateral (
        select * from task_run where name = wanted_name and not skipped order by started_at desc limit 1) as task_run",
    ""
);

impl Db {
    /// Writes runs as they stand now: those that began, go on or ended.
    ///
    /// # Errors
    /// The database fails; then none is written.
    pub async fn write_runs(&self, runs: &[RunNow]) -> Result<(), DbError> {
        if runs.is_empty() {
            return Ok(());
        }
        fn column<T>(runs: &[RunNow], of: impl Fn(&RunNow) -> T) -> Vec<T> {
            runs.iter().map(of).collect()
        }
        let client = self.client().await?;
        client
            .execute_typed(
                WRITE_RUNS,
                params![
                    column(runs, |run| run.id) => UUID_ARRAY,
                    column(runs, |run| run.name) => TEXT_ARRAY,
                    column(runs, |run| run.host) => TEXT_ARRAY,
                    column(runs, |run| run.trigger) => TEXT_ARRAY,
                    column(runs, |run| run.trace_id.clone().unwrap_or_default()) => TEXT_ARRAY,
                    column(runs, |run| run.began.as_secs_f64()) => FLOAT8_ARRAY,
                    column(runs, |run| run.ended.map_or(-1.0, |ended| ended.as_secs_f64())) => FLOAT8_ARRAY,
                    column(runs, |run| run.counts.items) => INT4_ARRAY,
                    column(runs, |run| run.counts.succeeded) => INT4_ARRAY,
                    column(runs, |run| run.counts.failed) => INT4_ARRAY,
                    column(runs, |run| run.counts.retried) => INT4_ARRAY,
                    column(runs, |run| run.error_kinds.clone()) => JSONB_ARRAY,
                    column(runs, |run| run.error.clone().unwrap_or_default()) => TEXT_ARRAY,
                    RUN_IS_DEAD_AFTER.as_secs_f64() => FLOAT8,
                ],
            )
            .await?;
        Ok(())
    }

    /// Writes down of every run that gave no sign of life that it was abandoned; with `all`, of every run that has not ended:
    /// what a process that is alone does at its start. Returns how many.
    ///
    /// # Errors
    /// The database fails.
    pub async fn close_abandoned_runs(&self, all: bool) -> Result<u64, DbError> {
        let client = self.client().await?;
        Ok(client
            .execute_typed(
                "update task_run set finished_at = now(), error = $2 where finished_at is null and ($1 or alive_until <= now())",
                params![all => BOOL, ABANDONED => TEXT],
            )
            .await?)
    }

    /// The runs that a filter names, the latest first, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn runs(&self, filter: &RunFilter, limit: i64) -> Result<Vec<RunRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                RUNS,
                params![filter.name => TEXT, filter.state => TEXT, filter.from => TIMESTAMPTZ, filter.to => TIMESTAMPTZ,
                    filter.before => UUID, limit => INT8],
            )
            .await?;
        rows.iter().map(read_run).collect()
    }

    /// The runs that go on, the latest first, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn running_runs(&self, limit: i64) -> Result<Vec<RunRow>, DbError> {
        let client = self.client().await?;
        client.query_typed(RUNNING, params![limit => INT8]).await?.iter().map(read_run).collect()
    }

    /// The last run of each name that was not skipped.
    ///
    /// # Errors
    /// The database fails.
    pub async fn last_runs(&self, names: &[&str]) -> Result<Vec<RunRow>, DbError> {
        let client = self.client().await?;
        client.query_typed(LAST_RUNS, params![names => TEXT_ARRAY]).await?.iter().map(read_run).collect()
    }
}

fn read_run(row: &tokio_postgres::Row) -> Result<RunRow, DbError> {
    Ok(RunRow {
        id: row.try_get("id")?,
        name: row.try_get("name")?,
        host: row.try_get("host")?,
        trigger: row.try_get("trigger")?,
        trace_id: row.try_get("trace_id")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        state: row.try_get("state")?,
        counts: RunCounts {
            items: row.try_get("items")?,
            succeeded: row.try_get("succeeded")?,
            failed: row.try_get("failed")?,
            retried: row.try_get("retried")?,
        },
        error_kinds: row.try_get("error_kinds")?,
        error: row.try_get("error")?,
    })
}
