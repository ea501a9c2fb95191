//! `GET /api/admin/cleanup`: what the task `cleanup_old_data` would delete now.

use axum::extract::State;
use shared::api::responses::{RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Problem};
use shared::pipeline::CleaningPreview;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// What the cleaning would delete now.
pub const FUNCTION: Function = Function::http("preview-cleanup", &[("GET", "/api/admin/cleanup")])
    .with_needs(&[Need::Database, Need::ListFiles]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(preview_cleanup))
}

/// See what the task `cleanup_old_data` would delete now
///
/// By kind, counted by the same conditions by which it deletes; and what its last run removed. Nothing is changed.
#[utoipa::path(
    get,
    path = "/api/admin/cleanup",
    operation_id = "preview-cleanup",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "What it would delete", body = CleaningPreview),
        TokenProblems, RoleProblems,
    )
)]
async fn preview_cleanup(State(state): State<ApiState>, _: Admin) -> Result<Json<CleaningPreview>, Problem> {
    Ok(Json(state.pipeline.cleaning_preview().await?))
}
