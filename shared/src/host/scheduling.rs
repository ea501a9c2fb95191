//! Keeps the schedules of the tasks in a process that stays. Any number of such processes may share a database: it tells each
//! when a tick was last taken, by its own clock, and gives each tick to one of them. A tick that was missed while no process ran is
//! made up for once.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::Stopping;
use crate::db::DbError;
use crate::pipeline::{Pipeline, RunHost, Task};

/// After an error that hides what is due, it is looked again after this.
const PAUSE: Duration = Duration::from_secs(15);
/// What is due is looked at again after this at the latest: another process may have run it, or a person resumed it.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
const SHORTEST_WAIT: Duration = Duration::from_millis(500);

/// The tasks that run in this process.
#[derive(Clone, Default)]
struct Running(Arc<Mutex<HashSet<Task>>>);

impl Running {
    fn tasks(&self) -> MutexGuard<'_, HashSet<Task>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs the tasks when they are due, each by itself, until the process is asked to end; what runs then is finished.
pub async fn keep_schedules(pipeline: Pipeline, stopping: Stopping) {
    let running = Running::default();
    loop {
        let wait = match due_in(&pipeline).await {
            Ok(due) => {
                let mut wait = LONGEST_WAIT;
                for (task, time) in due {
                    if !time.is_zero() {
                        wait = wait.min(time);
                        continue;
                    }
                    // Its next tick, or the end of its pause.
                    wait = wait.min(pipeline.settings.schedules.of(task).period());
                    if running.tasks().insert(task) {
                        let (pipeline, running) = (pipeline.clone(), running.clone());
                        stopping.run(async move {
                            if let Err(error) = pipeline.run_scheduled(task, RunHost::InProcess).await {
                                tracing::error!(task = task.as_str(), %error, "a scheduled task failed");
                            }
                            running.tasks().remove(&task);
                        });
                    }
                }
                wait.max(SHORTEST_WAIT)
            }
            Err(error) => {
                tracing::warn!(%error, "it is not known which tasks are due");
                PAUSE
            }
        };
        tokio::select! {
            () = stopping.asked() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// How long until each task is due.
async fn due_in(pipeline: &Pipeline) -> Result<Vec<(Task, Duration)>, DbError> {
    let stand = pipeline.db.schedules().await?;
    if stand.len() < Task::ALL.len() {
        pipeline.db.begin_schedules(&Task::ALL.map(Task::as_str)).await?;
    }
    let due = stand.iter().filter_map(|row| {
        let task = Task::from_name(&row.name)?;
        Some((task, pipeline.settings.schedules.of(task).due_in(row.age, row.time_of_day)))
    });
    Ok(due.collect())
}
