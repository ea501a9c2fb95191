//! The function `get-cv` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::get_cv;

fn main() -> ExitCode {
    host::http(get_cv::FUNCTION, get_cv::router)
}
