//! Telling the format of a file by its content. Names and declared media types are never asked: people rename files.

use serde::{Deserialize, Serialize};

use super::DocumentError;
use super::plain_text;

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Portable Document Format.
    Pdf,
    /// Office Open XML text (Word).
    Docx,
    /// OpenDocument text (LibreOffice).
    Odt,
    /// Rich Text Format.
    Rtf,
    /// HTML and XHTML.
    Html,
    /// Markdown.
    Markdown,
    /// Text without markup.
    PlainText,
}

impl Format {
    /// The IANA media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Odt => "application/vnd.oasis.opendocument.text",
            Self::Rtf => "application/rtf",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::PlainText => "text/plain",
        }
    }

    /// The usual file name extension, without its dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Odt => "odt",
            Self::Rtf => "rtf",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::PlainText => "txt",
        }
    }
}

/// How far into a file a PDF header is looked for: readers accept junk of up to a kilobyte before it.
const PDF_HEADER_WINDOW: usize = 1024;
/// How much of a text is looked at to tell HTML and Markdown from plain text.
const TEXT_WINDOW: usize = 64 << 10;

/// Tells the format of `bytes`, which are not empty.
pub fn detect(bytes: &[u8]) -> Result<Format, DocumentError> {
    let head = &bytes[..bytes.len().min(PDF_HEADER_WINDOW)];
    if contains(head, b"%PDF-") {
        return Ok(Format::Pdf);
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return detect_in_zip(bytes);
    }
    let trimmed = trim_start(bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes));
    if trimmed.starts_with(b"{\\rtf") {
        return Ok(Format::Rtf);
    }
    if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) {
        // An OLE container: a password-protected DOCX, or an old Word file.
        let utf16 = |name: &str| name.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        if contains(bytes, &utf16("EncryptedPackage")) {
            return Err(DocumentError::Encrypted);
        }
        return Err(unsupported("an old Word file (.doc)"));
    }
    if let Some(name) = known_binary(bytes) {
        return Err(unsupported(name));
    }
    let Some(text) = plain_text::decode(&bytes[..bytes.len().min(TEXT_WINDOW)]) else {
        return Err(unsupported("not a document but binary data"));
    };
    if looks_like_html(&text) {
        Ok(Format::Html)
    } else if looks_like_markdown(&text) {
        Ok(Format::Markdown)
    } else {
        Ok(Format::PlainText)
    }
}

fn unsupported(detected: &str) -> DocumentError {
    DocumentError::Unsupported { detected: detected.to_owned() }
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    memchr::memmem::find(haystack, needle).is_some()
}

fn trim_start(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(bytes.len());
    &bytes[start..]
}

fn detect_in_zip(bytes: &[u8]) -> Result<Format, DocumentError> {
    let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).map_err(|_| {
        DocumentError::damaged("its archive has no directory: it is cut off, or no archive at all")
    })?;
    let mut names: Vec<&str> = archive.file_names().collect();
    names.sort_unstable();
    let has = |name: &str| names.binary_search(&name).is_ok();
    let has_folder = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    if has_folder("word/") {
        return Ok(Format::Docx);
    }
    if has("content.xml") {
        // A spreadsheet or slides have the same parts: the mimetype entry, stored first and uncompressed, tells.
        let head = &bytes[..bytes.len().min(256)];
        if contains(head, b"opendocument.spreadsheet") {
            return Err(unsupported("an OpenDocument spreadsheet"));
        }
        if contains(head, b"opendocument.presentation") {
            return Err(unsupported("an OpenDocument presentation"));
        }
        return Ok(Format::Odt);
    }
    if has_folder("xl/") {
        return Err(unsupported("an Excel workbook"));
    }
    if has_folder("ppt/") {
        return Err(unsupported("a PowerPoint presentation"));
    }
    if has("Index/Document.iwa") || has("index.xml") || has("index.apxl") {
        return Err(unsupported("an Apple Pages document"));
    }
    if has("META-INF/container.xml") {
        return Err(unsupported("an EPUB book"));
    }
    if has("[Content_Types].xml") {
        // An Office package whose main part has a name of its own.
        return Ok(Format::Docx);
    }
    Err(unsupported("a ZIP archive"))
}

fn known_binary(bytes: &[u8]) -> Option<&'static str> {
    const MAGIC: &[(&[u8], &str)] = &[
        (b"\xFF\xD8\xFF", "a JPEG picture"),
        (b"\x89PNG", "a PNG picture"),
        (b"GIF8", "a GIF picture"),
        (b"II*\0", "a TIFF picture"),
        (b"MM\0*", "a TIFF picture"),
        (b"\x1F\x8B", "a gzip archive"),
        (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
        (b"Rar!", "a RAR archive"),
        (b"%!PS", "a PostScript file"),
        (b"\x7FELF", "a program"),
        (b"MZ\x90", "a program"),
    ];
    if bytes.len() > 12 && bytes.starts_with(b"RIFF") && &bytes[8..12] == b"WEBP" {
        return Some("a WebP picture");
    }
    if bytes.len() > 12 && &bytes[4..8] == b"ftyp" {
        return Some("a HEIC picture or a film");
    }
    MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)).map(|(_, name)| *name)
}

fn looks_like_html(text: &str) -> bool {
    let start = text.trim_start();
    let head: String = start.chars().take(512).collect::<String>().to_ascii_lowercase();
    if ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| head.starts_with(tag)) {
        return true;
    }
    if head.starts_with("<?xml") || head.starts_with("<!--") {
        return head.contains("<html") || text.to_ascii_lowercase().contains("<html");
    }
    // A fragment: it starts with an element and closes several block elements.
    start.starts_with('<')
        && ["</p>", "</div>", "</h1>", "</h2>", "</li>", "</td>", "</span>"]
            .iter()
            .map(|tag| text.matches(tag).count())
            .sum::<usize>()
            >= 2
}

/// Markdown is told by marks that plain text rarely has: ATX headings, links, emphasis; one kind alone is not enough
/// unless it is there several times.
fn looks_like_markdown(text: &str) -> bool {
    let mut score = 0;
    let mut fence = false;
    for line in text.lines() {
        let line = line.trim_end();
        if line.trim_start().starts_with("```") {
            fence = !fence;
            continue;
        }
        if fence {
            continue;
        }
        let hashes = line.bytes().take_while(|byte| *byte == b'#').count();
        if (1..=6).contains(&hashes) && line[hashes..].starts_with(' ') {
            score += 2;
        }
        if line.contains("](") && line.contains('[') {
            score += 2;
        }
        if line.matches("**").count() >= 2 || line.matches("__").count() >= 2 {
            score += 1;
        }
    }
    score >= 3 || (score >= 2 && text.lines().count() <= 20)
}
