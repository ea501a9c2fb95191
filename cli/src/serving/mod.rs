//! `serve`: the whole system in one process. Every HTTP route, every stage and every schedule runs here, on a database of
//! this process's own or an outside one, and with files, queues and cache of its own or outside ones.

pub mod local_secret;
mod page;
pub mod parts;
pub mod sample_jobs;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use functions::http;
use functions::stages;
use shared::api::ApiState;
use shared::auth::Verifier;
use shared::config::Settings;
use shared::host::{Source, Stopping, Work, keep_schedules, poll, recover};
use shared::pipeline::{Pipeline, RunHost};
use tokio::net::TcpListener;

/// Runs everything in this process: pages and API on http://HOST:PORT, all stages, all schedules.
///
/// By itself it needs nothing: it starts its own Postgres on a free port, keeps files, queues and cache in DATA_DIR and in
/// memory, and hands its page a local token. Outside parts are switched on one by one: DATABASE_URL, S3_BUCKET,
/// SQS_QUEUE_URL_PREFIX, REDIS_URL. Ctrl-C (or SIGTERM) ends it cleanly; a killed one leaves nothing that stops the next.
#[derive(Args)]
pub struct ServeArguments {
    /// Job ads to start with (NDJSON), where the database has no job yet.
    #[arg(long, value_name = "FILE")]
    jobs: Option<PathBuf>,
}

pub fn serve(arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    parts::with_pipeline(settings, async |pipeline, alone| run(pipeline, alone, arguments).await)
}

async fn run(pipeline: Pipeline, alone: bool, arguments: &ServeArguments) -> anyhow::Result<ExitCode> {
    let stopping = Stopping::new();
    stopping.on_signals().context("this process cannot be told to stop")?;
    let settings = pipeline.settings.clone();
    // The port is taken first: who started this twice is told so at once.
    let address = SocketAddr::new(settings.http.host, settings.http.port);
    let listener = listen(address).await?;

    let mut auth = settings.auth.clone();
    let local = auth.jwt_secret.is_none() && auth.jwks_url.is_none();
    if local {
        auth.jwt_secret = Some(local_secret::read_or_make(&settings.data_dir)?);
    }
    let verifier = Verifier::new(&auth)?;
    let page = page::router(auth, local && settings.http.host.is_loopback());

    pipeline.reader.warm_up();
    recover(&pipeline, alone).await?;
    if let Some(file) = &arguments.jobs {
        let started = sample_jobs::load_once(&pipeline, file);
        tokio::select! {
            loaded = started => loaded?,
            () = stopping.asked() => return Ok(ExitCode::SUCCESS),
        }
    }

    for stage in stages::ALL {
        let Some(work) = stage.work() else { continue };
        let batch = stage.function.batch_size as usize;
        let (source, work) = (Source::Stage(work.queue), Work::Messages(work));
        stopping.run(poll(pipeline.clone(), source, batch, work, RunHost::InProcess, stopping.clone()));
    }
    stopping.run(keep_schedules(pipeline.clone(), stopping.clone()));

    let records = pipeline.clone();
    let router = http::router(ApiState { pipeline, verifier }).merge(page);
    let address = listener.local_addr()?;
    let shown = if address.ip().is_loopback() { "localhost".to_owned() } else { address.ip().to_string() };
    println!(
        "cv-matching is ready: open http://{shown}:{} and upload a CV. The API is described at /api/docs; Ctrl-C stops it.",
        address.port()
    );
    let asked = stopping.clone();
    axum::serve(listener, router).with_graceful_shutdown(async move { asked.asked().await }).await?;
    stopping.stop();
    stopping.finished().await;
    records.write_records().await;
    Ok(ExitCode::SUCCESS)
}

async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            anyhow::anyhow!(
                "port {} is in use: end what uses it, or set PORT to another one (0 takes a free one)",
                address.port()
            )
        } else {
            anyhow::anyhow!("cannot listen on {address}: {error}")
        }
    })
}
