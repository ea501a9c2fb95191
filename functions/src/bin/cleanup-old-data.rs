//! The function `cleanup-old-data` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::schedules::cleanup_old_data;

fn main() -> ExitCode {
    host::schedule(cleanup_old_data::SCHEDULED)
}
