//! `DELETE /api/candidate/data`: deletes everything that is held on the caller: rows, files, cached answers.

use axum::extract::State;
use shared::api::responses::{RoleProblems, TokenProblems};
use shared::api::{ApiState, Candidate, Json, Problem};
use shared::pipeline::ErasedCandidate;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Deletes everything that is held on the caller.
pub const FUNCTION: Function = Function::http("erase-candidate", &[("DELETE", "/api/candidate/data")])
    .with_needs(&[Need::Database, Need::DeleteFiles, Need::Cache]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(erase_candidate))
}

/// Delete everything that is held on you
///
/// CVs with their files, profiles, recommendations and interactions. This cannot be taken back. After a failure call it
/// again: it goes on where it stopped.
#[utoipa::path(
    delete,
    path = "/api/candidate/data",
    operation_id = "erase-candidate",
    tag = "candidate",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "It is deleted", body = ErasedCandidate),
        TokenProblems, RoleProblems,
    )
)]
async fn erase_candidate(
    State(state): State<ApiState>,
    Candidate(candidate): Candidate,
) -> Result<Json<ErasedCandidate>, Problem> {
    Ok(Json(state.pipeline.erase_candidate(&candidate).await?))
}
