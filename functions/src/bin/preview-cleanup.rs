//! The function `preview-cleanup` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::preview_cleanup;

fn main() -> ExitCode {
    host::http(preview_cleanup::FUNCTION, preview_cleanup::router)
}
