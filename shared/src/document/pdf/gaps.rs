//! Parts fragments where a gap is more than one between words: items beside each other, a label beside its text. Justified
//! text and letter-spaced words stay whole.

use super::fragments::{Fragment, WORD_GAP};
use super::glyphs::Glyph;

/// Gap, in sizes, that parts pieces of a line where all gaps are as wide.
const ITEM_GAP: f32 = 0.6;
/// Gap, in sizes, that parts pieces of a line that are drawn apart.
const PIECE_GAP: f32 = 0.75;
/// Gap, in sizes, that parts pieces of a line where it is clearly wider than those between its words.
const CLEAR_GAP: f32 = 0.55;
/// Gap, in sizes, that parts pieces whatever they begin with.
const SURE_GAP: f32 = 1.4;
/// The same between pieces of different sizes (a heading beside its text), and between labels and texts that line after
/// line begin at one edge.
const SMALL_GAP: f32 = 0.45;
/// Ratio of two sizes that a reader sees as different.
const OTHER_SIZE: f32 = 1.12;
/// Lines whose text must begin at one edge behind a gap, for the edge to be one.
const EDGE_LINES: usize = 3;
/// How far, in points, a text may begin from its edge.
const SAME_EDGE: f32 = 0.75;
/// Lines of more words are justified text, whatever their gaps.
const MOST_NAMES: usize = 12;

/// Whether two pieces of a line are cells of their own.
pub(super) fn are_apart(left: &Fragment, right: &Fragment) -> bool {
    let gap = right.x0 - left.x1;
    let (smaller, larger) = (left.size.min(right.size), left.size.max(right.size));
    gap >= PIECE_GAP * larger || larger > OTHER_SIZE * smaller && gap > SMALL_GAP * smaller || right.is_parted
}

/// A gap in a fragment: how wide in sizes, the index of the letter behind it, and that letter's left edge.
struct Gap {
    width: f32,
    index: usize,
    x: f32,
    other_size: bool,
    /// Whether what follows begins like a name or an item, and no sentence ends before: in running text two or three
    /// spaces are often typed for one.
    opens: bool,
}

fn gaps_of(fragment: &Fragment) -> Vec<Gap> {
    let mut found: Vec<Gap> = Vec::new();
    let mut before: Option<&Glyph> = None;
    let mut letters = 0usize;
    for (index, glyph) in fragment.glyphs.iter().enumerate().filter(|(_, glyph)| !glyph.is_space()) {
        letters += 1;
        if let Some(before) = before {
            let size = before.size.min(glyph.size).max(0.1);
            let width = (glyph.x0 - before.x1) / size;
            if width > WORD_GAP {
                let other_size = before.size.max(glyph.size) / size > OTHER_SIZE;
                let ends_sentence = matches!(before.character(), Some('.' | '!' | '?' | ';' | ':'));
                let opens = !ends_sentence && glyph.character().is_none_or(|letter| !letter.is_lowercase());
                found.push(Gap { width, index, x: glyph.x0, other_size, opens });
            }
        }
        before = Some(glyph);
    }
    // In a type of one width a space is as wide as a letter.
    let space = width_of_all(fragment);
    found.retain(|gap| space.is_none_or(|space| gap.width > 1.5 * space));
    // Letters that are set apart have gaps everywhere.
    if found.len() * 2 > letters { Vec::new() } else { found }
}

/// The width of all letters, in sizes, where they have the same: in a monospaced type.
fn width_of_all(fragment: &Fragment) -> Option<f32> {
    let mut widths = fragment
        .glyphs
        .iter()
        .filter(|glyph| glyph.character().is_some_and(|letter| !letter.is_whitespace()))
        .map(|glyph| (glyph.x1 - glyph.x0) / glyph.size.max(0.1));
    let first = widths.next()?;
    let mut letters = 1;
    for width in widths {
        if (width - first).abs() > 0.02 * first {
            return None;
        }
        letters += 1;
    }
    (letters > 3).then_some(first)
}

/// Parts the fragments of a page.
pub(super) fn part(fragments: Vec<Fragment>) -> Vec<Fragment> {
    let mut parted = Vec::with_capacity(fragments.len());
    for fragment in fragments {
        let gaps = gaps_of(&fragment);
        let narrowest = gaps.iter().map(|gap| gap.width).fold(f32::MAX, f32::min);
        // Gaps that are all wide are those of items where every word begins like a name.
        let all_names = gaps.len() < MOST_NAMES && gaps.iter().all(|gap| gap.opens);
        let is_cut = |gap: &&Gap| {
            gap.other_size && gap.width > SMALL_GAP
                || gap.width >= SURE_GAP && (gap.width > 2.0 * narrowest || all_names)
                || gap.opens
                    && (gap.width >= CLEAR_GAP && gap.width > 2.0 * narrowest
                        || gap.width >= ITEM_GAP && all_names)
        };
        let cuts: Vec<usize> = gaps.iter().filter(is_cut).map(|gap| gap.index).collect();
        cut(fragment, &cuts, &mut parted);
    }
    part_labels(parted)
}

/// Parts labels from the texts beside them where those begin at one edge, line after line.
fn part_labels(fragments: Vec<Fragment>) -> Vec<Fragment> {
    // The gaps that are wider than others of their line, and where the text behind them begins; and where texts begin that are
    // parted already.
    let mut candidates: Vec<(f32, usize, usize)> = Vec::new();
    for (place, fragment) in fragments.iter().enumerate() {
        if fragment.is_parted {
            candidates.push((fragment.x0, place, usize::MAX));
        }
        let gaps = gaps_of(fragment);
        for (number, gap) in gaps.iter().enumerate().take(6) {
            let others = gaps.iter().enumerate().filter(|(other, _)| *other != number);
            let narrowest = others.map(|(_, other)| other.width).fold(f32::MAX, f32::min);
            if gap.width > SMALL_GAP && (narrowest > 1e6 || gap.width > 1.4 * narrowest) {
                candidates.push((gap.x, place, gap.index));
            }
        }
    }
    candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut cuts: Vec<Option<usize>> = vec![None; fragments.len()];
    let mut from = 0;
    while from < candidates.len() {
        let edge = candidates[from].0;
        let count = candidates[from..].iter().take_while(|(x, ..)| *x - edge <= SAME_EDGE).count();
        if count >= EDGE_LINES {
            for (_, place, index) in
                candidates[from..from + count].iter().filter(|found| found.2 < usize::MAX)
            {
                cuts[*place].get_or_insert(*index);
            }
        }
        from += count;
    }
    let mut parted = Vec::with_capacity(fragments.len());
    for (fragment, index) in fragments.into_iter().zip(cuts) {
        cut(fragment, index.as_slice(), &mut parted);
    }
    parted
}

/// Cuts a fragment before the letters at `cuts`.
fn cut(fragment: Fragment, cuts: &[usize], into: &mut Vec<Fragment>) {
    if cuts.is_empty() {
        into.push(fragment);
        return;
    }
    let is_parted = fragment.is_parted;
    let mut glyphs = fragment.glyphs.into_iter().enumerate().peekable();
    for (number, end) in cuts.iter().copied().chain(std::iter::once(usize::MAX)).enumerate() {
        let mut piece: Option<Fragment> = None;
        let mut spaces: Vec<Glyph> = Vec::new();
        while let Some((_, glyph)) = glyphs.next_if(|(index, _)| *index < end) {
            match &mut piece {
                // A space at its end is no part of a piece's box.
                _ if glyph.is_space() => spaces.push(glyph),
                Some(piece) => {
                    piece.glyphs.append(&mut spaces);
                    piece.absorb(Fragment::start(glyph));
                }
                None => {
                    spaces.clear();
                    piece = Some(Fragment::start(glyph));
                }
            }
        }
        if let Some(mut piece) = piece {
            piece.is_parted = is_parted || number > 0;
            into.push(piece);
        }
    }
}
