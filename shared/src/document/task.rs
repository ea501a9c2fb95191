//! What is done with a file inside the fence, whichever fence that is.

use serde::{Deserialize, Serialize};

use super::limits::{self, Watch};
use super::{Document, DocumentError, Format, Limits};
use super::{docx, format, html, markdown, odt, pdf, plain_text, rtf};

/// What to do with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Task {
    /// Read its text.
    Read,
    /// Put together the picture that a page is (0 is the first), for text recognition.
    Picture { page: u32 },
}

/// What came of it.
#[derive(Debug)]
pub(super) enum Outcome {
    Document(Document),
    /// None where nothing is drawn on the page.
    Picture(Option<Picture>),
}

/// A page as a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub width: u32,
    pub height: u32,
    /// Rows from the top, one byte a pixel, 0 is black.
    pub grey: Vec<u8>,
}

/// Fails a file that needs no look inside to be refused.
pub(super) fn refuse_at_once(bytes: &[u8], limits: &Limits) -> Result<(), DocumentError> {
    if bytes.len() > limits.max_bytes {
        return Err(DocumentError::TooLarge {
            bytes: bytes.len() as u64,
            max_bytes: limits.max_bytes as u64,
        });
    }
    if bytes.iter().all(|byte| byte.is_ascii_whitespace() || *byte == 0) {
        return Err(DocumentError::Empty);
    }
    Ok(())
}

/// Performs a task in this thread. A panic is [`DocumentError::Damaged`]; an abort or an endless loop of a reader is not
/// held here.
pub(super) fn perform(task: Task, bytes: Vec<u8>, limits: &Limits) -> Result<Outcome, DocumentError> {
    let watch = Watch::start(limits);
    limits::fenced(|| match task {
        Task::Read => read(bytes, limits, &watch).map(Outcome::Document),
        Task::Picture { page } => pdf::picture(bytes, page, limits, &watch).map(Outcome::Picture),
    })
}

/// Reads a file as one of this format, whatever it looks like, in this thread and without a fence: for fuzzing.
///
/// # Errors
/// As [`super::Reader::read`].
pub fn read_as(format: Format, bytes: Vec<u8>, limits: &Limits) -> Result<Document, DocumentError> {
    let watch = Watch::start(limits);
    limits::fenced(|| read_format(format, bytes, limits, &watch))
}

fn read(bytes: Vec<u8>, limits: &Limits, watch: &Watch) -> Result<Document, DocumentError> {
    refuse_at_once(&bytes, limits)?;
    let document = read_format(format::detect(&bytes)?, bytes, limits, watch)?;
    if document.blocks.is_empty() {
        return Err(DocumentError::Empty);
    }
    Ok(document)
}

fn read_format(
    format: Format,
    bytes: Vec<u8>,
    limits: &Limits,
    watch: &Watch,
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
