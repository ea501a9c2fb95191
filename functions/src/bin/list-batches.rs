//! The function `list-batches` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::list_batches;

fn main() -> ExitCode {
    host::http(list_batches::FUNCTION, list_batches::router)
}
