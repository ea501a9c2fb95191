//! The function `get-job` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::get_job;

fn main() -> ExitCode {
    host::http(get_job::FUNCTION, get_job::router)
}
