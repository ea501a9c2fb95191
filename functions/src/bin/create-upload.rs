//! The function `create-upload` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::create_upload;

fn main() -> ExitCode {
    host::http(create_upload::FUNCTION, create_upload::router)
}
