//! `GET /api/admin/evaluation_metrics`: how the variants of matching do with candidates, and whether they differ.

use axum::extract::State;
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::variant::EvaluationMetricsQuery;
use shared::api::{Admin, ApiState, Json, Problem, Query, number_of};
use shared::evaluation::interactions::EvaluationMetrics;
use shared::matching::DEFAULT_VARIANT;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// How the variants of matching do with candidates.
pub const FUNCTION: Function =
    Function::http("evaluation-metrics", &[("GET", "/api/admin/evaluation_metrics")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(evaluation_metrics))
}

/// See how the variants of matching do with candidates
///
/// Rates of the matches that were shown with their Wilson intervals, the click rate corrected for position, nDCG, precision and
/// recall by variant; and whether each differs from the baseline, by a test that looking early does not break. The page is at
/// `/experiments.html`; `docs/experiments.md` says what each number means.
#[utoipa::path(
    get,
    path = "/api/admin/evaluation_metrics",
    operation_id = "evaluation-metrics",
    tag = "operating",
    security(("bearer" = [])),
    params(EvaluationMetricsQuery),
    responses(
        (status = 200, description = "The variants, the baseline first, and what the comparison comes to", body = EvaluationMetrics),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn evaluation_metrics(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<EvaluationMetricsQuery>,
) -> Result<Json<EvaluationMetrics>, Problem> {
    let days = number_of("days", query.days, 30, 730)?;
    let baseline = query.baseline.as_deref().unwrap_or(DEFAULT_VARIANT);
    let metrics = state.pipeline.evaluation_metrics(days, baseline).await?;
    metrics.map(Json).map_err(|unknown| {
        Problem::bad_parameter("baseline", format!("is no variant; there are {}", unknown.known.join(", ")))
    })
}
