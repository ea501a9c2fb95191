//! `DELETE /api/jobs/{job_id}`: closes a job.

use axum::extract::State;
use axum::http::StatusCode;
use shared::api::responses::{IdProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, IdOf, Problem};
use shared::auth::{Caller, access};
use shared::domain::JobId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Closes a job.
pub const FUNCTION: Function = Function::http("close-job", &[("DELETE", "/api/jobs/{job_id}")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(close_job))
}

/// Close a job
///
/// It disappears from all recommendations at once. `PUT` opens it again. To close a closed job does no harm.
#[utoipa::path(
    delete,
    path = "/api/jobs/{job_id}",
    operation_id = "close-job",
    tag = "jobs",
    security(("bearer" = [])),
    params(("job_id" = JobId, Path, description = "The job")),
    responses(
        (status = 204, description = "It is closed"),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn close_job(
    State(state): State<ApiState>,
    caller: Caller,
    IdOf(id): IdOf<JobId>,
) -> Result<StatusCode, Problem> {
    access::may_have_jobs(&caller)?;
    access::own_job(&caller, state.pipeline.db.job(id).await?)?;
    state.pipeline.close_job(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
