//! `GET /api/candidate/recommendations`: the jobs that fit a CV best, scored and explained.

use axum::extract::State;
use shared::api::recommendation::{RecommendationsQuery, USUAL_MATCHES};
use shared::api::responses::{IdProblems, QueryProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Json, Problem, ProblemKind, Query, limit_of};
use shared::auth::{Caller, access};
use shared::pipeline::Recommendations;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// The jobs that fit a CV best.
pub const FUNCTION: Function =
    Function::http("get-recommendations", &[("GET", "/api/candidate/recommendations")]).with_needs(&[
        Need::Database,
        Need::Cache,
        Need::Send(QueueName::CvMatch),
    ]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_recommendations))
}

/// Get the jobs that fit a CV best
///
/// `status` says whether there is more to come: `pending` and `processing` mean to ask again in a second. Jobs with a condition
/// that the CV does not meet are left out, and listed as such.
#[utoipa::path(
    get,
    path = "/api/candidate/recommendations",
    operation_id = "get-recommendations",
    tag = "candidate",
    security(("bearer" = [])),
    params(RecommendationsQuery),
    responses(
        (status = 200, description = "The jobs, the best first", body = Recommendations),
        QueryProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn get_recommendations(
    State(state): State<ApiState>,
    caller: Caller,
    Query(query): Query<RecommendationsQuery>,
) -> Result<Json<Recommendations>, Problem> {
    access::may_have_cvs(&caller)?;
    let limit = limit_of(query.limit, USUAL_MATCHES)?;
    let db = &state.pipeline.db;
    let cv = match query.cv_id {
        Some(id) => access::cv(&caller, db.cv(id).await?)?,
        None => {
            let candidate = access::candidate(&caller)?;
            let none = || Problem::new(ProblemKind::NotFound, "You have no CV here yet. Upload one first.");
            db.latest_cv(&candidate).await?.ok_or_else(none)?
        }
    };
    Ok(Json(state.pipeline.recommendations(&cv, limit as usize).await?))
}
