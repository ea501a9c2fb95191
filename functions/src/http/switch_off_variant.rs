//! `DELETE /api/admin/variants/{name}`: switches a variant of matching off.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde_json::json;
use shared::api::responses::{IdProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Problem, ProblemKind};
use shared::db::audit_log::Deed;
use shared::pipeline::SwitchedOff;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Switches a variant of matching off.
pub const FUNCTION: Function =
    Function::http("switch-off-variant", &[("DELETE", "/api/admin/variants/{name}")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(switch_off_variant))
}

/// Switch a variant of matching off
///
/// Its settings stay, for the predictions and interactions that name it. Its candidates keep the matches that they have until
/// they are matched next, by the daily refresh at the latest. To switch off what is off does no harm.
#[utoipa::path(
    delete,
    path = "/api/admin/variants/{name}",
    operation_id = "switch-off-variant",
    tag = "operating",
    security(("bearer" = [])),
    params(("name" = String, Path, description = "The variant")),
    responses(
        (status = 204, description = "It is off"),
        (status = 409, description = "It is the default, which is always on: give it the share 0",
            content_type = "application/problem+json", body = shared::api::ProblemDetails),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn switch_off_variant(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Path(name): Path<String>,
) -> Result<StatusCode, Problem> {
    match state.pipeline.switch_off_variant(&name).await? {
        SwitchedOff::Off => {
            let details = json!({});
            let deed =
                Deed { caller: &caller, action: "variant.switch_off", target: &name, count: None, details };
            state.pipeline.db.write_audit(&deed).await?;
            Ok(StatusCode::NO_CONTENT)
        }
        SwitchedOff::NoSuch => Err(Problem::not_found("variant")),
        SwitchedOff::IsDefault => Err(Problem::new(
            ProblemKind::Conflict,
            "The default is what is used where nothing else is, so it stays on. Give it the share 0, and no candidate gets it \
             while another variant is on.",
        )),
    }
}
