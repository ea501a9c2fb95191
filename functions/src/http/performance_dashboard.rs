//! `GET /api/admin/performance_dashboard`: how fast each stage and route is, against the targets, and what waits.

use axum::extract::State;
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::tasks::PerformanceQuery;
use shared::api::{Admin, ApiState, Json, Problem, Query};
use shared::pipeline::PerformanceDashboard;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// How fast it is.
pub const FUNCTION: Function =
    Function::http("performance-dashboard", &[("GET", "/api/admin/performance_dashboard")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(performance_dashboard))
}

/// See how fast it is
///
/// Each stage's and route's count, failures, p50, p95 and p99 over the last hour, day or week, with a series of steps, beside what
/// the replaced system promises and what this one is built for; what waits, since when, and what it takes to clear it.
/// Percentiles come from histograms with bounds 19 % apart.
#[utoipa::path(
    get,
    path = "/api/admin/performance_dashboard",
    operation_id = "performance-dashboard",
    tag = "operating",
    security(("bearer" = [])),
    params(PerformanceQuery),
    responses(
        (status = 200, description = "Stages and routes", body = PerformanceDashboard),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn performance_dashboard(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<PerformanceQuery>,
) -> Result<Json<PerformanceDashboard>, Problem> {
    Ok(Json(state.pipeline.performance_dashboard(query.window.unwrap_or_default()).await?))
}
