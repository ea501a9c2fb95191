//! The function `export-candidate` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::export_candidate;

fn main() -> ExitCode {
    host::http(export_candidate::FUNCTION, export_candidate::router)
}
