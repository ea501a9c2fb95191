//! What lies around all routes: the request's id, its line in the log, panics and unknown addresses as problems, and the
//! headers that keep browsers from guessing and caches from keeping personal data.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;
use uuid::Uuid;

use super::problem::{Problem, ProblemKind};
use crate::pipeline::Pipeline;
use crate::telemetry::{exporting, instruments};

/// The header with the request's id: taken from the client where it sends one, and answered always.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts around `router` what lies around all routes. To be called last. What is answered is counted with `pipeline`.
pub fn with_layers<S>(router: Router<S>, pipeline: Option<Pipeline>) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    router
        .fallback(no_such_address)
        .method_not_allowed_fallback(no_such_method)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(middleware::from_fn_with_state(pipeline, around))
}

async fn no_such_address(uri: Uri) -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        format!("There is nothing at {}. All addresses stand in /api/openapi.json.", uri.path()),
    )
}

async fn no_such_method(method: Method, uri: Uri) -> Problem {
    let detail = format!("{} takes no {method}; the header `Allow` says what it takes.", uri.path());
    Problem::new(ProblemKind::MethodNotAllowed, detail)
}

fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let words = panic.downcast_ref::<String>().map(String::as_str);
    let words = words.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic without words");
    tracing::error!(panic = words, "a request panicked");
    Problem::internal().into_response()
}

async fn around(State(pipeline): State<Option<Pipeline>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The route and not the path: a path holds ids, and would make every request a series of its own.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", request_id = %id, %method, route);
    let mut response = next.run(request).instrument(span.clone()).await;

    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.name_request(&path, &id);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = problem.body();
    }
    let seconds = started.elapsed().as_secs_f64();
    let (milliseconds, status) = (seconds * 1000.0, response.status().as_u16());
    let asked_by_host = ["/healthz", "/readyz", "/metrics"].contains(&path.as_str());
    if !asked_by_host {
        instruments::http_request(method.as_str(), &route, status, seconds);
        if let Some(pipeline) = pipeline.filter(|_| route != "none") {
            pipeline.note_request(&format!("{method} {route}"), status >= 500, started.elapsed());
        }
    }
    // On Lambda this is the end of a call.
    exporting::flush();
    span.in_scope(|| {
        if asked_by_host {
            tracing::debug!(status, milliseconds, "answered");
        } else {
            tracing::info!(status, milliseconds, "answered");
        }
    });
    set_headers(response.headers_mut(), &id);
    response
}

/// The client's id for the request where it is one to be logged and answered without a thought; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let of_client = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(|id| {
        (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:/+=".contains(&b))
    });
    of_client.map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

fn set_headers(headers: &mut HeaderMap, request_id: &str) {
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(REQUEST_ID, id);
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (header::REFERRER_POLICY, "no-referrer"),
        // Browsers obey this over TLS only, so that it does no harm on a laptop.
        (header::STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}
