//! The function `run-task` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::run_task;

fn main() -> ExitCode {
    host::http(run_task::FUNCTION, run_task::router)
}
