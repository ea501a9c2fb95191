//! The function `compute-pending-job-embeddings` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::schedules::compute_pending_job_embeddings;

fn main() -> ExitCode {
    host::schedule(compute_pending_job_embeddings::SCHEDULED)
}
