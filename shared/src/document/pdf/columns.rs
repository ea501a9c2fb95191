//! Reading order: a page is cut at its gutters (white bands with text lines on both sides) into regions, which are read
//! left to right, top to bottom. After the recursive XY-cut of Nagy & Seth (1984), with gutters looked for first and one
//! test of its own: two sides whose lines stand on common baselines are a table (employers and their dates), not columns.

use super::fragments::{Fragment, Margin};

/// Cuts inside cuts.
const MAX_CUTS: u32 = 8;
/// Narrowest gutter, in text sizes.
const MIN_GUTTER: f32 = 0.8;
/// Gutters wider than this, in text sizes, are not better ones.
const MOST_GAP: f32 = 5.0;
/// Lines that each side of a gutter must have.
const MIN_LINES: usize = 3;
/// Share of the shorter side's lines that stand on baselines of the other side, from which both are one table.
const TABLE_ALIGNMENT: f32 = 0.8;
/// The same where the shorter side looks like dates or places.
const SHORT_TABLE_ALIGNMENT: f32 = 0.55;
/// How far, in sizes, baselines of one line may be apart.
const SAME_LINE: f32 = 0.28;
/// The same where a date is set higher or lower than a title beside it on its own side.
const NEAR_LINE: f32 = 0.55;
/// How much nearer, in sizes, the one of two baselines must be.
const NEARER: f32 = 0.1;
/// Share of the dates next to a gutter that have their titles across it, from which it is none.
const DATES_ACROSS: f32 = 0.7;
/// Beyond this number of fragments beside a gutter they are no dates beside titles.
const MOST_BESIDE: usize = 1000;
/// Beyond this number of fragments a page is no CV, and the search for gutters would take too long.
const MAX_FRAGMENTS: usize = 6000;

/// Text that is read from top to bottom.
pub(super) struct Region {
    pub column: u8,
    pub fragments: Vec<Fragment>,
    pub margin: Option<Margin>,
}

struct Gutter {
    left_of: f32,
    top: f32,
    bottom: f32,
}

/// Regions of a page in reading order: header, body by columns, footer.
pub(super) fn regions(fragments: Vec<Fragment>, page_width: f32) -> Vec<Region> {
    let mut header = Vec::new();
    let mut footer = Vec::new();
    let mut body = Vec::new();
    for fragment in fragments {
        match fragment.margin {
            Some(Margin::Header) => header.push(fragment),
            Some(Margin::Footer) => footer.push(fragment),
            Some(Margin::Repeated) => {}
            None => body.push(fragment),
        }
    }
    let mut regions = Vec::new();
    let region = |fragments, margin| Region { column: 0, fragments, margin: Some(margin) };
    if !header.is_empty() {
        regions.push(region(header, Margin::Header));
    }
    if body.len() <= MAX_FRAGMENTS {
        cut(body, page_width, 0, 0, &mut regions);
    } else {
        regions.push(Region { column: 0, fragments: body, margin: None });
    }
    if !footer.is_empty() {
        regions.push(region(footer, Margin::Footer));
    }
    regions
}

/// Cuts a region; returns how many columns it has.
fn cut(fragments: Vec<Fragment>, page_width: f32, column: u8, depth: u32, regions: &mut Vec<Region>) -> u8 {
    if fragments.is_empty() {
        return 1;
    }
    let gutter = if depth < MAX_CUTS { find_gutter(&fragments, page_width) } else { None };
    let Some(gutter) = gutter else {
        regions.push(Region { column, fragments, margin: None });
        return 1;
    };
    let (mut above, mut left, mut right, mut below) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for fragment in fragments {
        let middle = (fragment.top() + fragment.bottom()) / 2.0;
        if middle < gutter.top {
            above.push(fragment);
        } else if middle > gutter.bottom {
            below.push(fragment);
        } else if (fragment.x0 + fragment.x1) / 2.0 < gutter.left_of {
            left.push(fragment);
        } else {
            right.push(fragment);
        }
    }
    let above_columns = cut(above, page_width, column, depth + 1, regions);
    let left_columns = cut(left, page_width, column, depth + 1, regions);
    let right_columns = cut(right, page_width, column.saturating_add(left_columns), depth + 1, regions);
    let below_columns = cut(below, page_width, column, depth + 1, regions);
    above_columns.max(below_columns).max(left_columns.saturating_add(right_columns))
}

/// The gutter with the most text beside it.
fn find_gutter(fragments: &[Fragment], page_width: f32) -> Option<Gutter> {
    if fragments.len() < 2 * MIN_LINES {
        return None;
    }
    let mut sizes: Vec<f32> = fragments.iter().map(|fragment| fragment.size).collect();
    sizes.sort_by(f32::total_cmp);
    let size = sizes[sizes.len() / 2];
    let width = (MIN_GUTTER * size).max(4.0);
    // The right edge of a gutter is the left edge of some text.
    let mut edges: Vec<f32> = fragments.iter().map(|fragment| fragment.x0).collect();
    edges.sort_by(f32::total_cmp);
    edges.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    let left_end = fragments.iter().map(|fragment| fragment.x0).fold(f32::MAX, f32::min);
    let mut best: Option<(f32, Gutter)> = None;
    for edge in edges {
        if edge - left_end < 0.06 * page_width {
            continue;
        }
        let mut crossing: Vec<(f32, f32)> = fragments
            .iter()
            .filter(|fragment| fragment.x0 < edge - 1.5 && fragment.x1 > edge - width)
            .map(|fragment| (fragment.top(), fragment.bottom()))
            .collect();
        crossing.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut top = f32::MIN;
        let ends = crossing.iter().copied().chain(std::iter::once((f32::MAX, f32::MAX)));
        for (next_top, next_bottom) in ends {
            if next_top > top
                && let Some((score, start)) = judge(fragments, edge, top, next_top, size, page_width)
                && best.as_ref().is_none_or(|(most, _)| score > *most)
            {
                best = Some((score, Gutter { left_of: edge - 0.5, top: top.max(start), bottom: next_top }));
            }
            top = top.max(next_bottom);
        }
    }
    best.map(|(_, gutter)| gutter)
}

/// One side of a gutter.
struct Side<'f> {
    /// Lines as (baseline, left, right, characters), from the top.
    lines: Vec<(f32, f32, f32, usize)>,
    texts: Vec<&'f str>,
    fragments: Vec<&'f Fragment>,
}

impl<'f> Side<'f> {
    fn new(mut fragments: Vec<&'f Fragment>, size: f32) -> Self {
        fragments.sort_by(|a, b| a.y.total_cmp(&b.y));
        let mut lines: Vec<(f32, f32, f32, usize)> = Vec::new();
        let texts = fragments.iter().map(|fragment| fragment.text.as_str()).collect();
        for fragment in &fragments {
            let characters = fragment.text.chars().count();
            match lines.last_mut() {
                Some(line) if (line.0 - fragment.y).abs() < 0.4 * size => {
                    line.1 = line.1.min(fragment.x0);
                    line.2 = line.2.max(fragment.x1);
                    line.3 += characters;
                }
                _ => lines.push((fragment.y, fragment.x0, fragment.x1, characters)),
            }
        }
        Self { lines, texts, fragments }
    }

    fn extent(&self) -> (f32, f32) {
        self.lines
            .iter()
            .fold((f32::MAX, f32::MIN), |(left, right), line| (left.min(line.1), right.max(line.2)))
    }

    /// Running text: several long lines that end near the right edge.
    fn is_prose(&self) -> bool {
        let (left, right) = self.extent();
        let full =
            self.lines.iter().filter(|line| line.2 > right - 0.15 * (right - left) && line.3 >= 25).count();
        full >= 4 && full * 3 >= self.lines.len()
    }

    /// Short pieces, most of them with digits: dates, years, places.
    fn is_dates(&self) -> bool {
        let short = self.lines.iter().filter(|line| line.3 <= 26).count();
        let digits = self.texts.iter().filter(|text| text.chars().any(|c| c.is_ascii_digit())).count();
        short * 10 >= self.lines.len() * 9 && digits * 2 >= self.texts.len()
    }

    /// Whether a column of dates on this side of the gutter, next to it, is that of the other side's titles: a gutter may
    /// not part the two, even where a side bar stands beyond the dates.
    fn dates_belong_to(&self, other: &Self, edge: f32, size: f32) -> bool {
        if self.fragments.len() + other.fragments.len() > MOST_BESIDE {
            return false;
        }
        let on_line = |y: f32| move |piece: &&&Fragment| (piece.y - y).abs() < SAME_LINE * size;
        let nears = |piece: &Fragment| if piece.x0 < edge - 1.5 { edge - piece.x1 } else { piece.x0 - edge };
        // What stands nearest to the gutter on its line.
        let faces = |piece: &Fragment| {
            !self.fragments.iter().filter(on_line(piece.y)).any(|near| nears(near) < nears(piece))
        };
        let mut dates: Vec<&Fragment> =
            self.fragments.iter().copied().filter(|piece| is_date(&piece.text) && faces(piece)).collect();
        // Those below and above the one that is nearest to the gutter; others are of a side bar.
        let nearest = dates.iter().copied().min_by(|a, b| nears(a).total_cmp(&nears(b)));
        let Some((from, to)) = nearest.map(|nearest| (nearest.x0, nearest.x1)) else { return false };
        dates.retain(|date| date.x0 < to && date.x1 > from);
        let Some((first, last)) = dates.first().zip(dates.last()) else { return false };
        // The column of the dates holds little else; of a single one much of the side must be.
        let in_column = |piece: &&&Fragment| {
            piece.y > first.y - 0.5 * size
                && piece.y < last.y + 0.5 * size
                && piece.x0 < to
                && piece.x1 > from
        };
        let in_column = self.fragments.iter().filter(in_column).count();
        let near =
            |piece: &&Fragment| (piece.y - first.y).abs() < 3.0 * size && piece.x0 < to && piece.x1 > from;
        let stands_alone = self.fragments.iter().copied().filter(near).count() == 1;
        let few = match dates.len() {
            1 => self.lines.len() <= 4 || stands_alone,
            count => count as f32 > 0.55 * in_column as f32,
        };
        // A date is of the side whose text stands nearer to its baseline. Columns that share one grid of lines stand
        // beside each other by chance: where both are as near nothing is told.
        let is_title = |piece: &&&Fragment| piece.text.chars().count() > 4 && !is_date(&piece.text);
        let distance = |pieces: &[&Fragment], date: &Fragment, reach: f32| {
            let titles = pieces.iter().filter(is_title);
            let nearest = titles.map(|piece| (piece.y - date.y).abs()).fold(f32::MAX, f32::min);
            if nearest < reach * size { nearest } else { size }
        };
        let (mut across, mut own) = (0usize, 0usize);
        for date in &dates {
            let nearer =
                distance(&self.fragments, date, NEAR_LINE) - distance(&other.fragments, date, SAME_LINE);
            across += usize::from(nearer > NEARER * size);
            own += usize::from(nearer < -NEARER * size);
        }
        few && across * 2 > dates.len() && across as f32 >= DATES_ACROSS * (across + own) as f32
    }

    /// Share of its lines that stand on a baseline of the other side. A line beside which the other side is blank (a
    /// heading) counts neither way, unless most do.
    fn aligned_with(&self, other: &Self, size: f32) -> f32 {
        let nearest = |y: f32| other.lines.iter().map(|line| (line.0 - y).abs()).fold(f32::MAX, f32::min);
        let (mut aligned, mut apart) = (0usize, 0usize);
        for line in &self.lines {
            let distance = nearest(line.0);
            if distance < SAME_LINE * size {
                aligned += 1;
            } else if distance < 0.95 * size {
                apart += 1;
            }
        }
        if aligned * 5 < self.lines.len() * 2 {
            return aligned as f32 / self.lines.len().max(1) as f32;
        }
        aligned as f32 / (aligned + apart).max(1) as f32
    }
}

/// Whether a text is a date or a period and nothing else: short, with a year, a figure among its first words, and few words.
fn is_date(text: &str) -> bool {
    let tokens: Vec<&str> =
        text.split(|c: char| !c.is_alphanumeric()).filter(|token| !token.is_empty()).collect();
    let is_figure = |token: &&&str| token.chars().all(|c| c.is_ascii_digit());
    let years = tokens
        .iter()
        .filter(|token| token.len() == 4 && (token.starts_with("19") || token.starts_with("20")))
        .filter(is_figure)
        .count();
    let words = tokens.iter().filter(|token| !is_figure(token)).count();
    let is_period = years > 1 || text.contains(['-', '–', '—']) || words > 1;
    text.chars().count() <= 34
        && years > 0
        && tokens.iter().take(2).any(|token| is_figure(&token))
        && words <= if is_period { 4 } else { 1 }
}

/// How much text a gutter parts and where it starts, or `None` if it is none.
fn judge(
    fragments: &[Fragment],
    edge: f32,
    top: f32,
    bottom: f32,
    size: f32,
    page_width: f32,
) -> Option<(f32, f32)> {
    let inside = fragments.iter().filter(|fragment| {
        let middle = (fragment.top() + fragment.bottom()) / 2.0;
        middle >= top && middle <= bottom
    });
    let (left, right): (Vec<&Fragment>, Vec<&Fragment>) =
        inside.partition(|fragment| fragment.x0 < edge - 1.5);
    let left = Side::new(left, size);
    let right = Side::new(right, size);
    if left.lines.len() < MIN_LINES || right.lines.len() < MIN_LINES {
        return None;
    }
    let ((left_start, left_end), (right_start, right_end)) = (left.extent(), right.extent());
    if left_end - left_start < 0.07 * page_width || right_end - right_start < 0.07 * page_width {
        return None;
    }
    // Both sides must stand beside each other, not one below the other.
    let from = left.lines[0].0.max(right.lines[0].0);
    let to = left.lines[left.lines.len() - 1].0.min(right.lines[right.lines.len() - 1].0);
    let beside = |side: &Side<'_>| {
        side.lines.iter().filter(|line| line.0 >= from - size && line.0 <= to + size).count()
    };
    let (left_beside, right_beside) = (beside(&left), beside(&right));
    if left_beside.min(right_beside) < MIN_LINES {
        return None;
    }
    let (fewer, more) = if left.lines.len() <= right.lines.len() { (&left, &right) } else { (&right, &left) };
    let alignment = fewer.aligned_with(more, size);
    let needed = if fewer.is_dates() { SHORT_TABLE_ALIGNMENT } else { TABLE_ALIGNMENT };
    if alignment >= needed && !(left.is_prose() && right.is_prose()) {
        return None;
    }
    if left.dates_belong_to(&right, edge, size) || right.dates_belong_to(&left, edge, size) {
        return None;
    }
    // A line or two above both, such as the address below a name, belong to neither.
    let alone = |side: &Side<'_>| side.lines.iter().filter(|line| line.0 < from - 1.5 * size).count();
    let start = if (1..=2).contains(&(alone(&left) + alone(&right))) { from - 1.2 * size } else { f32::MIN };
    Some(((left_beside + right_beside) as f32 + ((right_start - left_end) / size).min(MOST_GAP), start))
}
