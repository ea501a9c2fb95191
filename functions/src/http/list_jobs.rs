//! `GET /api/jobs`: the open jobs of everybody, or all of the caller's own; newest first.

use axum::extract::State;
use shared::api::job::{JobList, JobListQuery, JobSummary};
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Json, Page, Problem, Query};
use shared::auth::{Caller, access};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Jobs.
pub const FUNCTION: Function = Function::http("list-jobs", &[("GET", "/api/jobs")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_jobs))
}

/// List jobs
///
/// The open ones, for everybody who is signed in; with `mine=true` all of the recruiter's own.
#[utoipa::path(
    get,
    path = "/api/jobs",
    operation_id = "list-jobs",
    tag = "jobs",
    security(("bearer" = [])),
    params(JobListQuery),
    responses(
        (status = 200, description = "The jobs, newest first", body = JobList),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn list_jobs(
    State(state): State<ApiState>,
    caller: Caller,
    Query(query): Query<JobListQuery>,
) -> Result<Json<JobList>, Problem> {
    let own = if query.mine { Some(access::recruiter(&caller)?) } else { None };
    let page = Page::new(query.limit, query.cursor.as_deref())?;
    let rows = state.pipeline.db.jobs(own.as_ref(), page.after, page.rows_to_read()).await?;
    let (rows, next_cursor) = page.cut(rows, |row| row.id);
    Ok(Json(JobList { jobs: rows.into_iter().map(JobSummary::from).collect(), next_cursor }))
}
