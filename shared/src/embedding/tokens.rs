//! Texts as the model reads them: WordPiece tokens by the model's own tokenizer, which is part of this program. Counts
//! them, cuts a text after the last one that the model reads, and splits long texts into passages.

use std::sync::LazyLock;

use tokenizers::Tokenizer;

/// The most tokens the model reads, its two markers included. It would take 512, but was trained with 256.
pub(super) const MAX_TOKENS: usize = 256;
/// `[CLS]` before and `[SEP]` after every text.
pub(super) const MARKERS: usize = 2;
/// The id of `[PAD]`.
pub(super) const PADDING: i32 = 0;

const START: i32 = 101;
const END: i32 = 102;

static TOKENIZER: LazyLock<Tokenizer> = LazyLock::new(|| {
    let mut tokenizer = Tokenizer::from_bytes(include_bytes!("tokenizer.json"))
        .expect("tokenizer.json is part of this program and was read by its tests");
    // As shipped it cuts at 128 tokens and fills up to 128, which would lose half of a text without a word.
    tokenizer.with_truncation(None).expect("no truncation is always valid");
    tokenizer.with_padding(None);
    tokenizer
});

/// Reads the tokenizer now rather than at its first use.
pub(super) fn load() {
    LazyLock::force(&TOKENIZER);
}

/// How many tokens the text has, the markers included.
pub(super) fn count(text: &str) -> usize {
    word_pieces(text).len() + MARKERS
}

/// The first [`MAX_TOKENS`] tokens' ids, the markers included; only the markers for an empty text.
pub(super) fn ids(text: &str) -> Vec<i32> {
    let most = MAX_TOKENS - MARKERS;
    // A long text is read only as far as the model will: twice as far each time, cut at white space, where tokens end.
    let mut bytes = 16 * most;
    let pieces = loop {
        let beginning = beginning(text, bytes);
        let pieces = word_pieces(beginning);
        if pieces.len() >= most || beginning.len() == text.len() {
            break pieces;
        }
        bytes *= 2;
    };
    let mut ids = Vec::with_capacity(pieces.len().min(most) + MARKERS);
    ids.push(START);
    ids.extend(pieces.get_ids().iter().take(most).map(|&id| id as i32));
    ids.push(END);
    ids
}

/// The text up to the first white space at or after `bytes`.
fn beginning(text: &str, bytes: usize) -> &str {
    let from = text.floor_char_boundary(bytes);
    let end = text[from..].find(char::is_whitespace).map_or(text.len(), |offset| from + offset);
    &text[..end]
}

fn word_pieces(text: &str) -> tokenizers::Encoding {
    TOKENIZER.encode(text, false).expect("WordPiece has an unknown token, so that any text can be encoded")
}

/// How good a place is to cut a text: the greater the better.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cut {
    InWord,
    BetweenTokens,
    BetweenWords,
    Sentence,
    Line,
    Paragraph,
}

/// See [`Embedder::split`](super::Embedder::split).
pub(super) fn split(text: &str, max_tokens: usize) -> Vec<&str> {
    let most = max_tokens.min(MAX_TOKENS).saturating_sub(MARKERS).max(1);
    let pieces = word_pieces(text);
    // Where each token stands in the text, in bytes.
    let offsets = pieces.get_offsets();
    let words = pieces.get_word_ids();
    let cut_before = |token: usize| {
        let between = text.get(offsets[token - 1].1..offsets[token].0).unwrap_or_default();
        if words[token] == words[token - 1] {
            return Cut::InWord;
        }
        match between.matches('\n').count() {
            0 if between.is_empty() => Cut::BetweenTokens,
            0 if text
                .get(..offsets[token - 1].1)
                .unwrap_or_default()
                .ends_with(['.', '!', '?', ';', '。', '！', '？']) =>
            {
                Cut::Sentence
            }
            0 => Cut::BetweenWords,
            1 => Cut::Line,
            _ => Cut::Paragraph,
        }
    };

    let mut passages = Vec::new();
    let mut start = 0;
    while start < pieces.len() {
        let left = pieces.len() - start;
        let mut size = left;
        if left > most {
            // Passages of about equal length: a last one of three words would weigh as much as a full one in their mean.
            let ideal = left.div_ceil(left.div_ceil(most));
            let smallest = (ideal / 2).max(1);
            size = (smallest..=most)
                .max_by_key(|&size| (cut_before(start + size), std::cmp::Reverse(size.abs_diff(ideal))))
                .unwrap_or(most);
        }
        let place = |token: usize| text.floor_char_boundary(offsets[token].0);
        let from = if start == 0 { 0 } else { place(start) };
        let end = if start + size < pieces.len() { place(start + size) } else { text.len() };
        passages.push(text[from..end].trim());
        start += size;
    }
    passages
}
