//! The function `migrate` as a program of its own.

use std::process::ExitCode;

fn main() -> ExitCode {
    functions::host::migrations()
}
