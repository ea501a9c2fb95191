//! `rank`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct RankArguments {}

pub fn run(_: &RankArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
