//! The function `inspect-cvs` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::inspect_cvs;

fn main() -> ExitCode {
    host::http(inspect_cvs::FUNCTION, inspect_cvs::router)
}
