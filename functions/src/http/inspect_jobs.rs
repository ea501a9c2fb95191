//! `GET /api/admin/jobs`: jobs by how they stand in the stages; and `GET /api/admin/jobs/{job_id}`: one, with its history.

use axum::extract::State;
use shared::api::operating::{HistoryQuery, JobInspection, LineAt, StandingList, StandingQuery};
use shared::api::responses::{IdProblems, QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, IdOf, Json, Page, Problem, Query};
use shared::db::history::HistoryOf;
use shared::db::stage::Stage;
use shared::domain::JobId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// How jobs stand.
pub const FUNCTION: Function =
    Function::http("inspect-jobs", &[("GET", "/api/admin/jobs"), ("GET", "/api/admin/jobs/{job_id}")]);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(inspect_jobs)).routes(routes!(inspect_job))
}

/// See which jobs failed and why, or wait, or are being worked on
///
/// Those that failed, where the query does not say otherwise; counted by reason.
#[utoipa::path(
    get,
    path = "/api/admin/jobs",
    operation_id = "inspect-jobs",
    tag = "operating",
    security(("bearer" = [])),
    params(StandingQuery),
    responses(
        (status = 200, description = "The jobs, the newest first", body = StandingList),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn inspect_jobs(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<StandingQuery>,
) -> Result<Json<StandingList>, Problem> {
    Ok(Json(query.list(&[Stage::JobEmbedding], &state.pipeline.db).await?))
}

/// See how a job stands, and all that happened to it
///
/// Each attempt with its function, host, time and error, and who had it done again; the oldest first.
#[utoipa::path(
    get,
    path = "/api/admin/jobs/{job_id}",
    operation_id = "inspect-job",
    tag = "operating",
    security(("bearer" = [])),
    params(("job_id" = JobId, Path, description = "The job"), HistoryQuery),
    responses(
        (status = 200, description = "The job and its history", body = JobInspection),
        IdProblems, QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn inspect_job(
    State(state): State<ApiState>,
    _: Admin,
    IdOf(id): IdOf<JobId>,
    Query(query): Query<HistoryQuery>,
) -> Result<Json<JobInspection>, Problem> {
    let page = Page::<LineAt>::new(query.limit, query.cursor.as_deref())?;
    let db = &state.pipeline.db;
    let job = db.job_standing(id).await?.ok_or_else(|| Problem::not_found("job"))?;
    let lines = db.history(HistoryOf::Job(id), page.after.map(|at| at.0), page.rows_to_read()).await?;
    let (history, next_cursor) = page.cut(lines, |line| LineAt(line.id));
    Ok(Json(JobInspection { job, history, next_cursor }))
}
