//! The function `pause-queue` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::pause_queue;

fn main() -> ExitCode {
    host::http(pause_queue::FUNCTION, pause_queue::router)
}
