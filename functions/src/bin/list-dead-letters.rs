//! The function `list-dead-letters` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::list_dead_letters;

fn main() -> ExitCode {
    host::http(list_dead_letters::FUNCTION, list_dead_letters::router)
}
