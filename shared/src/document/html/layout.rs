//! What of a page stands side by side without a sign between: tags of skills (`<span>Rust</span> <span>SQL</span>`), an
//! employer and its years in a row of boxes. Where elements are such pieces, a gap is put between them, as a reader sees it.

use std::collections::HashSet;

use super::BLOCK;
use super::style_sheet::{Declared, Identity, StyleSheet};
use super::tokens::{Tag, Token, Tokens};
use crate::document::limits::Watch;
use crate::document::{DocumentError, entities};

/// Pieces of a row are shorter than this, in characters.
const LONGEST_PIECE: usize = 70;
/// Fewest equal elements that are a list.
const FEWEST_EQUAL: usize = 3;
/// A row of more blocks is the page's columns or the like.
const MOST_BLOCKS: usize = 4;

/// What the layout says of elements, by the place of their tags.
#[derive(Default)]
pub(super) struct Layout {
    /// A gap stands before them.
    gaps: HashSet<usize>,
    /// Blocks that stand on one line with their neighbours.
    in_line: HashSet<usize>,
    hidden: HashSet<usize>,
}

impl Layout {
    pub(super) fn has_gap_before(&self, tag: &Tag<'_>) -> bool {
        self.gaps.contains(&tag.at)
    }

    pub(super) fn is_in_line(&self, tag: &Tag<'_>) -> bool {
        self.in_line.contains(&tag.at)
    }

    pub(super) fn is_hidden(&self, tag: &Tag<'_>) -> bool {
        self.hidden.contains(&tag.at)
    }
}

/// An element, with what is known of it so far.
struct Element {
    identity: Identity,
    at: usize,
    declared: Declared,
    /// Whether white space stands before it.
    spaced: bool,
    /// Whether text or a break of its parent stands before or behind it.
    after_text: bool,
    before_text: bool,
    children: Vec<Element>,
    /// Whether text or a break stands directly in it.
    has_text: bool,
    /// Whether its last content so far is text of its own.
    ends_in_text: bool,
    has_blocks: bool,
    /// The beginning of all text in it.
    text: String,
}

impl Element {
    fn is_block(&self) -> bool {
        BLOCK.contains(&self.identity.name.as_str())
    }

    /// Notes that text or a break stands directly in it.
    fn meet_text(&mut self) {
        self.has_text = true;
        self.ends_in_text = true;
        if let Some(child) = self.children.last_mut() {
            child.before_text = true;
        }
    }

    fn add_text(&mut self, text: &str) {
        if self.text.chars().count() <= LONGEST_PIECE {
            self.text.push_str(text);
        }
    }

    /// Whether it may be one of several pieces on a line.
    fn is_piece(&self) -> bool {
        let text = self.text.trim();
        !text.is_empty() && text.chars().count() <= LONGEST_PIECE && !self.has_blocks
    }
}

/// Looks over a page. `max_open` elements inside each other are looked at: deeper ones are an error to the reader.
pub(super) fn of(html: &str, max_open: usize, watch: &Watch) -> Result<Layout, DocumentError> {
    let mut sheet = StyleSheet::default();
    for token in Tokens::new(html) {
        if let Token::StyleSheet(css) = token {
            sheet.add(css);
        }
    }
    let mut layout = Layout::default();
    let mut open: Vec<Element> = Vec::new();
    let mut spaced = false;
    for token in Tokens::new(html) {
        match token {
            Token::Text(text) => {
                spaced = text.ends_with(char::is_whitespace);
                if let Some(element) = open.last_mut().filter(|_| !text.trim().is_empty()) {
                    element.meet_text();
                    element.add_text(&entities::decode(text));
                }
            }
            Token::Open(tag) if tag.is_void() => {
                if let Some(parent) =
                    open.last_mut().filter(|_| matches!(tag.name.as_str(), "br" | "hr" | "input"))
                {
                    parent.meet_text();
                }
            }
            Token::Open(tag) => {
                watch.check()?;
                if open.len() >= max_open {
                    return Ok(layout);
                }
                let identity = Identity::of(&tag);
                let mut declared = sheet.declared(&identity, open.iter().map(|element| &element.identity));
                declared.overrule(Declared::of(&tag.attribute("style").unwrap_or_default()));
                if declared.hidden == Some(true) {
                    layout.hidden.insert(tag.at);
                }
                let after_text =
                    open.last_mut().is_some_and(|parent| std::mem::take(&mut parent.ends_in_text));
                open.push(Element {
                    after_text,
                    before_text: false,
                    ends_in_text: false,
                    identity,
                    at: tag.at,
                    declared,
                    spaced: std::mem::take(&mut spaced),
                    children: Vec::new(),
                    has_text: false,
                    has_blocks: false,
                    text: String::new(),
                });
            }
            Token::Close(name) => {
                let Some(index) = open.iter().rposition(|element| element.identity.name == name) else {
                    continue;
                };
                while open.len() > index {
                    let Some(element) = open.pop() else { break };
                    layout.arrange(&element);
                    if let Some(parent) = open.last_mut() {
                        parent.has_blocks |= element.has_blocks || element.is_block();
                        parent.add_text(&element.text);
                        parent.children.push(Element { children: Vec::new(), ..element });
                    }
                }
                spaced = false;
            }
            Token::StyleSheet(_) => {}
        }
    }
    Ok(layout)
}

impl Layout {
    /// Finds the pieces among the children of an element.
    fn arrange(&mut self, parent: &Element) {
        let shown: Vec<&Element> = parent
            .children
            .iter()
            .filter(|child| child.declared.hidden != Some(true) && !child.text.trim().is_empty())
            .collect();
        if shown.len() < 2 {
            return;
        }
        let row = parent.declared.row == Some(true);
        // Blocks in a row of boxes: an employer and its years, but no columns and no list of items.
        let is_row_of_blocks = row
            && shown.iter().any(|child| child.is_block())
            && !parent.has_text
            && shown.len() <= MOST_BLOCKS
            && !matches!(parent.identity.name.as_str(), "ul" | "ol")
            && shown.iter().all(|child| child.is_piece());
        if is_row_of_blocks {
            self.in_line.extend(shown.iter().map(|child| child.at));
            self.gaps.extend(shown.iter().skip(1).map(|child| child.at));
            return;
        }
        // Runs of pieces without text between them.
        let goes_on = |before: &&Element, behind: &&Element| {
            let pieces = before.is_piece() && behind.is_piece();
            pieces && !before.is_block() && !behind.is_block() && !behind.after_text
        };
        for run in shown.chunk_by(goes_on) {
            let free = !run[0].after_text && run.last().is_none_or(|last| !last.before_text);
            let apart = row || run.iter().skip(1).all(|child| child.declared.apart == Some(true));
            if run.len() > 1 && free && (apart || are_equal(run) || are_named(run)) {
                self.gaps.extend(run.iter().skip(1).map(|child| child.at));
            }
        }
    }
}

/// Three elements or more of one kind and class, parted by white space or told apart by a class.
fn are_equal(pieces: &[&Element]) -> bool {
    let first = &pieces[0].identity;
    pieces.len() >= FEWEST_EQUAL
        && pieces
            .iter()
            .all(|piece| piece.identity.name == first.name && piece.identity.classes == first.classes)
        && (!first.classes.is_empty() || pieces.iter().skip(1).all(|piece| piece.spaced))
}

/// Elements of different classes, each of which begins like a name or a date: `<span class="title">…</span><span class="years">…</span>`.
fn are_named(pieces: &[&Element]) -> bool {
    let mut classes: Vec<&Vec<String>> = pieces.iter().map(|piece| &piece.identity.classes).collect();
    classes.sort_unstable();
    classes.dedup();
    let opens = |piece: &&Element| {
        let first = piece.text.trim_start().chars().next();
        first.is_some_and(|c| c.is_uppercase() || c.is_ascii_digit())
    };
    pieces.len() <= MOST_BLOCKS
        && classes.len() == pieces.len()
        && classes.iter().all(|classes| !classes.is_empty())
        && pieces.iter().all(opens)
}
