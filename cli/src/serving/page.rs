//! The pages for upload and results, for experiments and for operating, the browsable API description, and the local token that the pages sign in with.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use shared::auth::{Role, issue_token};
use shared::config::AuthSettings;
use utoipa_swagger_ui::{Config, SwaggerUi};

/// Who the local token is for.
const LOCAL_USER: &str = "local";
const VALID: Duration = Duration::from_secs(12 * 3600);
/// Nothing is loaded from elsewhere, and nothing runs that is not in these files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const FILES: [(&str, &str, &str); 30] = [
    ("/", "text/html; charset=utf-8", include_str!("../../../web/index.html")),
    ("/api.js", "text/javascript; charset=utf-8", include_str!("../../../web/api.js")),
    ("/app.js", "text/javascript; charset=utf-8", include_str!("../../../web/app.js")),
    ("/matches.js", "text/javascript; charset=utf-8", include_str!("../../../web/matches.js")),
    ("/recruiter.html", "text/html; charset=utf-8", include_str!("../../../web/recruiter.html")),
    ("/recruiter.js", "text/javascript; charset=utf-8", include_str!("../../../web/recruiter.js")),
    ("/style.css", "text/css; charset=utf-8", include_str!("../../../web/style.css")),
    ("/experiments.html", "text/html; charset=utf-8", include_str!("../../../web/experiments.html")),
    ("/experiments.js", "text/javascript; charset=utf-8", include_str!("../../../web/experiments.js")),
    ("/experiments.css", "text/css; charset=utf-8", include_str!("../../../web/experiments.css")),
    ("/operating.html", "text/html; charset=utf-8", include_str!("../../../web/operating.html")),
    ("/operating.css", "text/css; charset=utf-8", include_str!("../../../web/operating.css")),
    ("/operating/main.js", "text/javascript; charset=utf-8", include_str!("../../../web/operating/main.js")),
    (
        "/operating/calls.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/calls.js"),
    ),
    ("/operating/page.js", "text/javascript; charset=utf-8", include_str!("../../../web/operating/page.js")),
    (
        "/operating/format.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/format.js"),
    ),
    (
        "/operating/chart.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/chart.js"),
    ),
    (
        "/operating/attention.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/attention.js"),
    ),
    (
        "/operating/overview.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/overview.js"),
    ),
    ("/operating/work.js", "text/javascript; charset=utf-8", include_str!("../../../web/operating/work.js")),
    (
        "/operating/probe.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/probe.js"),
    ),
    ("/operating/runs.js", "text/javascript; charset=utf-8", include_str!("../../../web/operating/runs.js")),
    ("/operating/rows.js", "text/javascript; charset=utf-8", include_str!("../../../web/operating/rows.js")),
    ("/operating/row.js", "text/javascript; charset=utf-8", include_str!("../../../web/operating/row.js")),
    (
        "/operating/letters.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/letters.js"),
    ),
    (
        "/operating/cache.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/cache.js"),
    ),
    (
        "/operating/batches.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/batches.js"),
    ),
    (
        "/operating/database.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/database.js"),
    ),
    (
        "/operating/cleanup.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/cleanup.js"),
    ),
    (
        "/operating/audit.js",
        "text/javascript; charset=utf-8",
        include_str!("../../../web/operating/audit.js"),
    ),
];

/// The routes of the pages. With `sign_in` it hands out local tokens: only for a server that listens on this machine alone
/// and signs its tokens itself.
pub fn router(auth: AuthSettings, sign_in: bool) -> Router {
    let mut router = Router::new();
    for (path, media_type, text) in FILES {
        let headers =
            [(CONTENT_TYPE, media_type), (CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-cache")];
        router = router.route(path, get(move || async move { (headers, text) }));
    }
    if sign_in {
        router =
            router.merge(Router::new().route("/local-token", get(local_token)).with_state(Arc::new(auth)));
    }
    router.merge(SwaggerUi::new("/api/docs").config(Config::from("/api/openapi.json")))
}

/// A token for whoever sits at this machine. Other sites cannot read the answer: it allows no other origin, and a name of
/// theirs that was made to point here is refused.
async fn local_token(State(auth): State<Arc<AuthSettings>>, headers: HeaderMap) -> Response {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if !["localhost", "127.0.0.1", "[::1]"].contains(&name) {
        return (StatusCode::FORBIDDEN, "local tokens are for this machine only").into_response();
    }
    match issue_token(&auth, LOCAL_USER, &Role::ALL, VALID) {
        Ok(token) => ([(CACHE_CONTROL, "no-store")], Json(json!({ "token": token }))).into_response(),
        Err(error) => {
            tracing::error!(%error, "no local token can be signed");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

#[cfg(test)]
mod tests;
