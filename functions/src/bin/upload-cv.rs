//! The function `upload-cv` as a program of its own.

use std::process::ExitCode;

use functions::host;
use functions::http::upload_cv;

fn main() -> ExitCode {
    host::http(upload_cv::FUNCTION, upload_cv::router)
}
