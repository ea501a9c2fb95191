//! `PUT /api/admin/variants/{name}`: sets a variant of matching.

use axum::extract::{Path, State};
use serde_json::json;
use shared::api::responses::{BodyProblems, RoleProblems, TokenProblems};
use shared::api::variant::{VariantAnswer, VariantSettings};
use shared::api::{Admin, ApiState, FieldError, Json, Problem};
use shared::db::audit_log::Deed;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Sets a variant of matching.
pub const FUNCTION: Function = Function::http("put-variant", &[("PUT", "/api/admin/variants/{name}")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(put_variant))
}

/// Set a variant of matching
///
/// Makes it, or sets all of it anew: a field that is left out is the release's own setting afterwards. All processes follow
/// within VARIANTS_KEPT_SECONDS; candidates get it when they are matched next, and any change begins the comparison anew.
#[utoipa::path(
    put,
    path = "/api/admin/variants/{name}",
    operation_id = "put-variant",
    tag = "operating",
    security(("bearer" = [])),
    params(("name" = String, Path, description = "The variant: 1 to 50 of a–z, 0–9, - and _")),
    request_body = VariantSettings,
    responses(
        (status = 200, description = "The variant as it is now", body = VariantAnswer),
        BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn put_variant(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
    Json(settings): Json<VariantSettings>,
) -> Result<Json<VariantAnswer>, Problem> {
    let row = settings.into_row(name);
    let faults = state.pipeline.faults_of(&row);
    if !faults.is_empty() {
        return Err(Problem::invalid(faults.into_iter().map(FieldError::from).collect()));
    }
    state.pipeline.put_variant(&row).await?;
    let details = json!({
        "share": row.share, "is_on": row.is_on, "weights": row.weights, "retrieved_per_cv": row.retrieved_per_cv,
        "explanation": row.explanation,
    });
    let deed = Deed { caller: &caller, action: "variant.put", target: &row.name, count: None, details };
    state.pipeline.db.write_audit(&deed).await?;
    let stored =
        state.pipeline.stored_variants().await?.into_iter().find(|stored| stored.row.name == row.name);
    stored.map(|stored| Json(stored.into())).ok_or_else(|| Problem::not_found("variant"))
}
