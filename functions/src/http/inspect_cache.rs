//! `GET /api/admin/cache`: how the cache does.

use axum::extract::State;
use shared::api::responses::{RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Problem};
use shared::cache::CacheOverview;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// How the cache does.
pub const FUNCTION: Function = Function::http("inspect-cache", &[("GET", "/api/admin/cache")])
    .with_needs(&[Need::Database, Need::Cache]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(inspect_cache))
}

/// See how the cache does
///
/// How often it had what was asked for, how much it keeps, and what its server throws out. In Redis the look-ups of all processes
/// are counted; a cache in memory is the one of the process that answers.
#[utoipa::path(
    get,
    path = "/api/admin/cache",
    operation_id = "inspect-cache",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The cache", body = CacheOverview),
        TokenProblems, RoleProblems,
    )
)]
async fn inspect_cache(State(state): State<ApiState>, _: Admin) -> Result<Json<CacheOverview>, Problem> {
    Ok(Json(state.pipeline.cache.overview().await?))
}
