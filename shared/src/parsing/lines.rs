//! The lines of a document as this module reads them: with their place in the text, without bullets, letter spacing undone.

use std::borrow::Cow;

use crate::document::{Block, BlockKind, Document, Format, Line};

/// One line with its place in the document's text and its looks.
#[derive(Clone, Debug)]
pub(super) struct SourceLine<'a> {
    /// The text without bullet; letter-spaced words (`E D U C A T I O N`) are closed up.
    pub(super) text: Cow<'a, str>,
    /// Byte offset of the line in [`Document::text`].
    pub(super) start: usize,
    /// Byte offset behind the line.
    pub(super) end: usize,
    /// Index of its block.
    pub(super) block: usize,
    /// Whether it opens its block.
    pub(super) opens_block: bool,
    /// What its block is.
    pub(super) kind: BlockKind,
    /// Whether it is an item of a list, or goes on with one.
    pub(super) bullet: bool,
    /// Page, from 1.
    pub(super) page: u32,
    /// Column on its page.
    pub(super) column: u8,
    /// Left edge in points; 0 where unknown.
    pub(super) x: f32,
    /// Baseline in points; 0 where unknown.
    pub(super) y: f32,
    /// Size in points; 0 where unknown.
    pub(super) size: f32,
    /// Mostly bold.
    pub(super) bold: bool,
    /// The pieces of a table row or of a line with wide gaps.
    pub(super) cells: &'a [String],
}

impl SourceLine<'_> {
    /// Whether every letter is upper case and there are at least three.
    pub(super) fn is_upper(&self) -> bool {
        let mut letters = 0;
        for character in self.text.chars().filter(|c| c.is_alphabetic()) {
            if character.is_lowercase() {
                return false;
            }
            letters += 1;
        }
        letters >= 3
    }

    /// How many words it has.
    pub(super) fn word_count(&self) -> usize {
        self.text.split_whitespace().count()
    }

    /// Whether it reads like running text rather than like a heading of an entry: an item of a list, a long line, a sentence.
    pub(super) fn is_prose(&self) -> bool {
        self.bullet || is_prose(&self.text)
    }
}

/// Lines of more characters than this are running text unless they are cut into pieces.
const LONG_LINE: usize = 110;

/// Whether a text reads like running text: long, or a sentence, or the end of one.
pub(super) fn is_prose(text: &str) -> bool {
    let text = text.trim();
    let length = text.chars().count();
    if length > LONG_LINE {
        return true;
    }
    let words = text.split_whitespace().count();
    // "iOS", "eBay" and "eThekwini" are names.
    let mut first = text.chars();
    let first_is_lower =
        first.next().is_some_and(char::is_lowercase) && !first.next().is_some_and(char::is_uppercase);
    let ends_like_sentence = text.ends_with(['.', ';', '!', '?']) && !ends_in_abbreviation(text);
    (ends_like_sentence && (first_is_lower || words > 3)) || (first_is_lower && words > 3)
}

fn ends_in_abbreviation(text: &str) -> bool {
    let last = text.split_whitespace().next_back().unwrap_or("").trim_start_matches('(');
    let letters = last.trim_end_matches(['.', '!']);
    letters.chars().count() <= 4 && letters.chars().next().is_some_and(char::is_uppercase)
        || letters.contains('.')
}

const BULLETS: &[char] = &[
    '•', '◦', '▪', '▫', '■', '□', '●', '○', '‣', '⁃', '·', '∙', '►', '▶', '➢', '➤', '➔', '→', '✓', '✔', '✦',
    '❖', '♦', '◆', '◇', '\u{f0b7}', '\u{f0a7}', '\u{f0d8}', '\u{f0fc}', '»', '›', '–', '—', '-', '*',
];

/// `text` behind its bullet, if it opens with one.
pub(super) fn strip_bullet(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    let first = characters.next()?;
    if !BULLETS.contains(&first) {
        return None;
    }
    let rest = characters.as_str();
    let needs_space = matches!(first, '-' | '*' | '–' | '—' | '»' | '›' | '→');
    let trimmed = rest.trim_start();
    if trimmed.is_empty() || (needs_space && rest.len() == trimmed.len()) { None } else { Some(trimmed) }
}

/// `E X P E R I E N C E` → `EXPERIENCE`: three or more single letters in a row belong to one word; a gap of two spaces
/// parts words.
pub(super) fn close_letter_spacing(text: &str) -> Option<String> {
    let pieces: Vec<&str> = text.split(' ').collect();
    let single = |piece: &str| {
        let mut characters = piece.chars();
        characters.next().is_some_and(|c| c.is_alphanumeric() || c == '&') && characters.next().is_none()
    };
    let letters = pieces.iter().filter(|piece| single(piece)).count();
    let words = pieces.iter().filter(|piece| !piece.is_empty()).count();
    if letters < 4 || letters * 10 < words * 8 {
        return None;
    }
    let mut closed = String::with_capacity(text.len());
    for word in text.split("  ") {
        if !closed.is_empty() && !word.trim().is_empty() {
            closed.push(' ');
        }
        closed.extend(word.chars().filter(|c| *c != ' '));
    }
    Some(closed)
}

/// The lines of a document with their places in `text`, which is the document's own text.
pub(super) fn source_lines<'a>(document: &'a Document) -> Vec<SourceLine<'a>> {
    let mut lines = Vec::new();
    let mut offset = 0;
    for (block_index, block) in document.blocks.iter().enumerate() {
        if block_index > 0 {
            offset += 2;
        }
        for (index, line) in block.lines.iter().enumerate() {
            if index > 0 {
                offset += 1;
            }
            let (start, end) = (offset, offset + line.text.len());
            offset = end;
            let trimmed = line.text.trim();
            if trimmed.is_empty() {
                continue;
            }
            let behind_bullet = strip_bullet(trimmed);
            let bare = behind_bullet.unwrap_or(trimmed);
            let text = close_letter_spacing(bare).map_or(Cow::Borrowed(bare), Cow::Owned);
            lines.push(SourceLine {
                text,
                start,
                end,
                block: block_index,
                opens_block: index == 0,
                kind: block.kind,
                bullet: block.kind == BlockKind::ListItem || behind_bullet.is_some(),
                page: line.page,
                column: line.column,
                x: line.x,
                y: line.y,
                size: line.font_size,
                bold: line.bold,
                cells: &line.cells,
            });
        }
    }
    lines
}

/// Bare text as a document: a blank line ends a block, a bullet opens a list item, a wide gap parts cells.
pub(super) fn document_of_text(text: &str) -> Document {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for raw in text.lines() {
        let trimmed = raw.trim();
        if trimmed.is_empty() {
            open = false;
            continue;
        }
        let behind_bullet = strip_bullet(trimmed);
        let bare = behind_bullet.unwrap_or(trimmed);
        let line = Line {
            text: close_letter_spacing(bare).unwrap_or_else(|| single_spaced(bare)),
            page: 1,
            cells: wide_gap_cells(bare),
            ..Line::default()
        };
        let wrapped = |block: &Block| {
            let last = block.lines.last().map_or(0, |line| line.text.chars().count());
            last >= 60 || bare.chars().next().is_some_and(char::is_lowercase)
        };
        match blocks.last_mut() {
            Some(block)
                if open
                    && behind_bullet.is_none()
                    && (block.kind != BlockKind::ListItem || wrapped(block)) =>
            {
                block.lines.push(line);
            }
            _ => {
                let kind = if behind_bullet.is_some() { BlockKind::ListItem } else { BlockKind::Paragraph };
                blocks.push(Block { kind, lines: vec![line] });
                open = true;
            }
        }
    }
    Document {
        format: Format::PlainText,
        pages: 1,
        columns: 1,
        blocks,
        links: Vec::new(),
        hidden_text: None,
        title: None,
    }
}

fn single_spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !spaced.is_empty() {
            spaced.push(' ');
        }
        spaced.push_str(word);
    }
    spaced
}

/// The pieces between tabs or runs of three spaces; empty where there is only one.
fn wide_gap_cells(text: &str) -> Vec<String> {
    if !text.contains('\t') && !text.contains("   ") {
        return Vec::new();
    }
    let cells: Vec<String> = text
        .split('\t')
        .flat_map(|piece| piece.split("   "))
        .map(single_spaced)
        .filter(|cell| !cell.is_empty())
        .collect();
    if cells.len() > 1 { cells } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_knows_its_place_in_the_text() {
        let document = document_of_text("Ada Lovelace\nLondon\n\nSkills\n• Algebra\n• Looms and engines");
        let text = document.text();
        let lines = source_lines(&document);
        assert_eq!(lines.len(), 5);
        for line in &lines {
            assert_eq!(&text[line.start..line.end], line.text);
        }
        assert!(lines[3].bullet && !lines[2].bullet);
    }

    #[test]
    fn letter_spacing_is_closed_up_and_words_stay_apart() {
        assert_eq!(close_letter_spacing("E D U C A T I O N").as_deref(), Some("EDUCATION"));
        assert_eq!(close_letter_spacing("W O R K  H I S T O R Y").as_deref(), Some("WORK HISTORY"));
        assert_eq!(close_letter_spacing("Vitamin C and D"), None);
    }

    #[test]
    fn prose_is_told_from_headers() {
        assert!(is_prose("Responsible for the night shift and its handover."));
        assert!(is_prose("and trained the new staff in it"));
        assert!(!is_prose("Senior Engineer, Acme Inc."));
        assert!(!is_prose("Wizz!"));
    }
}
