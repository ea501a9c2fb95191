//! The function `pause-work` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::pause_work;

fn main() -> ExitCode {
    host::http(pause_work::FUNCTION, pause_work::router)
}
