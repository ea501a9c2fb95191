//! `GET /api/admin/system_health`: every part tried for real; and the two probes of hosts, which every function answers.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use shared::api::responses::RoleProblems;
use shared::api::{Admin, ApiState, Json, Problem, ProblemDetails};
use shared::pipeline::{Health, PartHealth};
use shared::queue::QueueName;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// How well the system is.
pub const FUNCTION: Function = Function::http(
    "system-health",
    &[("GET", "/api/admin/system_health"), ("GET", "/healthz"), ("GET", "/readyz")],
)
.with_memory(512)
.with_needs(&[
    Need::Database,
    Need::ReadFiles,
    Need::WriteFiles,
    Need::DeleteFiles,
    Need::Measure(QueueName::CvUpload),
    Need::Measure(QueueName::CvParse),
    Need::Measure(QueueName::CvEmbed),
    Need::Measure(QueueName::CvMatch),
    Need::Measure(QueueName::MatchExplain),
    Need::Measure(QueueName::JobEmbed),
    Need::Cache,
    Need::Model,
]);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    probes().routes(routes!(system_health))
}

/// The routes by which a host sees whether the process is up, and may be sent requests.
pub(super) fn probes() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz))
}

/// How well the system is.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct SystemHealth {
    /// As well as its worst part.
    status: Health,
    /// Each part.
    parts: Vec<PartHealth>,
    /// The program's version.
    #[schema(example = "0.1.0")]
    version: String,
}

/// See how well the system is
///
/// Each part is tried for real, side by side, each for a few seconds at most: a query; whether the tables are those that this program
/// works with; when a schedule last ran; a file written, read and deleted; the length of every queue; the cache; the model, which
/// embeds a text. The whole is as well as its worst part. A part without which nothing goes on is `down`: the database, its tables,
/// the files. All others are `degraded` when they fail. The answer is 200 for `ok` and `degraded`, and 503 for `down`, with the same
/// body.
#[utoipa::path(
    get,
    path = "/api/admin/system_health",
    operation_id = "system-health",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How well each part is: the system works, if perhaps not as well as it should", body = SystemHealth),
        (status = 503, description = "How well each part is: the system cannot go on", body = SystemHealth),
        (status = 401, description = "No token, or none that is taken here", body = ProblemDetails,
            content_type = "application/problem+json"),
        (status = 500, description = "A defect; the operator finds its cause under `request_id`", body = ProblemDetails,
            content_type = "application/problem+json"),
        RoleProblems,
    )
)]
async fn system_health(State(state): State<ApiState>, _: Admin) -> (StatusCode, Json<SystemHealth>) {
    let parts = state.pipeline.check_parts().await;
    let status = parts.iter().map(|part| part.status).max().unwrap_or(Health::Ok);
    let code = if status == Health::Down { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::OK };
    (code, Json(SystemHealth { status, parts, version: env!("CARGO_PKG_VERSION").to_owned() }))
}

/// Whether the process is up
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "healthz",
    tag = "operating",
    responses((status = 200, description = "It is", body = String, content_type = "text/plain")),
)]
async fn healthz() -> &'static str {
    "ok"
}

/// Whether requests can be answered: the database answers
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "readyz",
    tag = "operating",
    responses(
        (status = 200, description = "They can", body = String, content_type = "text/plain"),
        (status = 503, description = "Not now", body = ProblemDetails, content_type = "application/problem+json"),
    )
)]
async fn readyz(State(state): State<ApiState>) -> Result<(StatusCode, &'static str), Problem> {
    state.pipeline.db.ping().await?;
    Ok((StatusCode::OK, "ready"))
}
