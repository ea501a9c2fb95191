//! Groups the lines of a section into dated entries: an employment, a school, a project. Where the date stands before, beside
//! or behind the titles is learnt from the section's first entry, because a CV keeps one order throughout a section.

use crate::domain::PartialDate;

use super::dates::{self, DateSpan, DateStyle};
use super::headings::heading;
use super::lines::is_prose;
use super::sections::LineRef;

/// One entry of a section.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// What stands above the text of the entry, its dates cut out; first the lines up to the date, then those behind it.
    pub(super) header: Vec<HeaderLine>,
    /// How many of the header's lines stand up to the date.
    pub(super) before: usize,
    /// Its date or period.
    pub(super) date: Option<DateSpan>,
    /// Byte offsets of the line that it stands on.
    pub(super) date_place: Option<(usize, usize)>,
    /// The text under the header.
    pub(super) body: Vec<BodyLine>,
    /// Byte offsets in the document's text from its first to its last line.
    pub(super) place: (usize, usize),
}

/// A line above the text of an entry.
#[derive(Clone, Debug)]
pub(super) struct HeaderLine {
    /// The line without dates and labels.
    pub(super) text: String,
    /// Its pieces, where it is a row of a table or has wide gaps.
    pub(super) cells: Vec<String>,
    /// Byte offsets of the line in the document's text.
    pub(super) place: (usize, usize),
}

/// A paragraph or an item of a list under a header, its wrapped lines joined.
#[derive(Clone, Debug)]
pub(super) struct BodyLine {
    pub(super) text: String,
    pub(super) bullet: bool,
}

#[derive(Clone, Debug)]
struct Row {
    text: String,
    cells: Vec<String>,
    date: Option<DateSpan>,
    prose: bool,
    bullet: bool,
    /// Whether the row goes on with the row before it.
    goes_on: bool,
    opens_block: bool,
    /// Whether its date stands before the rest, in a column of its own.
    date_leads: bool,
    place: (usize, usize),
}

impl Row {
    fn is_head(&self) -> bool {
        !self.prose && !self.text.is_empty()
    }

    fn header(&self) -> HeaderLine {
        HeaderLine { text: self.text.clone(), cells: self.cells.clone(), place: self.place }
    }
}

/// Most lines above or below the date that belong to the header.
const MOST_HEADER_LINES: usize = 4;

/// The entries of a section in the order of the document.
pub(super) fn entries(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Entry> {
    let mut rows = rows(lines, style);
    join_split_dates(&mut rows, style);
    let anchors: Vec<usize> =
        rows.iter().enumerate().filter(|(_, row)| row.date.is_some()).map(|(index, _)| index).collect();
    let starts = if anchors.is_empty() { undated_starts(&rows) } else { dated_starts(&rows, &anchors) };
    let mut entries = Vec::with_capacity(starts.len());
    for (index, start) in starts.iter().enumerate() {
        let end = starts.get(index + 1).map_or(rows.len(), |next| next.first);
        entries.push(entry(&rows[start.first..end], start.anchor.map(|anchor| anchor - start.first)));
    }
    entries
}

struct Start {
    first: usize,
    anchor: Option<usize>,
}

fn dated_starts(rows: &[Row], anchors: &[usize]) -> Vec<Start> {
    // How many lines stand above the first date: the order that the section keeps.
    let lead = heads_before(rows, anchors[0], 0).min(MOST_HEADER_LINES);
    let mut starts: Vec<Start> = Vec::with_capacity(anchors.len());
    let mut floor = 0;
    for (index, &anchor) in anchors.iter().enumerate() {
        let available = heads_before(rows, anchor, floor);
        let taken = if index == 0 {
            lead
        } else {
            let gap_has_body = rows[floor..anchor].iter().any(|row| row.prose);
            let own_text = !rows[anchor].text.is_empty();
            if lead == 0 {
                // The date comes first, or beside the title: what stands before it belongs to the entry before, except
                // a line under a text ("Employer" above a second "Title 2019") that opens a block.
                let opens = available > 0
                    && gap_has_body
                    && own_text
                    && rows[anchor - available].opens_block
                    && available <= 2;
                if opens { available } else { 0 }
            } else if gap_has_body {
                available.min(lead.max(2))
            } else {
                // No text between: each entry has as many lines before its date as the first.
                available.min(lead)
            }
        };
        starts.push(Start { first: anchor - taken, anchor: Some(anchor) });
        floor = anchor + 1;
    }
    starts
}

/// How many lines directly before `anchor`, not before `floor`, may be of its header.
fn heads_before(rows: &[Row], anchor: usize, floor: usize) -> usize {
    let heads = rows[floor..anchor]
        .iter()
        .rev()
        .take(MOST_HEADER_LINES)
        .take_while(|row| row.is_head() && row.date.is_none() && !row.goes_on);
    heads.count()
}

/// Without dates an entry begins where a header follows text; without text at every block.
fn undated_starts(rows: &[Row]) -> Vec<Start> {
    let mut starts = Vec::new();
    let has_body = rows.iter().any(|row| row.prose);
    let mut before_is_body = true;
    for (index, row) in rows.iter().enumerate() {
        let begins = if has_body { row.is_head() && before_is_body } else { row.opens_block };
        if begins || index == 0 {
            starts.push(Start { first: index, anchor: None });
        }
        before_is_body = row.prose;
    }
    starts
}

fn entry(rows: &[Row], anchor: Option<usize>) -> Entry {
    let mut entry = Entry {
        date: anchor.and_then(|anchor| rows[anchor].date),
        date_place: anchor.map(|anchor| rows[anchor].place),
        ..Entry::default()
    };
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return entry };
    entry.place = (first.place.0, last.place.1);
    let mut at = 0;
    if let Some(anchor) = anchor {
        for row in &rows[..=anchor] {
            if row.is_head() {
                entry.header.push(row.header());
            } else if row.prose && !row.text.is_empty() {
                push_body(&mut entry.body, row);
            }
        }
        at = anchor + 1;
    }
    entry.before = entry.header.len();
    while at < rows.len() && rows[at].is_head() && !rows[at].goes_on && entry.header.len() < entry.before + 3
    {
        entry.header.push(rows[at].header());
        at += 1;
    }
    if anchor.is_none() {
        entry.before = entry.header.len();
    }
    for row in &rows[at..] {
        if !row.text.is_empty() {
            push_body(&mut entry.body, row);
        }
    }
    join_wrapped(&mut entry);
    entry
}

/// Words that no name ends with.
const OPEN_ENDS: &str = "of de du des and und et y e in en for für the da di del della der la van &";

/// Joins the lines of a header that a narrow column has broken: "University of" above "Science", "Automatique" above
/// "et électronique".
fn join_wrapped(entry: &mut Entry) {
    let mut at = 0;
    while at + 1 < entry.header.len() {
        let (line, next) = (&entry.header[at], &entry.header[at + 1]);
        let is_open = |word: &str| OPEN_ENDS.split_ascii_whitespace().any(|open| open == word);
        let open = line.text.split_whitespace().next_back().is_some_and(is_open)
            || next.text.starts_with(char::is_lowercase)
                && next.text.chars().nth(1).is_some_and(|c| !c.is_uppercase());
        let one_block = next.place.0 >= line.place.1 && next.place.0 <= line.place.1 + 1;
        if !(open && one_block && line.cells.len() < 2 && next.cells.len() < 2) {
            at += 1;
            continue;
        }
        let next = entry.header.remove(at + 1);
        let line = &mut entry.header[at];
        line.text = format!("{} {}", line.text, next.text);
        line.place.1 = next.place.1;
        line.cells.clear();
        entry.before -= usize::from(entry.before > at + 1);
    }
}

fn push_body(body: &mut Vec<BodyLine>, row: &Row) {
    match body.last_mut() {
        Some(last) if row.goes_on || (!row.bullet && !last.bullet && !row.opens_block) => {
            if last.text.ends_with('\u{ad}')
                || last.text.ends_with('-') && row.text.starts_with(char::is_lowercase)
            {
                last.text.pop();
            } else {
                last.text.push(' ');
            }
            last.text.push_str(&row.text);
        }
        _ => body.push(BodyLine { text: row.text.clone(), bullet: row.bullet }),
    }
}

/// Longer lines hold no date of an entry.
const LONGEST_DATED: usize = 200;

fn rows(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::with_capacity(lines.len());
    let mut last_block = usize::MAX;
    let mut last_length = 0;
    let mut last_complete = true;
    for LineRef { line, text, cells } in lines {
        let text = text.trim();
        if text.is_empty() || dates::is_duration(text) {
            continue;
        }
        let same_block = line.block == last_block;
        let prose = line.bullet || (is_prose(text) && cells.len() < 2);
        // A wrapped line: under an item of a list, or behind a long line that did not end its sentence.
        let before_is_prose = rows.last().is_some_and(|row| row.prose);
        let before_is_bullet = rows.last().is_some_and(|row| row.bullet);
        let lower =
            text.starts_with(char::is_lowercase) && text.chars().nth(1).is_some_and(char::is_lowercase);
        let goes_on = before_is_prose
            && (same_block
                && !line.opens_block
                && (before_is_bullet || line.bullet || (last_length > 60 && !last_complete))
                || (lower && !last_complete && !line.bullet));
        let mut row = Row {
            text: text.to_owned(),
            cells: cells
                .iter()
                .map(|cell| cell.trim().to_owned())
                .filter(|cell| cell.chars().any(char::is_alphanumeric) && !dates::is_duration(cell))
                .collect(),
            date: None,
            prose: prose || goes_on,
            bullet: line.bullet,
            goes_on,
            opens_block: line.opens_block,
            date_leads: false,
            place: (line.start, line.end),
        };
        if cells.len() > 1 {
            row.text = row.cells.join(" ");
            if row.cells.len() == 1 {
                row.cells.clear();
            }
        }
        take_date(&mut row, style);
        last_length = text.len();
        last_complete = text.ends_with(['.', '!', '?', ':']);
        last_block = line.block;
        rows.push(row);
    }
    rows
}

/// Cuts the date of the row's entry out of the row.
fn take_date(row: &mut Row, style: DateStyle) {
    if row.text.len() > LONGEST_DATED {
        return;
    }
    // A cell that is a date alone is one even beside an item of a list.
    if row.cells.len() > 1 {
        let dated = row.cells.iter().position(|cell| is_date_alone(cell, style).is_some());
        if let Some(index) = dated {
            // "2021-05", "to", "Present" in cells of their own are one period.
            let period = (2..=3).rev().find_map(|count| {
                let cells = row.cells.get(index..index + count)?;
                let span = is_date_alone(&cells.join(" "), style)?;
                (span.is_period() && is_date_alone(&cells[0], style)? != span).then_some((span, count))
            });
            let (span, count) = period
                .map_or((is_date_alone(&row.cells[index], style), 1), |(span, count)| (Some(span), count));
            row.date = span;
            row.date_leads = index == 0;
            row.cells.drain(index..index + count);
            row.text = row.cells.join(" ");
            if row.cells.len() == 1 {
                row.cells.clear();
            }
            return;
        }
    }
    let spans = dates::find(&row.text, style);
    let two = two_dates(&row.text, &spans);
    let Some(span) = two.or(spans.iter().find(|span| span.is_period()).copied()).or(spans.last().copied())
    else {
        return;
    };
    let before = cleaned(&row.text[..span.from]);
    let behind = cleaned(&row.text[span.to..]);
    let words = before.split_whitespace().count() + behind.split_whitespace().count();
    let at_edge =
        before.is_empty() || behind.is_empty() || dates::is_duration(&behind) || in_brackets(&row.text, span);
    if row.prose {
        // An item or a sentence holds the entry's date only if it is little else than the date.
        let few = if row.bullet { 8 } else { 16 };
        let ends = at_edge || (!row.bullet && behind.split_whitespace().count() <= 5);
        let little_else = words <= few && ends && span.is_period() && !row.goes_on;
        if !little_else {
            return;
        }
        row.prose = row.bullet && (is_prose(&before) || is_prose(&behind));
        row.bullet = false;
    } else {
        // A date amid other words is one of the entry only where there are few of them, and a period at that.
        let most = if span.is_period() { 14 } else { 12 };
        let far_inside = !at_edge && (!span.is_period() || words > most);
        if far_inside || (!span.is_period() && words > most) {
            return;
        }
    }
    let behind = if dates::is_duration(&behind) { String::new() } else { behind };
    row.text = match (before.is_empty(), behind.is_empty()) {
        (false, false) => format!("{before} | {behind}"),
        (false, true) => before,
        _ => behind,
    };
    row.cells =
        row.cells.iter().map(|cell| without_dates(cell, style)).filter(|cell| !cell.is_empty()).collect();
    row.date = Some(span);
}

/// Two dates and at most a word between them are a period, whatever the word.
fn two_dates(text: &str, spans: &[DateSpan]) -> Option<DateSpan> {
    let [first, second] = spans else { return None };
    let (start, end) = (first.end?, second.end?);
    let between = text[first.to..second.from].split_whitespace().count();
    let alone = cleaned(&text[..first.from]).is_empty() && cleaned(&text[second.to..]).is_empty();
    let period = !first.is_period() && !second.is_period() && between <= 1 && alone && start <= end;
    period.then_some(DateSpan {
        start: Some(start),
        end: Some(end),
        current: false,
        from: first.from,
        to: second.to,
    })
}

fn in_brackets(text: &str, span: DateSpan) -> bool {
    text[..span.from].trim_end().ends_with(['(', '[']) && text[span.to..].trim_start().starts_with([')', ']'])
}

fn without_dates(text: &str, style: DateStyle) -> String {
    match dates::find(text, style).first() {
        Some(span) => {
            let (before, behind) = (cleaned(&text[..span.from]), cleaned(&text[span.to..]));
            if before.is_empty() { behind } else { format!("{before} {behind}").trim().to_owned() }
        }
        None => text.to_owned(),
    }
}

/// The date, if `text` is a date and nothing else but a label.
pub(super) fn is_date_alone(text: &str, style: DateStyle) -> Option<DateSpan> {
    if text.len() > 60 {
        return None;
    }
    let span = dates::find(text, style).into_iter().next()?;
    let behind = cleaned(&text[span.to..]);
    let alone = behind.is_empty() || dates::is_duration(&behind) || dates::goes_on(&behind);
    (cleaned(&text[..span.from]).is_empty() && alone).then_some(span)
}

const LABELS: &str = "date dates period duration zeitraum datum dauer periode periodo fecha data date graduated graduation expected location ort lieu \
    since completed abschluss from absolvent graduating issued";

/// `text` without the signs and labels that stand around a date.
fn cleaned(text: &str) -> String {
    let signs: &[char] =
        &[' ', ',', ';', ':', '|', '-', '–', '—', '·', '•', '(', ')', '[', ']', '/', '\u{a0}', '▪', '*'];
    let text = text.trim_matches(signs);
    let folded = super::lexicon::phrases::fold(text);
    if LABELS.split_ascii_whitespace().any(|label| label == folded) {
        return String::new();
    }
    // An opening bracket must not stay behind alone, and no closing one be lost.
    let mut cleaned = text.to_owned();
    if cleaned.contains('(') && !cleaned.contains(')') {
        cleaned.push(')');
    }
    cleaned
}

/// A period on two lines ("02/2011" above "– 02/2024", "2015 | Title" above "present") becomes one. A line without date may
/// stand between them.
fn join_split_dates(rows: &mut Vec<Row>, style: DateStyle) {
    let mut at = 0;
    while at + 1 < rows.len() {
        let leads = rows[at].date_leads;
        let open = rows[at].date.filter(|date| !date.is_period()).and_then(|date| date.end);
        if let Some(first) = open {
            let second = (at + 1..rows.len().min(at + 3))
                .take_while(|next| *next == at + 1 || rows[at + 1].date.is_none());
            // A date beside a text goes on with the line right above only, in the same column.
            let fits = |next: &usize| {
                !rows[*next].date_leads || rows[*next].text.is_empty() || leads && *next == at + 1
            };
            let joined = second
                .filter(fits)
                .filter_map(|next| second_half(&rows[next], first, style).map(|span| (next, span)))
                .next();
            if let Some((next, span)) = joined {
                rows[at].date = Some(span);
                drop_first_piece(&mut rows[next]);
                if rows[next].text.is_empty() {
                    rows.remove(next);
                }
            }
        }
        at += 1;
    }
}

/// The period from `first` to the date or the word for "until now" that stands alone in the row or opens it as a cell.
fn second_half(row: &Row, first: PartialDate, style: DateStyle) -> Option<DateSpan> {
    let second = match (&row.date, row.cells.first()) {
        (Some(second), _) if !second.is_period() && (row.text.is_empty() || row.date_leads) => {
            second.end?.to_string()
        }
        (None, Some(cell)) if cell.len() < 24 => cell.clone(),
        (None, None) if row.text.len() < 24 && !row.bullet => row.text.clone(),
        _ => return None,
    };
    let text = format!("{first} – {}", second.trim_start_matches(['-', '–', '—', ' ']));
    let span = dates::find(&text, style).into_iter().next()?;
    // The second may not be the earlier one: two dates in a row of falling years are two entries.
    let rises = span.current || span.start == Some(first);
    (span.is_period() && span.to == text.trim_end().len() && rises).then_some(span)
}

fn drop_first_piece(row: &mut Row) {
    if row.date.take().is_some() {
        return;
    }
    if row.cells.is_empty() {
        row.text.clear();
        return;
    }
    row.cells.remove(0);
    row.text = row.cells.join(" ");
    if row.cells.len() == 1 {
        row.cells.clear();
    }
}

/// The lines of a section that has no entries with text: each one an item, wrapped lines joined.
pub(super) fn items(lines: &[LineRef<'_>]) -> Vec<(String, (usize, usize))> {
    let mut items: Vec<(String, (usize, usize))> = Vec::new();
    let mut last_block = usize::MAX;
    for LineRef { line, text, .. } in lines {
        let text = text.trim();
        if text.is_empty() || heading(text).is_some_and(|heading| !heading.weak) {
            continue;
        }
        let goes_on = line.block == last_block
            && !line.opens_block
            && (line.bullet || text.starts_with(char::is_lowercase));
        match items.last_mut() {
            Some((item, place)) if goes_on => {
                item.push(' ');
                item.push_str(text);
                place.1 = line.end;
            }
            _ => items.push((text.to_owned(), (line.start, line.end))),
        }
        last_block = line.block;
    }
    items
}
