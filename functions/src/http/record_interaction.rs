//! `POST /api/candidate/interactions`: records what a candidate did with a match.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use shared::api::recommendation::{InteractionAnswer, InteractionRequest};
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Json, Problem};
use shared::auth::{Caller, access};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Records what a candidate did with a match.
pub const FUNCTION: Function =
    Function::http("record-interaction", &[("POST", "/api/candidate/interactions")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(record_interaction))
}

/// Record what you did with a recommendation
#[utoipa::path(
    post,
    path = "/api/candidate/interactions",
    operation_id = "record-interaction",
    tag = "candidate",
    security(("bearer" = [])),
    request_body = InteractionRequest,
    responses(
        (status = 201, description = "It is recorded", body = InteractionAnswer),
        BodyProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn record_interaction(
    State(state): State<ApiState>,
    caller: Caller,
    Json(request): Json<InteractionRequest>,
) -> Result<impl IntoResponse, Problem> {
    access::candidate(&caller)?;
    let InteractionRequest { match_id, kind } = request;
    let found = access::own_match(&caller, state.pipeline.db.match_owner(match_id).await?)?;
    let (interaction_id, created_at) = state.pipeline.db.record_interaction(match_id, &found, kind).await?;
    Ok((StatusCode::CREATED, Json(InteractionAnswer { interaction_id, match_id, kind, created_at })))
}
