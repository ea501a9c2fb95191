//! The function `clear-cache` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::clear_cache;

fn main() -> ExitCode {
    host::http(clear_cache::FUNCTION, clear_cache::router)
}
