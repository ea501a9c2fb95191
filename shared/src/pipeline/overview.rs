//! What is going on: the schedules, the queues, the batches that run now and those that ran.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::time::timeout;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Pipeline;
use crate::db::DbError;
use crate::db::pause::{Pausable, PauseRow};
use crate::db::schedule::ScheduleRow;
use crate::db::stage::Stage;
use crate::db::system::StageBacklog;
use crate::db::task_run::{RunFilter, RunRow};
use crate::domain::Task;
use crate::queue::QueueName;

/// A queue that does not tell within this how it stands is shown without its numbers.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(3);
/// Batches that run now and are shown, at most.
const RUNNING_SHOWN: i64 = 100;

/// What is going on.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct TasksOverview {
    /// The schedules.
    pub schedules: Vec<ScheduleOverview>,
    /// The queues, in the order of a CV's way.
    pub queues: Vec<QueueOverview>,
    /// Batches that are worked on now, the latest first.
    pub running: Vec<RunInfo>,
    /// Batches that the query names, the latest first.
    pub runs: Vec<RunInfo>,
    /// Where the next page of `runs` begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// How a schedule stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ScheduleOverview {
    /// The task.
    #[schema(example = "process_batch_cv_parsing")]
    pub name: String,
    /// When it runs.
    #[schema(example = "every 5 min")]
    pub schedule: String,
    /// Rows that a run takes at most, where a setting says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<i64>,
    /// That setting.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "PARSING_BATCH")]
    pub limit_setting: Option<String>,
    /// When it was last taken up by a clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_tick_at: Option<DateTime<Utc>>,
    /// When it is due next; a time that is past is a tick that is late.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_tick_at: Option<DateTime<Utc>>,
    /// The last run, of a clock or a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<RunInfo>,
    /// Since when and by whom it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<PauseInfo>,
    /// Ticks that were called once more, by another host or an event that came twice, and ran once.
    pub doubled: i64,
    /// Ticks that were left out because the run before was still going on.
    pub overlapped: i64,
    /// What to change, if the limit is what holds the backlog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tuning_hint: Option<String>,
}

/// How a queue stands.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct QueueOverview {
    /// Its name.
    #[schema(example = "cv-parse")]
    pub name: String,
    /// The function that works on its messages.
    #[schema(example = "parse-cv")]
    pub function: String,
    /// Messages that can be received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting: Option<usize>,
    /// Messages that are worked on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_flight: Option<usize>,
    /// Messages in its dead-letter queue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<usize>,
    /// How long the oldest message waits, where the queue tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_seconds: Option<f64>,
    /// Why the queue does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Rows of the stage that wait or are worked on: the truth, of which messages are hints.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_waiting: Option<i64>,
    /// How long the row that waits longest has been due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_oldest_seconds: Option<f64>,
    /// Rows of the stage that failed for good.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows_failed: Option<i64>,
    /// Since when and by whom it is paused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<PauseInfo>,
}

/// A pause.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PauseInfo {
    /// Since when.
    pub since: DateTime<Utc>,
    /// By whom: the subject of a token.
    pub by: String,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A batch.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct RunInfo {
    /// Its id.
    pub id: Uuid,
    /// The stage's function, or the task.
    #[schema(example = "parse-cv")]
    pub name: String,
    /// Where it runs: `lambda`, `knative`, `polling` or `in_process`.
    pub host: String,
    /// What caused it: `queue`, `schedule` or `manual`.
    pub trigger: String,
    /// `running`, `completed`, `failed`, `skipped` or `abandoned`.
    pub state: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// How long it took; none while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i64>,
    /// Rows taken.
    pub items: i32,
    /// Rows done.
    pub succeeded: i32,
    /// Rows that failed.
    pub failed: i32,
    /// Of the failed, those that come again.
    pub retried: i32,
    /// Failures by reason.
    #[schema(value_type = Object, example = json!({ "not_a_document": 2 }))]
    pub error_kinds: Value,
    /// Why the batch as a whole failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The trace of which it is a part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

impl From<RunRow> for RunInfo {
    fn from(row: RunRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            host: row.host,
            trigger: row.trigger,
            state: row.state,
            started_at: row.started_at,
            duration_ms: row.finished_at.map(|finished| (finished - row.started_at).num_milliseconds()),
            items: row.counts.items,
            succeeded: row.counts.succeeded,
            failed: row.counts.failed,
            retried: row.counts.retried,
            error_kinds: row.error_kinds,
            error: row.error,
            trace_id: row.trace_id,
        }
    }
}

fn pause_of(pauses: &[PauseRow], kind: Pausable, name: &str) -> Option<PauseInfo> {
    let pause = pauses.iter().find(|pause| pause.kind == kind.as_str() && pause.name == name)?;
    Some(PauseInfo { since: pause.paused_at, by: pause.paused_by.clone(), reason: pause.reason.clone() })
}

impl Pipeline {
    /// The schedules and queues as they stand, what runs now, and the runs that a filter names: at most `limit`, with one more
    /// read to know whether there are others.
    ///
    /// # Errors
    /// The database fails. A queue that fails is shown as failing.
    pub async fn tasks_overview(&self, filter: &RunFilter, limit: i64) -> Result<TasksOverview, DbError> {
        let pauses = self.db.pauses().await?;
        let backlogs = self.db.backlogs().await?;
        let running = self.db.running_runs(RUNNING_SHOWN).await?;
        let runs = self.db.runs(filter, limit).await?;
        Ok(TasksOverview {
            schedules: self.schedules_overview(&pauses, &backlogs).await?,
            queues: self.queues_overview(&pauses, &backlogs).await,
            running: running.into_iter().map(RunInfo::from).collect(),
            runs: runs.into_iter().map(RunInfo::from).collect(),
            next_cursor: None,
        })
    }

    async fn schedules_overview(
        &self,
        pauses: &[PauseRow],
        backlogs: &[StageBacklog],
    ) -> Result<Vec<ScheduleOverview>, DbError> {
        let ticks = self.db.schedules().await?;
        let last_runs = self.db.last_runs(&Task::ALL.map(Task::as_str)).await?;
        let one = |task: Task| {
            let name = task.as_str();
            let tick = ticks.iter().find(|tick| tick.name == name);
            let last_run = last_runs.iter().find(|run| run.name == name);
            let limit = self.limit_of(task);
            let (last_tick_at, next_tick_at) = tick.map(|tick| self.ticks_of(task, tick)).unzip();
            ScheduleOverview {
                name: name.to_owned(),
                schedule: self.settings.schedules.of(task).to_string(),
                limit: limit.map(|limit| limit.rows),
                limit_setting: limit.map(|limit| limit.setting.to_owned()),
                last_tick_at,
                next_tick_at,
                last_run: last_run.cloned().map(RunInfo::from),
                paused: pause_of(pauses, Pausable::Schedule, name),
                doubled: tick.map_or(0, |tick| tick.doubled),
                overlapped: tick.map_or(0, |tick| tick.overlapped),
                tuning_hint: last_run.and_then(|run| self.tuning_hint(task, run.counts, backlogs)),
            }
        };
        Ok(Task::ALL.into_iter().map(one).collect())
    }

    /// The last tick and the next.
    fn ticks_of(&self, task: Task, tick: &ScheduleRow) -> (DateTime<Utc>, DateTime<Utc>) {
        let now = Utc::now();
        let delta = |duration| TimeDelta::from_std(duration).unwrap_or_default();
        let schedule = self.settings.schedules.of(task);
        let due = schedule.due_in(tick.age, tick.time_of_day);
        let next = if due.is_zero() {
            // Late: since when.
            now - delta(tick.age.saturating_sub(schedule.period()))
        } else {
            now + delta(due)
        };
        (now - delta(tick.age), next)
    }

    async fn queues_overview(&self, pauses: &[PauseRow], backlogs: &[StageBacklog]) -> Vec<QueueOverview> {
        let one = async |queue: QueueName| {
            let asked = timeout(PATIENCE, self.queue.attributes(queue)).await;
            let (attributes, error) = match asked {
                Ok(Ok(attributes)) => (Some(attributes), None),
                Ok(Err(error)) => (None, Some(error.to_string())),
                Err(_) => (None, Some("it does not answer".to_owned())),
            };
            let stage = Stage::of_queue(queue);
            let backlog =
                stage.and_then(|stage| backlogs.iter().find(|backlog| backlog.stage == stage.as_str()));
            let of = attributes.as_ref();
            QueueOverview {
                name: queue.as_str().to_owned(),
                function: stage.map_or("accept-upload", Stage::function).to_owned(),
                waiting: of.map(|of| of.waiting),
                in_flight: of.map(|of| of.in_flight),
                dead: of.and_then(|of| of.dead),
                oldest_seconds: of.and_then(|of| of.oldest_age_seconds),
                error,
                rows_waiting: backlog.map(|backlog| backlog.waiting),
                rows_oldest_seconds: backlog.map(|backlog| backlog.oldest_seconds),
                rows_failed: backlog.map(|backlog| backlog.failed),
                paused: pause_of(pauses, Pausable::Queue, queue.as_str()),
            }
        };
        futures_util::future::join_all(QueueName::ALL.into_iter().map(one)).await
    }
}
