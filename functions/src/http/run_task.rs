//! `POST /api/admin/tasks/{name}/run`: runs a scheduled task now.

use std::time::Duration;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use shared::api::responses::{IdProblems, RoleProblems, TokenProblems};
use shared::api::tasks::TaskRunAnswer;
use shared::api::{Admin, ApiState, Json, Problem};
use shared::db::audit_log::Deed;
use shared::domain::Task;
use shared::pipeline::RunHost;
use shared::queue::QueueName;
use shared::telemetry::{panics, traces};
use tracing::Instrument;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Runs a scheduled task now. It works as the task's own function does, and needs what all of them need.
pub const FUNCTION: Function =
    Function::http("run-task", &[("POST", "/api/admin/tasks/{name}/run")]).with_memory(2048).with_needs(&[
        Need::Database,
        Need::ReadFiles,
        Need::DeleteFiles,
        Need::ListFiles,
        Need::Send(QueueName::CvParse),
        Need::Send(QueueName::CvEmbed),
        Need::Send(QueueName::CvMatch),
        Need::Send(QueueName::MatchExplain),
        Need::Send(QueueName::JobEmbed),
        Need::Model,
        Need::Chat,
    ]);

/// How long a request waits for the run to end.
const PATIENCE: Duration = Duration::from_secs(20);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(run_task))
}

/// Run a scheduled task now
///
/// Beside its schedule, which goes on as it is; a pause of the schedule does not hold it. It does not run if a run is going on. Where it
/// takes longer than 20 s, the answer is 202 and it goes on: on Lambda only as long as the function's environment lives, and what
/// it then leaves is taken up by the next run.
#[utoipa::path(
    post,
    path = "/api/admin/tasks/{name}/run",
    operation_id = "run-task",
    tag = "operating",
    security(("bearer" = [])),
    params(("name" = String, Path, description = "The task", example = "process_batch_cv_parsing")),
    responses(
        (status = 200, description = "It ran, or a run is going on", body = TaskRunAnswer),
        (status = 202, description = "It goes on", body = TaskRunAnswer),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn run_task(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
) -> Result<(StatusCode, Json<TaskRunAnswer>), Problem> {
    let task = Task::from_name(&name).ok_or_else(|| Problem::not_found("task"))?;
    let deed =
        Deed { caller: &caller, action: "task.run", target: task.as_str(), count: None, details: json!({}) };
    state.pipeline.db.write_audit(&deed).await?;
    let pipeline = state.pipeline.clone();
    let host = RunHost::of_this_process();
    let run = async move { pipeline.run_task(task, host).await };
    let running = match traces::current() {
        Some(trace) => tokio::spawn(traces::within(trace, run).in_current_span()),
        None => tokio::spawn(run.in_current_span()),
    };
    match tokio::time::timeout(PATIENCE, running).await {
        Ok(Ok(outcome)) => Ok((StatusCode::OK, Json(TaskRunAnswer::ended(task, outcome?)))),
        Ok(Err(panic)) => {
            let panic = panics::of_task(panic);
            tracing::error!(panic, task = task.as_str(), "a task panicked");
            Err(Problem::internal())
        }
        Err(_) => Ok((StatusCode::ACCEPTED, Json(TaskRunAnswer::running(task)))),
    }
}
