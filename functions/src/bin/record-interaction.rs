//! The function `record-interaction` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::record_interaction;

fn main() -> ExitCode {
    host::http(record_interaction::FUNCTION, record_interaction::router)
}
