//! `GET /api/admin/system_health`: every part tried for real; and the two probes of hosts, which every function answers.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use shared::api::responses::{RoleProblems, TokenProblems};
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
    Need::Measure(QueueName::CvParse),
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
/// Each part is tried for real: a query, a file written and read, a queue, the cache, the model. The answer is 200 even when
/// a part is down: it says which.
#[utoipa::path(
    get,
    path = "/api/admin/system_health",
    operation_id = "system-health",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How well each part is", body = SystemHealth),
        TokenProblems, RoleProblems,
    )
)]
async fn system_health(State(state): State<ApiState>, _: Admin) -> Json<SystemHealth> {
    let parts = state.pipeline.check_parts().await;
    let status = parts.iter().map(|part| part.status).max().unwrap_or(Health::Ok);
    Json(SystemHealth { status, parts, version: env!("CARGO_PKG_VERSION").to_owned() })
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
