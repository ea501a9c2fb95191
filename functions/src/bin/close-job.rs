//! The function `close-job` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::close_job;

fn main() -> ExitCode {
    host::http(close_job::FUNCTION, close_job::router)
}
