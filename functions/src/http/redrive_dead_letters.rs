//! `POST /api/admin/dead_letters/{queue}`: puts dead letters back into their queue, or drops them.

use axum::extract::State;
use shared::api::dead_letters::SettleDeadLetters;
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, IdOf, Json, Problem, ProblemDetails};
use shared::pipeline::DeadLetterOutcome;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Puts dead letters back into their queue, or drops them.
pub const FUNCTION: Function =
    Function::http("redrive-dead-letters", &[("POST", "/api/admin/dead_letters/{queue}")]).with_needs(&[
        Need::Database,
        Need::Redrive(QueueName::CvUpload),
        Need::Redrive(QueueName::CvParse),
        Need::Redrive(QueueName::CvEmbed),
        Need::Redrive(QueueName::CvMatch),
        Need::Redrive(QueueName::MatchExplain),
        Need::Redrive(QueueName::JobEmbed),
    ]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(redrive_dead_letters))
}

/// Put dead letters back into their queue, or drop them
///
/// By itself this is a dry run that says how many it would concern. To do it, send the same with `dry_run` false and that number as
/// `expected_count`; if the number is another by then, nothing is done and the answer is 409. Rows that failed are due again after
/// a redrive, as if they had never been tried. Of more than 1000 dead letters, 1000 are looked at in one call.
#[utoipa::path(
    post,
    path = "/api/admin/dead_letters/{queue}",
    operation_id = "redrive-dead-letters",
    tag = "operating",
    security(("bearer" = [])),
    params(("queue" = String, Path, description = "The queue, such as `cv-parse`")),
    request_body = SettleDeadLetters,
    responses(
        (status = 200, description = "What was done, or would be", body = DeadLetterOutcome),
        (status = 409, description = "It would concern another number than expected; nothing was done", body = ProblemDetails,
            content_type = "application/problem+json"),
        BodyProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn redrive_dead_letters(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    IdOf(queue): IdOf<QueueName>,
    Json(asked): Json<SettleDeadLetters>,
) -> Result<Json<DeadLetterOutcome>, Problem> {
    let order = asked.into_order()?;
    Ok(Json(state.pipeline.settle_dead_letters(queue, &order, &caller).await??))
}
