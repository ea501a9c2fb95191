//! `GET /api/admin/audit_log`: what was done by hand, and by whom.

use axum::extract::State;
use shared::api::operating::{AuditList, AuditQuery, DeedAt};
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Page, Problem, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// What was done by hand.
pub const FUNCTION: Function = Function::http("list-audit-log", &[("GET", "/api/admin/audit_log")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_audit_log))
}

/// See what was done by hand, and by whom
///
/// And what the cleaning of old data removed, under the name of its schedule.
#[utoipa::path(
    get,
    path = "/api/admin/audit_log",
    operation_id = "list-audit-log",
    tag = "operating",
    security(("bearer" = [])),
    params(AuditQuery),
    responses(
        (status = 200, description = "What was done, the latest first", body = AuditList),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn list_audit_log(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<AuditQuery>,
) -> Result<Json<AuditList>, Problem> {
    let page = Page::<DeedAt>::new(query.limit, query.cursor.as_deref())?;
    let before = page.after.map(|at| at.0);
    let (action, caller) = (query.action.as_deref(), query.caller.as_deref());
    let deeds = state.pipeline.db.audit(action, caller, before, page.rows_to_read()).await?;
    let (deeds, next_cursor) = page.cut(deeds, |deed| DeedAt(deed.id));
    Ok(Json(AuditList { deeds, next_cursor }))
}
