//! Glyphs whose meaning the file has lost. Some writers (Skia) map the ligatures `fi`, `fl`, `ff` to nothing: which one a
//! glyph is, is told by its width, which is about that of its letters, and by the letter that follows. Bitmap fonts of
//! TeX say nothing at all, but their codes are those of TeX's encoding.

use std::collections::HashMap;

use super::glyphs::Glyph;

/// How far a ligature's width may be from the sum of its letters' widths.
const TOLERANCE: f32 = 0.12;

/// Gives unknown glyphs between letters their text; the others are dropped.
pub(super) fn restore(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    if glyphs.iter().all(|glyph| !glyph.is_unknown()) {
        return glyphs;
    }
    let mut widths: HashMap<(u64, char), f32> = HashMap::new();
    for glyph in &glyphs {
        if let Some(character @ ('f' | 'i' | 'l' | 't')) = glyph.character() {
            widths.insert((glyph.font, character), (glyph.x1 - glyph.x0) / glyph.size);
        }
    }
    let mut restored: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    for index in 0..glyphs.len() {
        let mut glyph = glyphs[index].clone();
        if glyph.is_unknown() {
            let next = glyphs.get(index + 1).filter(|next| glyph.touches(next)).and_then(Glyph::character);
            let after = glyphs.get(index + 2).and_then(Glyph::character);
            let previous =
                restored.last().filter(|previous| previous.touches(&glyph)).and_then(Glyph::character);
            let in_word = next.is_some_and(char::is_alphabetic) || previous.is_some_and(char::is_alphabetic);
            let width = (glyph.x1 - glyph.x0) / glyph.size;
            let of = |letters: &str| -> Option<f32> {
                letters
                    .chars()
                    .map(|letter| {
                        widths.get(&(glyph.font, letter)).or_else(|| thin(&widths, glyph.font, letter))
                    })
                    .sum()
            };
            match in_word.then(|| choose(width, next, after, of)).flatten() {
                Some(text) => glyph.text = text.to_owned(),
                None => continue,
            }
        }
        restored.push(glyph);
    }
    restored
}

/// `i` and `l` are about as wide as each other, `f` and `t` too.
fn thin(widths: &HashMap<(u64, char), f32>, font: u64, letter: char) -> Option<&f32> {
    let other = match letter {
        'i' => 'l',
        'l' => 'i',
        'f' => 't',
        _ => return None,
    };
    widths.get(&(font, other))
}

fn choose(
    width: f32,
    next: Option<char>,
    after: Option<char>,
    of: impl Fn(&str) -> Option<f32>,
) -> Option<&'static str> {
    let distance = |letters: &str| of(letters).map(|expected| (expected - width).abs() / expected.max(0.01));
    let (text, error) = ["ffi", "ff", "fi"]
        .into_iter()
        .filter_map(|letters| distance(letters).map(|error| (letters, error)))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    if error > TOLERANCE {
        return None;
    }
    let with_l = match next {
        Some('e') => matches!(after, Some('x' | 'c' | 'e' | 't')),
        Some(next) => matches!(next, 'o' | 'u' | 'y' | 'a' | 'i'),
        None => false,
    };
    Some(match (text, with_l) {
        ("fi", true) => "fl",
        ("ffi", true) => "ffl",
        (text, _) => text,
    })
}

/// The character of a code of TeX's T1 (Cork) encoding, which bitmap fonts of TeX use without saying so. Of other fonts
/// that say nothing most are ASCII, which is the same.
pub(super) fn tex_character(code: u32) -> Option<char> {
    Some(match code {
        0x10 => '“',
        0x11 => '”',
        0x12 => '„',
        0x15 => '–',
        0x16 => '—',
        0x1B => '\u{FB00}',
        0x1C => '\u{FB01}',
        0x1D => '\u{FB02}',
        0x1E => '\u{FB03}',
        0x1F => '\u{FB04}',
        0x27 => '’',
        0x7F => '-',
        0xD7 => 'Œ',
        0xF7 => 'œ',
        0xFF => 'ß',
        0x21..=0x7E | 0xC0..=0xFE => char::from_u32(code)?,
        _ => return None,
    })
}
