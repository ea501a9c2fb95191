//! Runs one function in the host that the environment tells of: `AWS_LAMBDA_RUNTIME_API` means Lambda; else a function that
//! works on messages and has `QUEUE_URL` polls that queue; else it is served on `PORT`.

use std::env;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;

use super::polling::{Source, poll};
use super::{PartsError, StageWork, Stopping, Work, http, knative, lambda, pipeline};
use crate::api::ApiState;
use crate::auth::Verifier;
use crate::config::{ConfigError, Settings};
use crate::db::{Db, DbError};
use crate::pipeline::{Pipeline, RunHost, Task, TaskWork};
use crate::queue::SqsQueue;
use crate::telemetry;

/// One function, as a host needs to know it.
pub struct Hosted {
    /// Its name.
    pub name: &'static str,
    /// What it does.
    pub handler: Handler,
    /// Messages that one call takes.
    pub batch_size: usize,
    /// How long a call may take.
    pub timeout: Duration,
    /// What is better made before the first call, beside the connection to the database.
    pub warm: Option<Warm>,
}

/// Makes something before the first call. It is named by the functions that want it and by no host, so that a program is linked
/// to nothing that its function does not use.
pub type Warm = fn(Pipeline) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Loads the embedding model.
pub fn load_model(pipeline: Pipeline) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        if let Err(error) = pipeline.embedder().await {
            tracing::error!(%error, "the model cannot be loaded");
        }
    })
}

/// What a function does.
pub enum Handler {
    /// Answers requests.
    Requests(Box<dyn FnOnce(ApiState) -> Router + Send>),
    /// Works on the rows that messages name.
    Messages(StageWork),
    /// Runs a task when it is called, whatever the call says.
    Task(Task, TaskWork),
    /// Runs a task now, and ends.
    TaskOnce(Task, TaskWork),
    /// Brings the database's tables up to date, once.
    Migrations,
}

/// Why a function cannot run.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// A setting is wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A setting is missing. One function is no whole: what it hands on would be lost in its own memory.
    #[error(
        "{0} is not set: one function needs the database, the bucket and the queues that all functions share"
    )]
    Missing(&'static str),
    /// A call may outlive the lease of its rows.
    #[error(
        "LEASE_SECONDS is {lease}, and a call of this function may take {timeout} s: another worker would take its rows away. \
         Set LEASE_SECONDS to {timeout} or more"
    )]
    LeaseTooShort {
        /// Seconds that the lease lasts.
        lease: u64,
        /// Seconds that a call may take.
        timeout: u64,
    },
    /// The database.
    #[error(transparent)]
    Db(#[from] DbError),
    /// Another part.
    #[error(transparent)]
    Parts(#[from] PartsError),
    /// Tokens cannot be checked.
    #[error("tokens cannot be checked: {0}")]
    Auth(String),
    /// The operating system refuses something.
    #[error("{what}: {source}")]
    System {
        /// What was tried.
        what: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A task that was run once failed.
    #[error("the task failed: {0}")]
    Task(String),
    /// The Lambda runtime ended.
    #[error("the Lambda runtime ended: {0}")]
    Lambda(String),
}

fn system(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> HostError {
    let what = what.into();
    move |source| HostError::System { what, source }
}

/// Runs `function` until the host ends it.
///
/// # Errors
/// See [`HostError`].
pub fn run(function: Hosted) -> Result<(), HostError> {
    let mut settings = Settings::from_env()?;
    let on_lambda = env::var_os("AWS_LAMBDA_RUNTIME_API").is_some();
    if on_lambda && env::var_os("DATABASE_CONNECTIONS").is_none() {
        // An environment has one call at a time, and there may be a thousand environments.
        settings.database_connections = 1;
    }
    let url = settings.database_url.clone().ok_or(HostError::Missing("DATABASE_URL"))?;
    if !matches!(function.handler, Handler::Migrations) {
        settings.s3_bucket.as_ref().ok_or(HostError::Missing("S3_BUCKET"))?;
        settings.sqs_queue_url_prefix.as_ref().ok_or(HostError::Missing("SQS_QUEUE_URL_PREFIX"))?;
    }
    if matches!(function.handler, Handler::Messages(_)) && settings.limits.lease < function.timeout {
        return Err(HostError::LeaseTooShort {
            lease: settings.limits.lease.as_secs(),
            timeout: function.timeout.as_secs(),
        });
    }
    let connections = settings.database_connections;
    let db = if on_lambda { Db::new_for_freezing(&url, connections)? } else { Db::new(&url, connections)? };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(system("the runtime cannot start"))?;
    let outcome = runtime.block_on(async {
        if on_lambda { lambda::run(function, db, settings).await } else { stay(function, db, settings).await }
    });
    runtime.block_on(telemetry::stop());
    // What still runs is let go: a file that is being read ends by its own deadline.
    runtime.shutdown_background();
    outcome
}

pub(super) fn verifier(settings: &Settings) -> Result<Verifier, HostError> {
    if settings.auth.jwt_secret.is_none() && settings.auth.jwks_url.is_none() {
        return Err(HostError::Auth("set JWKS_URL, or JWT_SECRET".to_owned()));
    }
    Verifier::new(&settings.auth).map_err(|error| HostError::Auth(error.to_string()))
}

/// Runs as a process that stays: polls, or listens. In both cases the two probes answer on the port.
async fn stay(function: Hosted, db: Db, settings: Settings) -> Result<(), HostError> {
    let stopping = Stopping::new();
    stopping.on_signals().map_err(system("this process cannot be told to stop"))?;
    let address = SocketAddr::new(settings.http.host, settings.http.port);
    let (queue_url, endpoint) = (settings.queue_url.clone(), settings.aws_endpoint_url.clone());
    let tokens = matches!(function.handler, Handler::Requests(_)).then(|| verifier(&settings)).transpose()?;
    let pipeline = pipeline(db, settings).await?;
    let (work, visibility): (Work, Duration) = match (function.handler, tokens) {
        (Handler::Migrations, _) => {
            let applied = pipeline.db.migrate().await?;
            tracing::info!(?applied, "the database is up to date");
            return Ok(());
        }
        (Handler::TaskOnce(task, work), _) => {
            pipeline
                .run_scheduled_by(task, RunHost::Polling, work)
                .await
                .map_err(|error| HostError::Task(error.to_string()))?;
            return Ok(());
        }
        (Handler::Requests(router), Some(verifier)) => {
            let router = router(ApiState { pipeline: pipeline.clone(), verifier });
            http::serve(function.name, address, router, stopping).await?;
            pipeline.write_records().await;
            return Ok(());
        }
        (Handler::Requests(_), None) => return Err(HostError::Missing("JWT_SECRET")),
        (Handler::Messages(stage), _) => (Work::Messages(stage), pipeline.settings.limits.visibility),
        (Handler::Task(task, work), _) => (Work::Task(task, work), function.timeout + Duration::from_secs(5)),
    };
    let (probes, records) = (http::probes(pipeline.clone()), pipeline.clone());
    let Some(url) = queue_url else {
        let router = knative::router(pipeline, work).merge(probes);
        http::serve(function.name, address, router, stopping).await?;
        records.write_records().await;
        return Ok(());
    };
    let queue = SqsQueue::connect(&url, function.name, endpoint.as_deref()).await;
    let source = Source::Address(queue, visibility);
    let polling = poll(pipeline, source, function.batch_size, work, RunHost::Polling, stopping.clone());
    stopping.run(polling);
    http::serve(function.name, address, probes, stopping.clone()).await?;
    stopping.stop();
    stopping.finished().await;
    records.write_records().await;
    Ok(())
}
