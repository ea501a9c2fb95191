//! `skills`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct SkillsArguments {}

pub fn run(_: &SkillsArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
