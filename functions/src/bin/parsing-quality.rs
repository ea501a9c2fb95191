//! The function `parsing-quality` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::parsing_quality;

fn main() -> ExitCode {
    host::http(parsing_quality::FUNCTION, parsing_quality::router)
}
