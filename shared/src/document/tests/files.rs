//! Small files made here, byte by byte. The tests of the built program use them, too.

use std::io::Write;

/// A ZIP archive of deflated parts.
pub fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options =
        zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, content) in parts {
        writer.start_file(*name, options).expect("a name that is not taken");
        writer.write_all(content).expect("memory takes all");
    }
    writer.finish().expect("memory takes all").into_inner()
}

pub const WORD_NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
     xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
     xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"";

/// A DOCX with this body and further parts.
pub fn docx(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
    let document =
        format!("<?xml version=\"1.0\"?><w:document {WORD_NAMESPACES}><w:body>{body}</w:body></w:document>");
    let mut parts: Vec<(&str, &[u8])> = vec![("word/document.xml", document.as_bytes())];
    parts.extend(more.iter().map(|(name, content)| (*name, content.as_bytes())));
    zip(&parts)
}

/// Packs bytes as a PDF stream does.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// Writes a PDF by hand: objects are added in order, the pages use Helvetica (F1) and Helvetica-Bold (F2).
pub struct PdfWriter {
    pub bytes: Vec<u8>,
    offsets: Vec<usize>,
    pub trailer: String,
}

impl PdfWriter {
    pub fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n".to_vec(), offsets: Vec::new(), trailer: String::new() }
    }

    pub fn object(&mut self, content: &[u8]) {
        self.offsets.push(self.bytes.len());
        self.bytes.extend(format!("{} 0 obj\n", self.offsets.len()).as_bytes());
        self.bytes.extend(content);
        self.bytes.extend(b"\nendobj\n");
    }

    pub fn stream(&mut self, dictionary: &str, data: &[u8]) {
        let mut content = format!("<< {dictionary} /Length {} >>\nstream\n", data.len()).into_bytes();
        content.extend(data);
        content.extend(b"\nendstream");
        self.object(&content);
    }

    pub fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        self.bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", self.offsets.len() + 1).as_bytes());
        for offset in &self.offsets {
            self.bytes.extend(format!("{offset:010} 00000 n \n").as_bytes());
        }
        let size = self.offsets.len() + 1;
        let trailer = &self.trailer;
        self.bytes.extend(
            format!("trailer\n<< /Size {size} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n")
                .as_bytes(),
        );
        self.bytes
    }
}

/// A PDF of A4 pages with these content streams; `annotations` is put into every page.
pub fn pdf_with(pages: &[&str], annotations: &str) -> Vec<u8> {
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    let kids: Vec<String> = (0..pages.len()).map(|index| format!("{} 0 R", 5 + 2 * index)).collect();
    writer.object(format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), pages.len()).as_bytes());
    writer.object(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    writer.object(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>");
    for (index, content) in pages.iter().enumerate() {
        writer.object(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
                 /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> {annotations} >>",
                6 + 2 * index
            )
            .as_bytes(),
        );
        writer.stream("/Filter /FlateDecode", &deflate(content.as_bytes()));
    }
    writer.finish()
}

pub fn pdf(pages: &[&str]) -> Vec<u8> {
    pdf_with(pages, "")
}

/// Draws `text` at a place from the top left, in Latin-1 without brackets.
pub fn put(x: f32, y: f32, size: f32, text: &str) -> String {
    put_in("F1", x, y, size, text)
}

pub fn put_in(font: &str, x: f32, y: f32, size: f32, text: &str) -> String {
    format!("BT /{font} {size} Tf 1 0 0 1 {x} {} Tm ({text}) Tj ET\n", 842.0 - y)
}

/// A PDF that asks for a password.
pub fn encrypted_pdf() -> Vec<u8> {
    let mut writer = PdfWriter::new();
    writer.object(b"<< /Type /Catalog /Pages 2 0 R >>");
    writer.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    writer.object(b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>");
    let key = "0123456789abcdef0123456789abcdef";
    writer.object(
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O ({key}) /U ({key}) >>").as_bytes(),
    );
    writer.trailer = "/Encrypt 4 0 R /ID [(abc) (abc)]".to_owned();
    writer.finish()
}
