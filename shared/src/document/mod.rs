//! Bytes of a CV in any format ► lines of text in reading order.
//!
//! [`read`] tells the format by content, reads it within [`Limits`], and returns a [`Document`]: blocks of lines with
//! what the layout says of them (page, column, size, bold, table cells), and the links. A file that cannot be read
//! fails with a [`DocumentError`] whose text tells a person what is wrong and what to do.

mod cleaning;
mod docx;
mod entities;
mod error;
mod flow;
mod format;
mod html;
mod limits;
mod line_joining;
mod markdown;
mod mojibake;
mod odt;
mod package;
mod pdf;
mod plain_text;
mod rtf;
mod xml;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use error::DocumentError;
pub use format::{Format, detect};
pub use limits::Limits;

/// A CV as text: what a person sees on its pages, in the order in which a person reads it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// What the bytes turned out to be.
    pub format: Format,
    /// Number of pages; 1 for formats that have none.
    pub pages: u32,
    /// The most columns found side by side on a page; 1 for formats without a layout.
    pub columns: u8,
    /// Headings, paragraphs, list items and table rows in reading order.
    pub blocks: Vec<Block>,
    /// Hyperlinks and link annotations, each once.
    pub links: Vec<Link>,
    /// Text that nobody can see (white on white, tiny, invisible, off the page): kept out of `blocks`, never scored.
    pub hidden_text: Option<String>,
    /// The title in the file's metadata.
    pub title: Option<String>,
}

/// Lines that belong together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Block {
    /// What the block is.
    pub kind: BlockKind,
    /// Its lines, top to bottom; never empty.
    pub lines: Vec<Line>,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlockKind {
    /// A title of a section or of the document.
    Heading,
    /// Running text.
    Paragraph,
    /// An item of a list; its bullet or number sign is not in the text.
    ListItem,
    /// A row of a table, or a line with wide gaps; its line has `cells`.
    TableRow,
    /// What stands at the head of every page; only its first appearance is kept.
    Header,
    /// What stands at the foot of every page, or a page number; only its first appearance is kept.
    Footer,
}

/// A line of text.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The text, spaces normalised, without bullet.
    pub text: String,
    /// Page, from 1.
    pub page: u32,
    /// Column on its page, from 0, left to right.
    pub column: u8,
    /// Left edge in points from the left edge of the page; 0 where unknown.
    pub x: f32,
    /// Baseline in points from the top edge of the page; 0 where unknown.
    pub y: f32,
    /// Size in points; 0 where unknown.
    pub font_size: f32,
    /// Whether most of the line is bold.
    pub bold: bool,
    /// Whether most of the line is italic.
    pub italic: bool,
    /// The pieces of a table row or of a line with wide gaps (`Employer        2019–2021`), left to right; else empty.
    pub cells: Vec<String>,
}

/// A link: what it stands on and where it leads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The text that carries the link; may be empty (a linked icon).
    pub text: String,
    /// `https:`, `mailto:`, `tel:` and so on, as it stands in the file.
    pub url: String,
}

impl Document {
    /// The whole text: blocks parted by a blank line, lines by `\n`.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for block in &self.blocks {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            for (index, line) in block.lines.iter().enumerate() {
                if index > 0 {
                    text.push('\n');
                }
                text.push_str(&line.text);
            }
        }
        text
    }

    /// All lines in reading order.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.blocks.iter().flat_map(|block| block.lines.iter())
    }
}

/// Stack of the reading thread: third-party parsers recurse, and a deep file must not end the process.
const STACK_BYTES: usize = 64 << 20;

/// Reads a CV.
///
/// The reading is done in a thread of its own with a large stack; a panic in it is [`DocumentError::Damaged`], and when
/// `limits.deadline` has passed the caller gets [`DocumentError::TimedOut`] even if the thread has not noticed yet (it
/// checks at every glyph, element and page, so it ends soon after).
///
/// # Errors
/// One [`DocumentError`] for each way in which a file can be unreadable.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, DocumentError> {
    if bytes.len() > limits.max_bytes {
        return Err(DocumentError::TooLarge {
            bytes: bytes.len() as u64,
            max_bytes: limits.max_bytes as u64,
        });
    }
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(DocumentError::Empty);
    }
    let format = format::detect(bytes)?;
    let watch = limits::Watch::start(limits);
    let owned = bytes.to_vec();
    let fence_limits = limits.clone();
    let (sender, receiver) = std::sync::mpsc::channel();
    let thread = std::thread::Builder::new()
        .name("read-document".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            let outcome = limits::fenced(|| read_format(format, owned, &fence_limits, &watch));
            // The caller may be gone after its deadline: then nobody wants the outcome.
            let _ = sender.send(outcome);
        })
        .map_err(|error| DocumentError::Damaged { detail: format!("no thread to read it in: {error}") })?;
    let outcome = receiver.recv_timeout(limits.deadline + limits::GRACE);
    let document = match outcome {
        Ok(outcome) => {
            let _ = thread.join();
            outcome?
        }
        Err(_) => return Err(DocumentError::TimedOut),
    };
    if document.blocks.is_empty() {
        return Err(DocumentError::Empty);
    }
    Ok(document)
}

fn read_format(
    format: Format,
    bytes: Vec<u8>,
    limits: &Limits,
    watch: &limits::Watch,
) -> Result<Document, DocumentError> {
    match format {
        Format::Pdf => pdf::read(bytes, limits, watch),
        Format::Docx => docx::read(&bytes, limits, watch),
        Format::Odt => odt::read(&bytes, limits, watch),
        Format::Rtf => rtf::read(&bytes, limits, watch),
        Format::Html => html::read(&bytes, limits, watch),
        Format::Markdown => markdown::read(&bytes, limits, watch),
        Format::PlainText => plain_text::read(&bytes, limits, watch),
    }
}
