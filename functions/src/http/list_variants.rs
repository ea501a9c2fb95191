//! `GET /api/admin/variants`: the variants of matching.

use axum::extract::State;
use shared::api::responses::{RoleProblems, TokenProblems};
use shared::api::variant::VariantList;
use shared::api::{Admin, ApiState, Json, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// The variants of matching.
pub const FUNCTION: Function = Function::http("list-variants", &[("GET", "/api/admin/variants")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_variants))
}

/// See the variants of matching
///
/// Those that are off too, each with the part of the candidates that get it.
#[utoipa::path(
    get,
    path = "/api/admin/variants",
    operation_id = "list-variants",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "The variants, by name", body = VariantList),
        TokenProblems, RoleProblems,
    )
)]
async fn list_variants(State(state): State<ApiState>, _: Admin) -> Result<Json<VariantList>, Problem> {
    let stored = state.pipeline.stored_variants().await?;
    Ok(Json(VariantList { variants: stored.into_iter().map(Into::into).collect() }))
}
