//! `GET /api/openapi.json`: the description of all routes.

use std::sync::OnceLock;

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use shared::api::ApiState;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::function::Function;

/// The description of all routes.
pub const FUNCTION: Function =
    Function::http("describe-api", &[("GET", super::OPENAPI_PATH)]).with_needs(&[]);

/// Its route.
pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(describe_api))
}

/// This description
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    operation_id = "describe-api",
    tag = "operating",
    responses((status = 200, description = "It", body = Object, content_type = "application/json")),
)]
async fn describe_api() -> impl IntoResponse {
    static DESCRIPTION: OnceLock<String> = OnceLock::new();
    let json =
        DESCRIPTION.get_or_init(|| super::openapi().to_json().expect("a description can be written as JSON"));
    ([(CONTENT_TYPE, "application/json")], json.as_str())
}
