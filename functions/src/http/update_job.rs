//! `PUT /api/jobs/{job_id}`: sets what a job says.

use axum::extract::State;
use shared::api::job::{JobAnswer, JobPosting};
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, FieldError, IdOf, Json, Problem, job_lines};
use shared::auth::{Caller, access};
use shared::domain::JobId;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Sets what a job says.
pub const FUNCTION: Function = Function::http("update-job", &[("PUT", "/api/jobs/{job_id}")])
    .with_needs(&[Need::Database, Need::Send(QueueName::JobEmbed)]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(update_job))
}

/// Set what a job says
///
/// All of it: a field that is left out is empty afterwards. The job is open then, and is matched anew.
#[utoipa::path(
    put,
    path = "/api/jobs/{job_id}",
    operation_id = "update-job",
    tag = "jobs",
    security(("bearer" = [])),
    params(("job_id" = JobId, Path, description = "The job")),
    request_body = JobPosting,
    responses(
        (status = 200, description = "What it says now", body = JobAnswer),
        BodyProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn update_job(
    State(state): State<ApiState>,
    caller: Caller,
    IdOf(id): IdOf<JobId>,
    Json(mut posting): Json<serde_json::Value>,
) -> Result<Json<JobAnswer>, Problem> {
    access::may_have_jobs(&caller)?;
    let db = &state.pipeline.db;
    let row = access::own_job(&caller, db.job(id).await?)?;
    // What was got can be put as it is: its `id` is the job's own, not a name that its poster gave.
    if let Some(object) = posting.as_object_mut() {
        object.remove("id");
    }
    let mut job = job_lines::read_job(&posting).map_err(Problem::invalid)?;
    if job.external_id.is_some() && job.external_id != row.external_id {
        let error = FieldError::new("external_id", "cannot be changed; leave it out, or post a new job");
        return Err(Problem::invalid(vec![error]));
    }
    job.id = id;
    job.external_id = row.external_id;
    if !state.pipeline.update_job(&job).await? {
        return Err(Problem::not_found("job"));
    }
    let row = db.job(id).await?.ok_or_else(|| Problem::not_found("job"))?;
    Ok(Json(row.into()))
}
