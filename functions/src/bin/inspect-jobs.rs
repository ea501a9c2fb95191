//! The function `inspect-jobs` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::inspect_jobs;

fn main() -> ExitCode {
    host::http(inspect_jobs::FUNCTION, inspect_jobs::router)
}
