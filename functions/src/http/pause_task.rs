//! `POST /api/admin/tasks/{name}/pause` and `…/resume`: stops a schedule for every host, until it is resumed.

use axum::extract::{Path, State};
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::tasks::{PauseAnswer, PauseRequest};
use shared::api::{Admin, ApiState, Json, Problem};
use shared::db::pause::Pausable;
use shared::domain::Task;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Pauses and resumes a schedule.
pub const FUNCTION: Function = Function::http(
    "pause-task",
    &[("POST", "/api/admin/tasks/{name}/pause"), ("POST", "/api/admin/tasks/{name}/resume")],
);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(pause_task)).routes(routes!(resume_task))
}

fn task_of(name: &str) -> Result<&'static str, Problem> {
    Task::from_name(name).map(Task::as_str).ok_or_else(|| Problem::not_found("task"))
}

/// Pause a schedule
///
/// Its task does not run, whichever host's clock calls it, until it is resumed; then a tick that was missed runs once.
#[utoipa::path(
    post,
    path = "/api/admin/tasks/{name}/pause",
    operation_id = "pause-task",
    tag = "operating",
    security(("bearer" = [])),
    params(("name" = String, Path, description = "The task", example = "process_batch_cv_parsing")),
    request_body = PauseRequest,
    responses(
        (status = 200, description = "It is paused", body = PauseAnswer),
        IdProblems, BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn pause_task(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
    Json(request): Json<PauseRequest>,
) -> Result<Json<PauseAnswer>, Problem> {
    let changed =
        state.pipeline.pause(Pausable::Schedule, task_of(&name)?, &caller, request.reason()?).await?;
    Ok(Json(PauseAnswer::paused(Pausable::Schedule, name, changed)))
}

/// Resume a schedule
#[utoipa::path(
    post,
    path = "/api/admin/tasks/{name}/resume",
    operation_id = "resume-task",
    tag = "operating",
    security(("bearer" = [])),
    params(("name" = String, Path, description = "The task", example = "process_batch_cv_parsing")),
    responses(
        (status = 200, description = "It is not paused", body = PauseAnswer),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn resume_task(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
) -> Result<Json<PauseAnswer>, Problem> {
    let changed = state.pipeline.resume(Pausable::Schedule, task_of(&name)?, &caller).await?;
    Ok(Json(PauseAnswer::resumed(Pausable::Schedule, name, changed)))
}
