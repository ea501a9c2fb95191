//! `generate-dummy`: being written.

use std::process::ExitCode;

use clap::Args;

/// Being written.
#[derive(Args)]
pub struct GenerateDummyArguments {}

pub fn run(_: &GenerateDummyArguments) -> anyhow::Result<ExitCode> {
    anyhow::bail!("this command is not written yet")
}
