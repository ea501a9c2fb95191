//! The function `compute-pending-cv-embeddings` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::schedules::compute_pending_cv_embeddings;

fn main() -> ExitCode {
    host::schedule(compute_pending_cv_embeddings::SCHEDULED)
}
