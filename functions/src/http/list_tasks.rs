//! `GET /api/admin/tasks`: the schedules, the queues, the batches that run now and those that ran.

use axum::extract::State;
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::tasks::TasksQuery;
use shared::api::{Admin, ApiState, Json, Problem, Query};
use shared::domain::RunId;
use shared::pipeline::TasksOverview;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// What is going on.
pub const FUNCTION: Function = Function::http("list-tasks", &[("GET", "/api/admin/tasks")]).with_needs(&[
    Need::Database,
    Need::Measure(QueueName::CvUpload),
    Need::Measure(QueueName::CvParse),
    Need::Measure(QueueName::CvEmbed),
    Need::Measure(QueueName::CvMatch),
    Need::Measure(QueueName::MatchExplain),
    Need::Measure(QueueName::JobEmbed),
]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_tasks))
}

/// See what is going on
///
/// The schedules with their last and next runs, the queues with what waits and since when, the batches that are worked on now,
/// and those that ran, by function, state and time. Where a limit is what holds a backlog, `tuning_hint` says so.
#[utoipa::path(
    get,
    path = "/api/admin/tasks",
    operation_id = "list-tasks",
    tag = "operating",
    security(("bearer" = [])),
    params(TasksQuery),
    responses(
        (status = 200, description = "Schedules, queues, and batches, the latest first", body = TasksOverview),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn list_tasks(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<TasksQuery>,
) -> Result<Json<TasksOverview>, Problem> {
    let (filter, page) = query.filter()?;
    let mut overview = state.pipeline.tasks_overview(&filter, page.rows_to_read()).await?;
    let (runs, cursor) = page.cut(overview.runs, |run| RunId(run.id));
    overview.runs = runs;
    overview.next_cursor = cursor;
    Ok(Json(overview))
}
