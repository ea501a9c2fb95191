//! The function `list-tasks` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::list_tasks;

fn main() -> ExitCode {
    host::http(list_tasks::FUNCTION, list_tasks::router)
}
