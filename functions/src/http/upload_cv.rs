//! `POST /api/candidate/upload_and_parse`: takes a CV in; reading and matching it go on behind the answer.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use shared::api::cv::{UploadAnswer, UploadForm};
use shared::api::responses::{BodyProblems, RoleProblems, TokenProblems};
use shared::api::{ApiState, Candidate, FormFile, IdempotencyKey, Json, MOST_BYTES_AT_ONCE, Problem};
use shared::queue::QueueName;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::{Function, Need};

/// Takes a CV in.
pub const FUNCTION: Function = Function::http("upload-cv", &[("POST", "/api/candidate/upload_and_parse")])
    .with_needs(&[Need::Database, Need::WriteFiles, Need::DeleteFiles, Need::Send(QueueName::CvParse)]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(upload_cv))
}

/// Upload a CV
///
/// The file is kept and waits to be read; recommendations follow in seconds. At most 4 MiB; for larger files see
/// `POST /api/candidate/uploads`. A request that is sent again with the same `Idempotency-Key` and file gets the same answer.
#[utoipa::path(
    post,
    path = "/api/candidate/upload_and_parse",
    operation_id = "upload-cv",
    tag = "candidate",
    security(("bearer" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description = "1–255 characters, new for each new upload")),
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses(
        (status = 202, description = "The CV was taken in", body = UploadAnswer,
            headers(("Location" = String, description = "Where the CV is"))),
        BodyProblems, TokenProblems, RoleProblems,
    )
)]
async fn upload_cv(
    State(state): State<ApiState>,
    Candidate(candidate): Candidate,
    IdempotencyKey(key): IdempotencyKey,
    file: FormFile<MOST_BYTES_AT_ONCE>,
) -> Result<impl IntoResponse, Problem> {
    let stored = state.pipeline.store_cv(&candidate, &file.name, file.content, key.as_deref()).await?;
    let location = format!("/api/candidate/cvs/{}", stored.cv_id);
    Ok((StatusCode::ACCEPTED, [(header::LOCATION, location)], Json(UploadAnswer::received(stored.cv_id))))
}
