//! `parse`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct ParseArguments {}

pub fn run(_: &ParseArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
