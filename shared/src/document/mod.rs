//! Bytes of a CV in any format ► lines of text in reading order.
//!
//! A [`Reader`] tells the format by content, reads it within [`Limits`] behind a [`fence`], and returns a [`Document`]:
//! blocks of lines with what the layout says of them (page, column, size, bold, table cells), and the links. Pages that are
//! pictures are read by text recognition, where an engine is there. A file that cannot be read fails with a
//! [`DocumentError`] whose text tells a person what is wrong and what to do.

mod cleaning;
mod docx;
mod entities;
mod error;
pub mod fence;
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
mod reader;
mod recognition;
mod rtf;
mod task;
mod xml;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use error::DocumentError;
pub use format::{Format, detect};
pub use limits::Limits;
pub use reader::Reader;
pub use task::read_as;

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

/// Stack of the thread that reads: third-party parsers recurse, and a deep file must not end the process.
const STACK_BYTES: usize = 64 << 20;

/// Reads a CV in a thread of this process, for tests and for texts of our own: [`Reader`] is for files from outside.
///
/// # Errors
/// One [`DocumentError`] for each way in which a file can be unreadable.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, DocumentError> {
    Reader::in_thread().read(bytes, limits)
}
