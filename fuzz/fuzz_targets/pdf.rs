#![no_main]

use cv_matching_fuzz::read;
use libfuzzer_sys::fuzz_target;
use shared::document::Format;

fuzz_target!(|bytes: &[u8]| read(Format::Pdf, bytes));
