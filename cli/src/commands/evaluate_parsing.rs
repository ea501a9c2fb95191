//! `evaluate-parsing`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct EvaluateParsingArguments {}

pub fn run(_: &EvaluateParsingArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
