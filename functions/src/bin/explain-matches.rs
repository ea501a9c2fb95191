//! The function `explain-matches` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::stages::explain_matches;

fn main() -> ExitCode {
    host::stage(explain_matches::STAGE)
}
