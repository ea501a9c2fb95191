//! The function `rank-candidates` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::rank_candidates;

fn main() -> ExitCode {
    host::http(rank_candidates::FUNCTION, rank_candidates::router)
}
