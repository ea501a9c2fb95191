//! `GET /api/admin/database`: what Postgres tells of itself.

use axum::extract::State;
use shared::api::responses::{RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Problem};
use shared::db::monitoring::DatabaseReport;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// What Postgres tells of itself.
pub const FUNCTION: Function = Function::http("inspect-database", &[("GET", "/api/admin/database")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(inspect_database))
}

/// See how the database does
///
/// Sizes of tables and indexes and how they are used, dead rows, connections, old transactions, locks that are waited for,
/// replication slots, and the statements that take most time, whose values are placeholders.
#[utoipa::path(
    get,
    path = "/api/admin/database",
    operation_id = "inspect-database",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "How the database does", body = DatabaseReport),
        TokenProblems, RoleProblems,
    )
)]
async fn inspect_database(State(state): State<ApiState>, _: Admin) -> Result<Json<DatabaseReport>, Problem> {
    Ok(Json(state.pipeline.db.report().await?))
}
