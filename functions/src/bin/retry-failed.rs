//! The function `retry-failed` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::retry_failed;

fn main() -> ExitCode {
    host::http(retry_failed::FUNCTION, retry_failed::router)
}
