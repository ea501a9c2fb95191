//! Says when a limit is what holds the backlog: a scheduled task that took all that it may, while more waits for longer than from
//! one of its runs to the next.

use std::time::Duration;

use super::Pipeline;
use crate::db::stage::Stage;
use crate::db::system::StageBacklog;
use crate::db::task_run::RunCounts;
use crate::domain::Task;

/// What limits a task: the setting, its value, and the stage whose rows it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskLimit {
    /// The variable.
    pub setting: &'static str,
    /// Rows that a run takes at most.
    pub rows: i64,
    /// Whose rows.
    pub stage: Stage,
}

impl Pipeline {
    /// What limits a task; none for those that no setting holds back.
    pub fn limit_of(&self, task: Task) -> Option<TaskLimit> {
        let limits = &self.settings.limits;
        let (setting, rows, stage) = match task {
            Task::ProcessBatchCvParsing => ("PARSING_BATCH", limits.parsing_batch, Stage::CvParsing),
            Task::ComputePendingCvEmbeddings => {
                ("CV_EMBEDDING_BATCH", limits.cv_embedding_batch, Stage::CvEmbedding)
            }
            Task::ComputePendingJobEmbeddings => {
                ("JOB_EMBEDDING_BATCH", limits.job_embedding_batch, Stage::JobEmbedding)
            }
            Task::GenerateMatchesForNewCvs => ("MATCHING_BATCH", limits.matching_batch, Stage::CvMatching),
            Task::GenerateBatchExplanations => {
                ("EXPLANATION_BATCH", limits.explanation_batch, Stage::Explanation)
            }
            Task::RetryFailedEmbeddings | Task::CleanupOldData => return None,
        };
        Some(TaskLimit { setting, rows, stage })
    }

    /// What to change, if a task's limit is what holds the backlog after a run that did so much.
    pub fn tuning_hint(&self, task: Task, last: RunCounts, backlogs: &[StageBacklog]) -> Option<String> {
        let limit = self.limit_of(task)?;
        let backlog = backlogs.iter().find(|backlog| backlog.stage == limit.stage.as_str())?;
        let period = self.settings.schedules.of(task).period();
        hint(limit, period, last, backlog)
    }

    pub(super) async fn log_tuning_hint(&self, task: Task, last: RunCounts) {
        if self.limit_of(task).is_none_or(|limit| i64::from(last.items) < limit.rows) {
            return;
        }
        match self.db.backlogs().await {
            Ok(backlogs) => {
                if let Some(hint) = self.tuning_hint(task, last, &backlogs) {
                    tracing::warn!(task = task.as_str(), hint, "a limit holds the backlog");
                }
            }
            Err(error) => tracing::warn!(%error, "the backlog could not be read"),
        }
    }
}

fn hint(limit: TaskLimit, period: Duration, last: RunCounts, backlog: &StageBacklog) -> Option<String> {
    let TaskLimit { setting, rows, .. } = limit;
    let waits_long = backlog.oldest_seconds > period.as_secs_f64();
    if i64::from(last.items) < rows || backlog.waiting <= rows || !waits_long {
        return None;
    }
    let runs = (backlog.waiting + rows - 1) / rows;
    let minutes = (period.as_secs_f64() * runs as f64 / 60.0).ceil();
    let waiting = backlog.waiting;
    Some(format!(
        "The last run took all {rows} rows that {setting} lets it, and {waiting} wait: at this pace they take {runs} runs, {minutes:.0} \
         minutes. Raise {setting}, or see why the stage's queue does not bring them.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(items: i32, waiting: i64, oldest_seconds: f64) -> Option<String> {
        let limit = TaskLimit { setting: "PARSING_BATCH", rows: 50, stage: Stage::CvParsing };
        let last = RunCounts { items, ..RunCounts::default() };
        let backlog = StageBacklog { stage: "cv_parsing".to_owned(), waiting, oldest_seconds, failed: 0 };
        hint(limit, Duration::from_secs(300), last, &backlog)
    }

    #[test]
    fn a_limit_that_holds_the_backlog_is_named_with_what_it_costs() {
        let hint = told(50, 1240, 900.0).unwrap();
        assert!(
            hint.contains("PARSING_BATCH") && hint.contains("1240") && hint.contains("25 runs, 125 minutes"),
            "{hint}"
        );
    }

    #[test]
    fn nothing_is_said_where_the_limit_was_not_reached_or_little_waits_or_not_for_long() {
        assert_eq!(told(49, 1240, 900.0), None);
        assert_eq!(told(50, 50, 900.0), None);
        assert_eq!(told(50, 1240, 20.0), None);
    }
}
