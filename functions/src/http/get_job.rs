//! `GET /api/jobs/{job_id}`: a job.

use axum::extract::State;
use shared::api::job::JobAnswer;
use shared::api::responses::{IdProblems, TokenProblems};
use shared::api::{ApiState, IdOf, Json, Problem};
use shared::auth::{Caller, access};
use shared::domain::JobId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// One job.
pub const FUNCTION: Function = Function::http("get-job", &[("GET", "/api/jobs/{job_id}")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_job))
}

/// See a job
///
/// An open one, for everybody who is signed in; a closed one, for who posted it.
#[utoipa::path(
    get,
    path = "/api/jobs/{job_id}",
    operation_id = "get-job",
    tag = "jobs",
    security(("bearer" = [])),
    params(("job_id" = JobId, Path, description = "The job")),
    responses(
        (status = 200, description = "The job", body = JobAnswer),
        IdProblems, TokenProblems,
    )
)]
async fn get_job(
    State(state): State<ApiState>,
    caller: Caller,
    IdOf(id): IdOf<JobId>,
) -> Result<Json<JobAnswer>, Problem> {
    let job = access::readable_job(&caller, state.pipeline.db.job(id).await?)?;
    Ok(Json(job.into()))
}
