//! The function `get-recommendations` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::get_recommendations;

fn main() -> ExitCode {
    host::http(get_recommendations::FUNCTION, get_recommendations::router)
}
