//! Fragments of a region gathered into lines, and lines into blocks.

use super::cards;
use super::columns::Region;
use super::fragments::{Fragment, Margin};
use super::gaps::are_apart;
use super::glyphs::Dot;
use crate::document::cleaning;
use crate::document::{Block, BlockKind, Line};

/// Line distance, relative to the usual one, that parts paragraphs.
const PARAGRAPH_DISTANCE: f32 = 1.3;
const CELL_SEPARATOR: &str = "  ";

/// A line with what is needed to gather paragraphs.
struct Row {
    line: Line,
    bullet: bool,
    /// Colour of its first letter.
    ink: [u8; 3],
    /// Right edge.
    end: f32,
}

/// The blocks of a region.
/// `dots` are the small shapes of its page: one at the left of a line is a bullet that is drawn.
pub(super) fn blocks(region: Region, page: u32, dots: &[Dot]) -> Vec<Block> {
    let margin = region.margin;
    let mut rows = rows(region.fragments, page, region.column);
    mark_drawn_bullets(&mut rows, dots);
    let mut blocks = gather(rows);
    if let Some(margin) = margin {
        let kind = if margin == Margin::Header { BlockKind::Header } else { BlockKind::Footer };
        blocks.iter_mut().for_each(|block| block.kind = kind);
    }
    blocks
}

fn mark_drawn_bullets(rows: &mut [Row], dots: &[Dot]) {
    if dots.is_empty() {
        return;
    }
    for row in rows {
        let (x, y, size) = (row.line.x, row.line.y, row.line.font_size);
        row.bullet |= dots.iter().any(|dot| {
            dot.x1 < x
                && x - dot.x1 < 2.0 * size
                && dot.x1 - dot.x0 < 0.55 * size
                && dot.y < y
                && dot.y > y - 0.75 * size
        });
    }
}

/// Lines from top to bottom.
fn rows(mut fragments: Vec<Fragment>, page: u32, column: u8) -> Vec<Row> {
    fragments.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x0.total_cmp(&b.x0)));
    let mut rows: Vec<Vec<Fragment>> = Vec::new();
    for fragment in fragments {
        let fits = |row: &Vec<Fragment>| {
            let near =
                row.iter().any(|other| (other.y - fragment.y).abs() < 0.45 * other.size.min(fragment.size));
            let overlaps = row.iter().any(|other| {
                other.x1.min(fragment.x1) - other.x0.max(fragment.x0) > 0.4 * other.size.min(fragment.size)
            });
            near && !overlaps
        };
        match rows.iter_mut().rev().take(3).find(|row| fits(row)) {
            Some(row) => row.push(fragment),
            None => rows.push(vec![fragment]),
        }
    }
    cards::regroup(rows).into_iter().filter_map(|row| line_of(row, page, column)).collect()
}

fn line_of(mut pieces: Vec<Fragment>, page: u32, column: u8) -> Option<Row> {
    pieces.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let mut bullet = false;
    if pieces.len() > 1 && is_bullet_alone(&pieces[0].text) {
        bullet = true;
        pieces.remove(0);
    }
    let size = pieces.first()?.size;
    let mut cells: Vec<String> = Vec::new();
    let mut end = f32::MIN;
    for (index, piece) in pieces.iter().enumerate() {
        let text = cleaning::join_letter_spacing(&piece.text);
        let gap = piece.x0 - end;
        match cells.last_mut() {
            Some(cell) if !are_apart(&pieces[index - 1], piece) => {
                if gap > 0.12 * size {
                    cell.push(' ');
                }
                cell.push_str(&text);
            }
            _ => cells.push(text.into_owned()),
        }
        end = end.max(piece.x1);
    }
    let mut x = pieces[0].x0;
    if !bullet
        && let Some(rest) = cells.first().and_then(|cell| cleaning::strip_bullet(cell)).map(str::to_owned)
    {
        bullet = true;
        if let Some(start) = first_after_bullet(&pieces[0]) {
            x = start;
        }
        cells[0] = rest;
    }
    cells = cells.iter().flat_map(|cell| cleaning::split_leaders(cell)).map(str::to_owned).collect();
    // Items side by side, or an item beside its date: their bullets go too.
    for cell in cells.iter_mut().skip(1).filter(|cell| cell.starts_with(cleaning::is_bullet)) {
        if let Some(rest) = cleaning::strip_bullet(cell).map(str::to_owned) {
            *cell = rest;
        }
    }
    cells.retain(|cell| cell.chars().any(|c| !c.is_whitespace()));
    if cells.is_empty() {
        return None;
    }
    // The first cell tells how the line is set: an employer is bold though its dates are not.
    let first_cell = pieces.windows(2).take_while(|pair| !are_apart(&pair[0], &pair[1])).count() + 1;
    let leading = &pieces[..first_cell];
    let weigh = |test: fn(&super::glyphs::Glyph) -> bool| {
        let letters: f32 = leading.iter().map(|piece| piece.text.chars().count() as f32).sum();
        leading.iter().map(|piece| piece.share(test) * piece.text.chars().count() as f32).sum::<f32>()
            / letters.max(1.0)
    };
    let (bold, italic) = (weigh(|glyph| glyph.bold) > 0.5, weigh(|glyph| glyph.italic) > 0.5);
    let line = Line {
        text: cells.join(CELL_SEPARATOR),
        page,
        column,
        x,
        y: pieces.iter().map(|piece| piece.y).fold(f32::MIN, f32::max),
        font_size: (size * 10.0).round() / 10.0,
        bold,
        italic,
        cells: if cells.len() > 1 { cells } else { Vec::new() },
    };
    let ink = pieces[0].glyphs.iter().find(|glyph| !glyph.is_space()).map_or([0; 3], |glyph| glyph.ink);
    Some(Row { line, bullet, ink, end })
}

fn is_bullet_alone(text: &str) -> bool {
    let text = text.trim();
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return false };
    characters.next().is_none()
        && (cleaning::is_bullet(first) || matches!(first, '-' | '–' | '—' | '*' | 'o' | '+' | '−'))
}

/// Where the text behind a bullet begins.
fn first_after_bullet(piece: &Fragment) -> Option<f32> {
    piece.glyphs.iter().skip(1).find(|glyph| !glyph.is_space()).map(|glyph| glyph.x0)
}

fn gather(rows: Vec<Row>) -> Vec<Block> {
    let usual = usual_distance(&rows);
    let right = rows.iter().map(|row| row.end).fold(f32::MIN, f32::max);
    let left = rows.iter().map(|row| row.line.x).fold(f32::MAX, f32::min);
    let mut blocks: Vec<Block> = Vec::new();
    let mut previous: Option<Row> = None;
    for row in rows {
        let starts =
            previous.as_ref().is_none_or(|above| row.bullet || begins_block(above, &row, usual, left, right));
        let in_list = row.bullet || (!starts && previous.as_ref().is_some_and(|above| above.bullet));
        previous = Some(Row { line: row.line.clone(), bullet: in_list, ink: row.ink, end: row.end });
        match blocks.last_mut() {
            Some(block) if !starts => block.lines.push(row.line),
            _ => {
                let kind = if row.bullet { BlockKind::ListItem } else { BlockKind::Paragraph };
                blocks.push(Block { kind, lines: vec![row.line] });
            }
        }
    }
    for block in &mut blocks {
        if block.kind == BlockKind::Paragraph
            && block.lines.iter().all(|line| !line.cells.is_empty())
            && block.lines.len() == 1
        {
            block.kind = BlockKind::TableRow;
        }
    }
    blocks
}

/// Whether a row begins a block; `bullet` of the row above tells that it belongs to an item.
fn begins_block(row_above: &Row, row: &Row, usual: f32, left: f32, right: f32) -> bool {
    let (above, line) = (&row_above.line, &row.line);
    let size = above.font_size.max(line.font_size);
    let distance = line.y - above.y;
    let expected = usual.max(1.15 * line.font_size.min(above.font_size));
    if distance > PARAGRAPH_DISTANCE * expected.min(1.9 * size) || distance < 0.0 {
        return true;
    }
    let ratio = line.font_size / above.font_size.max(0.1);
    if !(0.88..1.14).contains(&ratio) {
        return true;
    }
    let short = row_above.end < left + 0.7 * (right - left);
    if above.bold != line.bold && (short || !above.cells.is_empty()) {
        return true;
    }
    let capitals = |text: &str| {
        text.chars().filter(|c| c.is_alphabetic()).count() > 3 && !text.chars().any(char::is_lowercase)
    };
    if short
        && capitals(&above.text) != capitals(&line.text)
        && above.text.len() < 50
        && capitals(&above.text)
    {
        return true;
    }
    if short && row_above.ink != row.ink {
        return true;
    }
    // A title that is set like its text: a few words above a full line.
    let width = right - left;
    if row_above.end < left + 0.35 * width && row.end > left + 0.85 * width && is_title(&above.text) {
        return true;
    }
    // The lines of an item hang; one that begins further left is a paragraph of its own.
    if row_above.bullet && line.x < above.x - 0.7 * size {
        return true;
    }
    above.cells.is_empty() != line.cells.is_empty()
}

/// A few words that begin with a capital and have neither figures nor the end of a sentence.
fn is_title(text: &str) -> bool {
    text.split_whitespace().count() <= 4
        && text.starts_with(char::is_uppercase)
        && !text.ends_with(['.', ',', ';', '-'])
        && !text.chars().any(|c| c.is_ascii_digit())
}

/// The usual distance of baselines in a region.
fn usual_distance(rows: &[Row]) -> f32 {
    let mut distances: Vec<f32> = rows
        .windows(2)
        .filter(|pair| (pair[0].line.font_size - pair[1].line.font_size).abs() < 1.0)
        .map(|pair| pair[1].line.y - pair[0].line.y)
        .filter(|distance| *distance > 1.0 && *distance < 60.0)
        .collect();
    if distances.len() < 3 {
        return 0.0;
    }
    distances.sort_by(f32::total_cmp);
    // Most distances are those inside paragraphs; the lower third is one of them even where paragraphs are short.
    distances[distances.len() / 3]
}
