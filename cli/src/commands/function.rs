//! `function`: one function by itself.

use std::process::ExitCode;

use clap::Args;

/// Runs one function by itself, in the host that the environment tells of: with AWS_LAMBDA_RUNTIME_API as a Lambda function;
/// else a stage or scheduled function with QUEUE_URL polls that queue; else it listens on http://HOST:PORT, for requests or
/// for CloudEvents. /healthz and /readyz answer in both. SIGTERM ends it when what it holds is done.
///
/// `cv-matching functions` lists the names.
#[derive(Args)]
pub struct FunctionArguments {
    /// Its name, such as `upload-cv`.
    name: String,
    /// Run a scheduled function once, now, and end: what a CronJob does.
    #[arg(long)]
    once: bool,
}

pub fn run(arguments: &FunctionArguments) -> anyhow::Result<ExitCode> {
    functions::host::by_name(&arguments.name, arguments.once).ok_or_else(|| {
        anyhow::anyhow!("there is no function \"{}\"; see `cv-matching functions`", arguments.name)
    })
}
