//! `GET /api/admin/dead_letters` and `GET /api/admin/dead_letters/{queue}`: messages that were given up, and why.

use axum::extract::State;
use shared::api::dead_letters::{DeadLettersQuery, QueueAnswer, QueuesAnswer};
use shared::api::responses::{IdProblems, QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, IdOf, Json, Problem, Query, number_of};
use shared::pipeline::ListedDeadLetters;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Messages that were given up, and why.
pub const FUNCTION: Function = Function::http(
    "list-dead-letters",
    &[("GET", "/api/admin/dead_letters"), ("GET", "/api/admin/dead_letters/{queue}")],
)
.with_needs(&[
    Need::Database,
    Need::Measure(QueueName::CvUpload),
    Need::Measure(QueueName::CvParse),
    Need::Measure(QueueName::CvEmbed),
    Need::Measure(QueueName::CvMatch),
    Need::Measure(QueueName::MatchExplain),
    Need::Measure(QueueName::JobEmbed),
    Need::ReadDeadLetters(QueueName::CvUpload),
    Need::ReadDeadLetters(QueueName::CvParse),
    Need::ReadDeadLetters(QueueName::CvEmbed),
    Need::ReadDeadLetters(QueueName::CvMatch),
    Need::ReadDeadLetters(QueueName::MatchExplain),
    Need::ReadDeadLetters(QueueName::JobEmbed),
]);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(count_dead_letters)).routes(routes!(list_dead_letters))
}

/// See how full each queue is, and how many dead letters it has
#[utoipa::path(
    get,
    path = "/api/admin/dead_letters",
    operation_id = "count-dead-letters",
    tag = "operating",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Every queue", body = QueuesAnswer),
        TokenProblems, RoleProblems,
    )
)]
async fn count_dead_letters(State(state): State<ApiState>, _: Admin) -> Result<Json<QueuesAnswer>, Problem> {
    let all = state.pipeline.queue.attributes_of_all().await?;
    let queues = all.iter().map(|(queue, attributes)| QueueAnswer::new(*queue, attributes)).collect();
    Ok(Json(QueuesAnswer { queues }))
}

/// See a queue's dead letters, and why each was given up
///
/// A dead letter is a message that was received five times without being done. It is only a hint at a row, so the reason is the
/// row's: why it failed, or how it stands by now. This is a snapshot of at most `limit` of them; those that somebody else looks at
/// in the same instant are missing from it.
#[utoipa::path(
    get,
    path = "/api/admin/dead_letters/{queue}",
    operation_id = "list-dead-letters",
    tag = "operating",
    security(("bearer" = [])),
    params(("queue" = String, Path, description = "The queue, such as `cv-parse`"), DeadLettersQuery),
    responses(
        (status = 200, description = "Its dead letters, the oldest first", body = ListedDeadLetters),
        QueryProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn list_dead_letters(
    State(state): State<ApiState>,
    _: Admin,
    IdOf(queue): IdOf<QueueName>,
    Query(query): Query<DeadLettersQuery>,
) -> Result<Json<ListedDeadLetters>, Problem> {
    let most = number_of("limit", query.limit, 100, 1000)?;
    Ok(Json(state.pipeline.dead_letters(queue, most as usize).await?))
}
