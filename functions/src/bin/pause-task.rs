//! The function `pause-task` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::pause_task;

fn main() -> ExitCode {
    host::http(pause_task::FUNCTION, pause_task::router)
}
