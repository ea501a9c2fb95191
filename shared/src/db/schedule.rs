//! The table `schedule`: when each scheduled task was last taken up, so that a tick runs once however many hosts' clocks call
//! it, and a missed one is made up for.

use std::time::Duration;

use uuid::Uuid;

use super::{Db, DbError, params};

/// What came of asking for a run of a scheduled task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It may run, under this id.
    Run(Uuid),
    /// This tick has been run, by another host or by an event that came twice.
    Doubled,
    /// The run before is still going on.
    Overlapping,
    /// Somebody paused it.
    Paused,
}

/// How a schedule stands.
#[derive(Clone, Debug)]
pub struct ScheduleRow {
    /// The task.
    pub name: String,
    /// How long ago it was last taken up, by the database's clock; very long, where that is in the future: a clock was set back.
    pub age: Duration,
    /// How much of the day (UTC) has passed, by the same clock.
    pub time_of_day: Duration,
    /// Ticks that were called again and did not run twice.
    pub doubled: i64,
    /// Ticks that were left out because the run before was still going on.
    pub overlapped: i64,
}

const IS_PAUSED: &str = "select from pause where kind = 'schedule' and name = $1";
/// A clock that was set back must not keep a schedule from running until it has caught up: a tick of the future is none.
const TAKE_TICK: &str = "
    insert into schedule as kept (name, last_tick) values ($1, now())
    on conflict (name) do update set last_tick = now()
    where kept.last_tick <= now() - $2 * interval '1 second' or kept.last_tick > now() + interval '1 minute'";
const COUNT_DOUBLED: &str = "update schedule set doubled = doubled + 1 where name = $1";
const CLOSE_ABANDONED: &str = "
    update task_run set finished_at = now(), error = 'abandoned: its process ended'
    where name = $1 and finished_at is null and alive_until <= now()";
const IS_RUNNING: &str = "select from task_run where name = $1 and finished_at is null";
const COUNT_OVERLAPPED: &str = "update schedule set overlapped = overlapped + 1 where name = $1";
const WRITE_SKIPPED: &str = "
    insert into task_run (id, name, host, trigger, finished_at, skipped, error)
    values ($1, $2, $3, $4, now(), true, 'the run before was still going on')";
const WRITE_BEGUN: &str = "
    insert into task_run (id, name, host, trigger, alive_until) values ($1, $2, $3, $4, now() + $5 * interval '1 second')";

impl Db {
    /// Asks for a run of a scheduled task, and writes down that it begins. Of many that ask at once one is told to run.
    ///
    /// With a `gap` it is a clock that asks: the tick is this one's if none was taken for that long. Without, it is a person,
    /// and nothing is asked but that no other run goes on; a pause does not hold it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin_task(
        &self,
        name: &str,
        host: &str,
        trigger: &str,
        gap: Option<Duration>,
    ) -> Result<Begun, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        transaction
            .query_typed(
                "select pg_advisory_xact_lock(hashtextextended('task ' || $1, 0))",
                params![name => TEXT],
            )
            .await?;
        if let Some(gap) = gap {
            if transaction.query_typed_opt(IS_PAUSED, params![name => TEXT]).await?.is_some() {
                return Ok(Begun::Paused);
            }
            let gap = gap.as_secs_f64();
            let taken = transaction.execute_typed(TAKE_TICK, params![name => TEXT, gap => FLOAT8]).await?;
            if taken == 0 {
                transaction.execute_typed(COUNT_DOUBLED, params![name => TEXT]).await?;
                transaction.commit().await?;
                return Ok(Begun::Doubled);
            }
        }
        transaction.execute_typed(CLOSE_ABANDONED, params![name => TEXT]).await?;
        let id = Uuid::now_v7();
        let running = !transaction.query_typed(IS_RUNNING, params![name => TEXT]).await?.is_empty();
        if running {
            if gap.is_some() {
                transaction.execute_typed(COUNT_OVERLAPPED, params![name => TEXT]).await?;
            }
            let written = params![id => UUID, name => TEXT, host => TEXT, trigger => TEXT];
            transaction.execute_typed(WRITE_SKIPPED, written).await?;
        } else {
            let alive = super::task_run::RUN_IS_DEAD_AFTER.as_secs_f64();
            let written = params![id => UUID, name => TEXT, host => TEXT, trigger => TEXT, alive => FLOAT8];
            transaction.execute_typed(WRITE_BEGUN, written).await?;
        }
        transaction.commit().await?;
        Ok(if running { Begun::Overlapping } else { Begun::Run(id) })
    }

    /// Has the schedules that nobody has taken up yet begin now: their first tick is one period from here.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin_schedules(&self, names: &[&str]) -> Result<(), DbError> {
        let client = self.client().await?;
        client
            .execute_typed(
                "insert into schedule (name, last_tick) select name, now() from unnest($1::text[]) as name on conflict do nothing",
                params![names => TEXT_ARRAY],
            )
            .await?;
        Ok(())
    }

    /// How the schedules stand that were ever taken up.
    ///
    /// # Errors
    /// The database fails.
    pub async fn schedules(&self) -> Result<Vec<ScheduleRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select name, case when last_tick > now() + interval '1 minute' then 1e9
                        else greatest(0, extract(epoch from now() - last_tick)) end::float8 as age,
                    extract(epoch from (now() at time zone 'utc')::time)::float8 as time_of_day, doubled, overlapped
                from schedule order by name",
                &[],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ScheduleRow {
                    name: row.try_get("name")?,
                    age: Duration::from_secs_f64(row.try_get("age")?),
                    time_of_day: Duration::from_secs_f64(row.try_get("time_of_day")?),
                    doubled: row.try_get("doubled")?,
                    overlapped: row.try_get("overlapped")?,
                })
            })
            .collect()
    }
}
