//! What an operator asks of tasks and queues. The answers are the pipeline's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::page::Page;
use super::problem::{FieldError, Problem};
use crate::db::pause::Pausable;
use crate::db::schedule::Begun;
use crate::db::stage::Stage;
use crate::db::task_run::RunFilter;
use crate::domain::{RunId, Task};
use crate::pipeline::{TaskOutcome, Window};

const LONGEST_REASON: usize = 200;
const STATES: [&str; 5] = ["running", "completed", "failed", "skipped", "abandoned"];

/// Which runs are listed.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TasksQuery {
    /// Of this stage's function or task.
    #[param(example = "parse-cv")]
    pub function: Option<String>,
    /// In this state: running, completed, failed, skipped or abandoned.
    pub state: Option<String>,
    /// Begun at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Begun before this time.
    pub to: Option<DateTime<Utc>>,
    /// Runs on a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl TasksQuery {
    /// The runs that it names, and the page.
    ///
    /// # Errors
    /// A parameter that is out of range.
    pub fn filter(&self) -> Result<(RunFilter, Page<RunId>), Problem> {
        let page: Page<RunId> = Page::new(self.limit, self.cursor.as_deref())?;
        if let Some(state) = &self.state
            && !STATES.contains(&state.as_str())
        {
            return Err(Problem::bad_parameter("state", format!("must be one of {}", STATES.join(", "))));
        }
        let names = || Stage::ALL.iter().map(|stage| stage.function()).chain(Task::ALL.map(Task::as_str));
        if let Some(function) = &self.function
            && !names().chain(["accept-upload"]).any(|name| name == function)
        {
            let known = names().collect::<Vec<_>>().join(", ");
            return Err(Problem::bad_parameter("function", format!("must be one of {known}")));
        }
        let filter = RunFilter {
            name: self.function.clone(),
            state: self.state.clone(),
            from: self.from,
            to: self.to,
            before: page.after.map(|id| id.0),
        };
        Ok((filter, page))
    }
}

/// The time that is looked at.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PerformanceQuery {
    /// The last hour, day or week.
    #[param(inline, default = "1h")]
    pub window: Option<Window>,
}

/// What came of running a task.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TaskRunAnswer {
    /// The task.
    #[schema(example = "process_batch_cv_parsing")]
    pub task: String,
    /// `completed`; `running`, where it takes longer than a request may wait; or `left_out`, where a run is going on.
    #[schema(example = "completed")]
    pub state: String,
    /// Rows taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<i32>,
    /// Rows done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub succeeded: Option<i32>,
    /// Rows that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed: Option<i32>,
    /// What this means.
    pub message: String,
}

impl TaskRunAnswer {
    /// Of a run that goes on.
    pub fn running(task: Task) -> Self {
        let message =
            "It takes longer than a request may wait, and goes on. GET /api/admin/tasks shows how it ends.";
        Self {
            task: task.as_str().to_owned(),
            state: "running".to_owned(),
            items: None,
            succeeded: None,
            failed: None,
            message: message.to_owned(),
        }
    }

    /// Of a run that ended, or did not begin.
    pub fn ended(task: Task, outcome: TaskOutcome) -> Self {
        let counts = outcome.counts();
        let (state, message) = match outcome {
            TaskOutcome::Ran(_) => ("completed", "It ran."),
            TaskOutcome::LeftOut(Begun::Overlapping) => {
                ("left_out", "A run of this task is going on; GET /api/admin/tasks shows it.")
            }
            TaskOutcome::LeftOut(_) => ("left_out", "It did not run."),
        };
        Self {
            task: task.as_str().to_owned(),
            state: state.to_owned(),
            items: counts.map(|counts| counts.items),
            succeeded: counts.map(|counts| counts.succeeded),
            failed: counts.map(|counts| counts.failed),
            message: message.to_owned(),
        }
    }
}

/// Why something is paused.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PauseRequest {
    /// For the others who look: at most 200 characters.
    #[schema(example = "the embedding API is down", max_length = 200)]
    pub reason: Option<String>,
}

impl PauseRequest {
    /// The reason, if one is given.
    ///
    /// # Errors
    /// It is too long.
    pub fn reason(&self) -> Result<Option<&str>, Problem> {
        let reason = self.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
        if reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
            let error = FieldError::new("reason", format!("has more than {LONGEST_REASON} characters"));
            return Err(Problem::invalid(vec![error]));
        }
        Ok(reason)
    }
}

/// Whether something is paused now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PauseAnswer {
    /// `queue` or `schedule`.
    #[schema(example = "queue")]
    pub kind: String,
    /// Its name.
    #[schema(example = "cv-embed")]
    pub name: String,
    /// Whether it is paused now. All hosts follow within two seconds.
    pub paused: bool,
    /// Whether this request changed that.
    pub changed: bool,
}

impl PauseAnswer {
    /// Something is paused now.
    pub fn paused(kind: Pausable, name: String, changed: bool) -> Self {
        Self { kind: kind.as_str().to_owned(), name, paused: true, changed }
    }

    /// Something is not paused now.
    pub fn resumed(kind: Pausable, name: String, changed: bool) -> Self {
        Self { kind: kind.as_str().to_owned(), name, paused: false, changed }
    }
}
