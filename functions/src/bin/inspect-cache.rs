//! The function `inspect-cache` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::inspect_cache;

fn main() -> ExitCode {
    host::http(inspect_cache::FUNCTION, inspect_cache::router)
}
