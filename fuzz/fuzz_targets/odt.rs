#![no_main]

use cv_matching_fuzz::{package, read};
use libfuzzer_sys::fuzz_target;
use shared::document::Format;

// As the main part of a package, or as the package itself.
fuzz_target!(|bytes: &[u8]| {
    if bytes.starts_with(b"PK") {
        read(Format::Odt, bytes);
    } else {
        read(Format::Odt, &package("content.xml", bytes));
    }
});
