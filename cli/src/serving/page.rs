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

const HTML: &str = "text/html; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

/// A file of the folder `web`, of that address, with its media type.
macro_rules! web {
    ($address:expr, $media_type:expr, $name:literal) => {
        ($address, $media_type, include_str!(concat!("../../../web/", $name)))
    };
    ($media_type:expr, $name:literal) => {
        web!(concat!("/", $name), $media_type, $name)
    };
}

const FILES: [(&str, &str, &str); 30] = [
    web!("/", HTML, "index.html"),
    web!(SCRIPT, "api.js"),
    web!(SCRIPT, "app.js"),
    web!(SCRIPT, "matches.js"),
    web!(HTML, "recruiter.html"),
    web!(SCRIPT, "recruiter.js"),
    web!(STYLE, "style.css"),
    web!(HTML, "experiments.html"),
    web!(SCRIPT, "experiments.js"),
    web!(STYLE, "experiments.css"),
    web!(HTML, "operating.html"),
    web!(STYLE, "operating.css"),
    web!(SCRIPT, "operating/main.js"),
    web!(SCRIPT, "operating/calls.js"),
    web!(SCRIPT, "operating/page.js"),
    web!(SCRIPT, "operating/format.js"),
    web!(SCRIPT, "operating/chart.js"),
    web!(SCRIPT, "operating/attention.js"),
    web!(SCRIPT, "operating/overview.js"),
    web!(SCRIPT, "operating/work.js"),
    web!(SCRIPT, "operating/probe.js"),
    web!(SCRIPT, "operating/runs.js"),
    web!(SCRIPT, "operating/rows.js"),
    web!(SCRIPT, "operating/row.js"),
    web!(SCRIPT, "operating/letters.js"),
    web!(SCRIPT, "operating/cache.js"),
    web!(SCRIPT, "operating/batches.js"),
    web!(SCRIPT, "operating/database.js"),
    web!(SCRIPT, "operating/cleanup.js"),
    web!(SCRIPT, "operating/audit.js"),
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
