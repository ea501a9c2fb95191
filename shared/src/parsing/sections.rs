//! Cuts a document into sections at its headings. A heading is known by its words; where the words are weak, by its looks;
//! and a line that looks like the known headings is a heading of a section of another kind.

use super::folding::folded_words;
use super::headings::{self, SectionKind};
use super::lexicon::human_languages;
use super::lines::SourceLine;
use crate::document::BlockKind;

/// A section: its kind and the indexes of its lines, the heading not among them.
#[derive(Clone, Debug)]
pub(super) struct Section<'a> {
    pub(super) kind: SectionKind,
    pub(super) lines: Vec<LineRef<'a>>,
}

impl Section<'_> {
    /// Byte offsets in the document's text from its first to its last line.
    pub(super) fn place(&self) -> Option<(usize, usize)> {
        let start = self.lines.iter().map(|line| line.line.start).min()?;
        Some((start, self.lines.iter().map(|line| line.line.end).max()?))
    }
}

/// A line of a section: the whole line, or what stands behind a heading on the same line ("Skills: Rust, SQL").
#[derive(Clone, Copy, Debug)]
pub(super) struct LineRef<'a> {
    pub(super) line: &'a SourceLine<'a>,
    /// The text of the line that belongs to the section.
    pub(super) text: &'a str,
    /// The cells of the line that belong to the section; empty where it has none.
    pub(super) cells: &'a [String],
}

/// How a heading looks: its size in quarter points, bold, upper case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Looks {
    size: i32,
    bold: bool,
    upper: bool,
}

fn looks(line: &SourceLine<'_>) -> Looks {
    Looks { size: (line.size * 4.0).round() as i32, bold: line.bold, upper: line.is_upper() }
}

/// What a line is for the cutting.
#[derive(Clone, Copy, Debug)]
enum Role<'a> {
    Text,
    Heading(SectionKind),
    /// A heading with the section's first text on the same line.
    Inline(SectionKind, &'a str),
    /// Heads and feet of pages, once the name has been looked for in them.
    Skip,
}

/// Cuts `lines` into sections; the first is [`SectionKind::Top`].
pub(super) fn sections<'a>(lines: &'a [SourceLine<'a>]) -> Vec<Section<'a>> {
    let roles = roles(lines);
    let mut sections = vec![Section { kind: SectionKind::Top, lines: Vec::new() }];
    // Where each column of the current and the last page stands: the section that it goes on with.
    let mut columns: Vec<OpenColumn> = Vec::new();
    let mut place = None;
    let mut open = 0;
    for (line, role) in lines.iter().zip(&roles) {
        let here = (line.page, line.column);
        // Without a layout columns are those of a table, which is read row by row.
        if line.x > 0.0 && place.is_some_and(|before| before != here) {
            let same_page = place.is_some_and(|(page, _)| page == line.page);
            open = section_of_column(&columns, line, same_page, open, &mut sections);
        }
        place = Some(here);
        match role {
            Role::Skip => continue,
            Role::Text => sections[open].lines.push(LineRef { line, text: &line.text, cells: line.cells }),
            Role::Heading(kind) | Role::Inline(kind, _) => {
                sections.push(Section { kind: *kind, lines: Vec::new() });
                open = sections.len() - 1;
                if let Role::Inline(_, rest) = role {
                    let cells = cells_of(line.cells, rest);
                    sections[open].lines.push(LineRef { line, text: rest, cells });
                }
            }
        }
        // Only the page before can matter: the list stays short however long the document is.
        columns.retain(|c| c.page + 1 >= line.page && !(c.page == line.page && c.column == line.column));
        columns.push(OpenColumn { page: line.page, column: line.column, x: line.x, section: open });
    }
    sections.retain(|section| section.kind == SectionKind::Top || !section.lines.is_empty());
    for section in sections.iter_mut().skip(1) {
        take_for_skills(section);
    }
    sections
}

/// The last cells of a line, which make up `rest`; none where that is one cell or a part of one.
fn cells_of<'a>(cells: &'a [String], rest: &str) -> &'a [String] {
    let mut length = 0;
    for from in (0..cells.len()).rev() {
        length += cells[from].len() + if from + 1 < cells.len() { 2 } else { 0 };
        if length >= rest.len() {
            return if length == rest.len() && from + 1 < cells.len() { &cells[from..] } else { &[] };
        }
    }
    &[]
}

/// Words of levels that stand alone above or below a group of skills.
const GROUP_LEVELS: &str = "master expert advanced intermediate beginner proficient novice skilled competent experte fortgeschritten \
    avance intermediaire debutant avanzado intermedio avanzato avancado basico gevorderd";

/// Whether a section is a group of skills by a level that stands alone in it, among short items.
fn is_graded_list(section: &Section<'_>) -> bool {
    let is_grade = |line: &LineRef<'_>| {
        let words = folded_words(line.text);
        words.len() == 1 && GROUP_LEVELS.split_ascii_whitespace().any(|level| level == words[0])
    };
    let short = |line: &LineRef<'_>| {
        line.cells.len() > 1
            || line.text.split_whitespace().count() <= 5
            || line.text.contains([',', '·', '•'])
    };
    let grades = section.lines.iter().filter(|line| is_grade(line)).count();
    let names_languages = || section.lines.iter().any(|line| !human_languages::find(line.text).is_empty());
    grades > 0
        && section.lines.len() > grades
        && grades * 2 <= section.lines.len()
        && section.lines.iter().all(short)
        && (section.kind == SectionKind::Other || !names_languages())
}

/// Whether most lines of a section are names with signs behind them that rate: "Figma ●●●●○". Languages are rated, too.
fn is_rated_list(section: &Section<'_>) -> bool {
    let is_sign = |c: char| matches!(c, '●' | '○' | '★' | '☆' | '■' | '□' | '⬤' | '◯' | '✪');
    let is_rated = |line: &&LineRef<'_>| {
        let name = line.text.trim_end_matches(|c: char| is_sign(c) || c == ' ');
        line.text.chars().rev().take_while(|c| is_sign(*c) || *c == ' ').filter(|c| is_sign(*c)).count() >= 2
            && name.chars().any(char::is_alphabetic)
            && human_languages::find(name).is_empty()
    };
    let rated = section.lines.iter().filter(is_rated).count();
    rated >= 3 && rated * 10 >= section.lines.len() * 7
}

/// Fewest items of a list that is taken for skills without a heading that says so.
const FEWEST_ITEMS: usize = 6;

/// A list of short items in a side bar, under a heading that holds prose or under none that is known, is one of skills.
fn take_for_skills(section: &mut Section<'_>) {
    if matches!(section.kind, SectionKind::Other | SectionKind::Languages | SectionKind::Projects)
        && is_graded_list(section)
    {
        section.kind = SectionKind::Skills;
        return;
    }
    if section.kind == SectionKind::Other && is_rated_list(section) {
        section.kind = SectionKind::Skills;
        return;
    }
    if !matches!(section.kind, SectionKind::Summary | SectionKind::Other | SectionKind::Top) {
        return;
    }
    let is_contact = |text: &str| {
        text.contains('@') || text.contains("://") || text.chars().filter(char::is_ascii_digit).count() > 2
    };
    let items = section.lines.iter().filter(|line| !is_contact(line.text));
    let short = |line: &&LineRef<'_>| {
        line.text.split_whitespace().count() <= 4
            && !line.text.ends_with('.')
            && !line.text.contains(',')
            && line.text.chars().any(char::is_uppercase)
    };
    let (all, shorts) = (items.clone().count(), items.filter(short).count());
    if shorts >= FEWEST_ITEMS && shorts * 10 >= all * 9 {
        section.kind = SectionKind::Skills;
    }
}

struct OpenColumn {
    page: u32,
    column: u8,
    /// Left edge of its last line.
    x: f32,
    section: usize,
}

/// Left edges closer than this, in points, are of one column.
const SAME_EDGE: f32 = 40.0;

/// The section that a line goes on with after the reading order has jumped to another column or page.
fn section_of_column<'a>(
    columns: &[OpenColumn],
    line: &SourceLine<'_>,
    same_page: bool,
    open: usize,
    sections: &mut Vec<Section<'a>>,
) -> usize {
    if same_page {
        if let Some(known) = columns.iter().rev().find(|c| c.page == line.page && c.column == line.column) {
            return known.section;
        }
        // A column of a later page goes on with the column of the page before at the same place.
        let before =
            columns.iter().rev().find(|c| c.page + 1 == line.page && (c.x - line.x).abs() < SAME_EDGE);
        if let Some(before) = before {
            return before.section;
        }
        // A new column is not under the last heading of the column before, unless that was the only one.
        if sections[open].kind == SectionKind::Top {
            return open;
        }
        sections.push(Section { kind: SectionKind::Top, lines: Vec::new() });
        return sections.len() - 1;
    }
    let before = columns.iter().rev().filter(|c| c.page < line.page);
    let nearest = before.min_by(|a, b| {
        let distance = |c: &OpenColumn| ((line.page - c.page) as f32) * 10_000.0 + (c.x - line.x).abs();
        distance(a).total_cmp(&distance(b))
    });
    match nearest {
        Some(column) if (column.x - line.x).abs() < SAME_EDGE => column.section,
        _ => open,
    }
}

/// Headings beyond this number tell nothing more of how headings look.
const MOST_HEADINGS: usize = 200;

fn roles<'a>(lines: &'a [SourceLine<'a>]) -> Vec<Role<'a>> {
    let candidates: Vec<Option<headings::Heading>> = lines.iter().map(candidate).collect();
    let known_looks: Vec<Looks> = lines
        .iter()
        .zip(&candidates)
        .filter(|(_, candidate)| candidate.is_some_and(|heading| !heading.weak))
        .map(|(line, _)| looks(line))
        .take(MOST_HEADINGS)
        .collect();
    let body = body_looks(lines);
    let usual = most_frequent(&known_looks);
    // Headings that stand out tell which lines of other words are headings, and which known words are none.
    let telling = usual.filter(|usual| {
        // A document without a layout says itself what is a heading.
        let is_said =
            |line: &SourceLine<'_>| line.kind == BlockKind::Heading && line.x == 0.0 && line.y == 0.0;
        let said = || lines.iter().any(|line| is_said(line) && looks(line) == *usual);
        let count = known_looks.iter().filter(|looks| *looks == usual).count();
        (count >= 2 || said()) && stands_out(*usual, body)
    });
    // Headings of one column begin at one edge.
    let edges: Vec<(u8, f32)> = lines
        .iter()
        .zip(&candidates)
        .filter(|(line, candidate)| candidate.is_some() && telling == Some(looks(line)))
        .map(|(line, _)| (line.column, line.x))
        .take(MOST_HEADINGS)
        .collect();
    let unknown = |line: &SourceLine<'_>| {
        telling.is_some_and(|telling| looks(line) == telling)
            && !line.bullet
            && line.opens_block
            && line.word_count() <= 6
            && !line.is_prose()
            && edges.iter().any(|(column, x)| *column == line.column && (x - line.x).abs() < 3.0)
    };
    let known_count = telling.map_or(0, |telling| {
        lines.iter().zip(&candidates).filter(|(line, c)| c.is_some() && looks(line) == telling).count()
    });
    let unknown_count = lines
        .iter()
        .zip(&candidates)
        .enumerate()
        .filter(|(index, (line, c))| c.is_none() && unknown(line) && !heads_an_entry(lines, *index))
        .count();
    // Where nearly all lines of these looks are known headings, one above a date is a heading, too, and no entry's title.
    let entry_count = lines
        .iter()
        .zip(&candidates)
        .enumerate()
        .filter(|(index, (line, c))| c.is_none() && unknown(line) && heads_an_entry(lines, *index))
        .count();
    let entries_look_alike = entry_count * 3 > known_count;
    let takes_unknown = unknown_count <= known_count + 2;
    let mut seen_heading = false;
    let mut open_kind = SectionKind::Top;
    let mut roles = Vec::with_capacity(lines.len());
    for (index, line) in lines.iter().enumerate() {
        // A column beside is not under the last heading of the column before.
        let jumps = index > 0 && lines[index - 1].page == line.page && lines[index - 1].column < line.column;
        if jumps && line.x > 0.0 {
            open_kind = SectionKind::Top;
        }
        let is_foot = matches!(line.kind, BlockKind::Footer)
            || (line.kind == BlockKind::Header && seen_heading)
            || ends_page(lines, index) && is_theme_note(&line.text);
        let role = if is_foot {
            Role::Skip
        } else if let Some(heading) = candidates[index]
            .filter(|heading| accepts(*heading, line, lines, index, telling, body, open_kind))
        {
            Role::Heading(heading.kind)
        } else if let Some((kind, rest)) =
            row_heading(line, open_kind, body).or_else(|| inline_heading(line, open_kind))
        {
            Role::Inline(kind, rest)
        } else if seen_heading
            && takes_unknown
            && unknown(line)
            && has_letters(&line.text)
            && !(entries_look_alike && heads_an_entry(lines, index))
        {
            Role::Heading(SectionKind::Other)
        } else {
            Role::Text
        };
        if let Role::Heading(kind) | Role::Inline(kind, _) = role {
            seen_heading = true;
            open_kind = kind;
        }
        roles.push(role);
    }
    roles
}

/// Whether nothing stands below the line in its column.
fn ends_page(lines: &[SourceLine<'_>], index: usize) -> bool {
    let line = &lines[index];
    !line.bullet
        && lines.get(index + 1).is_none_or(|next| (next.page, next.column) != (line.page, line.column))
}

/// Whether a text is what a theme or a program writes below a CV: "Designed with … by …", "Made with LaTeX".
fn is_theme_note(text: &str) -> bool {
    const MADE: &str =
        "designed made created generated powered built crafted typeset rendered theme template";
    const MEANS: &str = "with by using in from";
    let words = folded_words(text);
    let is_one_of = |list: &str, word: Option<&String>| {
        word.is_some_and(|word| list.split_ascii_whitespace().any(|known| known == word))
    };
    words.len() <= 12 && is_one_of(MADE, words.first()) && is_one_of(MEANS, words.get(1))
}

/// Whether a date follows within three lines: then a line that looks like a heading is the title of an entry.
fn heads_an_entry(lines: &[SourceLine<'_>], index: usize) -> bool {
    let behind = lines[index + 1..].iter().take(3).take_while(|line| !line.is_prose());
    let mut years = behind.filter(|line| {
        let digits = line
            .text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|run| run.len() == 4 && (run.starts_with("19") || run.starts_with("20")));
        line.text.len() < 80 && digits.count() > 0
    });
    years.next().is_some()
}

/// A row of a table whose first cell is a heading: "Education | BSc …".
fn row_heading<'a>(
    line: &'a SourceLine<'a>,
    open_kind: SectionKind,
    body: Looks,
) -> Option<(SectionKind, &'a str)> {
    let [first, second, behind @ ..] = line.cells else { return None };
    let text: &'a str = &line.text;
    // A heading of two words that are set far apart is one before the text beside it.
    let whole =
        headings::heading(&format!("{first} {second}")).filter(|heading| !heading.weak && !behind.is_empty());
    if let Some(heading) = whole
        && first.split_whitespace().count() == 1
        && second.split_whitespace().count() == 1
        && looks(line).size > body.size + 1
    {
        let rest = text.strip_prefix(first.as_str())?.trim_start().strip_prefix(second.as_str())?.trim();
        return Some((heading.kind, rest));
    }
    let heading = headings::heading(first.trim().trim_end_matches(':'))?;
    let rest = text.strip_prefix(first.as_str())?.trim();
    // "Languages: | Python, SQL" in a list of skills is a label; so is any first cell that ends in a colon.
    let larger = looks(line).size > body.size + 1;
    let is_group = open_kind == SectionKind::Skills
        && !larger
        && match heading.kind {
            SectionKind::Languages => human_languages::find(rest).is_empty(),
            SectionKind::Other | SectionKind::Skills | SectionKind::Projects => true,
            _ => heading.weak,
        };
    let is_label = first.trim().ends_with(':') || is_group || (heading.weak && !line.bold && !larger);
    (!is_label && !rest.is_empty()).then_some((heading.kind, rest))
}

fn has_letters(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() >= 2 && !text.chars().any(|c| c.is_ascii_digit())
}

/// A line whose words head a section.
fn candidate(line: &SourceLine<'_>) -> Option<headings::Heading> {
    // A heading behind an icon is taken for an item of a list: bold or upper case tells it.
    let is_item = line.bullet
        && line.kind != BlockKind::Heading
        && !((line.bold || line.is_upper()) && line.opens_block);
    if is_item || line.cells.len() > 1 {
        return None;
    }
    let text = line.text.trim();
    if text.ends_with(['.', ',', ';', '?']) || text.contains(['(', '|', '/', '%']) && text.len() > 40 {
        return None;
    }
    // Lower-case words are no heading, unless the document writes them so: then its block says it.
    let first = text.chars().find(|c| c.is_alphanumeric())?;
    if first.is_lowercase() && line.kind != BlockKind::Heading && line.word_count() > 2 {
        return None;
    }
    headings::heading(text.trim_end_matches(':'))
}

/// Whether a line with the words of a heading is one.
fn accepts(
    heading: headings::Heading,
    line: &SourceLine<'_>,
    lines: &[SourceLine<'_>],
    index: usize,
    telling: Option<Looks>,
    body: Looks,
    open_kind: SectionKind,
) -> bool {
    let own = looks(line);
    // The second line of a wrapped item ("Desktop publishing / software") heads nothing.
    if heading.weak && !line.opens_block && line.size > 0.0 {
        return false;
    }
    if line.bullet && line.kind != BlockKind::Heading {
        return telling.is_some_and(|telling| telling == own) || (stands_out(own, body) && !heading.weak);
    }
    // A heading smaller than the others is one within a section: the name of a group of skills, a part of an employment.
    let within = telling.is_some_and(|telling| own.size > 0 && own.size + 1 < telling.size);
    if within && (heading.weak || open_kind == SectionKind::Skills || heading.kind == SectionKind::Other) {
        return false;
    }
    // "Languages" in a list of skills may be those of programming.
    if open_kind == SectionKind::Skills && heading.kind == SectionKind::Languages {
        let next = lines.get(index + 1).map_or("", |next| &next.text);
        if next.contains(',') && human_languages::find(next).is_empty() {
            return false;
        }
    }
    // A weak word that looks less than the headings do ("Web" among "SKILLS" and "LANGUAGES") names a group within one.
    let looks_less = telling.is_some_and(|telling| telling.upper && !own.upper && own.size <= telling.size)
        && heading.weak
        && open_kind == SectionKind::Skills;
    if !looks_less && line.kind == BlockKind::Heading || telling == Some(own) {
        return true;
    }
    // Where headings look alike, a line of body looks inside a section is a label or an item.
    if let Some(telling) = telling {
        let much_smaller = own.size > 0 && own.size < telling.size - 4;
        if !stands_out(own, body) && (heading.weak || own.size > 0) || much_smaller && heading.weak {
            return false;
        }
        return !heading.weak || own.upper == telling.upper && !much_smaller;
    }
    if !heading.weak {
        // Among the items of a skill list even strong words may be labels: "Languages", "Soft skills".
        return true;
    }
    // A weak word alone: it must stand out, or open a block after another one's end and be followed by text.
    let alone_in_block =
        line.opens_block && lines.get(index + 1).is_none_or(|next| next.opens_block || next.bullet);
    let opens = line.opens_block && lines.get(index + 1).is_some();
    stands_out(own, body)
        || line.text.ends_with(':')
        || (alone_in_block || opens) && open_kind != SectionKind::Skills
}

/// A heading and its text on one line: "Skills: Rust, SQL". Inside a list of skills "Languages: Python" is a label.
fn inline_heading<'a>(line: &'a SourceLine<'a>, open_kind: SectionKind) -> Option<(SectionKind, &'a str)> {
    let text: &'a str = &line.text;
    let (label, rest) = text.split_once(':')?;
    let rest = rest.trim();
    if rest.is_empty() || line.bullet || label.len() > 40 {
        return None;
    }
    let heading = headings::heading(label)?;
    if heading.weak && !line.opens_block {
        return None;
    }
    let allowed = match heading.kind {
        SectionKind::Languages => !human_languages::find(rest).is_empty(),
        SectionKind::Skills => {
            matches!(
                open_kind,
                SectionKind::Top
                    | SectionKind::Summary
                    | SectionKind::Education
                    | SectionKind::Languages
                    | SectionKind::Other
                    | SectionKind::Contact
            ) || (open_kind == SectionKind::Work && !heading.weak && line.opens_block)
        }
        SectionKind::Summary => matches!(open_kind, SectionKind::Top | SectionKind::Contact),
        SectionKind::Interests | SectionKind::References => true,
        SectionKind::Certificates => !heading.weak && open_kind != SectionKind::Work,
        _ => false,
    };
    allowed.then_some((heading.kind, rest))
}

/// The looks of most of the text, by characters.
fn body_looks(lines: &[SourceLine<'_>]) -> Looks {
    let mut counted: Vec<(Looks, usize)> = Vec::new();
    for line in lines {
        let own = looks(line);
        if let Some((_, count)) = counted.iter_mut().find(|(looks, _)| *looks == own) {
            *count += line.text.len();
        } else if counted.len() < MOST_HEADINGS {
            counted.push((own, line.text.len()));
        }
    }
    counted
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map_or(Looks { size: 0, bold: false, upper: false }, |(looks, _)| looks)
}

fn most_frequent(all: &[Looks]) -> Option<Looks> {
    let most = all.iter().max_by_key(|one| all.iter().filter(|other| other == one).count());
    most.copied()
}

/// Whether a line of these looks stands out from the body.
fn stands_out(own: Looks, body: Looks) -> bool {
    own.size > body.size + 1 || (own.bold && !body.bold) || (own.upper && !body.upper)
}
