//! Boldness that fonts do not say: thick strokes, and glyphs that are drawn twice.

use std::collections::HashMap;

use super::glyphs::Glyph;

/// Marks glyphs bold by the width of their strokes where fonts do not say their weight: half as thick again as most.
pub(super) fn mark_by_stem(glyphs: &mut [Glyph]) {
    let mut stems: Vec<f32> = glyphs.iter().filter_map(|glyph| glyph.stem).collect();
    if stems.len() < 20 {
        return;
    }
    stems.sort_by(f32::total_cmp);
    let usual = stems[stems.len() / 2];
    for glyph in glyphs.iter_mut() {
        if glyph.stem.is_some_and(|stem| stem > 1.33 * usual) {
            glyph.bold = true;
        }
    }
}

/// Side of a cell of the grid in which doubles are looked for, in points.
const CELL: f32 = 8.0;

/// Drops glyphs that are drawn a second time at the same place, which makes them look bold.
pub(super) fn without_doubles(glyphs: Vec<Glyph>) -> Vec<Glyph> {
    let mut kept: Vec<Glyph> = Vec::with_capacity(glyphs.len());
    let mut places: HashMap<(i32, i32), Vec<usize>> = HashMap::with_capacity(glyphs.len());
    for glyph in glyphs {
        // Cells are wider than two glyphs of one place are apart, so one to four of them are looked at.
        let cell_of = |x: f32, y: f32| ((x / CELL).floor() as i32, (y / CELL).floor() as i32);
        let cell = cell_of(glyph.x0, glyph.y);
        let near = (0.1 * glyph.size).min(CELL);
        let (first, last) =
            (cell_of(glyph.x0 - near, glyph.y - near), cell_of(glyph.x0 + near, glyph.y + near));
        let mut double = None;
        'search: for column in first.0..=last.0 {
            for row in first.1..=last.1 {
                let Some(candidates) = places.get(&(column, row)) else { continue };
                for &index in candidates {
                    let other: &Glyph = &kept[index];
                    if other.text == glyph.text
                        && other.turn == glyph.turn
                        && (other.x0 - glyph.x0).abs() < near
                        && (other.y - glyph.y).abs() < near
                        && (other.size - glyph.size).abs() < near
                    {
                        double = Some(index);
                        break 'search;
                    }
                }
            }
        }
        match double {
            Some(index) => kept[index].bold |= !glyph.is_space(),
            None => {
                places.entry(cell).or_default().push(kept.len());
                kept.push(glyph);
            }
        }
    }
    kept
}
