//! The function `embed-job` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::stages::embed_job;

fn main() -> ExitCode {
    host::stage(embed_job::STAGE)
}
