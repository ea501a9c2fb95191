//! What lies around all routes: the request's id, its line in the log, panics and unknown addresses as problems, and the
//! headers that keep browsers from guessing and caches from keeping personal data.

use std::any::Any;
use std::time::Instant;

use axum::Router;
use axum::extract::{FromRequestParts, MatchedPath, RawPathParams, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tower_http::catch_panic::CatchPanicLayer;
use tracing::Instrument;
use tracing::field::Empty;
use utoipa_axum::router::OpenApiRouter;
use uuid::Uuid;

use super::problem::{Problem, ProblemKind};
use crate::pipeline::{Pipeline, RunHost};
use crate::telemetry::traces::{self, Kind, Span};
use crate::telemetry::{self, instruments, panics};

const USUAL_METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];

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
    tracing::error!(panic = panics::words(&*panic), "a request panicked");
    Problem::internal().into_response()
}

/// The function that answered a request.
#[derive(Clone, Copy)]
struct Answered(&'static str);

/// Has the log and the traces of requests to these routes name the function that they are of.
pub fn of_function<S>(function: &'static str, router: OpenApiRouter<S>) -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    router.layer(middleware::from_fn_with_state(function, naming))
}

async fn naming(State(function): State<&'static str>, request: Request, next: Next) -> Response {
    tracing::Span::current().record("function", function);
    let mut response = next.run(request).await;
    response.extensions_mut().insert(Answered(function));
    response
}

/// The CV and the job that a request names, in its path or its query, as far as they are ids: nothing else of an address goes
/// into the log.
async fn named_ids(parts: &mut Parts) -> Vec<(&'static str, Uuid)> {
    let path = RawPathParams::from_request_parts(parts, &()).await.ok();
    let in_path = path.iter().flatten();
    let in_query = parts.uri.query().unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    let id = |name: &'static str, value: &str| Some((name, value.parse::<Uuid>().ok()?));
    let known = |(name, value): (&str, &str)| match name {
        "cv_id" => id("cv_id", value),
        "job_id" => id("job_id", value),
        _ => None,
    };
    in_path.chain(in_query).filter_map(known).collect()
}

async fn around(State(pipeline): State<Option<Pipeline>>, request: Request, next: Next) -> Response {
    let started = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    // The route and not the path: a path holds ids, and would make every request a series of its own.
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let asked_by_host = ["/healthz", "/readyz", "/metrics"].contains(&path.as_str());
    let parent = request.headers().get(traces::HEADER).and_then(|value| value.to_str().ok()?.parse().ok());
    // Methods are the client's words; only the usual ones go further.
    let known_method = USUAL_METHODS.into_iter().find(|usual| method == *usual).unwrap_or("other");
    let mut span = if asked_by_host {
        Span::unrecorded()
    } else {
        Span::begin(format!("{known_method} {route}"), Kind::Request, parent)
    };
    // Of the highest level, so that its fields stand in every line that is logged.
    let log = tracing::error_span!(
        "request", request_id = %id, method = known_method, route, trace_id = span.traceparent().trace_id(),
        function = Empty, cv_id = Empty, job_id = Empty
    );
    let (mut parts, body) = request.into_parts();
    for (name, id) in named_ids(&mut parts).await {
        log.record(name, id.to_string());
        span.set(name, id.to_string());
    }
    let answered = next.run(Request::from_parts(parts, body)).instrument(log.clone());
    let mut response = traces::within(span.traceparent(), answered).await;

    if let Some(mut problem) = response.extensions_mut().remove::<Problem>() {
        problem.name_request(&path, &id);
        response.headers_mut().remove(header::CONTENT_LENGTH);
        *response.body_mut() = problem.body();
    }
    let seconds = started.elapsed().as_secs_f64();
    let (duration_ms, status) = (seconds * 1000.0, response.status().as_u16());
    if !asked_by_host {
        instruments::http_request(method.as_str(), &route, status, seconds);
        if let Some(pipeline) = pipeline.filter(|_| route != "none") {
            pipeline.note_request(&format!("{method} {route}"), status >= 500, started.elapsed());
        }
    }
    log.in_scope(|| {
        if asked_by_host {
            tracing::debug!(status, duration_ms, "answered");
        } else {
            tracing::info!(status, duration_ms, "answered");
        }
    });
    if let Some(Answered(function)) = response.extensions_mut().remove() {
        span.set("function", function);
    }
    span.set("host", RunHost::of_this_process().as_str());
    span.set("http.request.method", known_method);
    span.set("http.route", route);
    span.set("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.fail("the request failed");
    }
    drop(span);
    telemetry::end_call().await;
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
