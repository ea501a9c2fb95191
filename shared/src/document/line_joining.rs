//! What crosses lines: words that are hyphenated at a line's end, and blocks that turn out to be headings.

use std::collections::HashSet;

use super::{Block, BlockKind, Line};

/// Beginnings that keep their hyphen when it falls on a line's end (`full-` / `stack`).
const COMPOUND_BEGINNINGS: &[&str] = &[
    "full", "front", "back", "self", "well", "long", "short", "high", "low", "real", "cross", "end", "co",
    "multi", "non", "part", "third", "first", "one", "two", "three", "day", "hands", "results", "detail",
    "customer", "client", "data", "decision", "problem", "award", "cost", "state", "best", "large", "small",
    "on", "in", "e", "and", "up", "follow", "face", "peer", "open", "object", "test", "user", "time",
    "cutting", "fast", "team", "goal", "event", "cloud", "micro", "post", "pre", "mid", "year", "step",
    "out", "off", "ad", "post", "point", "work", "mission", "value", "risk",
];
/// How the second part of a hyphenated word begins when it is no word of its own.
const SUFFIXES: &[&str] = &[
    "ment", "tion", "sion", "ing", "ings", "ness", "able", "ible", "ity", "tive", "sive", "ation", "ence",
    "ance", "ical", "ated", "ating", "ious", "ous", "tional", "neer", "ers", "ed", "ly", "lich", "keit",
    "heit", "ung", "ción", "ções", "ção", "mente", "miento", "zione", "eling", "sions", "tions", "ments",
    "tor", "ture", "cial", "tial", "ment", "nical", "ware",
];
/// Hyphens at line ends from which a document is one whose typesetter breaks words.
const MIN_HYPHENS: usize = 3;

/// Joins words that are hyphenated over a line's end: the rest of the word moves up. The hyphen goes if it is a soft one,
/// or if the document breaks words and neither writes this word with a hyphen elsewhere nor both its parts alone.
pub(super) fn join_hyphenated_words(blocks: &mut [Block]) {
    let known: HashSet<String> = blocks
        .iter()
        .flat_map(|block| &block.lines)
        .flat_map(|line| line.text.split(|c: char| !(c.is_alphanumeric() || c == '-')))
        .filter(|word| word.contains('-') && !word.ends_with('-'))
        .map(str::to_lowercase)
        .collect();
    let words = blocks
        .iter()
        .flat_map(|block| &block.lines)
        .flat_map(|line| line.text.split(|c: char| !(c.is_alphanumeric() || c == '-')))
        .filter(|word| !word.contains('-'))
        .map(str::to_lowercase)
        .collect();
    let hyphens = blocks
        .iter()
        .flat_map(|block| block.lines.windows(2))
        .filter(|pair| breaks_word(&pair[0], &pair[1]))
        .count();
    let known = Known { hyphenated: known, words, breaks_words: hyphens >= MIN_HYPHENS };
    for block in blocks.iter_mut() {
        for index in 1..block.lines.len() {
            let (head, tail) = block.lines.split_at_mut(index);
            let (Some(upper), Some(lower)) = (head.last_mut(), tail.first_mut()) else { continue };
            join_lines(upper, lower, &known);
        }
        block.lines.retain(|line| !line.text.is_empty());
        for line in &mut block.lines {
            if line.text.contains('\u{AD}') {
                line.text.retain(|c| c != '\u{AD}');
                line.cells.iter_mut().for_each(|cell| cell.retain(|c| c != '\u{AD}'));
            }
        }
    }
}

/// What a document tells about its words.
struct Known {
    /// Words that are written with a hyphen inside a line.
    hyphenated: HashSet<String>,
    /// Words without one.
    words: HashSet<String>,
    breaks_words: bool,
}

fn breaks_word(upper: &Line, lower: &Line) -> bool {
    upper.cells.is_empty()
        && upper.text.ends_with(['-', '\u{AD}'])
        && lower.text.chars().next().is_some_and(char::is_lowercase)
}

/// Joins the word over two lines; on lines with cells the text is the first one (dates stand to its right).
fn join_lines(upper: &mut Line, lower: &mut Line, known: &Known) {
    if upper.cells.is_empty() && lower.cells.is_empty() {
        join_pair(&mut upper.text, &mut lower.text, known);
        return;
    }
    let mut head = upper.cells.first().unwrap_or(&upper.text).clone();
    let mut tail = lower.cells.first().unwrap_or(&lower.text).clone();
    let before = tail.clone();
    join_pair(&mut head, &mut tail, known);
    if tail != before {
        replace_first(upper, head);
        replace_first(lower, tail);
    }
}

fn replace_first(line: &mut Line, text: String) {
    match line.cells.first_mut() {
        Some(cell) => *cell = text,
        None => {
            line.text = text;
            return;
        }
    }
    line.cells.retain(|cell| !cell.is_empty());
    line.text = line.cells.join("  ");
    if line.cells.len() == 1 {
        line.cells.clear();
    }
}

fn join_pair(upper: &mut String, lower: &mut String, known: &Known) {
    let soft = upper.ends_with('\u{AD}');
    if !soft && !upper.ends_with('-') {
        return;
    }
    let stem = upper.trim_end_matches(['-', '\u{AD}']);
    let beginning: String = {
        let start = stem
            .rfind(|c: char| !c.is_alphanumeric())
            .map_or(0, |at| at + stem[at..].chars().next().map_or(1, char::len_utf8));
        stem[start..].to_owned()
    };
    let continues = lower.chars().next().is_some_and(char::is_lowercase);
    let whole_stem_is_letters = !beginning.is_empty() && beginning.chars().all(char::is_alphabetic);
    if !continues || !whole_stem_is_letters {
        return;
    }
    let end = lower.find(char::is_whitespace).unwrap_or(lower.len());
    let rest: String = lower[..end].to_owned();
    let rest_word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
    let hyphenated = format!("{beginning}-{rest_word}").to_lowercase();
    let start = beginning.to_lowercase();
    let rest_lower = rest_word.to_lowercase();
    let is_suffix = SUFFIXES.iter().any(|suffix| rest_lower == *suffix || rest_lower == format!("{suffix}s"));
    let both_are_words = known.words.contains(&start) && known.words.contains(&rest_lower);
    let keeps_hyphen = !soft
        && !is_suffix
        && (!known.breaks_words
            || both_are_words
            || known.hyphenated.contains(&hyphenated)
            || COMPOUND_BEGINNINGS.contains(&start.as_str()));
    let stem_length = stem.len();
    upper.truncate(stem_length);
    if keeps_hyphen {
        upper.push('-');
    }
    upper.push_str(&rest);
    *lower = lower[end..].trim_start().to_owned();
}

/// Makes headings of paragraphs that look like one: a short line of its own that is larger than the body, or in capitals
/// or bold while the body is not.
pub(super) fn promote_headings(blocks: &mut [Block]) {
    let body = body_size(blocks);
    let bold_share = {
        let lines: Vec<_> = blocks.iter().flat_map(|block| &block.lines).collect();
        lines.iter().filter(|line| line.bold).count() as f32 / lines.len().max(1) as f32
    };
    for block in blocks.iter_mut().filter(|block| block.kind == BlockKind::Paragraph) {
        if block.lines.len() > 2 {
            continue;
        }
        let larger = body > 0.0 && block.lines.iter().all(|line| line.font_size > body * 1.15);
        let [line] = block.lines.as_slice() else {
            if larger
                && block.lines.iter().all(|line| line.cells.is_empty() && line.text.chars().count() <= 60)
            {
                block.kind = BlockKind::Heading;
            }
            continue;
        };
        let text = line.text.trim_end_matches(':').trim();
        let words = text.split_whitespace().count();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        if !line.cells.is_empty()
            || letters < 2
            || words > 8
            || text.chars().count() > 70
            || text.ends_with(['.', ',', ';'])
        {
            continue;
        }
        let plain = !text.contains(['@', '|', ',', '/']) && !text.chars().any(|c| c.is_ascii_digit());
        let capitals = letters >= 4 && !text.chars().any(char::is_lowercase) && plain && words <= 6;
        let bold = line.bold && bold_share < 0.5 && plain && words <= 5;
        if (larger && !text.contains('@')) || capitals || bold {
            block.kind = BlockKind::Heading;
        }
    }
}

/// The size in which most of the text is set; 0 where no sizes are known.
pub(super) fn body_size(blocks: &[Block]) -> f32 {
    let mut weights: Vec<(u32, usize)> = Vec::new();
    for line in blocks.iter().flat_map(|block| &block.lines).filter(|line| line.font_size > 0.0) {
        let size = (line.font_size * 2.0).round() as u32;
        let weight = line.text.chars().count();
        match weights.iter_mut().find(|(known, _)| *known == size) {
            Some((_, total)) => *total += weight,
            None => weights.push((size, weight)),
        }
    }
    weights.iter().max_by_key(|(_, weight)| *weight).map_or(0.0, |(size, _)| *size as f32 / 2.0)
}
