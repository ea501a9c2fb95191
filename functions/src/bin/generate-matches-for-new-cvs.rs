//! The function `generate-matches-for-new-cvs` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::schedules::generate_matches_for_new_cvs;

fn main() -> ExitCode {
    host::schedule(generate_matches_for_new_cvs::SCHEDULED)
}
