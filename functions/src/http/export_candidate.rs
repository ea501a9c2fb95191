//! `GET /api/candidate/data`: everything that is held on the caller.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use shared::api::responses::{RoleProblems, TokenProblems};
use shared::api::{ApiState, Candidate, Json, Problem};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// Everything that is held on the caller.
pub const FUNCTION: Function =
    Function::http("export-candidate", &[("GET", "/api/candidate/data")]).with_memory(512);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(export_candidate))
}

/// Get everything that is held on you
///
/// One JSON object with a list for each table: CVs (with text and profile), predictions, matches, interactions, uploads and
/// requests.
#[utoipa::path(
    get,
    path = "/api/candidate/data",
    operation_id = "export-candidate",
    tag = "candidate",
    security(("bearer" = [])),
    responses(
        (status = 200, description = "Everything, by table", body = serde_json::Value,
            headers(("Content-Disposition" = String, description = "Makes a browser keep it as a file"))),
        TokenProblems, RoleProblems,
    )
)]
async fn export_candidate(
    State(state): State<ApiState>,
    Candidate(candidate): Candidate,
) -> Result<impl IntoResponse, Problem> {
    let data = state.pipeline.db.export_candidate(&candidate).await?;
    Ok(([(header::CONTENT_DISPOSITION, r#"attachment; filename="cv-matching-data.json""#)], Json(data)))
}
