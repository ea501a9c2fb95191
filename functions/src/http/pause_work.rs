//! `POST /api/admin/queues/{name}/pause` and `…/resume`, and the same of `/api/admin/tasks/{name}`: stops a queue or a schedule
//! for every host, until it is resumed.

use axum::extract::{Path, State};
use serde_json::json;
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::tasks::{PauseAnswer, PauseRequest};
use shared::api::{Admin, ApiState, FieldError, Json, Problem};
use shared::db::audit_log::Deed;
use shared::db::pause::Pausable;
use shared::domain::Task;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Pauses and resumes.
pub const FUNCTION: Function = Function::http(
    "pause-work",
    &[
        ("POST", "/api/admin/queues/{name}/pause"),
        ("POST", "/api/admin/queues/{name}/resume"),
        ("POST", "/api/admin/tasks/{name}/pause"),
        ("POST", "/api/admin/tasks/{name}/resume"),
    ],
)
.with_needs(&[
    Need::Database,
    Need::Send(QueueName::CvParse),
    Need::Send(QueueName::CvEmbed),
    Need::Send(QueueName::CvMatch),
    Need::Send(QueueName::MatchExplain),
    Need::Send(QueueName::JobEmbed),
]);

const LONGEST_REASON: usize = 200;

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(pause_queue))
        .routes(routes!(resume_queue))
        .routes(routes!(pause_task))
        .routes(routes!(resume_task))
}

fn queue_of(name: &str) -> Result<&'static str, Problem> {
    let queue = QueueName::ALL.into_iter().find(|queue| queue.as_str() == name);
    queue.map(QueueName::as_str).ok_or_else(|| Problem::not_found("queue"))
}

fn task_of(name: &str) -> Result<&'static str, Problem> {
    Task::from_name(name).map(Task::as_str).ok_or_else(|| Problem::not_found("task"))
}

async fn pause(
    state: &ApiState,
    caller: &str,
    kind: Pausable,
    name: &str,
    request: &PauseRequest,
) -> Result<Json<PauseAnswer>, Problem> {
    let reason = request.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if reason.is_some_and(|reason| reason.chars().count() > LONGEST_REASON) {
        let error = FieldError::new("reason", format!("has more than {LONGEST_REASON} characters"));
        return Err(Problem::invalid(vec![error]));
    }
    let changed = state.pipeline.pause(kind, name, caller, reason).await?;
    let action = format!("{}.pause", kind.as_str());
    let details = json!({ "reason": reason, "changed": changed });
    let deed = Deed { caller, action: &action, target: name, count: None, details };
    state.pipeline.db.write_audit(&deed).await?;
    Ok(Json(PauseAnswer { kind: kind.as_str().to_owned(), name: name.to_owned(), paused: true, changed }))
}

async fn resume(
    state: &ApiState,
    caller: &str,
    kind: Pausable,
    name: &str,
) -> Result<Json<PauseAnswer>, Problem> {
    let changed = state.pipeline.resume(kind, name).await?;
    let action = format!("{}.resume", kind.as_str());
    let details = json!({ "changed": changed });
    let deed = Deed { caller, action: &action, target: name, count: None, details };
    state.pipeline.db.write_audit(&deed).await?;
    Ok(Json(PauseAnswer { kind: kind.as_str().to_owned(), name: name.to_owned(), paused: false, changed }))
}

/// Pause a queue
///
/// No host works on its messages until it is resumed. They wait where they are; on Lambda and Knative they are taken and their
/// rows are left alone. Schedules go on to take the stage's rows: pause them, too, to stop the stage.
#[utoipa::path(
    post,
    path = "/api/admin/queues/{name}/pause",
    operation_id = "pause-queue",
    tag = "operating",
    security(("bearer" = [])),
    params(("name" = String, Path, description = "The queue", example = "cv-embed")),
    request_body = PauseRequest,
    responses(
        (status = 200, description = "It is paused", body = PauseAnswer),
        IdProblems, BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn pause_queue(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
    Json(request): Json<PauseRequest>,
) -> Result<Json<PauseAnswer>, Problem> {
    pause(&state, &caller, Pausable::Queue, queue_of(&name)?, &request).await
}

/// Resume a queue
///
/// Its messages are worked on again, and what waits in the database is hinted at anew: the 10,000 rows that wait longest at once,
/// the others by the schedule.
#[utoipa::path(
    post,
    path = "/api/admin/queues/{name}/resume",
    operation_id = "resume-queue",
    tag = "operating",
    security(("bearer" = [])),
    params(("name" = String, Path, description = "The queue", example = "cv-embed")),
    responses(
        (status = 200, description = "It is not paused", body = PauseAnswer),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn resume_queue(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
) -> Result<Json<PauseAnswer>, Problem> {
    resume(&state, &caller, Pausable::Queue, queue_of(&name)?).await
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
    pause(&state, &caller, Pausable::Schedule, task_of(&name)?, &request).await
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
    resume(&state, &caller, Pausable::Schedule, task_of(&name)?).await
}
