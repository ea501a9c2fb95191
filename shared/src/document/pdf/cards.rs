//! Small groups side by side ("Languages | Tools" above "Rust, SQL | Git"): each is read as a whole, not line by line.

use super::fragments::Fragment;

/// Most lines of a card below its title.
const MOST_LINES: usize = 5;
/// The same where the titles are headings, bold and larger than all below them.
const MOST_LINES_OF_SECTIONS: usize = 24;
/// How much larger than its text a heading is.
const HEADING_SIZE: f32 = 1.1;
/// Longest title of a card, in characters.
const LONGEST_TITLE: usize = 32;
/// How far a piece may stand from the edge of its card, in points.
const SAME_EDGE: f32 = 2.0;
/// How far the lines of a card may be indented, in points: tags have a frame around them.
const INDENT: f32 = 9.0;

/// Words that head the columns of a table of data, which is read by row.
const COLUMN_HEADS: &[&str] = &[
    "skill",
    "level",
    "language",
    "proficiency",
    "year",
    "years",
    "company",
    "employer",
    "role",
    "position",
    "title",
    "date",
    "dates",
    "period",
    "degree",
    "institution",
    "school",
    "grade",
    "location",
    "jahr",
    "firma",
    "zeitraum",
    "niveau",
    "sprache",
    "reading",
    "writing",
    "speaking",
    "listening",
    "experience",
];

/// Rearranges rows: where one is the titles of cards, the lines of each card follow its title.
pub(super) fn regroup(rows: Vec<Vec<Fragment>>) -> Vec<Vec<Fragment>> {
    let mut regrouped: Vec<Vec<Fragment>> = Vec::with_capacity(rows.len());
    let mut rows = rows.into_iter().peekable();
    let mut window: std::collections::VecDeque<Vec<Fragment>> = std::collections::VecDeque::new();
    loop {
        while window.len() <= MOST_LINES_OF_SECTIONS + 1 {
            let Some(mut row) = rows.next() else { break };
            row.sort_by(|a, b| a.x0.total_cmp(&b.x0));
            window.push_back(row);
        }
        let Some(first) = window.pop_front() else { return regrouped };
        let lines = lines_of_cards(&first, window.make_contiguous());
        if lines == 0 {
            regrouped.push(first);
            continue;
        }
        let edges: Vec<f32> = first.iter().map(|title| title.x0).collect();
        let mut cards: Vec<Vec<Vec<Fragment>>> = first.into_iter().map(|title| vec![vec![title]]).collect();
        for row in window.drain(..lines) {
            let mut last_card = usize::MAX;
            for piece in row {
                let card = edges.iter().rposition(|edge| *edge <= piece.x0 + SAME_EDGE).unwrap_or(0);
                if card == last_card {
                    if let Some(line) = cards[card].last_mut() {
                        line.push(piece);
                    }
                } else {
                    cards[card].push(vec![piece]);
                }
                last_card = card;
            }
        }
        regrouped.extend(cards.into_iter().flatten());
    }
}

/// How many rows below `titles` are lines of its cards; 0 if it heads none.
fn lines_of_cards(titles: &[Fragment], below: &[Vec<Fragment>]) -> usize {
    let [first, .., _] = titles else { return 0 };
    let Some(under) = below.first() else { return 0 };
    let has_year = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|run| run.len() == 4);
    let is_dated = |text: &str| {
        has_year(text) && (text.starts_with(|c: char| c.is_ascii_digit()) || text.contains(['-', '–', '—']))
    };
    let is_column_head = |title: &Fragment| {
        title.text.to_lowercase().split_whitespace().any(|word| COLUMN_HEADS.contains(&word))
    };
    let is_bold = |piece: &Fragment| piece.share(|glyph| glyph.bold) > 0.5;
    let plain_title = |title: &Fragment| {
        title.text.chars().count() <= LONGEST_TITLE
            && !has_year(&title.text)
            && !title.text.contains(['@', ',', '|', '•', '·'])
    };
    if !titles.iter().all(plain_title) || titles.iter().filter(|title| is_column_head(title)).count() > 1 {
        return 0;
    }
    let stands_out = |line: &[Fragment]| {
        let bold = titles.iter().all(is_bold) && !line.iter().any(is_bold);
        let larger = titles.iter().all(|title| line.iter().all(|piece| title.size > 1.04 * piece.size));
        bold || larger
    };
    let edges: Vec<f32> = titles.iter().map(|title| title.x0).collect();
    let mut used = vec![false; edges.len()];
    let mut count = 0;
    let mut above = first.y;
    // Sections side by side ("Education | Skills") have more lines than tags and tools, and dates among them.
    let are_sections = |line: &[Fragment]| {
        let larger = |title: &Fragment| line.iter().all(|piece| title.size > HEADING_SIZE * piece.size);
        titles.iter().all(|title| is_bold(title) && larger(title))
    };
    for (number, row) in below.iter().enumerate() {
        let Some(left) = row.first() else { break };
        let near = left.y - above < if count == 0 { 2.4 } else { 1.9 } * first.size;
        let inside = row.iter().all(|piece| {
            piece.x0 > edges[0] - SAME_EDGE
                && edges.iter().all(|edge| !(piece.x0 < edge - SAME_EDGE && piece.x1 > edge + SAME_EDGE))
        });
        let fits = are_sections(row)
            || number < MOST_LINES && stands_out(row) && !row.iter().any(|piece| is_dated(&piece.text));
        if !near || !inside || !fits {
            break;
        }
        // The items of a list are indented by their bullets.
        let indent = if are_sections(row) { INDENT.max(1.5 * first.size) } else { INDENT };
        for (edge, used) in edges.iter().zip(&mut used) {
            *used |= row.iter().any(|piece| (piece.x0 - edge).abs() < indent);
        }
        above = left.y;
        count += 1;
    }
    // A label at the left of a row of cards has no lines of its own.
    let label = edges.len() > 2 && !used[0] && under.iter().all(|piece| piece.x0 > titles[0].x1);
    let all_used = used.iter().skip(usize::from(label)).all(|used| *used);
    // Many rows that fill every column are a table.
    let full = below[..count].iter().filter(|row| row.len() >= edges.len()).count();
    if all_used && !(full >= 4 && full == count) { count } else { 0 }
}
