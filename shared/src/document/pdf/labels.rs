//! Dates that are broken over lines in a narrow column at the left ("09/2016 –" above "present") are one label of the text
//! beside them, and become one piece.

use super::fragments::Fragment;

/// Longest piece of a label, in characters.
const LONGEST: usize = 24;
/// Pages with more pieces are no CV's.
const MAX_FRAGMENTS: usize = 6000;

/// Joins the pieces of labels.
pub(super) fn join(mut fragments: Vec<Fragment>) -> Vec<Fragment> {
    if fragments.len() > MAX_FRAGMENTS {
        return fragments;
    }
    fragments.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    join_stretched(&mut fragments);
    let mut at = 0;
    while at < fragments.len() {
        match continuation(&fragments, at) {
            Some(next) => {
                let tail = fragments.remove(next);
                let head = &mut fragments[at];
                // A word that is broken at the line's end: "au-" above "jourd’hui".
                let before = head.text.strip_suffix('-').and_then(|text| text.chars().next_back());
                if before.is_some_and(char::is_alphabetic) && tail.text.starts_with(char::is_lowercase) {
                    head.text.pop();
                } else {
                    head.text.push(' ');
                }
                head.text.push_str(&tail.text);
                let (x1, y) = (head.x1.max(tail.x1), head.y);
                // The label stands on its first line, however tall its later ones are.
                head.glyphs.extend(tail.glyphs);
                (head.x1, head.y) = (x1, y);
            }
            None => at += 1,
        }
    }
    fragments
}

/// Gap, in sizes, up to which the words of a stretched line are of one label.
const STRETCHED_GAP: f32 = 4.0;

/// Joins the words of a period that is stretched over the width of its column ("Feb   2015   –   Feb").
fn join_stretched(fragments: &mut Vec<Fragment>) {
    let is_dash = |text: &str| matches!(text, "-" | "–" | "—");
    let is_word = |text: &str| text.chars().count() <= 10 && !text.contains(' ');
    let mut at = 1;
    while at + 1 < fragments.len() {
        let follows = |left: &Fragment, right: &Fragment| {
            (left.y - right.y).abs() < 0.2 * left.size
                && right.x0 > left.x1
                && right.x0 - left.x1 < STRETCHED_GAP * left.size
        };
        if !is_dash(&fragments[at].text) {
            at += 1;
            continue;
        }
        let runs = |from: usize, to: usize| {
            is_word(&fragments[to].text) && follows(&fragments[from], &fragments[to])
        };
        let starts =
            |to: usize| is_word(&fragments[to - 1].text) && follows(&fragments[to - 1], &fragments[to]);
        let first = if starts(at) { if at > 1 && starts(at - 1) { at - 2 } else { at - 1 } } else { at };
        let last = match (runs(at, at + 1), fragments.len() > at + 2) {
            (true, true) if runs(at + 1, at + 2) => at + 2,
            (true, _) => at + 1,
            _ => at,
        };
        let has_year =
            |piece: &Fragment| piece.text.len() == 4 && piece.text.bytes().all(|b| b.is_ascii_digit());
        if first == at || last == at || !fragments[first..=last].iter().any(has_year) {
            at += 1;
            continue;
        }
        let mut pieces = fragments.drain(first..=last);
        if let Some(mut whole) = pieces.next() {
            for piece in pieces {
                whole.text.push(' ');
                whole.text.push_str(&piece.text);
                whole.absorb(piece);
            }
            fragments.insert(first, whole);
        }
        at = first + 1;
    }
}

/// The piece below `fragments[at]` that goes on with its label.
fn continuation(fragments: &[Fragment], at: usize) -> Option<usize> {
    let head = &fragments[at];
    if head.text.chars().count() > 2 * LONGEST {
        return None;
    }
    let beside = right_neighbour(fragments, at)?;
    let last_line = head.glyphs.last().map_or(head.y, |glyph| glyph.y);
    let below = fragments.iter().enumerate().skip(at + 1);
    let mut below =
        below.take_while(|(_, other)| other.y < last_line + 1.7 * head.size).filter(|(_, other)| {
            other.y > last_line + 0.5 * head.size && other.x1.min(head.x1) > other.x0.max(head.x0)
        });
    let (index, tail) = below.next()?;
    // Another text of the label's column, not of the text beside it, and nothing between it and that text.
    let apart = tail.x1 < beside && right_neighbour(fragments, index).is_none_or(|x| x > beside - 2.0);
    (apart && (tail.size - head.size).abs() < 0.5 && goes_on(&head.text, &tail.text)).then_some(index)
}

/// Left edge of the nearest piece to the right on the same line.
fn right_neighbour(fragments: &[Fragment], at: usize) -> Option<f32> {
    let own = &fragments[at];
    let near = |other: &&Fragment| (other.y - own.y).abs() < 0.4 * own.size && other.x0 > own.x1;
    let from =
        fragments[..at].iter().rposition(|other| other.y < own.y - own.size).map_or(0, |place| place + 1);
    let on_line = fragments[from..].iter().take_while(|other| other.y < own.y + own.size).filter(near);
    on_line.map(|other| other.x0).min_by(f32::total_cmp)
}

/// Whether `tail` goes on with the date that `head` begins.
fn goes_on(head: &str, tail: &str) -> bool {
    let (head, tail) = (head.trim(), tail.trim());
    if tail.chars().count() > LONGEST || tail.split_whitespace().count() > 3 {
        return false;
    }
    let has_year = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 4);
    let dash = |c: char| matches!(c, '-' | '–' | '—' | '−');
    let last_word = head.split(|c: char| c.is_whitespace() || dash(c)).next_back().unwrap_or("");
    let is_word = !last_word.is_empty() && last_word.chars().all(|c| c.is_alphabetic() || c == '.');
    let opens_with_year = tail.chars().take_while(char::is_ascii_digit).count() == 4;
    if head.ends_with(dash) {
        // "2016 –" and what it goes to.
        return has_year(head);
    }
    if tail.starts_with(dash) {
        return has_year(head) && tail.chars().count() > 1;
    }
    // A month above its year: alone, or as the end of a period.
    is_word && opens_with_year && last_word.chars().count() <= 10 && (head == last_word || has_year(head))
}
