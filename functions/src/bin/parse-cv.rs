//! The function `parse-cv` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::stages::parse_cv;

fn main() -> ExitCode {
    host::stage(parse_cv::STAGE)
}
