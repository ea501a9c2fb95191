//! `GET /api/jobs/{job_id}/similar`: open jobs like a job, open or closed.

use axum::extract::State;
use shared::api::recommendation::{SimilarQuery, USUAL_MATCHES};
use shared::api::responses::{IdProblems, QueryProblems, TokenProblems};
use shared::api::{ApiState, IdOf, Json, Problem, Query, limit_of};
use shared::auth::{Caller, access};
use shared::domain::JobId;
use shared::pipeline::SimilarJobs;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Open jobs like a job.
pub const FUNCTION: Function =
    Function::http("similar-jobs", &[("GET", "/api/jobs/{job_id}/similar")]).with_memory(512);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(similar_jobs))
}

/// Get open jobs like a job
///
/// For everybody who is signed in, and for a closed job too: who comes too late is offered others. Each is explained by the parts
/// of its score; a closed job that is not the caller's to read is not quoted.
#[utoipa::path(
    get,
    path = "/api/jobs/{job_id}/similar",
    operation_id = "similar-jobs",
    tag = "jobs",
    security(("bearer" = [])),
    params(("job_id" = JobId, Path, description = "The job"), SimilarQuery),
    responses(
        (status = 200, description = "The jobs, the most alike first", body = SimilarJobs),
        QueryProblems, IdProblems, TokenProblems,
    )
)]
async fn similar_jobs(
    State(state): State<ApiState>,
    caller: Caller,
    IdOf(id): IdOf<JobId>,
    Query(query): Query<SimilarQuery>,
) -> Result<Json<SimilarJobs>, Problem> {
    let limit = limit_of(query.limit, USUAL_MATCHES)?;
    let (job, quotes_it) = access::job_to_look_around(&caller, state.pipeline.db.job(id).await?)?;
    Ok(Json(state.pipeline.similar_jobs(&job, limit as usize, quotes_it).await?))
}
