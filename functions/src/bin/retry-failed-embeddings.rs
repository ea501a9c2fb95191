//! The function `retry-failed-embeddings` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::schedules::retry_failed_embeddings;

fn main() -> ExitCode {
    host::schedule(retry_failed_embeddings::SCHEDULED)
}
