//! When the scheduled tasks run, where this program's own clock calls them. Where another clock does (EventBridge, a cron), its
//! period stands with that clock, and here only what is taken for one tick.

use std::collections::BTreeMap;

use super::{ConfigError, read};
use crate::domain::{Schedule, Task};

/// When each task runs.
#[derive(Clone, Debug)]
pub struct Schedules(BTreeMap<Task, Schedule>);

/// The variable that sets a task's time, and its default.
const fn variable(task: Task) -> (&'static str, &'static str) {
    match task {
        Task::ProcessBatchCvParsing => ("SCHEDULE_PROCESS_BATCH_CV_PARSING", "300"),
        Task::ComputePendingCvEmbeddings => ("SCHEDULE_COMPUTE_PENDING_CV_EMBEDDINGS", "600"),
        Task::ComputePendingJobEmbeddings => ("SCHEDULE_COMPUTE_PENDING_JOB_EMBEDDINGS", "900"),
        Task::GenerateMatchesForNewCvs => ("SCHEDULE_GENERATE_MATCHES_FOR_NEW_CVS", "1200"),
        Task::GenerateBatchExplanations => ("SCHEDULE_GENERATE_BATCH_EXPLANATIONS", "1800"),
        Task::RetryFailedEmbeddings => ("SCHEDULE_RETRY_FAILED_EMBEDDINGS", "3600"),
        Task::CleanupOldData => ("SCHEDULE_CLEANUP_OLD_DATA", "02:00"),
    }
}

impl Schedules {
    pub(super) fn from_env() -> Result<Self, ConfigError> {
        let one = |task| {
            let (name, default) = variable(task);
            Ok((task, read(name, default)?))
        };
        Task::ALL.into_iter().map(one).collect::<Result<_, _>>().map(Self)
    }

    /// When a task runs.
    pub fn of(&self, task: Task) -> Schedule {
        self.0.get(&task).copied().unwrap_or(task.schedule())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SETTINGS;

    #[test]
    fn the_defaults_are_the_tasks_own_times_and_the_help_shows_them() {
        for task in Task::ALL {
            let (name, default) = variable(task);
            assert_eq!(default.parse(), Ok(task.schedule()), "{name}");
            assert!(SETTINGS.iter().any(|(shown, value, _)| *shown == name && *value == default), "{name}");
        }
    }
}
