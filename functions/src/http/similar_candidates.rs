//! `GET /api/jobs/{job_id}/candidates/{cv_id}/similar`: candidates like one of a job's candidates.

use axum::extract::State;
use shared::api::recommendation::{SimilarQuery, USUAL_MATCHES};
use shared::api::responses::{IdProblems, QueryProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Json, Problem, Query, TwoIds, limit_of};
use shared::auth::{Caller, access};
use shared::domain::{CvId, JobId};
use shared::pipeline::SimilarCandidates;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Candidates like one of a job's candidates.
pub const FUNCTION: Function =
    Function::http("similar-candidates", &[("GET", "/api/jobs/{job_id}/candidates/{cv_id}/similar")])
        .with_memory(512);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(similar_candidates))
}

/// Get candidates like one of your job's candidates
///
/// More like this one: latest CVs alone, without name and contact unless their candidate applied to the job. The job's conditions
/// hold here too.
#[utoipa::path(
    get,
    path = "/api/jobs/{job_id}/candidates/{cv_id}/similar",
    operation_id = "similar-candidates",
    tag = "jobs",
    security(("bearer" = [])),
    params(
        ("job_id" = JobId, Path, description = "The job"),
        ("cv_id" = CvId, Path, description = "The CV, a latest one"),
        SimilarQuery,
    ),
    responses(
        (status = 200, description = "The candidates, the most alike first", body = SimilarCandidates),
        QueryProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn similar_candidates(
    State(state): State<ApiState>,
    caller: Caller,
    TwoIds(job, cv): TwoIds<JobId, CvId>,
    Query(query): Query<SimilarQuery>,
) -> Result<Json<SimilarCandidates>, Problem> {
    access::may_have_jobs(&caller)?;
    let limit = limit_of(query.limit, USUAL_MATCHES)?;
    let job = access::own_job(&caller, state.pipeline.db.job(job).await?)?;
    let found = state.pipeline.similar_candidates(&job, cv, limit as usize).await?;
    Ok(Json(found.ok_or_else(|| Problem::not_found("CV"))?))
}
