//! The function `metrics` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::metrics;

fn main() -> ExitCode {
    host::http(metrics::FUNCTION, metrics::router)
}
