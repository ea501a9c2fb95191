//! The function `list-variants` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::list_variants;

fn main() -> ExitCode {
    host::http(list_variants::FUNCTION, list_variants::router)
}
