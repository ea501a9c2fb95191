//! The function `import-jobs` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::import_jobs;

fn main() -> ExitCode {
    host::http(import_jobs::FUNCTION, import_jobs::router)
}
