//! `GET /api/candidate/cvs/{cv_id}`: a CV with its state, its profile, and what failed.

use axum::extract::State;
use shared::api::cv::CvAnswer;
use shared::api::responses::{IdProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, IdOf, Json, Problem};
use shared::auth::{Caller, access};
use shared::domain::CvId;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// One CV.
pub const FUNCTION: Function = Function::http("get-cv", &[("GET", "/api/candidate/cvs/{cv_id}")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_cv))
}

/// See a CV: how it stands, what was read, what failed
#[utoipa::path(
    get,
    path = "/api/candidate/cvs/{cv_id}",
    operation_id = "get-cv",
    tag = "candidate",
    security(("bearer" = [])),
    params(("cv_id" = CvId, Path, description = "The CV")),
    responses(
        (status = 200, description = "The CV", body = CvAnswer),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn get_cv(
    State(state): State<ApiState>,
    caller: Caller,
    IdOf(id): IdOf<CvId>,
) -> Result<Json<CvAnswer>, Problem> {
    access::may_have_cvs(&caller)?;
    let cv = access::cv(&caller, state.pipeline.db.cv(id).await?)?;
    Ok(Json(cv.into()))
}
