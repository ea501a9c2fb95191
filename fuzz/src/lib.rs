//! What the fuzz targets share.

use std::io::{Cursor, Write};
use std::sync::Once;

use shared::document::{Format, Limits, read_as};
use zip::write::SimpleFileOptions;

/// Lets panics of the readers that we use pass, which the fence turns into an error; one of this project's code ends the run.
pub fn only_own_panics_count() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let abort = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let foreign = panic.location().is_some_and(|location| location.file().contains("/registry/"));
            if !foreign {
                abort(panic);
            }
        }));
    });
}

/// Reads a file as one of a format, whatever it looks like.
pub fn read(format: Format, bytes: &[u8]) {
    only_own_panics_count();
    let _ = read_as(format, bytes.to_vec(), &Limits::default());
}

/// A package of one part, so that the fuzzer changes what is in it and not how it is packed.
pub fn package(part: &str, content: &[u8]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let written = writer.start_file(part, options).is_ok() && writer.write_all(content).is_ok();
    assert!(written, "memory takes all");
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}
