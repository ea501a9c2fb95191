//! The function `erase-candidate` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::erase_candidate;

fn main() -> ExitCode {
    host::http(erase_candidate::FUNCTION, erase_candidate::router)
}
