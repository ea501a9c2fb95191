//! The function `redrive-dead-letters` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::redrive_dead_letters;

fn main() -> ExitCode {
    host::http(redrive_dead_letters::FUNCTION, redrive_dead_letters::router)
}
