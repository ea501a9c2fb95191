//! The function `update-job` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::update_job;

fn main() -> ExitCode {
    host::http(update_job::FUNCTION, update_job::router)
}
