//! The function `match-cv` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::stages::match_cv;

fn main() -> ExitCode {
    host::stage(match_cv::STAGE)
}
