//! Requests on Lambda: events of an API Gateway HTTP API (payload 2.0) or a function URL, made into requests for a router.

use axum::Router;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use axum::response::Response;
use lambda_http::request::RequestContext;
use lambda_http::{Request, Service};
use tower::ServiceExt;

/// The router as a service of Lambda's requests.
pub(super) fn service(
    router: Router,
) -> impl Service<Request, Response = Response, Error = std::convert::Infallible, Future: Send> {
    router.map_request(without_stage)
}

/// Takes away the name of the stage that the path of an API Gateway stage begins with: routes know nothing of stages.
fn without_stage(mut request: Request) -> Request {
    let Some(RequestContext::ApiGatewayV2(context)) = request.extensions().get::<RequestContext>() else {
        return request;
    };
    let Some(stage) = context.stage.as_deref().filter(|stage| *stage != "$default") else { return request };
    let path_and_query = request.uri().path_and_query().map_or("/", PathAndQuery::as_str);
    let rest = path_and_query.strip_prefix('/').and_then(|path| path.strip_prefix(stage));
    let Some(rest) = rest.filter(|rest| rest.is_empty() || rest.starts_with(['/', '?'])) else {
        return request;
    };
    let rest = if rest.starts_with('/') { rest.to_owned() } else { format!("/{rest}") };
    if let Ok(uri) = rest.parse::<Uri>() {
        *request.uri_mut() = uri;
    }
    request
}
