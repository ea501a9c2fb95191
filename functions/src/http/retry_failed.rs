//! `POST /api/admin/retry`: what failed is done again, all that a filter names; and `POST /api/admin/cvs/{cv_id}/retry` and
//! `POST /api/admin/jobs/{job_id}/retry`: one, from a stage on.

use axum::extract::State;
use shared::api::operating::{RetryAnswer, RetryCvRequest, RetryOneAnswer, RetryRequest, expect_count};
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, FieldError, IdOf, Json, Problem, ProblemKind};
use shared::db::stage::Stage;
use shared::domain::{CvId, JobId};
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// What failed is done again.
pub const FUNCTION: Function = Function::http(
    "retry-failed",
    &[
        ("POST", "/api/admin/retry"),
        ("POST", "/api/admin/cvs/{cv_id}/retry"),
        ("POST", "/api/admin/jobs/{job_id}/retry"),
    ],
)
.with_needs(&[
    Need::Database,
    Need::Send(QueueName::CvParse),
    Need::Send(QueueName::CvEmbed),
    Need::Send(QueueName::CvMatch),
    Need::Send(QueueName::MatchExplain),
    Need::Send(QueueName::JobEmbed),
]);

/// Ids that one request may name.
const MOST_IDS: usize = 1000;

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(retry_failed)).routes(routes!(retry_cv)).routes(routes!(retry_job))
}

/// Have what failed done again
///
/// All that the filter names: each row is as if it had never been tried. A dry run, which it is unless the request says otherwise,
/// counts them; to have it done, send that count as `expected_count`.
#[utoipa::path(
    post,
    path = "/api/admin/retry",
    operation_id = "retry-failed",
    tag = "operating",
    security(("bearer" = [])),
    request_body = RetryRequest,
    responses(
        (status = 200, description = "What is, or would be, done again", body = RetryAnswer),
        (status = 409, description = "`expected_count` is missing or not what it concerns now, which the problem names",
            content_type = "application/problem+json", body = shared::api::ProblemDetails),
        BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn retry_failed(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    Json(request): Json<RetryRequest>,
) -> Result<Json<RetryAnswer>, Problem> {
    if request.ids.as_ref().is_some_and(|ids| ids.len() > MOST_IDS) {
        return Err(Problem::invalid(vec![FieldError::new("ids", format!("must be at most {MOST_IDS}"))]));
    }
    let filter = request.filter();
    let counts = state.pipeline.db.state_counts(&filter).await?;
    let count = counts.iter().map(|alike| alike.count).sum();
    let retried = if request.dry_run {
        0
    } else {
        expect_count(request.expected_count, count)?;
        state.pipeline.retry_failed(request.stage, &filter, &caller, count).await?
    };
    Ok(Json(RetryAnswer { dry_run: request.dry_run, count, counts, retried }))
}

/// Have a CV done again from a stage on
///
/// However it stands: what is there stays until the new result takes its place. What comes after the stage follows by itself.
#[utoipa::path(
    post,
    path = "/api/admin/cvs/{cv_id}/retry",
    operation_id = "retry-cv",
    tag = "operating",
    security(("bearer" = [])),
    params(("cv_id" = CvId, Path, description = "The CV")),
    request_body = RetryCvRequest,
    responses(
        (status = 200, description = "It waits for a worker", body = RetryOneAnswer),
        (status = 409, description = "It has not come to that stage",
            content_type = "application/problem+json", body = shared::api::ProblemDetails),
        IdProblems, BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn retry_cv(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    IdOf(id): IdOf<CvId>,
    Json(RetryCvRequest { from }): Json<RetryCvRequest>,
) -> Result<Json<RetryOneAnswer>, Problem> {
    if !Stage::OF_CV.contains(&from) {
        return Err(Problem::invalid(vec![FieldError::new("from", "is no stage of a CV")]));
    }
    if state.pipeline.db.cv_standing(id).await?.is_none() {
        return Err(Problem::not_found("CV"));
    }
    match state.pipeline.begin_anew(from, id.0, &caller).await? {
        Some(items) => Ok(Json(RetryOneAnswer { from, items })),
        None => Err(Problem::new(
            ProblemKind::Conflict,
            "The CV has not come to that stage: what comes before it is not done. Begin earlier.",
        )),
    }
}

/// Have a job embedded again
///
/// However it stands. CVs near to it are matched again then.
#[utoipa::path(
    post,
    path = "/api/admin/jobs/{job_id}/retry",
    operation_id = "retry-job",
    tag = "operating",
    security(("bearer" = [])),
    params(("job_id" = JobId, Path, description = "The job")),
    responses(
        (status = 200, description = "It waits for a worker", body = RetryOneAnswer),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn retry_job(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    IdOf(id): IdOf<JobId>,
) -> Result<Json<RetryOneAnswer>, Problem> {
    let from = Stage::JobEmbedding;
    let items = state.pipeline.begin_anew(from, id.0, &caller).await?;
    items.map(|items| Json(RetryOneAnswer { from, items })).ok_or_else(|| Problem::not_found("job"))
}
