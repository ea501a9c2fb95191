//! The function `performance-dashboard` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::performance_dashboard;

fn main() -> ExitCode {
    host::http(performance_dashboard::FUNCTION, performance_dashboard::router)
}
