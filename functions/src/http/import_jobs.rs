//! `POST /api/jobs/import`: posts thousands of jobs at once; a line that is wrong stops no other.

use axum::extract::State;
use shared::api::job::{ImportAnswer, LineError};
use shared::api::job_lines::{self, JobLine};
use shared::api::responses::{BodyProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Content, FieldError, Json, MOST_BYTES_AT_ONCE, Problem, ProblemKind, Recruiter};
use shared::db::job::{NewJob, StoredJob};
use shared::domain::RecruiterId;
use shared::pipeline::Pipeline;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Posts many jobs.
pub const FUNCTION: Function = Function::http("import-jobs", &[("POST", "/api/jobs/import")])
    .with_memory(512)
    .with_needs(&[Need::Database, Need::Send(QueueName::JobEmbed)]);

/// Jobs that are stored in one transaction.
const BATCH: usize = 500;

/// Reasons that an answer tells.
const MOST_ERRORS: usize = 100;

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(import_jobs))
}

/// Post many jobs at once
///
/// By `Content-Type`: `application/x-ndjson` (one JSON object a line), `application/json` (an array), or `text/csv` (the
/// first row names the fields). Each job has the fields of `POST /api/jobs`. At most 4 MiB; larger files in pieces. Jobs with
/// an `external_id` (or `id`) that is there already are updated, so that the same file can be sent again.
#[utoipa::path(
    post,
    path = "/api/jobs/import",
    operation_id = "import-jobs",
    tag = "jobs",
    security(("bearer" = [])),
    request_body(content(
        (String = "application/x-ndjson", example = "{\"id\": \"1\", \"title\": \"Cook\", \"text\": \"Cook for us.\"}\n"),
        (Vec<shared::api::job::JobPosting> = "application/json"),
        (String = "text/csv", example = "id,title,text\n1,Cook,Cook for us.\n"),
    )),
    responses(
        (status = 200, description = "What was done with how many, and what was wrong", body = ImportAnswer),
        BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn import_jobs(
    State(state): State<ApiState>,
    Recruiter(recruiter): Recruiter,
    content: Content<MOST_BYTES_AT_ONCE>,
) -> Result<Json<ImportAnswer>, Problem> {
    let bytes = &content.bytes;
    let answer = match content.media_type.as_str() {
        "application/x-ndjson" | "application/ndjson" | "application/jsonl" | "application/x-jsonlines" => {
            import(&state.pipeline, &recruiter, job_lines::read_ndjson(bytes)).await?
        }
        "application/json" => {
            import(&state.pipeline, &recruiter, job_lines::read_array(bytes).map_err(unreadable)?).await?
        }
        "text/csv" => {
            import(&state.pipeline, &recruiter, job_lines::read_csv(bytes).map_err(unreadable)?).await?
        }
        _ => {
            return Err(Problem::new(
                ProblemKind::UnsupportedMediaType,
                "Send `Content-Type: application/x-ndjson`, `application/json` or `text/csv`.",
            ));
        }
    };
    Ok(Json(answer))
}

fn unreadable(error: FieldError) -> Problem {
    Problem::bad_parameter(&error.field, error.message)
}

async fn import(
    pipeline: &Pipeline,
    recruiter: &RecruiterId,
    lines: impl Iterator<Item = JobLine>,
) -> Result<ImportAnswer, Problem> {
    let mut answer = ImportAnswer::default();
    let mut batch: Vec<NewJob> = Vec::with_capacity(BATCH);
    for line in lines {
        match line.job {
            Ok(job) => batch.push(job),
            Err(errors) => refuse(&mut answer, line.line, errors),
        }
        if batch.len() == BATCH {
            store(pipeline, recruiter, &mut batch, &mut answer).await?;
        }
    }
    store(pipeline, recruiter, &mut batch, &mut answer).await?;
    if answer == ImportAnswer::default() {
        return Err(Problem::new(ProblemKind::Malformed, "There is no job in it."));
    }
    Ok(answer)
}

async fn store(
    pipeline: &Pipeline,
    recruiter: &RecruiterId,
    batch: &mut Vec<NewJob>,
    answer: &mut ImportAnswer,
) -> Result<(), Problem> {
    if batch.is_empty() {
        return Ok(());
    }
    let stored = pipeline.store_jobs(recruiter, batch).await.map_err(|error| {
        let before = answer.created + answer.updated + answer.unchanged;
        Problem::from(error).with_detail(format!(
            "{before} jobs were stored before this happened. Send the same again: jobs with an `external_id` or `id` are not \
            doubled."
        ))
    })?;
    batch.clear();
    for job in stored {
        *count_of(answer, job) += 1;
    }
    Ok(())
}

fn count_of(answer: &mut ImportAnswer, job: StoredJob) -> &mut usize {
    match job {
        StoredJob { created: true, .. } => &mut answer.created,
        StoredJob { changed: true, .. } => &mut answer.updated,
        StoredJob { .. } => &mut answer.unchanged,
    }
}

fn refuse(answer: &mut ImportAnswer, line: usize, errors: Vec<FieldError>) {
    answer.failed += 1;
    let room = MOST_ERRORS - answer.errors.len();
    let told = errors.into_iter().take(room);
    answer.errors.extend(told.map(|error| LineError { line, field: error.field, message: error.message }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wrong_line_is_counted_and_the_first_hundred_reasons_are_told() {
        let mut answer = ImportAnswer::default();
        for line in 1..=150 {
            refuse(
                &mut answer,
                line,
                vec![FieldError::new("title", "is missing"), FieldError::new("text", "is missing")],
            );
        }
        assert_eq!((answer.failed, answer.errors.len()), (150, 100));
        assert_eq!((answer.errors[99].line, answer.errors[99].field.as_str()), (50, "text"));
    }
}
