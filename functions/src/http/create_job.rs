//! `POST /api/jobs`: posts a job.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use shared::api::job::{JobAnswer, JobPosting};
use shared::api::responses::{BodyProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Json, Problem, Recruiter, job_lines};
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Posts a job.
pub const FUNCTION: Function = Function::http("create-job", &[("POST", "/api/jobs")])
    .with_needs(&[Need::Database, Need::Send(QueueName::JobEmbed)]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(create_job))
}

/// Post a job
///
/// Posting the same `external_id` again updates the job, and opens it if it was closed.
#[utoipa::path(
    post,
    path = "/api/jobs",
    operation_id = "create-job",
    tag = "jobs",
    security(("bearer" = [])),
    request_body = JobPosting,
    responses(
        (status = 201, description = "It is posted", body = JobAnswer,
            headers(("Location" = String, description = "Where the job is"))),
        (status = 200, description = "It was there under this `external_id`, and now says this", body = JobAnswer,
            headers(("Location" = String, description = "Where the job is"))),
        BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn create_job(
    State(state): State<ApiState>,
    Recruiter(recruiter): Recruiter,
    Json(posting): Json<serde_json::Value>,
) -> Result<impl IntoResponse, Problem> {
    let job = job_lines::read_job(&posting).map_err(Problem::invalid)?;
    let stored = state.pipeline.store_jobs(&recruiter, &[job]).await?;
    let [stored] = stored[..] else { return Err(Problem::internal()) };
    let status = if stored.created { StatusCode::CREATED } else { StatusCode::OK };
    let row = state.pipeline.db.job(stored.id).await?.ok_or_else(|| Problem::not_found("job"))?;
    Ok((status, [(header::LOCATION, format!("/api/jobs/{}", stored.id))], Json(JobAnswer::from(row))))
}
