//! The function `accept-upload` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::stages::accept_upload;

fn main() -> ExitCode {
    host::stage(accept_upload::STAGE)
}
