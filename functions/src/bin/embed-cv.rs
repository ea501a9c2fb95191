//! The function `embed-cv` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::stages::embed_cv;

fn main() -> ExitCode {
    host::stage(embed_cv::STAGE)
}
