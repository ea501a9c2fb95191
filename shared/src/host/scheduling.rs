//! Keeps the schedules of the tasks in one process. A tick that was missed while no process ran is made up for once.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

use super::Stopping;
use crate::pipeline::{Pipeline, Schedule, Task};

/// After an error that keeps a task from being run, it is not tried again before this.
const PAUSE: Duration = Duration::from_secs(60);

/// When a task is due next, if it last began at `last` (never: none) and it is `now`.
fn next_due(schedule: Schedule, last: Option<DateTime<Utc>>, now: DateTime<Utc>) -> DateTime<Utc> {
    match schedule {
        Schedule::Every(period) => {
            let period = TimeDelta::from_std(period).unwrap_or(TimeDelta::hours(1));
            last.unwrap_or(now) + period
        }
        Schedule::Daily(after_midnight) => {
            let time = NaiveTime::MIN + TimeDelta::from_std(after_midnight).unwrap_or_default();
            let from = last.unwrap_or(now);
            let today = from.date_naive().and_time(time).and_utc();
            if today > from { today } else { today + Days::new(1) }
        }
    }
}

/// Runs the tasks when they are due, one after the other, until the process is asked to end.
pub async fn keep_schedules(pipeline: Pipeline, stopping: Stopping) {
    let started = Utc::now();
    let mut last_runs: HashMap<Task, DateTime<Utc>> = HashMap::new();
    match pipeline.db.last_task_runs().await {
        Ok(runs) => {
            for (name, at) in runs {
                if let Some(task) = Task::from_name(&name) {
                    last_runs.insert(task, at);
                }
            }
        }
        Err(error) => {
            tracing::warn!(%error, "it is not known when the tasks last ran; they run at their next tick")
        }
    }
    loop {
        let due =
            |task: &Task| next_due(task.schedule(), Some(*last_runs.get(task).unwrap_or(&started)), started);
        let Some((task, at)) = Task::ALL.into_iter().map(|task| (task, due(&task))).min_by_key(|(_, at)| *at)
        else {
            return;
        };
        let wait = (at - Utc::now()).to_std().unwrap_or(Duration::ZERO);
        tokio::select! {
            () = stopping.asked() => return,
            () = tokio::time::sleep(wait) => {}
        }
        let begun = Utc::now();
        if let Err(error) = pipeline.run_task(task).await {
            tracing::error!(task = task.as_str(), %error, "a scheduled task failed");
            tokio::select! {
                () = stopping.asked() => return,
                () = tokio::time::sleep(PAUSE) => {}
            }
        }
        last_runs.insert(task, begun);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_periodic_task_is_due_one_period_after_its_last_run() {
        let schedule = Schedule::Every(Duration::from_secs(300));
        let now = at("2026-05-01T12:00:00Z");
        assert_eq!(next_due(schedule, Some(at("2026-05-01T11:58:00Z")), now), at("2026-05-01T12:03:00Z"));
        assert_eq!(next_due(schedule, None, now), at("2026-05-01T12:05:00Z"));
    }

    #[test]
    fn a_missed_tick_is_due_at_once_and_only_once() {
        let schedule = Schedule::Every(Duration::from_secs(300));
        let now = at("2026-05-01T12:00:00Z");
        assert!(next_due(schedule, Some(at("2026-04-30T00:00:00Z")), now) < now);
        assert!(next_due(schedule, Some(now), now) > now);
    }

    #[test]
    fn a_daily_task_is_due_at_its_hour() {
        let schedule = Schedule::Daily(Duration::from_secs(2 * 3600));
        let now = at("2026-05-01T12:00:00Z");
        assert_eq!(next_due(schedule, None, now), at("2026-05-02T02:00:00Z"));
        assert_eq!(next_due(schedule, None, at("2026-05-01T01:00:00Z")), at("2026-05-01T02:00:00Z"));
        assert_eq!(next_due(schedule, Some(at("2026-05-01T02:00:01Z")), now), at("2026-05-02T02:00:00Z"));
    }
}
