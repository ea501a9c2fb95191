//! `GET /api/admin/cvs`: CVs by how they stand in the stages; and `GET /api/admin/cvs/{cv_id}`: one, with its history.

use axum::extract::State;
use shared::api::operating::{CvInspection, HistoryQuery, LineAt, StandingList, StandingQuery};
use shared::api::responses::{IdProblems, QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, IdOf, Json, Page, Problem, Query};
use shared::db::history::HistoryOf;
use shared::db::stage::Stage;
use shared::domain::CvId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// How CVs stand.
pub const FUNCTION: Function =
    Function::http("inspect-cvs", &[("GET", "/api/admin/cvs"), ("GET", "/api/admin/cvs/{cv_id}")]);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(inspect_cvs)).routes(routes!(inspect_cv))
}

/// See which CVs failed and why, or wait, or are being worked on
///
/// Those that failed, where the query does not say otherwise; counted by stage and reason. Nothing says whose they are or what
/// stands in them.
#[utoipa::path(
    get,
    path = "/api/admin/cvs",
    operation_id = "inspect-cvs",
    tag = "operating",
    security(("bearer" = [])),
    params(StandingQuery),
    responses(
        (status = 200, description = "The CVs, the newest first", body = StandingList),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn inspect_cvs(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<StandingQuery>,
) -> Result<Json<StandingList>, Problem> {
    Ok(Json(query.list(&Stage::OF_CV, &state.pipeline.db).await?))
}

/// See how a CV stands in each stage, and all that happened to it
///
/// Each attempt with its function, host, time and error, and who had it done again; the oldest first. Nothing says whose CV it is
/// or what stands in it.
#[utoipa::path(
    get,
    path = "/api/admin/cvs/{cv_id}",
    operation_id = "inspect-cv",
    tag = "operating",
    security(("bearer" = [])),
    params(("cv_id" = CvId, Path, description = "The CV"), HistoryQuery),
    responses(
        (status = 200, description = "The CV and its history", body = CvInspection),
        IdProblems, QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn inspect_cv(
    State(state): State<ApiState>,
    _: Admin,
    IdOf(id): IdOf<CvId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<CvInspection>, Problem> {
    let page = Page::<LineAt>::new(query.limit, query.cursor.as_deref())?;
    let db = &state.pipeline.db;
    let cv = db.cv_standing(id).await?.ok_or_else(|| Problem::not_found("CV"))?;
    let lines = db.history(HistoryOf::Cv(id), page.after.map(|at| at.0), page.rows_to_read()).await?;
    let (history, next_cursor) = page.cut(lines, |line| LineAt(line.id));
    Ok(Json(CvInspection { cv, history, next_cursor }))
}
