//! `GET /api/jobs/{job_id}/candidates`: the candidates that fit a job best, scored and explained.

use axum::extract::State;
use shared::api::recommendation::{CandidatesQuery, USUAL_MATCHES};
use shared::api::responses::{IdProblems, QueryProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, IdOf, Json, Problem, Query, limit_of};
use shared::auth::{Caller, access};
use shared::domain::JobId;
use shared::pipeline::RankedCandidates;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// The candidates that fit a job best.
pub const FUNCTION: Function =
    Function::http("rank-candidates", &[("GET", "/api/jobs/{job_id}/candidates")]).with_memory(512);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(rank_candidates))
}

/// Get the candidates that fit your job best
///
/// Candidates who do not meet a condition of the job (`must_haves`) are left out and listed apart, with what their CV says; those
/// of whom it is not known stay in, with the question to ask. Conditions do not change scores.
#[utoipa::path(
    get,
    path = "/api/jobs/{job_id}/candidates",
    operation_id = "rank-candidates",
    tag = "jobs",
    security(("bearer" = [])),
    params(("job_id" = JobId, Path, description = "The job"), CandidatesQuery),
    responses(
        (status = 200, description = "The candidates, the best first", body = RankedCandidates),
        QueryProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn rank_candidates(
    State(state): State<ApiState>,
    caller: Caller,
    IdOf(id): IdOf<JobId>,
    Query(query): Query<CandidatesQuery>,
) -> Result<Json<RankedCandidates>, Problem> {
    access::may_have_jobs(&caller)?;
    let limit = limit_of(query.limit, USUAL_MATCHES)?;
    let job = access::own_job(&caller, state.pipeline.db.job(id).await?)?;
    let unmet = query.must_haves.unwrap_or_default();
    Ok(Json(state.pipeline.rank_candidates(&job, limit as usize, unmet).await?))
}
