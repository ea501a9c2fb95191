//! The function `list-audit-log` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::list_audit_log;

fn main() -> ExitCode {
    host::http(list_audit_log::FUNCTION, list_audit_log::router)
}
