//! Bad input: each kind has an error of its own, at once, without a panic.

use std::time::{Duration, Instant};

use super::*;

/// Far below the deadline of five seconds, and far above what any of these takes on a busy machine.
const AT_ONCE: Duration = Duration::from_secs(4);

fn quick_error(bytes: &[u8]) -> DocumentError {
    let start = Instant::now();
    let error = error_of(bytes);
    assert!(start.elapsed() < AT_ONCE, "{error:?} took {:?}", start.elapsed());
    assert!(error.to_string().ends_with('.') && error.to_string().len() > 40, "{error} tells what to do");
    error
}

#[test]
fn nothing_and_white_space_are_empty() {
    for bytes in [&b""[..], b"  \r\n\t ", b"\0\0\0\0"] {
        assert_eq!(quick_error(bytes), DocumentError::Empty);
    }
    assert_eq!(quick_error(&docx("<w:p/>", &[])), DocumentError::Empty);
}

#[test]
fn other_formats_are_named() {
    let cases: [(&[u8], &str); 5] = [
        (b"\xFF\xD8\xFF\xE0\0\x10JFIF\0", "JPEG"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "PNG"),
        (&zip(&[("xl/workbook.xml", b"<x/>")]), "Excel"),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old word", ".doc"),
        (&[0x01, 0x02, 0x03, 0x04, 0x05, 0x80, 0x90, 0x00, 0x06, 0x07, 0x0E, 0x0F].repeat(50), "binary"),
    ];
    for (bytes, name) in cases {
        match quick_error(bytes) {
            DocumentError::Unsupported { detected } => {
                assert!(detected.contains(name), "{detected} for {name}")
            }
            other => panic!("{other:?} for {name}"),
        }
    }
}

#[test]
fn a_file_over_the_limit_is_too_large() {
    let limits = Limits { max_bytes: 100, ..Limits::default() };
    assert_eq!(read(&[b'a'; 101], &limits), Err(DocumentError::TooLarge { bytes: 101, max_bytes: 100 }));
}

#[test]
fn encrypted_files_are_told() {
    assert_eq!(quick_error(&encrypted_pdf()), DocumentError::Encrypted);

    let mut office = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    office.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(quick_error(&office), DocumentError::Encrypted);

    let manifest = b"<manifest><file-entry><encryption-data/></file-entry></manifest>";
    let odt = zip(&[("content.xml", b"garbage"), ("META-INF/manifest.xml", manifest)]);
    assert_eq!(quick_error(&odt), DocumentError::Encrypted);
}

#[test]
fn truncated_files_are_damaged_or_still_read() {
    let whole = pdf(&[&put(50.0, 100.0, 10.0, "Jane Doe, welder")]);
    for length in (20..whole.len()).step_by(23) {
        match read(&whole[..length], &Limits::default()) {
            Ok(document) => assert!(document.text().contains("Jane Doe")),
            Err(error) => assert!(matches!(error.kind(), "damaged" | "empty"), "{error:?} at {length}"),
        }
    }
    let whole = docx("<w:p><w:r><w:t>Jane Doe</w:t></w:r></w:p>", &[]);
    for length in 10..whole.len() {
        assert!(matches!(error_of(&whole[..length]).kind(), "damaged" | "unsupported"), "at {length}");
    }
}

#[test]
fn ten_thousand_pages_are_too_many() {
    let pages = vec!["BT ET"; 10_000];
    assert_eq!(quick_error(&pdf(&pages)), DocumentError::TooManyPages { pages: 10_000, max_pages: 50 });
}

#[test]
fn bombs_are_too_large() {
    let zeros = vec![b' '; 80 << 20];
    let packed = deflate(&zeros);
    let bomb = |dictionary: &str, data: &[u8]| {
        let mut writer = PdfWriter::new();
        writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
        writer.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
        writer.object(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>");
        writer.stream(dictionary, data);
        writer.finish()
    };
    assert_eq!(quick_error(&bomb("/Filter /FlateDecode", &packed)).kind(), "too_large");
    assert_eq!(
        quick_error(&bomb("/Filter [/FlateDecode /FlateDecode]", &deflate(&packed))).kind(),
        "too_large"
    );
    let digits: String = packed.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        quick_error(&bomb("/Filter [/ASCIIHexDecode /FlateDecode]", (digits + ">").as_bytes())).kind(),
        "too_large"
    );
    // One that says that it is a picture, to be passed over.
    let picture = bomb("/Subtype /Image /Width 1 /Height 1 /Filter /FlateDecode", &packed);
    assert_eq!(quick_error(&picture).kind(), "too_large");

    let document = zip(&[("word/document.xml", &zeros)]);
    assert!(document.len() < 1 << 20);
    assert_eq!(quick_error(&document).kind(), "too_large");
}

#[test]
fn external_entities_are_refused() {
    let xml = "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY secret SYSTEM \"file:///etc/passwd\">]>\
               <w:document><w:body><w:p><w:r><w:t>&secret;</w:t></w:r></w:p></w:body></w:document>";
    assert_eq!(quick_error(&zip(&[("word/document.xml", xml.as_bytes())])).kind(), "damaged");
}

#[test]
fn deep_nesting_is_too_deep() {
    let deep = 100_000;
    assert_eq!(quick_error(&docx(&"<w:sdt>".repeat(deep), &[])), DocumentError::TooDeep);
    assert_eq!(quick_error(&docx(&"<w:tbl><w:tr><w:tc>".repeat(deep), &[])), DocumentError::TooDeep);
    let rtf = "{\\rtf1 ".to_owned() + &"{".repeat(deep) + "x";
    assert_eq!(quick_error(rtf.as_bytes()), DocumentError::TooDeep);
    let html = "<html>".to_owned() + &"<div>".repeat(deep) + "x";
    assert_eq!(quick_error(html.as_bytes()), DocumentError::TooDeep);
    let tables = "<html>".to_owned() + &"<table><tr><td>".repeat(deep) + "x";
    assert_eq!(quick_error(tables.as_bytes()), DocumentError::TooDeep);
}

#[test]
fn a_deeply_nested_pdf_ends_without_taking_the_process_down() {
    let deep = 200_000;
    let nested = |open: &str, close: &str| open.repeat(deep) + &close.repeat(deep);
    for content in [
        nested("[", "]") + " TJ",
        nested("<< /A ", " >>") + " BDC",
        "q ".repeat(deep),
        "BT ".repeat(deep),
        "(".repeat(deep),
    ] {
        let outcome = read(&pdf(&[&content]), &Limits::default());
        assert!(outcome.is_err(), "{outcome:?}");
    }
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(format!("<< /Type /Pages /Kids {} /Count 1 >>", nested("[", "]")).as_bytes());
    assert!(read(&writer.finish(), &Limits::default()).is_err());
    // Pages that are their own children, and a form that draws itself.
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 2 >>");
    writer.object(
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
    );
    writer.stream("", b"/X Do");
    writer.stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
        b"/X Do /X Do",
    );
    assert!(
        read(&writer.finish(), &Limits { deadline: Duration::from_millis(300), ..Limits::default() })
            .is_err()
    );
}

#[test]
fn an_endless_pdf_times_out() {
    let mut content = String::new();
    for index in 0..400_000 {
        content += &format!("{} {} m {} 0 l 9 9 l h f\n", index % 500, index % 700, index % 300);
    }
    let limits = Limits { deadline: Duration::from_millis(1), ..Limits::default() };
    assert_eq!(read(&pdf(&[&content]), &limits), Err(DocumentError::TimedOut));
}

#[test]
fn a_flood_of_text_is_too_much() {
    let text = "word ".repeat(100_000);
    assert_eq!(quick_error(text.as_bytes()), DocumentError::TooMuchText { max_text_chars: 400_000 });
    let page = put(50.0, 100.0, 10.0, &text);
    assert_eq!(quick_error(&pdf(&[&page])), DocumentError::TooMuchText { max_text_chars: 400_000 });
}

#[test]
fn a_picture_without_text_is_a_scan() {
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    writer.object(
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
    );
    writer.stream("", b"q 595 0 0 842 0 0 cm /I Do Q");
    writer.stream(
        "/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8",
        b"abcd",
    );
    assert_eq!(quick_error(&writer.finish()), DocumentError::Scanned { pages: 1 });
}

#[test]
fn changed_bytes_never_panic() {
    // A simple generator (xorshift) is enough to hit many places.
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut random = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state
    };
    let samples = [
        pdf(&[&put(50.0, 100.0, 10.0, "Jane Doe, welder, ten years of work")]),
        docx("<w:p><w:r><w:t>Jane Doe</w:t></w:r></w:p>", &[]),
        b"{\\rtf1\\ansi Jane {\\b Doe} \\u233? \\'e9 \\trowd\\cell\\row}".to_vec(),
        b"<html><p style='x'>Jane <b>Doe</b><table><tr><td>a</table></html>".to_vec(),
        b"# Jane\n\n**bold** [link](url) | a | b |\n<x@y.z> `code` \\* &amp;".to_vec(),
    ];
    let limits = Limits { deadline: Duration::from_millis(500), ..Limits::default() };
    for sample in &samples {
        for _ in 0..60 {
            let mut bytes = sample.clone();
            for _ in 0..1 + random() % 4 {
                let at = (random() % bytes.len() as u64) as usize;
                bytes[at] = random() as u8;
            }
            // Only that it comes back matters: a panic inside would be reported as damage, an abort would end the test.
            let _ = read(&bytes, &limits);
        }
    }
}
