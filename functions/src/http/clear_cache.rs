//! `DELETE /api/admin/cache`: what the cache keeps is forgotten.

use axum::extract::State;
use serde_json::json;
use shared::api::operating::{ClearCacheAnswer, ClearCacheQuery, expect_count};
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Problem, Query};
use shared::db::audit_log::Deed;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// What the cache keeps is forgotten.
pub const FUNCTION: Function = Function::http("clear-cache", &[("DELETE", "/api/admin/cache")])
    .with_needs(&[Need::Database, Need::Cache]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(clear_cache))
}

/// Forget what the cache keeps
///
/// All of this project's whose key begins with the prefix; never another's. No answer becomes wrong by it, only slower once. A dry
/// run, which it is unless the query says otherwise, counts the keys; to have it done, send that count as `expected_count`.
#[utoipa::path(
    delete,
    path = "/api/admin/cache",
    operation_id = "clear-cache",
    tag = "operating",
    security(("bearer" = [])),
    params(ClearCacheQuery),
    responses(
        (status = 200, description = "What is, or would be, forgotten", body = ClearCacheAnswer),
        (status = 409, description = "`expected_count` is missing or not what it concerns now, which the problem names",
            content_type = "application/problem+json", body = shared::api::ProblemDetails),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn clear_cache(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Query(query): Query<ClearCacheQuery>,
) -> Result<Json<ClearCacheAnswer>, Problem> {
    let prefix = query.prefix.as_deref().unwrap_or_default();
    let cache = &state.pipeline.cache;
    let count = i64::try_from(cache.keys_with(prefix).await?).unwrap_or(i64::MAX);
    let dry_run = query.dry_run.unwrap_or(true);
    let mut cleared = 0;
    if !dry_run {
        expect_count(query.expected_count, count)?;
        cleared = cache.clear(prefix).await?;
        let count = i64::try_from(cleared).ok();
        let deed = Deed { caller: &caller, action: "cache.clear", target: prefix, count, details: json!({}) };
        state.pipeline.db.write_audit(&deed).await?;
    }
    Ok(Json(ClearCacheAnswer { dry_run, count, cleared }))
}
