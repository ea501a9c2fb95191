//! The table `stage_minute`: what each stage and route did in each minute, with how long it took as a histogram.

use chrono::{DateTime, Utc};

use super::{Db, DbError, params};
use crate::durations::Histogram;

/// What a stage or route did, to be added to the minute that it was done in.
#[derive(Clone, Debug, Default)]
pub struct Done {
    /// Items, or requests, that were done.
    pub succeeded: u64,
    /// Those that failed, attempts that come again among them.
    pub failed: u64,
    /// Of the failed, those that come again.
    pub retried: u64,
    /// How long each took.
    pub durations: Histogram,
}

impl Done {
    /// Adds another's.
    pub fn merge(&mut self, other: &Self) {
        self.succeeded += other.succeeded;
        self.failed += other.failed;
        self.retried += other.retried;
        self.durations.merge(&other.durations);
    }
}

/// What a stage or route did within a step of a series.
#[derive(Clone, Debug)]
pub struct DoneRow {
    /// The stage's function, or the route.
    pub function: String,
    /// When the step began.
    pub at: DateTime<Utc>,
    /// What was done.
    pub done: Done,
}

/// Rows of a minute that processes are spread over.
const SLOTS: i16 = 8;

const ADD: &str = "
    insert into stage_minute as kept (function, minute, slot, succeeded, failed, retried, durations)
    values ($1, date_trunc('minute', now()), $2, $3, $4, $5, $6)
    on conflict (minute, function, slot) do update set succeeded = kept.succeeded + excluded.succeeded,
        failed = kept.failed + excluded.failed, retried = kept.retried + excluded.retried,
        durations = added(kept.durations, excluded.durations)";

const SERIES: &str = "
    with counted as (
        select function, to_timestamp(floor(extract(epoch from minute) / $2) * $2) as step, sum(succeeded)::int8 as succeeded,
            sum(failed)::int8 as failed, sum(retried)::int8 as retried
        from stage_minute where minute > now() - $1 * interval '1 second' group by 1, 2),
    timed as (
        select function, step, array_agg(count order by bucket) as durations
        from (
            select function, to_timestamp(floor(extract(epoch from minute) / $2) * $2) as step, bucket, sum(count)::int8 as count
            from stage_minute cross join unnest(durations) with ordinality as buckets (count, bucket)
            where minute > now() - $1 * interval '1 second' group by 1, 2, 3) as sums
        group by function, step)
    select function, step, succeeded, failed, retried, durations from counted join timed using (function, step)
    order by function, step";

impl Db {
    /// Adds to the present minute what was done since the last call, by function or route.
    ///
    /// # Errors
    /// The database fails.
    pub async fn add_done(&self, done: &[(String, Done)]) -> Result<(), DbError> {
        if done.is_empty() {
            return Ok(());
        }
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let slot = (std::process::id() % SLOTS.unsigned_abs() as u32) as i16;
        // In one order everywhere, so that two that write at once wait for each other and do not lock each other out.
        let mut done: Vec<_> = done.iter().collect();
        done.sort_by(|a, b| a.0.cmp(&b.0));
        for (function, done) in done {
            let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
            transaction
                .execute_typed(
                    ADD,
                    params![function => TEXT, slot => INT2, number(done.succeeded) => INT8, number(done.failed) => INT8,
                        number(done.retried) => INT8, done.durations.counts() => INT8_ARRAY],
                )
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    /// What was done in the last `seconds`, in steps of `step` seconds, by function or route and time.
    ///
    /// # Errors
    /// The database fails.
    pub async fn done_series(&self, seconds: f64, step: f64) -> Result<Vec<DoneRow>, DbError> {
        let client = self.client().await?;
        let rows = client.query_typed(SERIES, params![seconds => FLOAT8, step => FLOAT8]).await?;
        rows.iter()
            .map(|row| {
                let number = |column| Ok::<_, DbError>(row.try_get::<_, i64>(column)?.unsigned_abs());
                Ok(DoneRow {
                    function: row.try_get("function")?,
                    at: row.try_get("step")?,
                    done: Done {
                        succeeded: number("succeeded")?,
                        failed: number("failed")?,
                        retried: number("retried")?,
                        durations: Histogram::from_counts(&row.try_get::<_, Vec<i64>>("durations")?),
                    },
                })
            })
            .collect()
    }
}
