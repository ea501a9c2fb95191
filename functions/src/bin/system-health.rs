//! The function `system-health` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::system_health;

fn main() -> ExitCode {
    host::http(system_health::FUNCTION, system_health::router)
}
