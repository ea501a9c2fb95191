//! `evaluate-matching`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct EvaluateMatchingArguments {}

pub fn run(_: &EvaluateMatchingArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
