//! `POST /api/admin/test_queue`, and the older name `POST /api/admin/test_celery`: a real message through a real queue to a real
//! function and back.

use std::time::Duration;

use axum::extract::State;
use serde::Deserialize;
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Problem, ProblemDetails, ProblemKind, Query, number_of};
use shared::pipeline::{QueueTest, QueueTestError};
use shared::queue::QueueName;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// The longest that an answer is waited for: less than the call may take.
const LONGEST_WAIT: u32 = 25;

/// Sends a message through a queue and back.
pub const FUNCTION: Function =
    Function::http("test-queue", &[("POST", "/api/admin/test_queue"), ("POST", "/api/admin/test_celery")])
        .with_needs(&[
            Need::Database,
            Need::Send(QueueName::CvUpload),
            Need::Send(QueueName::CvParse),
            Need::Send(QueueName::CvEmbed),
            Need::Send(QueueName::CvMatch),
            Need::Send(QueueName::MatchExplain),
            Need::Send(QueueName::JobEmbed),
            Need::Measure(QueueName::CvUpload),
            Need::Measure(QueueName::CvParse),
            Need::Measure(QueueName::CvEmbed),
            Need::Measure(QueueName::CvMatch),
            Need::Measure(QueueName::MatchExplain),
            Need::Measure(QueueName::JobEmbed),
        ]);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(test_queue)).routes(routes!(test_celery))
}

/// Which queue, and how long.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct TestQuery {
    /// The queue that the message goes through; `cv-parse` where it is not said.
    #[param(example = "cv-parse")]
    queue: Option<String>,
    /// For how many seconds an answer is waited for, 1 to 25; 10 where it is not said.
    #[param(minimum = 1, maximum = 25)]
    timeout: Option<u32>,
}

/// Send a message through a queue to the function that works on it, and back
///
/// The message goes the way of all others, behind those that wait already; the function that receives it answers instead of looking
/// for work. 504 means that none did in time, and says how many messages wait.
#[utoipa::path(
    post,
    path = "/api/admin/test_queue",
    operation_id = "test-queue",
    tag = "operating",
    security(("bearer" = [])),
    params(TestQuery),
    responses(
        (status = 200, description = "It came, and how long it took", body = QueueTest),
        (status = 409, description = "The queue is paused", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 504, description = "No function answered in time", body = ProblemDetails,
            content_type = "application/problem+json"),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn test_queue(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Query(query): Query<TestQuery>,
) -> Result<Json<QueueTest>, Problem> {
    test(&state, &caller, query).await
}

/// The same under its older name
#[utoipa::path(
    post,
    path = "/api/admin/test_celery",
    operation_id = "test-celery",
    tag = "operating",
    security(("bearer" = [])),
    params(TestQuery),
    responses(
        (status = 200, description = "It came, and how long it took", body = QueueTest),
        (status = 409, description = "The queue is paused", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 504, description = "No function answered in time", body = ProblemDetails,
            content_type = "application/problem+json"),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn test_celery(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Query(query): Query<TestQuery>,
) -> Result<Json<QueueTest>, Problem> {
    test(&state, &caller, query).await
}

async fn test(state: &ApiState, caller: &str, query: TestQuery) -> Result<Json<QueueTest>, Problem> {
    let queue: QueueName = match query.queue {
        None => QueueName::CvParse,
        Some(name) => name.parse().map_err(|_| {
            let names = QueueName::ALL.map(QueueName::as_str).join(", ");
            Problem::bad_parameter("queue", format!("must be one of {names}"))
        })?,
    };
    let seconds = number_of("timeout", query.timeout, 10, LONGEST_WAIT)?;
    let tested = state.pipeline.test_queue(queue, Duration::from_secs(seconds.into()), caller).await;
    match tested {
        Ok(answer) => Ok(Json(answer)),
        Err(QueueTestError::Part(error)) => Err(error.into()),
        Err(QueueTestError::Paused { since, by }) => Err(Problem::new(
            ProblemKind::Conflict,
            format!("The queue {} has been paused since {since} by {by}. Resume it first.", queue.as_str()),
        )),
        Err(QueueTestError::NoAnswer { waiting, in_flight, .. }) => Err(Problem::new(
            ProblemKind::NoAnswer,
            format!(
                "No function answered within {seconds} s. In the queue {}, {waiting} messages wait and {in_flight} are being \
                worked on. If many wait, the message is behind them: wait longer. If not, look whether the function of this queue \
                runs, reaches the database, and is connected to the queue (its event source, its QUEUE_URL, its CloudEvents source).",
                queue.as_str()
            ),
        )),
    }
}
