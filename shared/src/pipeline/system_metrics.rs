//! The numbers of the whole system for Prometheus: read from the database, the queues and Redis when somebody asks, and kept
//! for a moment, so that many scrapes cost one reading.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Days, Utc};
use futures_util::future::join_all;
use metrics::gauge;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::{Pipeline, Schedule, Task};
use crate::cache::Cache;
use crate::config::Schedules;
use crate::db::DbError;
use crate::db::system::{DatabaseState, ScheduleState, StageBacklog};
use crate::queue::{Attributes, QueueName};
use crate::telemetry::exporting::of_system;
use crate::telemetry::instruments;

/// How long what was read is handed out again.
const KEPT: Duration = Duration::from_secs(5);
/// How long a part may take to answer. A part that does not is down.
const PATIENCE: Duration = Duration::from_secs(4);
/// A tick may come this much later than the clock says, and what it starts may take a moment to write down that it did.
const LEEWAY: Duration = Duration::from_secs(60);

/// What was read last. Cheap to clone.
#[derive(Clone, Default)]
pub(super) struct KeptSystemMetrics(Arc<Mutex<Option<(Instant, Arc<str>)>>>);

struct FromDatabase {
    backlogs: Vec<StageBacklog>,
    schedules: Vec<ScheduleState>,
    database: DatabaseState,
}

impl Pipeline {
    /// The whole system's numbers as Prometheus' text, at most a few seconds old. What cannot be read is absent; that it
    /// cannot is a number too.
    pub async fn system_metrics(&self) -> Arc<str> {
        // Held while it is read: who asks meanwhile waits for the same answer.
        let mut kept = self.system_metrics.0.lock().await;
        if let Some((at, text)) = &*kept
            && at.elapsed() < KEPT
        {
            return text.clone();
        }
        let text: Arc<str> = self.read_system_metrics().await.into();
        *kept = Some((Instant::now(), text.clone()));
        text
    }

    async fn read_system_metrics(&self) -> String {
        let queues = join_all(QueueName::ALL.map(|queue| async move {
            match timeout(PATIENCE, self.queue.attributes(queue)).await {
                Ok(Ok(attributes)) => Some(attributes),
                Ok(Err(error)) => {
                    tracing::warn!(%error, "a queue's numbers cannot be read");
                    None
                }
                Err(_) => None,
            }
        }));
        let redis = async {
            match &self.cache {
                Cache::InMemory(_) => None,
                Cache::Redis(_) => Some(matches!(timeout(PATIENCE, self.cache.ping()).await, Ok(Ok(())))),
            }
        };
        let (database, queues, redis) =
            tokio::join!(timeout(PATIENCE, self.read_from_database()), queues, redis);
        let database = match database {
            Ok(Ok(database)) => Some(database),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the system's numbers cannot be read from the database");
                None
            }
            Err(_) => None,
        };
        let limit = self.settings.monitoring.database_size_limit_bytes;
        of_system(|| {
            set(instruments::DATABASE_UP.name, u8::from(database.is_some()));
            if let Some(bytes) = limit {
                set(instruments::DATABASE_SIZE_LIMIT.name, bytes);
            }
            if let Some(database) = &database {
                set_database(&database.database);
                database.backlogs.iter().for_each(set_backlog);
                set_schedules(
                    &self.settings.schedules,
                    &database.schedules,
                    database.database.migrated_at,
                    Utc::now(),
                );
            }
            for (queue, attributes) in QueueName::ALL.into_iter().zip(queues) {
                set_queue(queue, attributes);
            }
            if let Some(up) = redis {
                set(instruments::REDIS_UP.name, u8::from(up));
            }
        })
    }

    async fn read_from_database(&self) -> Result<FromDatabase, DbError> {
        Ok(FromDatabase {
            backlogs: self.db.backlogs().await?,
            schedules: self.db.schedule_states(&Task::ALL.map(Task::as_str)).await?,
            database: self.db.database_state().await?,
        })
    }
}

/// A number as Prometheus has all of them. Those that are given here are far below 2^53.
trait Number {
    fn number(self) -> f64;
}

macro_rules! numbers {
    ($($kind:ty),*) => { $(impl Number for $kind { fn number(self) -> f64 { self as f64 } })* };
}
numbers!(u8, i32, i64, u64, usize, f64);

fn set(name: &'static str, value: impl Number) {
    gauge!(name).set(value.number());
}

fn set_for(name: &'static str, label: &'static str, of: &str, value: impl Number) {
    gauge!(name, label => of.to_owned()).set(value.number());
}

fn set_backlog(backlog: &StageBacklog) {
    set_for(instruments::BACKLOG.name, "stage", &backlog.stage, backlog.waiting);
    set_for(instruments::BACKLOG_OLDEST.name, "stage", &backlog.stage, backlog.oldest_seconds);
    set_for(instruments::FAILED_ITEMS.name, "stage", &backlog.stage, backlog.failed);
}

fn set_database(database: &DatabaseState) {
    set(instruments::DATABASE_SIZE.name, database.bytes);
    set(instruments::DATABASE_CONNECTIONS_LIMIT.name, database.connections_limit);
    for (state, count) in [
        ("active", database.active),
        ("idle", database.idle),
        ("idle_in_transaction", database.idle_in_transaction),
        ("other", database.other),
    ] {
        set_for(instruments::DATABASE_CONNECTIONS.name, "state", state, count);
    }
    set_for(instruments::PAUSED.name, "kind", "queue", database.paused_queues);
    set_for(instruments::PAUSED.name, "kind", "schedule", database.paused_schedules);
}

fn set_queue(queue: QueueName, attributes: Option<Attributes>) {
    set_for(instruments::QUEUE_UP.name, "queue", queue.as_str(), u8::from(attributes.is_some()));
    let Some(attributes) = attributes else { return };
    let Attributes { waiting, in_flight, delayed, dead, oldest_age_seconds } = attributes;
    for (state, count) in [
        ("waiting", Some(waiting)),
        ("delayed", Some(delayed)),
        ("in_flight", Some(in_flight)),
        ("dead", dead),
    ] {
        if let Some(count) = count {
            gauge!(instruments::QUEUE_MESSAGES.name, "queue" => queue.as_str(), "state" => state)
                .set(count.number());
        }
    }
    if let Some(oldest) = oldest_age_seconds {
        set_for(instruments::QUEUE_OLDEST.name, "queue", queue.as_str(), oldest);
    }
}

fn set_schedules(
    schedules: &Schedules,
    states: &[ScheduleState],
    migrated_at: DateTime<Utc>,
    now: DateTime<Utc>,
) {
    for state in states {
        let Some(task) = Task::from_name(&state.name) else { continue };
        let seconds = if state.paused {
            0.0
        } else {
            lateness(schedules.of(task), state.last_tick.unwrap_or(migrated_at), now).as_secs_f64()
        };
        set_for(instruments::SCHEDULE_LATENESS.name, "task", task.as_str(), seconds);
    }
}

/// How long before `now` a schedule that last ran at `last` should have run again.
fn lateness(schedule: Schedule, last: DateTime<Utc>, now: DateTime<Utc>) -> Duration {
    let due = match schedule {
        Schedule::Every(period) => last + period,
        Schedule::Daily(after_midnight) => {
            let today = last.date_naive().and_time(chrono::NaiveTime::MIN).and_utc() + after_midnight;
            if today > last { today } else { today + Days::new(1) }
        }
    };
    (now - due).to_std().unwrap_or_default().saturating_sub(LEEWAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn late(schedule: Schedule, last: &str, now: &str) -> u64 {
        lateness(schedule, at(last), at(now)).as_secs()
    }

    #[test]
    fn a_schedule_is_late_from_a_minute_after_its_tick() {
        let five = Schedule::Every(Duration::from_secs(300));
        assert_eq!(late(five, "2026-05-01T12:00:00Z", "2026-05-01T12:04:00Z"), 0);
        assert_eq!(late(five, "2026-05-01T12:00:00Z", "2026-05-01T12:05:50Z"), 0);
        assert_eq!(late(five, "2026-05-01T12:00:00Z", "2026-05-01T12:07:00Z"), 60);
    }

    #[test]
    fn a_daily_schedule_is_late_after_its_hour_of_the_next_day() {
        let daily = Schedule::Daily(Duration::from_secs(2 * 3600));
        assert_eq!(late(daily, "2026-05-01T02:00:01Z", "2026-05-02T01:59:00Z"), 0);
        assert_eq!(late(daily, "2026-05-01T02:00:01Z", "2026-05-02T03:01:00Z"), 3600);
        // A run just before the hour is that of the day before.
        assert_eq!(late(daily, "2026-05-01T01:59:00Z", "2026-05-01T03:01:00Z"), 3600);
    }
}
