//! The function `switch-off-variant` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::switch_off_variant;

fn main() -> ExitCode {
    host::http(switch_off_variant::FUNCTION, switch_off_variant::router)
}
