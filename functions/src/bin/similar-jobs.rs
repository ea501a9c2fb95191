//! The function `similar-jobs` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::similar_jobs;

fn main() -> ExitCode {
    host::http(similar_jobs::FUNCTION, similar_jobs::router)
}
