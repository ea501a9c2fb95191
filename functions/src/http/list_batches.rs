//! `GET /api/admin/batches`: requests to the chat API that writes explanations, with what they cost.

use axum::extract::State;
use shared::api::batches::{BatchList, BatchQuery, ChatBudget, Counted, money};
use shared::api::operating::CallAt;
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Page, Problem, Query, number_of};
use shared::db::chat_call::ChatCallFilter;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Requests to the chat API.
pub const FUNCTION: Function = Function::http("list-batches", &[("GET", "/api/admin/batches")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_batches))
}

/// See the requests to the chat API and what they cost
///
/// Each asks about some matches of one CV. With the sums by day and model, what is left of the day's budget, and why requests
/// failed and texts were not used. Nothing of the texts is kept.
#[utoipa::path(
    get,
    path = "/api/admin/batches",
    operation_id = "list-batches",
    tag = "operating",
    security(("bearer" = [])),
    params(BatchQuery),
    responses(
        (status = 200, description = "The requests, the latest first", body = BatchList),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn list_batches(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<BatchQuery>,
) -> Result<Json<BatchList>, Problem> {
    let page = Page::<CallAt>::new(query.limit, query.cursor.as_deref())?;
    let days = number_of("days", query.days, 30, 365)?.cast_signed();
    let outcome = query.outcome.as_deref();
    if outcome.is_some_and(|outcome| !["started", "answered", "failed"].contains(&outcome)) {
        return Err(Problem::bad_parameter("outcome", "must be started, answered or failed"));
    }
    let filter = ChatCallFilter { outcome, model: query.model.as_deref(), before: page.after.map(|at| at.0) };
    let db = &state.pipeline.db;
    let calls = db.chat_calls_of(filter, page.rows_to_read()).await?;
    let (calls, next_cursor) = page.cut(calls, |call| CallAt(call.id));
    let spent_today = money(db.chat_micros_today().await?);
    let chat = state.pipeline.settings.chat.as_ref();
    let daily_budget = chat.and_then(|chat| chat.daily_budget);
    let budget = ChatBudget {
        model: chat.map(|chat| chat.api.model.clone()),
        daily_budget,
        spent_today,
        left_today: daily_budget.map(|budget| (budget - spent_today).max(0.0)),
    };
    let (mut errors, mut faults) = (Vec::new(), Vec::new());
    for (is_error, name, count) in db.chat_faults(days).await? {
        if is_error { &mut errors } else { &mut faults }.push(Counted { name, count });
    }
    Ok(Json(BatchList {
        budget,
        batches: calls.into_iter().map(Into::into).collect(),
        next_cursor,
        days: db.chat_days(days).await?.into_iter().map(Into::into).collect(),
        errors,
        faults,
    }))
}
