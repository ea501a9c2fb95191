//! CVs that are pictures: read by a real engine where one is there, and told what to do where none is.
//!
//! `scanned-cv.jpg` is the upper part of the sample CV of Declan Murphy, drawn at 150 dots an inch, turned by 0.4° and
//! blurred, as a scanner on a desk delivers it.

#[path = "../shared/src/document/tests/files.rs"]
#[allow(dead_code)] // Other tests use the rest.
mod files;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use cv_matching_tests::fetched::not_tested;
use cv_matching_tests::{checkout, folder, program};
use files::PdfWriter;
use serde_json::Value;

const WIDTH: u32 = 1240;
const HEIGHT: u32 = 950;

/// A PDF of pages that are one picture each, turned by `turn` degrees.
fn scanned_pdf(dictionary: &str, pixels: &[u8], turn: u32) -> Vec<u8> {
    let (width, height) = (f64::from(WIDTH) * 72.0 / 150.0, f64::from(HEIGHT) * 72.0 / 150.0);
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    let (media, place) = match turn {
        90 => ((height, width), format!("0 {width} -{height} 0 {height} 0")),
        _ => ((width, height), format!("{width} 0 0 {height} 0 0")),
    };
    writer.object(
        format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {} {}] /Rotate {turn} /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >> >>",
            media.0, media.1
        )
        .as_bytes(),
    );
    writer.stream("", format!("q {place} cm /I Do Q").as_bytes());
    writer.stream(&format!("/Type /XObject /Subtype /Image /Width {WIDTH} {dictionary}"), pixels);
    writer.finish()
}

fn jpeg() -> Vec<u8> {
    fs::read(checkout().join("tests/scanned-cv.jpg")).expect("the scan is in the checkout")
}

fn scan(turn: u32) -> Vec<u8> {
    let dictionary =
        format!("/Height {HEIGHT} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode");
    scanned_pdf(&dictionary, &jpeg(), turn)
}

fn parse(file: &Path, variables: &[(&str, &str)]) -> (Output, Value) {
    let output = Command::new(program())
        .args(["parse", "--text"])
        .arg(file)
        .envs(variables.iter().copied())
        .output()
        .expect("the program is built: run `make test`");
    let line = serde_json::from_slice(&output.stdout).expect("one JSON object");
    (output, line)
}

/// Whether a real engine is there; says so loudly where none is.
fn engine_is_there() -> bool {
    let there =
        Command::new("tesseract").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        not_tested("tesseract is not on the PATH, so no text is recognised (Debian: tesseract-ocr)");
    }
    there
}

#[test]
fn a_scanned_cv_is_read_where_an_engine_is_there() {
    if !engine_is_there() {
        return;
    }
    let folder = folder();
    for turn in [0, 90] {
        let file = folder.path().join("scan.pdf");
        fs::write(&file, scan(turn)).unwrap();
        let (output, line) = parse(&file, &[]);
        assert_eq!(output.status.code(), Some(0), "turned by {turn}: {line}");
        let profile = &line["profile"];
        assert_eq!(profile["basics"]["name"], "Declan Murphy", "{line}");
        assert_eq!(profile["basics"]["email"], "declan.murphy@example.org");
        assert_eq!(profile["basics"]["phone"], "+353209123456");
        let work = &profile["work"][0];
        assert!(work["name"].as_str().unwrap().contains("Corrib Electrical"), "{work}");
        assert_eq!(work["startDate"], "2017-06");
        let text = line["text"].as_str().unwrap();
        assert!(text.contains("Rewiring of houses and shops"), "{text}");
    }
}

#[test]
fn a_scanned_cv_without_an_engine_is_told_what_it_is_and_what_to_do() {
    let folder = folder();
    let file = folder.path().join("scan.pdf");
    fs::write(&file, scan(0)).unwrap();
    // Switched off; and named, but not there.
    for engine in ["off", "/nowhere/tesseract"] {
        let (output, line) = parse(&file, &[("OCR_COMMAND", engine)]);
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(line["error"]["kind"], "scanned", "{line}");
        let message = line["error"]["message"].as_str().unwrap();
        assert!(message.contains("picture") && message.contains("Export it"), "{message}");
    }
}

#[test]
fn an_empty_scan_and_an_engine_that_fails_are_told_apart() {
    if !engine_is_there() {
        return;
    }
    let folder = folder();
    let file = folder.path().join("white.pdf");
    let white = files::deflate(&vec![255; (WIDTH * HEIGHT) as usize]);
    let dictionary =
        format!("/Height {HEIGHT} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode");
    fs::write(&file, scanned_pdf(&dictionary, &white, 0)).unwrap();
    assert_eq!(parse(&file, &[]).1["error"]["kind"], "illegible");
    assert_eq!(parse(&file, &[("OCR_LANGUAGES", "nolanguage")]).1["error"]["kind"], "scanned");
    let (output, _) = parse_raw(&file, &[("OCR_LANGUAGES", "../eng")]);
    assert_eq!(output, Some(1));
}

/// The exit code and what standard error says.
fn parse_raw(file: &Path, variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let output =
        Command::new(program()).arg("parse").arg(file).envs(variables.iter().copied()).output().unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}
