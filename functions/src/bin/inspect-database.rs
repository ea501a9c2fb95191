//! The function `inspect-database` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::inspect_database;

fn main() -> ExitCode {
    host::http(inspect_database::FUNCTION, inspect_database::router)
}
