//! Text recognition (OCR): pages that are pictures ► blocks of lines, by the program `tesseract` where it is there.
//!
//! The pictures are put together behind the fence, page by page. The engine gets bare grey pixels, never a file that somebody
//! uploaded, and runs within limits of its own.

mod engine;
mod words;

use std::time::{Duration, Instant};

pub(super) use engine::Recognition;

use super::reader::Fence;
use super::task::{Outcome, Task};
use super::{Block, Document, DocumentError, Format, Limits, line_joining};
use engine::EngineError;

/// Time for all pages of a CV together.
pub const PATIENCE: Duration = Duration::from_secs(45);
/// Pages that are recognised; more are not a CV.
const MAX_PAGES: u32 = 12;
/// Fewer letters than this are no CV but dust on the glass.
const MIN_LETTERS: usize = 24;

/// Reads the pages of a PDF that are pictures.
pub(super) fn read_pictures(
    recognition: &Recognition,
    fence: &Fence,
    bytes: &[u8],
    pages: u32,
    limits: &Limits,
) -> Result<Document, DocumentError> {
    if pages > MAX_PAGES {
        return Err(DocumentError::TooManyPages { pages, max_pages: MAX_PAGES });
    }
    let end = Instant::now() + PATIENCE;
    let mut blocks: Vec<Block> = Vec::new();
    for page in 0..pages {
        let picture = match fence.perform(Task::Picture { page }, bytes, limits)? {
            Outcome::Picture(Some(picture)) => picture,
            Outcome::Picture(None) | Outcome::Document(_) => continue,
        };
        let left = end.saturating_duration_since(Instant::now());
        match recognition.words(&picture, left) {
            Ok(table) => blocks.extend(words::blocks(&table, page + 1, limits)?),
            Err(EngineError::TimedOut) => return Err(DocumentError::RecognitionTimedOut),
            Err(error) => {
                // The engine's fault and not the file's, but what its owner can do is the same.
                tracing::error!(%error, "text recognition does not work");
                return Err(DocumentError::Scanned { pages });
            }
        }
    }
    let letters = blocks.iter().flat_map(|block| &block.lines).flat_map(|line| line.text.chars());
    if letters.filter(|letter| letter.is_alphanumeric()).count() < MIN_LETTERS {
        return Err(DocumentError::Illegible);
    }
    line_joining::join_hyphenated_words(&mut blocks);
    blocks.retain(|block| !block.lines.is_empty());
    line_joining::promote_headings(&mut blocks);
    Ok(Document {
        format: Format::Pdf,
        pages,
        columns: 1,
        blocks,
        links: Vec::new(),
        hidden_text: None,
        title: None,
    })
}
