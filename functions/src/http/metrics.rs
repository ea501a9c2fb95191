//! `GET /metrics`: the numbers of the whole system, and of this process, for Prometheus. Every host that stays has its own
//! process's at the same path, but not through the gateway.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use shared::api::ApiState;
use shared::api::metrics::{MetricsReader, own_metrics, own_text};
use shared::api::responses::{RoleProblems, TokenProblems};
use shared::queue::QueueName;
use shared::telemetry::exporting::PROMETHEUS_TEXT;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// The numbers of the whole system.
pub const FUNCTION: Function = Function::http("metrics", &[("GET", PATH)]).with_needs(&[
    Need::Database,
    Need::Measure(QueueName::CvUpload),
    Need::Measure(QueueName::CvParse),
    Need::Measure(QueueName::CvEmbed),
    Need::Measure(QueueName::CvMatch),
    Need::Measure(QueueName::MatchExplain),
    Need::Measure(QueueName::JobEmbed),
    Need::Cache,
]);

/// Where metrics are, in every process.
pub const PATH: &str = "/metrics";

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// What the other functions' processes have at the same path: their own numbers, for whoever is inside their network.
pub(super) async fn own(State(state): State<ApiState>) -> Response {
    own_metrics(&state.pipeline.db)
}

/// See the numbers of the whole system
///
/// In Prometheus' text format: backlogs, queues, schedules, database and cache as they are now, at most a few seconds old,
/// and what this process counted. The token is that of `METRICS_TOKEN`, or an administrator's.
#[utoipa::path(
    get,
    path = "/metrics",
    operation_id = "metrics",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The numbers", body = String, content_type = "text/plain"),
        TokenProblems, RoleProblems,
    )
)]
async fn metrics(State(state): State<ApiState>, _: MetricsReader) -> impl IntoResponse {
    let system = state.pipeline.system_metrics().await;
    let own = own_text(&state.pipeline.db).unwrap_or_default();
    ([(CONTENT_TYPE, PROMETHEUS_TEXT)], format!("{system}\n{own}"))
}
