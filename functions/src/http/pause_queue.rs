//! `POST /api/admin/queues/{name}/pause` and `…/resume`: stops a queue for every host, until it is resumed.

use axum::extract::{Path, State};
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::tasks::{PauseAnswer, PauseRequest};
use shared::api::{Admin, ApiState, Json, Problem};
use shared::db::pause::Pausable;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Pauses and resumes a queue.
pub const FUNCTION: Function = Function::http(
    "pause-queue",
    &[("POST", "/api/admin/queues/{name}/pause"), ("POST", "/api/admin/queues/{name}/resume")],
)
.with_needs(&[
    Need::Database,
    Need::Send(QueueName::CvParse),
    Need::Send(QueueName::CvEmbed),
    Need::Send(QueueName::CvMatch),
    Need::Send(QueueName::MatchExplain),
    Need::Send(QueueName::JobEmbed),
]);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(pause_queue)).routes(routes!(resume_queue))
}

fn queue_of(name: &str) -> Result<&'static str, Problem> {
    name.parse::<QueueName>().map(QueueName::as_str).map_err(|_| Problem::not_found("queue"))
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
    let changed = state.pipeline.pause(Pausable::Queue, queue_of(&name)?, &caller, request.reason()?).await?;
    Ok(Json(PauseAnswer::paused(Pausable::Queue, name, changed)))
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
    let changed = state.pipeline.resume(Pausable::Queue, queue_of(&name)?, &caller).await?;
    Ok(Json(PauseAnswer::resumed(Pausable::Queue, name, changed)))
}
