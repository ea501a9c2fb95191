//! The function `test-queue` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::test_queue;

fn main() -> ExitCode {
    host::http(test_queue::FUNCTION, test_queue::router)
}
