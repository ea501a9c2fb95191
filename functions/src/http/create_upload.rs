//! `POST /api/candidate/uploads`: promises a place for a file too large for one request; and what follows when it has come.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use shared::api::cv::{CreateUploadAnswer, CreateUploadRequest, UploadAnswer, UploadForm};
use shared::api::responses::{BodyProblems, IdProblems, RoleProblems, TokenProblems};
use shared::api::{
    ApiState, Candidate, FieldError, FormFile, IdOf, Json, MOST_BYTES_OF_FILE, Problem, ProblemDetails,
};
use shared::domain::CvId;
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Promises a place for a file.
pub const FUNCTION: Function = Function::http(
    "create-upload",
    &[
        ("POST", "/api/candidate/uploads"),
        ("POST", "/api/candidate/uploads/{cv_id}/file"),
        ("POST", "/api/candidate/uploads/{cv_id}/complete"),
    ],
)
.with_needs(&[Need::Database, Need::ReadFiles, Need::WriteFiles, Need::Send(QueueName::CvParse)]);

/// Its routes.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(create_upload))
        .routes(routes!(receive_upload))
        .routes(routes!(complete_upload))
}

/// Ask for a place for a larger file
///
/// Send the file as `upload` says, then call `…/complete`. At most 10 MiB.
#[utoipa::path(
    post,
    path = "/api/candidate/uploads",
    operation_id = "create-upload",
    tag = "candidate",
    security(("bearer" = [])),
    request_body = CreateUploadRequest,
    responses(
        (status = 201, description = "The place", body = CreateUploadAnswer),
        BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn create_upload(
    State(state): State<ApiState>,
    Candidate(candidate): Candidate,
    Json(request): Json<CreateUploadRequest>,
) -> Result<impl IntoResponse, Problem> {
    if !(1..=255).contains(&request.file_name.trim().chars().count()) {
        return Err(Problem::invalid(vec![FieldError::new("file_name", "must have 1 to 255 characters")]));
    }
    let promised = state.pipeline.create_upload(&candidate, &request.file_name).await?;
    Ok((StatusCode::CREATED, Json(CreateUploadAnswer::from(promised))))
}

/// Send the file of a promised upload
///
/// Only where `POST /api/candidate/uploads` answered with this address.
#[utoipa::path(
    post,
    path = "/api/candidate/uploads/{cv_id}/file",
    operation_id = "receive-upload",
    tag = "candidate",
    security(("bearer" = [])),
    params(("cv_id" = CvId, Path, description = "The id that was promised")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 204, description = "The file has arrived"),
        (status = 410, description = "The time for this upload is over", body = ProblemDetails,
            content_type = "application/problem+json"),
        BodyProblems, IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn receive_upload(
    State(state): State<ApiState>,
    Candidate(candidate): Candidate,
    IdOf(cv_id): IdOf<CvId>,
    file: FormFile<MOST_BYTES_OF_FILE>,
) -> Result<StatusCode, Problem> {
    state.pipeline.receive_upload(&candidate, cv_id, file.content).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Say that the file of a promised upload has arrived
///
/// It becomes a CV and waits to be read. To call this again does no harm.
#[utoipa::path(
    post,
    path = "/api/candidate/uploads/{cv_id}/complete",
    operation_id = "complete-upload",
    tag = "candidate",
    security(("bearer" = [])),
    params(("cv_id" = CvId, Path, description = "The id that was promised")),
    responses(
        (status = 202, description = "The CV was taken in", body = UploadAnswer,
            headers(("Location" = String, description = "Where the CV is"))),
        (status = 409, description = "The file has not arrived yet", body = ProblemDetails,
            content_type = "application/problem+json"),
        (status = 410, description = "The time for this upload is over", body = ProblemDetails,
            content_type = "application/problem+json"),
        (status = 413, description = "The file is too large", body = ProblemDetails,
            content_type = "application/problem+json"),
        (status = 415, description = "The file is of a format that is not read", body = ProblemDetails,
            content_type = "application/problem+json"),
        (status = 422, description = "The file is empty", body = ProblemDetails,
            content_type = "application/problem+json"),
        IdProblems, TokenProblems, RoleProblems,
    )
)]
async fn complete_upload(
    State(state): State<ApiState>,
    Candidate(candidate): Candidate,
    IdOf(cv_id): IdOf<CvId>,
) -> Result<impl IntoResponse, Problem> {
    state.pipeline.accept_upload(&candidate, cv_id).await?;
    let location = format!("/api/candidate/cvs/{cv_id}");
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(UploadAnswer::received(cv_id))))
}
