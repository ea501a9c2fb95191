//! The function `put-variant` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::put_variant;

fn main() -> ExitCode {
    host::http(put_variant::FUNCTION, put_variant::router)
}
