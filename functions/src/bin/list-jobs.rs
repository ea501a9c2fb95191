//! The function `list-jobs` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::list_jobs;

fn main() -> ExitCode {
    host::http(list_jobs::FUNCTION, list_jobs::router)
}
