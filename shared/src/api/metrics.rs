//! Metrics over HTTP: who may read them where the world can ask, and a process's own.

use axum::extract::{FromRef, FromRequestParts};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::extract::{Admin, bearer_token};
use super::problem::Problem;
use crate::auth::Verifier;
use crate::db::Db;
use crate::pipeline::Pipeline;
use crate::telemetry::exporting;

/// Prometheus, by the token of `METRICS_TOKEN`; or an administrator, by an own one.
#[derive(Clone, Copy, Debug)]
pub struct MetricsReader;

impl<S> FromRequestParts<S> for MetricsReader
where
    Verifier: FromRef<S>,
    Pipeline: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let settings = Pipeline::from_ref(state).settings;
        if let (Some(wanted), Ok(given)) = (&settings.monitoring.token, bearer_token(&parts.headers))
            // Hashes and not the tokens: how long the comparison takes says nothing about the token.
            && Sha256::digest(wanted.expose()) == Sha256::digest(given)
        {
            return Ok(Self);
        }
        Admin::from_request_parts(parts, state).await.map(|_| Self)
    }
}

/// The numbers of this process alone, as hosts serve them inside their network. There are none on Lambda.
pub fn own_metrics(db: &Db) -> Response {
    match own_text(db) {
        Some(text) => ([(CONTENT_TYPE, exporting::PROMETHEUS_TEXT)], text).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The same as text; none on Lambda.
pub fn own_text(db: &Db) -> Option<String> {
    db.count_connections();
    exporting::own()
}
