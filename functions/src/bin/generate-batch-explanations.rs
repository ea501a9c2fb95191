//! The function `generate-batch-explanations` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::schedules::generate_batch_explanations;

fn main() -> ExitCode {
    host::schedule(generate_batch_explanations::SCHEDULED)
}
