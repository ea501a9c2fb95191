//! The function `list-cvs` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::list_cvs;

fn main() -> ExitCode {
    host::http(list_cvs::FUNCTION, list_cvs::router)
}
