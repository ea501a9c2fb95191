//! The function `evaluation-metrics` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::evaluation_metrics;

fn main() -> ExitCode {
    host::http(evaluation_metrics::FUNCTION, evaluation_metrics::router)
}
