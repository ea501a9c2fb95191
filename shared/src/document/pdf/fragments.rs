//! Glyphs put together to fragments: pieces of a line without a wide gap. A fragment never reaches over a gutter.

use super::gaps;
use super::glyphs::Glyph;
use super::labels;
use crate::document::cleaning;

/// Gap, in sizes, over which glyphs that follow each other in the file are still one fragment (justified text).
const GAP_IN_ORDER: f32 = 1.4;
/// The same for pieces that are only next to each other on the page.
const GAP_OUT_OF_ORDER: f32 = 0.5;
/// Gap, in sizes, that parts words.
pub(super) const WORD_GAP: f32 = 0.15;

/// A piece of a line.
#[derive(Debug, Clone)]
pub(super) struct Fragment {
    pub glyphs: Vec<Glyph>,
    pub x0: f32,
    pub x1: f32,
    /// Baseline.
    pub y: f32,
    pub size: f32,
    /// Cleaned text; soft hyphens are left in.
    pub text: String,
    /// Set by [`super::margins`].
    pub margin: Option<Margin>,
    /// Whether a gap parts it from what stands before it on its line.
    pub is_parted: bool,
}

/// Stands in the page's head or foot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Margin {
    Header,
    Footer,
    /// Said on an earlier page already.
    Repeated,
}

impl Fragment {
    pub(super) fn start(glyph: Glyph) -> Self {
        Self {
            x0: glyph.x0,
            x1: glyph.x1,
            y: glyph.y,
            size: glyph.size,
            glyphs: vec![glyph],
            text: String::new(),
            margin: None,
            is_parted: false,
        }
    }

    pub(super) fn top(&self) -> f32 {
        self.y - 0.75 * self.size
    }

    pub(super) fn bottom(&self) -> f32 {
        self.y + 0.22 * self.size
    }

    /// Share of its letters for which `test` holds.
    pub(super) fn share(&self, test: impl Fn(&Glyph) -> bool) -> f32 {
        let letters: usize = self.glyphs.iter().map(Glyph::letters).sum();
        let hits: usize = self.glyphs.iter().filter(|glyph| test(glyph)).map(Glyph::letters).sum();
        hits as f32 / letters.max(1) as f32
    }

    fn takes(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let gap = glyph.x0 - self.x1;
        let ratio = glyph.size / self.size;
        (glyph.y - self.y).abs() < 0.4 * size
            && gap > -0.6 * size
            && gap < GAP_IN_ORDER * size
            && (0.45..2.2).contains(&ratio)
    }

    pub(super) fn absorb(&mut self, other: Self) {
        self.x0 = self.x0.min(other.x0);
        self.x1 = self.x1.max(other.x1);
        if other.size > self.size {
            self.y = other.y;
        }
        self.size = self.size.max(other.size);
        self.glyphs.extend(other.glyphs);
    }
}

/// Fragments by direction of writing: the direction of most of the text first.
pub(super) fn layers(glyphs: Vec<Glyph>) -> Vec<Vec<Fragment>> {
    let mut by_turn: [Vec<Glyph>; 4] = Default::default();
    for glyph in glyphs {
        by_turn[usize::from(glyph.turn % 4)].push(glyph);
    }
    let mut layers: Vec<Vec<Glyph>> = by_turn.into_iter().filter(|glyphs| !glyphs.is_empty()).collect();
    layers.sort_by_key(|glyphs| std::cmp::Reverse(glyphs.len()));
    layers.into_iter().map(|glyphs| labels::join(build(compose_accents(glyphs)))).collect()
}

/// Puts accents that are drawn as glyphs of their own onto the letters that they stand over.
fn compose_accents(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let mut composed: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for mut glyph in glyphs {
        // A no-break space that was encoded twice: its first half is an accented letter that stands for nothing.
        if glyph.is_space() && composed.last().is_some_and(|last| last.text == "Â") {
            let letter_before =
                composed.iter().nth_back(1).and_then(Glyph::character).is_some_and(char::is_alphabetic);
            if glyph.text.contains('\u{A0}') || !letter_before {
                composed.pop();
            }
        }
        if let Some(previous) = composed.last_mut() {
            let overlap = previous.x1.min(glyph.x1) - previous.x0.max(glyph.x0);
            let narrow = (previous.x1 - previous.x0).min(glyph.x1 - glyph.x0);
            let over = overlap > 0.5 * narrow && (previous.y - glyph.y).abs() < 0.5 * glyph.size;
            if over && let (Some(first), Some(second)) = (previous.character(), glyph.character()) {
                let plain = |letter: char| if letter == 'ı' { 'i' } else { letter };
                if let Some(letter) =
                    cleaning::combining(first).and_then(|mark| cleaning::compose(plain(second), mark))
                {
                    glyph.text = letter.to_string();
                    *previous = glyph;
                    continue;
                }
                if let Some(letter) =
                    cleaning::combining(second).and_then(|mark| cleaning::compose(plain(first), mark))
                {
                    previous.text = letter.to_string();
                    continue;
                }
            }
        }
        composed.push(glyph);
    }
    composed
}

fn build(glyphs: Vec<Glyph>) -> Vec<Fragment> {
    let mut fragments: Vec<Fragment> = Vec::new();
    let mut spaces: Vec<Glyph> = Vec::new();
    for glyph in glyphs {
        if glyph.is_space() {
            spaces.push(glyph);
            continue;
        }
        match fragments.last_mut() {
            Some(fragment) if fragment.takes(&glyph) => {
                // Bullets and their text are parted here, so that the text's left edge is known.
                fragment.glyphs.append(&mut spaces);
                fragment.x1 = fragment.x1.max(glyph.x1);
                fragment.x0 = fragment.x0.min(glyph.x0);
                if glyph.size > fragment.size {
                    fragment.size = glyph.size;
                    fragment.y = glyph.y;
                }
                fragment.glyphs.push(glyph);
            }
            _ => {
                spaces.clear();
                fragments.push(Fragment::start(glyph));
            }
        }
    }
    let mut merged = merge_neighbours(fragments);
    merged.iter_mut().for_each(order);
    let mut merged = gaps::part(merged);
    for fragment in &mut merged {
        fragment.text = text_of(fragment);
    }
    merged.retain(|fragment| !fragment.text.is_empty());
    merged
}

/// Puts the glyphs in order from left to right.
fn order(fragment: &mut Fragment) {
    let ordered = fragment.glyphs.windows(2).all(|pair| pair[1].x0 >= pair[0].x0 - 0.3 * pair[0].size);
    if !ordered {
        fragment.glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    }
}

/// Merges pieces of a word or line that do not follow each other in the file.
fn merge_neighbours(mut fragments: Vec<Fragment>) -> Vec<Fragment> {
    fragments.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Vec<Fragment>> = Vec::new();
    for fragment in fragments {
        let fits = |row: &Vec<Fragment>| {
            row.iter()
                .rev()
                .take(8)
                .any(|other| (other.y - fragment.y).abs() < 0.4 * other.size.min(fragment.size))
        };
        match rows.iter_mut().rev().take(3).find(|row| fits(row)) {
            Some(row) => row.push(fragment),
            None => rows.push(vec![fragment]),
        }
    }
    let mut merged = Vec::new();
    for mut row in rows {
        row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
        let mut current: Option<Fragment> = None;
        for fragment in row {
            match &mut current {
                Some(open) => {
                    let size = open.size.max(fragment.size);
                    let gap = fragment.x0 - open.x1;
                    let overlaps = gap < -0.6 * size && fragment.x1 < open.x1;
                    if gap < GAP_OUT_OF_ORDER * open.size.min(fragment.size) && gap > -0.6 * size && !overlaps
                    {
                        open.absorb(fragment);
                    } else if let Some(done) = current.replace(fragment) {
                        merged.push(done);
                    }
                }
                None => current = Some(fragment),
            }
        }
        merged.extend(current);
    }
    merged
}

/// The text of a fragment, words parted by drawn spaces and by gaps; letter-spaced text is put together.
fn text_of(fragment: &mut Fragment) -> String {
    order(fragment);
    let mut pieces: Vec<(&str, f32, bool)> = Vec::with_capacity(fragment.glyphs.len());
    let mut end = fragment.x0;
    let mut spaced = false;
    for glyph in &fragment.glyphs {
        if glyph.is_space() {
            spaced = true;
            continue;
        }
        let gap = if pieces.is_empty() { 0.0 } else { (glyph.x0 - end) / glyph.size.max(0.1) };
        pieces.push((glyph.text.as_str(), gap, spaced));
        end = glyph.x1;
        spaced = false;
    }
    let word_gap = word_gap(&pieces);
    let mut text = String::new();
    for (index, (piece, gap, spaced)) in pieces.iter().enumerate() {
        let parts = match word_gap {
            Spacing::Usual => *spaced && *gap > -0.25 || *gap > WORD_GAP,
            Spacing::Letters(threshold) => *gap > threshold,
        };
        if index > 0 && parts {
            text.push(' ');
        }
        text.push_str(piece);
    }
    cleaning::clean(&text)
}

enum Spacing {
    Usual,
    /// Letters are set apart; only wider gaps part words.
    Letters(f32),
}

/// Tells letter-spaced text: nearly every gap is as wide as one between words would be.
fn word_gap(pieces: &[(&str, f32, bool)]) -> Spacing {
    if pieces.len() < 4 {
        return Spacing::Usual;
    }
    let mut gaps: Vec<f32> = pieces[1..].iter().map(|(_, gap, _)| *gap).collect();
    gaps.sort_by(f32::total_cmp);
    let low = gaps[gaps.len() / 5];
    let middle = gaps[gaps.len() / 2];
    let all_spaced =
        pieces[1..].iter().filter(|(_, _, spaced)| *spaced).count() * 5 >= 4 * (pieces.len() - 1);
    if (low > 0.1 && middle > 0.12) || (all_spaced && low > 0.12) {
        Spacing::Letters((middle * 1.7).max(WORD_GAP).max(middle + 0.12))
    } else {
        Spacing::Usual
    }
}
