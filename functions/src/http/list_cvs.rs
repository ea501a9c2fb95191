//! `GET /api/candidate/cvs`: the caller's CVs, newest first.

use axum::extract::State;
use shared::api::cv::{CvList, CvListQuery, CvSummary};
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Candidate, Json, Page, Problem, Query};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// The caller's CVs.
pub const FUNCTION: Function = Function::http("list-cvs", &[("GET", "/api/candidate/cvs")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_cvs))
}

/// List your CVs
#[utoipa::path(
    get,
    path = "/api/candidate/cvs",
    operation_id = "list-cvs",
    tag = "candidate",
    security(("bearer" = [])),
    params(CvListQuery),
    responses(
        (status = 200, description = "Your CVs, newest first", body = CvList),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn list_cvs(
    State(state): State<ApiState>,
    Candidate(candidate): Candidate,
    Query(query): Query<CvListQuery>,
) -> Result<Json<CvList>, Problem> {
    let page = Page::new(query.limit, query.cursor.as_deref())?;
    let rows = state.pipeline.db.cvs_of(&candidate, page.after, page.rows_to_read()).await?;
    let (rows, next_cursor) = page.cut(rows, |row| row.id);
    Ok(Json(CvList { cvs: rows.into_iter().map(CvSummary::from).collect(), next_cursor }))
}
