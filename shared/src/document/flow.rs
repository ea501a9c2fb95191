//! Gathers the text of formats that flow (everything but PDF) into blocks: runs become lines, tabs and table cells
//! become `cells`, rows of a layout table are read column by column.

use super::cleaning;
use super::limits::Watch;
use super::line_joining;
use super::{Block, BlockKind, Document, DocumentError, Format, Limits, Line, Link};

/// How a run of text is set.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Style {
    /// Points; 0 where unknown.
    pub size: f32,
    pub bold: bool,
    pub italic: bool,
}

/// A line or two make a row of data, more make a column of a layout.
const MAX_LINES_OF_ROW_CELL: usize = 3;
/// Spaces that make a gap in plain text.
const SPACES_OF_GAP: usize = 3;
const CELL_SEPARATOR: &str = "  ";

/// Gathers blocks.
pub(super) struct Flow<'l> {
    limits: &'l Limits,
    watch: &'l Watch,
    blocks: Vec<Block>,
    kind: BlockKind,
    lines: Vec<Line>,
    runs: Vec<(String, Style)>,
    characters: usize,
    tables: Vec<Table>,
    links: Vec<Link>,
    open_link: Option<(String, String)>,
    columns: u8,
    hidden: String,
    suspended: Vec<Suspended>,
    deferred: Vec<Block>,
    /// The title in the metadata.
    pub title: Option<String>,
}

/// An open paragraph that waits while a text box or note inside it is read.
struct Suspended {
    kind: BlockKind,
    lines: Vec<Line>,
    runs: Vec<(String, Style)>,
    /// Blocks before, where the inner text goes to the end of the document.
    outer: Option<Vec<Block>>,
    tables: Vec<Table>,
}

#[derive(Default)]
struct Table {
    /// Blocks that stood before the table.
    outer: Vec<Block>,
    /// Rows that are done.
    done: Vec<Block>,
    /// Cells of the open row.
    cells: Vec<Vec<Block>>,
}

impl<'l> Flow<'l> {
    pub(super) fn new(limits: &'l Limits, watch: &'l Watch) -> Self {
        Self {
            limits,
            watch,
            blocks: Vec::new(),
            kind: BlockKind::Paragraph,
            lines: Vec::new(),
            runs: Vec::new(),
            characters: 0,
            tables: Vec::new(),
            links: Vec::new(),
            open_link: None,
            columns: 1,
            hidden: String::new(),
            suspended: Vec::new(),
            deferred: Vec::new(),
            title: None,
        }
    }

    fn count(&mut self, text: &str) -> Result<(), DocumentError> {
        self.characters += text.chars().count();
        if self.characters > self.limits.max_text_chars {
            return Err(DocumentError::TooMuchText { max_text_chars: self.limits.max_text_chars });
        }
        self.watch.check()
    }

    /// Adds text to the open line; a tab begins a new cell, a line feed a new line.
    pub(super) fn push(&mut self, text: &str, style: Style) -> Result<(), DocumentError> {
        self.count(text)?;
        if let Some((label, _)) = &mut self.open_link {
            label.push_str(text);
        }
        for (index, piece) in text.split('\n').enumerate() {
            if index > 0 {
                self.end_line();
            }
            match self.runs.last_mut() {
                Some((last, last_style)) if *last_style == style => last.push_str(piece),
                _ if piece.is_empty() => {}
                _ => self.runs.push((piece.to_owned(), style)),
            }
        }
        Ok(())
    }

    /// Text that is in the file but not to be seen.
    pub(super) fn push_hidden(&mut self, text: &str) -> Result<(), DocumentError> {
        self.count(text)?;
        if !text.trim().is_empty() {
            if !self.hidden.is_empty() {
                self.hidden.push(' ');
            }
            self.hidden.push_str(text.trim());
        }
        Ok(())
    }

    /// A whole line of plain text: gaps of several spaces begin a new cell, a bullet begins a list item.
    pub(super) fn text_line(&mut self, line: &str) -> Result<(), DocumentError> {
        let is_rule = line.trim().chars().count() >= 3
            && line
                .trim()
                .chars()
                .all(|c| matches!(c, '-' | '=' | '_' | '*' | '~' | '—' | '–' | '#' | '+' | '|'));
        if is_rule {
            return self.end_paragraph();
        }
        if cleaning::strip_bullet(line).is_some() {
            self.end_paragraph()?;
        }
        let joined = cleaning::join_letter_spacing(line);
        let mut with_tabs = String::with_capacity(joined.len());
        let mut spaces = 0;
        for character in joined.trim().chars() {
            if character == ' ' || character == '\u{A0}' {
                spaces += 1;
                continue;
            }
            match spaces {
                0 => {}
                1..SPACES_OF_GAP => with_tabs.push(' '),
                _ => with_tabs.push('\t'),
            }
            spaces = 0;
            with_tabs.push(character);
        }
        self.push(&with_tabs, Style::default())?;
        let opens = self.lines.is_empty();
        self.end_line();
        // A title in capitals stands above its text without a blank line.
        if opens
            && self.lines.len() == 1
            && self.lines[0].cells.is_empty()
            && is_capital_title(&self.lines[0].text)
        {
            self.set_kind(BlockKind::Heading);
            self.end_paragraph()?;
        }
        Ok(())
    }

    /// Says what the open paragraph is.
    pub(super) fn set_kind(&mut self, kind: BlockKind) {
        self.kind = kind;
    }

    /// Ends the open line.
    pub(super) fn end_line(&mut self) {
        let runs = std::mem::take(&mut self.runs);
        let whole: String = runs.iter().map(|(text, _)| text.as_str()).collect();
        // A bullet that is typed, with its tab, is no cell.
        let typed_bullet = self.lines.is_empty() && cleaning::strip_bullet(&whole).is_some();
        let body = if typed_bullet { cleaning::strip_bullet(&whole).unwrap_or(&whole) } else { &whole };
        let mut cells: Vec<String> =
            body.split('\t').map(|cell| cleaning::clean(&cleaning::join_letter_spacing(cell))).collect();
        cells = cells.iter().flat_map(|cell| cleaning::split_leaders(cell)).map(str::to_owned).collect();
        cells.retain(|cell| !cell.is_empty());
        if cells.is_empty() {
            return;
        }
        if typed_bullet && self.kind == BlockKind::Paragraph {
            self.kind = BlockKind::ListItem;
        }
        let weigh = |test: &dyn Fn(&Style) -> bool| -> usize {
            runs.iter().filter(|(_, style)| test(style)).map(|(text, _)| text.trim().chars().count()).sum()
        };
        let total = weigh(&|_| true).max(1);
        let size = runs
            .iter()
            .filter(|(text, _)| !text.trim().is_empty())
            .map(|(_, style)| style.size)
            .fold(0.0f32, f32::max);
        self.lines.push(Line {
            text: cells.join(CELL_SEPARATOR),
            page: 1,
            font_size: size,
            bold: weigh(&|style| style.bold) * 2 > total,
            italic: weigh(&|style| style.italic) * 2 > total,
            cells: if cells.len() > 1 { cells } else { Vec::new() },
            ..Line::default()
        });
    }

    /// Ends the open paragraph.
    pub(super) fn end_paragraph(&mut self) -> Result<(), DocumentError> {
        self.end_line();
        let kind = std::mem::replace(&mut self.kind, BlockKind::Paragraph);
        let lines = std::mem::take(&mut self.lines);
        if lines.is_empty() {
            return Ok(());
        }
        let row = kind == BlockKind::Paragraph && lines.len() == 1 && !lines[0].cells.is_empty();
        self.blocks.push(Block { kind: if row { BlockKind::TableRow } else { kind }, lines });
        self.watch.check()
    }

    /// Opens a table; tables may be nested.
    pub(super) fn begin_table(&mut self) -> Result<(), DocumentError> {
        self.end_paragraph()?;
        if self.tables.len() as u32 >= self.limits.max_depth {
            return Err(DocumentError::TooDeep);
        }
        self.tables.push(Table { outer: std::mem::take(&mut self.blocks), ..Table::default() });
        Ok(())
    }

    /// Ends a cell: what has been gathered since the last cell is its content.
    pub(super) fn end_cell(&mut self) -> Result<(), DocumentError> {
        self.end_paragraph()?;
        let blocks = std::mem::take(&mut self.blocks);
        if let Some(table) = self.tables.last_mut() {
            table.cells.push(blocks);
        } else {
            self.blocks = blocks;
        }
        Ok(())
    }

    /// Ends a row.
    pub(super) fn end_row(&mut self) -> Result<(), DocumentError> {
        self.end_paragraph()?;
        let rest = std::mem::take(&mut self.blocks);
        let Some(table) = self.tables.last_mut() else {
            self.blocks = rest;
            return Ok(());
        };
        if !rest.is_empty() {
            table.cells.push(rest);
        }
        let mut cells = std::mem::take(&mut table.cells);
        cells.retain(|cell| !cell.is_empty());
        let (row, columns) = arrange_row(cells);
        table.done.extend(row);
        self.columns = self.columns.max(columns);
        Ok(())
    }

    /// Closes the innermost table.
    pub(super) fn end_table(&mut self) -> Result<(), DocumentError> {
        self.end_row()?;
        if let Some(table) = self.tables.pop() {
            self.blocks = table.outer;
            self.blocks.extend(table.done);
        }
        Ok(())
    }

    /// Suspends the open paragraph for a text box, whose blocks come before it, or (`to_end`) for a note, whose blocks
    /// come at the end of the document.
    pub(super) fn suspend(&mut self, to_end: bool) -> Result<(), DocumentError> {
        if self.suspended.len() as u32 >= self.limits.max_depth {
            return Err(DocumentError::TooDeep);
        }
        self.suspended.push(Suspended {
            kind: std::mem::replace(&mut self.kind, BlockKind::Paragraph),
            lines: std::mem::take(&mut self.lines),
            runs: std::mem::take(&mut self.runs),
            outer: to_end.then(|| std::mem::take(&mut self.blocks)),
            tables: std::mem::take(&mut self.tables),
        });
        Ok(())
    }

    /// Goes on with the paragraph that was suspended last.
    pub(super) fn resume(&mut self) -> Result<(), DocumentError> {
        while !self.tables.is_empty() {
            self.end_table()?;
        }
        self.end_paragraph()?;
        if let Some(suspended) = self.suspended.pop() {
            self.kind = suspended.kind;
            self.lines = suspended.lines;
            self.runs = suspended.runs;
            self.tables = suspended.tables;
            if let Some(outer) = suspended.outer {
                let inner = std::mem::replace(&mut self.blocks, outer);
                self.deferred.extend(inner);
            }
        }
        Ok(())
    }

    /// Takes what has been gathered so far, as blocks of `kind` (page headers and footers).
    pub(super) fn take_region(&mut self, kind: BlockKind) -> Result<Vec<Block>, DocumentError> {
        let mut blocks = self.take_blocks()?;
        blocks.iter_mut().for_each(|block| block.kind = kind);
        Ok(blocks)
    }

    /// Takes all blocks gathered so far, as they are.
    pub(super) fn take_blocks(&mut self) -> Result<Vec<Block>, DocumentError> {
        self.end_link();
        while !self.tables.is_empty() {
            self.end_table()?;
        }
        self.end_paragraph()?;
        Ok(std::mem::take(&mut self.blocks))
    }

    /// Puts blocks in front of those that are gathered next.
    pub(super) fn put_blocks(&mut self, blocks: Vec<Block>) {
        self.blocks.extend(blocks);
    }

    /// Puts blocks back in, at the start or at the end.
    pub(super) fn add_region(&mut self, blocks: Vec<Block>, at_start: bool) {
        for block in if at_start { blocks.into_iter().rev().collect::<Vec<_>>() } else { blocks } {
            // The same header on first, left and right pages is one header.
            let same = |known: &Block| {
                known.kind == block.kind
                    && known.lines.iter().map(|l| &l.text).eq(block.lines.iter().map(|l| &l.text))
            };
            if self.blocks.iter().any(same) {
                continue;
            }
            if at_start {
                self.blocks.insert(0, block);
            } else {
                self.blocks.push(block);
            }
        }
    }

    /// Opens a link: text up to [`Flow::end_link`] is its label.
    pub(super) fn begin_link(&mut self, url: &str) {
        self.end_link();
        if !url.trim().is_empty() && !url.starts_with('#') {
            self.open_link = Some((String::new(), url.trim().to_owned()));
        }
    }

    /// Closes the open link, if any.
    pub(super) fn end_link(&mut self) {
        if let Some((text, url)) = self.open_link.take() {
            add_link(&mut self.links, Link { text: cleaning::clean(&text), url });
        }
    }

    /// Closes everything.
    pub(super) fn finish(mut self, format: Format) -> Result<Document, DocumentError> {
        self.end_link();
        while !self.tables.is_empty() {
            self.end_table()?;
        }
        while !self.suspended.is_empty() {
            self.resume()?;
        }
        self.end_paragraph()?;
        let deferred = std::mem::take(&mut self.deferred);
        let footers = self.blocks.iter().rev().take_while(|block| block.kind == BlockKind::Footer).count();
        let body_end = self.blocks.len() - footers;
        self.blocks.splice(body_end..body_end, deferred);
        line_joining::join_hyphenated_words(&mut self.blocks);
        self.blocks.retain(|block| !block.lines.is_empty());
        line_joining::promote_headings(&mut self.blocks);
        let hidden = cleaning::clean(&self.hidden);
        let title = self.title.map(|title| cleaning::clean(&title)).filter(|title| !title.is_empty());
        Ok(Document {
            format,
            pages: 1,
            columns: self.columns,
            blocks: self.blocks,
            links: self.links,
            hidden_text: (!hidden.is_empty()).then_some(hidden),
            title,
        })
    }
}

/// A few words in capitals without figures.
fn is_capital_title(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4
        && !text.chars().any(|c| c.is_lowercase() || c.is_ascii_digit() || matches!(c, '@' | ',' | '|'))
        && text.split_whitespace().count() <= 5
}

/// Adds a link unless it is there already.
pub(super) fn add_link(links: &mut Vec<Link>, link: Link) {
    if !links.contains(&link) {
        links.push(link);
    }
}

/// Arranges the cells of a row: data is read along the row, a layout column by column. Returns the blocks and how many
/// columns stand side by side.
fn arrange_row(mut cells: Vec<Vec<Block>>) -> (Vec<Block>, u8) {
    let lines_of = |cell: &[Block]| cell.iter().map(|block| block.lines.len()).sum::<usize>();
    if cells.len() < 2 {
        return (cells.pop().unwrap_or_default(), 1);
    }
    let tall = cells.iter().filter(|cell| lines_of(cell) > 1).count();
    let tallest = cells.iter().map(|cell| lines_of(cell)).max().unwrap_or(0);
    let structured = cells.iter().any(|cell| cell.iter().any(|block| block.kind != BlockKind::Paragraph));
    if tall <= 1 && (!structured || tallest > 1) {
        // A row whose one tall cell goes on below: `2019–2021 | Acme … `.
        let starts_with_list = cells.iter().any(|cell| {
            lines_of(cell) > 1 && cell.first().is_some_and(|block| block.kind == BlockKind::ListItem)
        });
        if !starts_with_list {
            return (merge_first_lines(cells), 1);
        }
    }
    if tallest <= MAX_LINES_OF_ROW_CELL && !structured {
        let mut rows = Vec::new();
        let mut columns: Vec<std::vec::IntoIter<Line>> = cells
            .into_iter()
            .map(|cell| cell.into_iter().flat_map(|block| block.lines).collect::<Vec<_>>().into_iter())
            .collect();
        for _ in 0..tallest {
            let lines: Vec<Line> = columns.iter_mut().filter_map(Iterator::next).collect();
            rows.extend(row_of(lines));
        }
        return (rows, 1);
    }
    let count = cells.len().min(u8::MAX as usize) as u8;
    let mut blocks = Vec::new();
    for (index, cell) in cells.into_iter().enumerate() {
        for mut block in cell {
            for line in &mut block.lines {
                line.column = line.column.max(index.min(u8::MAX as usize) as u8);
            }
            blocks.push(block);
        }
    }
    (blocks, count)
}

fn merge_first_lines(cells: Vec<Vec<Block>>) -> Vec<Block> {
    let mut first = Vec::new();
    let mut rest = Vec::new();
    for cell in cells {
        let mut blocks = cell.into_iter();
        let Some(mut block) = blocks.next() else { continue };
        if !block.lines.is_empty() {
            first.push(block.lines.remove(0));
        }
        if !block.lines.is_empty() {
            rest.push(block);
        }
        rest.extend(blocks);
    }
    let mut row: Vec<Block> = row_of(first).into_iter().collect();
    row.extend(rest);
    row
}

/// One line of the first lines of cells.
fn row_of(lines: Vec<Line>) -> Option<Block> {
    let first = lines.first()?.clone();
    if lines.len() == 1 {
        let kind = if first.cells.is_empty() { BlockKind::Paragraph } else { BlockKind::TableRow };
        return Some(Block { kind, lines });
    }
    let mut cells = Vec::new();
    for line in &lines {
        if line.cells.is_empty() {
            cells.push(line.text.clone());
        } else {
            cells.extend(line.cells.iter().cloned());
        }
    }
    let line = Line {
        text: cells.join(CELL_SEPARATOR),
        font_size: lines.iter().map(|line| line.font_size).fold(0.0, f32::max),
        bold: lines.iter().all(|line| line.bold),
        italic: lines.iter().all(|line| line.italic),
        cells,
        ..first
    };
    Some(Block { kind: BlockKind::TableRow, lines: vec![line] })
}
