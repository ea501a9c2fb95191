//! The function `describe-api` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::describe_api;

fn main() -> ExitCode {
    host::http(describe_api::FUNCTION, describe_api::router)
}
