//! The engine's table of words ► blocks of lines.

use crate::document::{Block, BlockKind, DocumentError, Limits, Line};

/// The engine's sureness (0–100) below which a word is dirt, a line or a logo.
const MIN_CONFIDENCE: f32 = 20.0;
/// Gap, in heights of letters, that parts the cells of a line.
const CELL_GAP: f32 = 2.5;
/// Signs at a line's beginning that are bullets.
const BULLETS: [&str; 11] = ["•", "●", "▪", "■", "◦", "»", "«", "*", "+", "-", "–"];
/// What bullets are taken for where the engine is not sure.
const SEEMING_BULLETS: [&str; 5] = ["e", "o", "¢", "©", "®"];
const SURE: f32 = 80.0;

struct Word<'t> {
    /// Block, paragraph and line in the engine's reading order.
    place: [u32; 3],
    left: f32,
    right: f32,
    bottom: f32,
    height: f32,
    text: &'t str,
    /// Whether it is a bullet if it is the first of its line.
    may_be_bullet: bool,
}

/// Puts the words of a page together.
pub(super) fn blocks(table: &str, page: u32, limits: &Limits) -> Result<Vec<Block>, DocumentError> {
    if table.chars().count() > limits.max_text_chars * 10 {
        return Err(DocumentError::TooMuchText { max_text_chars: limits.max_text_chars });
    }
    let words: Vec<Word<'_>> = table.lines().filter_map(word).collect();
    let mut blocks: Vec<Block> = Vec::new();
    for paragraph in words.chunk_by(|a, b| a.place[..2] == b.place[..2]) {
        let mut lines_of_block: Vec<Line> = Vec::new();
        for words in paragraph.chunk_by(|a, b| a.place == b.place) {
            let (line, is_item) = line(words, page);
            if line.text.is_empty() {
                continue;
            }
            let kind = match (line.cells.is_empty(), is_item) {
                (false, _) => BlockKind::TableRow,
                (true, true) => BlockKind::ListItem,
                (true, false) => {
                    lines_of_block.push(line);
                    continue;
                }
            };
            flush(&mut lines_of_block, &mut blocks);
            blocks.push(Block { kind, lines: vec![line] });
        }
        flush(&mut lines_of_block, &mut blocks);
    }
    Ok(blocks)
}

fn flush(lines: &mut Vec<Line>, blocks: &mut Vec<Block>) {
    if !lines.is_empty() {
        blocks.push(Block { kind: BlockKind::Paragraph, lines: std::mem::take(lines) });
    }
}

/// A row of the table, if it is a word: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
fn word(row: &str) -> Option<Word<'_>> {
    let fields: Vec<&str> = row.splitn(12, '\t').collect();
    let [level, _, block, paragraph, line, _, left, top, width, height, confidence, text] = fields[..] else {
        return None;
    };
    let number = |field: &str| field.parse::<f32>().ok();
    let (text, confidence) = (text.trim(), number(confidence)?);
    let may_be_bullet = BULLETS.contains(&text) || (SEEMING_BULLETS.contains(&text) && confidence < SURE);
    if level != "5" || text.is_empty() || (confidence < MIN_CONFIDENCE && !may_be_bullet) {
        return None;
    }
    let (left, top, width, height) = (number(left)?, number(top)?, number(width)?, number(height)?);
    Some(Word {
        place: [block.parse().ok()?, paragraph.parse().ok()?, line.parse().ok()?],
        left,
        right: left + width,
        bottom: top + height,
        height,
        text,
        may_be_bullet,
    })
}

/// A line, and whether it is an item of a list.
fn line(words: &[Word<'_>], page: u32) -> (Line, bool) {
    let is_item = words.len() > 1 && words[0].may_be_bullet;
    let words = if is_item { &words[1..] } else { words };
    let mut heights: Vec<f32> = words.iter().map(|word| word.height).collect();
    heights.sort_by(f32::total_cmp);
    let height = heights.get(heights.len() / 2).copied().unwrap_or(0.0);
    let mut cells: Vec<String> = Vec::new();
    let mut last_right = f32::MAX;
    for word in words {
        match cells.last_mut() {
            Some(cell) if word.left - last_right < CELL_GAP * height => {
                cell.push(' ');
                cell.push_str(word.text);
            }
            _ => cells.push(word.text.to_owned()),
        }
        last_right = word.right;
    }
    let line = Line {
        text: cells.join(" "),
        page,
        x: words.first().map_or(0.0, |word| word.left),
        y: words.iter().map(|word| word.bottom).fold(0.0, f32::max),
        cells: if cells.len() > 1 { cells } else { Vec::new() },
        ..Line::default()
    };
    (line, is_item)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n\
        1\t1\t0\t0\t0\t0\t0\t0\t1200\t800\t-1\t\n\
        5\t1\t1\t1\t1\t1\t100\t50\t80\t30\t96.1\tJane\n\
        5\t1\t1\t1\t1\t2\t190\t50\t70\t30\t95.0\tDoe\n\
        5\t1\t1\t1\t1\t3\t300\t50\t70\t30\t3.0\t~~|\n\
        5\t1\t2\t1\t1\t1\t100\t150\t90\t20\t91\tWelder,\n\
        5\t1\t2\t1\t1\t2\t200\t150\t60\t20\t91\tHarbour\n\
        5\t1\t2\t1\t1\t3\t900\t150\t90\t20\t91\t2019-2021\n\
        5\t1\t2\t1\t2\t1\t100\t190\t10\t20\t60\te\n\
        5\t1\t2\t1\t2\t2\t120\t190\t90\t20\t91\tBuilt\n\
        5\t1\t2\t1\t2\t3\t220\t190\t90\t20\t91\thulls\n";

    #[test]
    fn words_become_lines_with_cells_and_list_items() {
        let blocks = blocks(TABLE, 2, &Limits::default()).unwrap();
        let all: Vec<(BlockKind, &str)> =
            blocks.iter().map(|block| (block.kind, block.lines[0].text.as_str())).collect();
        let expected = [
            (BlockKind::Paragraph, "Jane Doe"),
            (BlockKind::TableRow, "Welder, Harbour 2019-2021"),
            (BlockKind::ListItem, "Built hulls"),
        ];
        assert_eq!(all, expected);
        assert_eq!(blocks[1].lines[0].cells, ["Welder, Harbour", "2019-2021"]);
        assert_eq!(blocks[1].lines[0].page, 2);
    }
}
