//! The function `process-batch-cv-parsing` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::schedules::process_batch_cv_parsing;

fn main() -> ExitCode {
    host::schedule(process_batch_cv_parsing::SCHEDULED)
}
