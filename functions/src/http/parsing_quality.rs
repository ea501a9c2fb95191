//! `GET /api/admin/parsing_quality`: how well the stored CVs were read, and whether that fell since the last release.

use axum::extract::State;
use shared::api::quality::ParsingQualityQuery;
use shared::api::responses::{QueryProblems, RoleProblems, TokenProblems};
use shared::api::{Admin, ApiState, Json, Problem, Query, number_of};
use shared::pipeline::ParsingQuality;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// How well the stored CVs were read.
pub const FUNCTION: Function = Function::http("parsing-quality", &[("GET", "/api/admin/parsing_quality")]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(parsing_quality))
}

/// See how well the stored CVs were read
///
/// A random sample of the CVs that this release read is checked for completeness, validity, order of dates, duplicates and
/// plausibility. The result is kept, one for each release and day, and compared with that of the release before. No content
/// of a CV is in the answer.
#[utoipa::path(
    get,
    path = "/api/admin/parsing_quality",
    operation_id = "parsing-quality",
    tag = "operating",
    security(("bearer" = [])),
    params(ParsingQualityQuery),
    responses(
        (status = 200, description = "The checks, their history, and what fell", body = ParsingQuality),
        QueryProblems, TokenProblems, RoleProblems,
    )
)]
async fn parsing_quality(
    State(state): State<ApiState>,
    _: Admin,
    Query(query): Query<ParsingQualityQuery>,
) -> Result<Json<ParsingQuality>, Problem> {
    let days = number_of("days", query.days, 7, 365)?;
    let sample = number_of("sample", query.sample, 500, 5000)?;
    Ok(Json(state.pipeline.parsing_quality(sample, days).await?))
}
