//! `score`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct ScoreArguments {}

pub fn run(_: &ScoreArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
