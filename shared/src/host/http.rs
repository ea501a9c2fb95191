//! Serves HTTP on `PORT`: one function's routes, or Knative's events, or the probes and the process's metrics alone.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use tokio::net::TcpListener;

use super::Stopping;
use super::running::HostError;
use crate::api::metrics::own_metrics;
use crate::pipeline::Pipeline;

/// Whether the process is up, whether it can work, and its metrics: for functions whose routes do not have these.
pub(super) fn probes(pipeline: Pipeline) -> Router {
    Router::new()
        .route("/healthz", get("ok"))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics))
        .with_state(pipeline)
}

async fn metrics(State(pipeline): State<Pipeline>) -> Response {
    own_metrics(&pipeline.db)
}

async fn readyz(State(pipeline): State<Pipeline>) -> (StatusCode, &'static str) {
    match pipeline.db.ping().await {
        Ok(()) => (StatusCode::OK, "ready"),
        Err(error) => {
            tracing::warn!(%error, "not ready");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
        }
    }
}

/// Serves `router` until the process is asked to end and has answered what it was asked.
pub(super) async fn serve(
    name: &'static str,
    address: SocketAddr,
    router: Router,
    stopping: Stopping,
) -> Result<(), HostError> {
    let failed = |source| HostError::System { what: format!("cannot listen on {address}"), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    tracing::info!(function = name, %address, "listening");
    axum::serve(listener, router)
        .with_graceful_shutdown(async move { stopping.asked().await })
        .await
        .map_err(failed)
}
