//! The function `similar-candidates` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::similar_candidates;

fn main() -> ExitCode {
    host::http(similar_candidates::FUNCTION, similar_candidates::router)
}
