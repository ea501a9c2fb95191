//! `DELETE /api/candidate/cvs/{cv_id}`: deletes a CV with its file and all that was made of it.

use axum::extract::State;
use axum::http::StatusCode;
use shared::api::responses::{IdProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, IdOf, Problem};
use shared::auth::{Caller, access};
use shared::domain::CvId;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Deletes a CV.
pub const FUNCTION: Function = Function::http("delete-cv", &[("DELETE", "/api/candidate/cvs/{cv_id}")])
    .with_needs(&[Need::Database, Need::DeleteFiles, Need::Cache, Need::Send(QueueName::CvMatch)]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(delete_cv))
}

/// Delete a CV with its file, its profile and its recommendations
///
/// The version before it, if there is one, becomes the latest again.
#[utoipa::path(
    delete,
    path = "/api/candidate/cvs/{cv_id}",
    operation_id = "delete-cv",
    tag = "candidate",
    security(("bearer" = [])),
    params(("cv_id" = CvId, Path, description = "The CV")),
    responses(
        (status = 204, description = "It is deleted"),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn delete_cv(
    State(state): State<ApiState>,
    caller: Caller,
    IdOf(id): IdOf<CvId>,
) -> Result<StatusCode, Problem> {
    access::may_have_cvs(&caller)?;
    let cv = access::cv(&caller, state.pipeline.db.cv(id).await?)?;
    state.pipeline.delete_cv(&cv).await?;
    Ok(StatusCode::NO_CONTENT)
}
