//! `match`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct MatchArguments {}

pub fn run(_: &MatchArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
