//! The function `create-job` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::create_job;

fn main() -> ExitCode {
    host::http(create_job::FUNCTION, create_job::router)
}
