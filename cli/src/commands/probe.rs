//! `probe`: whether the server beside it answers. Images without a shell have no other way to ask.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use clap::Args;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Asks the server on this machine's PORT for /readyz, or another path: exit code 0 if it answers 200 within 5 s.
#[derive(Args)]
pub struct ProbeArguments {
    /// Path to ask for.
    #[arg(default_value = "/readyz")]
    path: String,
}

pub fn run(arguments: &ProbeArguments) -> anyhow::Result<ExitCode> {
    let settings = shared::config::Settings::from_env()?;
    // HOST is where the server listens; all addresses are reached by the loopback one.
    let host = settings.http.host;
    let host = if host.is_unspecified() { std::net::Ipv4Addr::LOCALHOST.into() } else { host };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let asked = ask((host, settings.http.port), &arguments.path);
        tokio::time::timeout(Duration::from_secs(5), asked).await.context("no answer within 5 s")?
    })
}

async fn ask(address: (std::net::IpAddr, u16), path: &str) -> anyhow::Result<ExitCode> {
    let mut stream = TcpStream::connect(address).await.context("nothing listens")?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    let first = String::from_utf8_lossy(&answer);
    let first = first.lines().next().unwrap_or_default();
    anyhow::ensure!(first.starts_with("HTTP/1.1 200 "), "{path}: {first}");
    Ok(ExitCode::SUCCESS)
}
