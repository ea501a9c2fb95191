//! The function `delete-cv` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::delete_cv;

fn main() -> ExitCode {
    host::http(delete_cv::FUNCTION, delete_cv::router)
}
