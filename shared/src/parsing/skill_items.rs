//! The skills as the CV lists them: the items of its skill sections, one entry each, without the labels of groups, with the
//! levels that stand beside them. Where a CV has no such section, the skills of the taxonomy that its text names.

use std::collections::HashSet;

use crate::domain::SkillEntry;
use crate::skills::{SkillKind, Taxonomy};

use super::dates::{self, DateStyle};
use super::folding::{folded_words, squeeze};
use super::headings::heading;
use super::lines::SourceLine;
use super::sections::LineRef;
use crate::document::BlockKind;

/// Items of more words are sentences, not skills.
const MOST_WORDS: usize = 8;

/// More skills than this are no list of skills any more.
const MOST_SKILLS: usize = 300;

const LEVELS: &str = "expert experte advanced intermediate beginner basic basics proficient proficiency fluent novice competent familiar familiarity excellent \
    good strong native professional master mastery skilled experienced working knowledge moderate fundamental elementary average level years year yrs \
    yr months of experience very sehr gut gute grundkenntnisse kenntnisse fortgeschritten fortgeschrittene anfanger experten profi jahre jahr \
    erfahrung avance intermediaire debutant bon bonne tres maitrise confirme notions ans an experto avanzado medio intermedio basico alto nivel \
    anos avanzato ottimo buono base discreto livello avancado bom nivel gevorderd goed basis uitstekend jaar avansat mediu incepator ani";

/// A line of the section with its wrapped parts joined.
#[derive(Debug)]
struct Logical {
    text: String,
    cells: Vec<String>,
}

/// The items of the lines of all skill sections.
pub(super) fn read(lines: &[LineRef<'_>], taxonomy: &Taxonomy, style: DateStyle) -> Vec<SkillEntry> {
    let unlabelled = without_labels(lines);
    let logical = logical_lines(&unlabelled);
    let mut collected = Collected::new(taxonomy);
    let lists = logical.iter().filter(|line| delimiters(&line.text) >= 2).count();
    let plain = logical.iter().filter(|line| delimiters(&line.text) == 0 && !is_level(&line.text)).count();
    // Where lists are what the section is made of, short lines between them are the names of groups.
    let lists_rule = lists > 0 && plain <= lists + 1;
    for (index, line) in logical.iter().enumerate() {
        if line.cells.len() > 1 {
            table_row(line, &mut collected, style);
            continue;
        }
        if lists_rule
            && delimiters(&line.text) == 0
            && !line.text.contains(':')
            && is_label_before_list(&logical, index)
        {
            continue;
        }
        list(&line.text, &mut collected, style);
    }
    if collected.entries.len() < 3 {
        // Prose under the heading: what the taxonomy knows of it.
        for line in &logical {
            for mention in taxonomy.find(&line.text) {
                collected.add(&line.text[mention.start..mention.end], None);
            }
        }
    }
    collected.entries
}

/// The skills of a CV without a list of skills: those of the taxonomy that its text names, as it names them.
pub(super) fn of_text(text: &str, taxonomy: &Taxonomy) -> Vec<SkillEntry> {
    let mut seen = HashSet::new();
    let mut collected = Collected::new(taxonomy);
    for mention in taxonomy.find(text) {
        let wanted = taxonomy.get(&mention.id).is_some_and(|skill| {
            matches!(skill.kind, SkillKind::Tool | SkillKind::Knowledge | SkillKind::Skill)
        });
        if wanted && seen.insert(mention.id.clone()) {
            collected.add(&text[mention.start..mention.end], None);
        }
    }
    collected.entries
}

struct Collected<'a> {
    taxonomy: &'a Taxonomy,
    entries: Vec<SkillEntry>,
    seen: HashSet<String>,
}

impl<'a> Collected<'a> {
    fn new(taxonomy: &'a Taxonomy) -> Self {
        Self { taxonomy, entries: Vec::new(), seen: HashSet::new() }
    }

    fn add(&mut self, name: &str, level: Option<String>) {
        let key = squeeze(name);
        if !key.is_empty() && self.entries.len() < MOST_SKILLS && self.seen.insert(key) {
            self.entries.push(SkillEntry {
                name: name.split_whitespace().collect::<Vec<_>>().join(" "),
                level,
                keywords: Vec::new(),
            });
        }
    }
}

/// Sections with more looks than this have no labels.
const MOST_LOOKS: usize = 4;

/// How a line of the section looks: what tells the names of groups from items.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Look {
    size: i32,
    bold: bool,
    upper: bool,
    bullet: bool,
    heading: bool,
}

fn look(line: &SourceLine<'_>) -> Look {
    Look {
        size: (line.size * 2.0).round() as i32,
        bold: line.bold,
        upper: !line.text.chars().any(char::is_lowercase),
        bullet: line.bullet,
        heading: line.kind == BlockKind::Heading,
    }
}

/// The lines without the names of groups that stand above their items and look otherwise: none closes the section, and below
/// each is at least an item that is neither a level nor a sentence (else it is a skill and what is said of it). The section opens
/// with one, or they stand out from its items.
fn without_labels<'a>(lines: &[LineRef<'a>]) -> Vec<LineRef<'a>> {
    let lines = &without_graded_names(lines);
    let told: Vec<&LineRef<'a>> = lines.iter().filter(|line| !is_level(line.text)).collect();
    let names = told.iter().enumerate().filter(|(_, line)| is_group_name(line));
    let mut looks: Vec<(usize, Look)> = Vec::new();
    for (place, line) in names {
        let own = look(line.line);
        if !looks.iter().any(|(_, known)| alike(*known, own)) {
            looks.push((place, own));
        }
    }
    for (first, of_label) in looks.into_iter().take(MOST_LOOKS) {
        let is_label = |line: &LineRef<'_>| is_group_name(line) && alike(look(line.line), of_label);
        let labels = told.iter().filter(|line| is_label(line)).count();
        let items = told.len() - labels;
        let mut sound = told.last().is_some_and(|line| !is_label(line));
        for pair in told.windows(2).filter(|pair| is_label(pair[0])) {
            let item = pair[1];
            let is_said_of_it =
                item.text.split_whitespace().count() > MOST_WORDS && delimiters(item.text) < 2;
            sound &= !is_label(item) && !is_said_of_it;
        }
        let stands_out = told.iter().filter(|line| !is_label(line)).all(|line| {
            let item = look(line.line);
            (of_label.bold && !item.bold) || of_label.size > item.size || (of_label.heading && item.bullet)
        });
        let enough =
            if first == 0 { items >= labels && (labels > 1 || items > 1) } else { items >= 2 * labels };
        if sound && enough && (first == 0 || stands_out) {
            return lines.iter().filter(|line| !is_label(line)).copied().collect();
        }
    }
    lines.to_vec()
}

/// The lines without the names of groups that a level of the whole group stands below: "Kitchen", "Advanced", and then items that
/// look otherwise.
fn without_graded_names<'a>(lines: &[LineRef<'a>]) -> Vec<LineRef<'a>> {
    let is_grade = |line: &LineRef<'_>| is_level(line.text) && !line.line.bullet;
    let is_name = |place: usize| {
        let [name, grade, item, ..] = &lines[place..] else { return false };
        let (of_name, of_item) = (look(name.line), look(item.line));
        is_grade(grade)
            && !is_grade(name)
            && !is_grade(item)
            && !lines.get(place + 3).is_some_and(is_grade)
            && (of_name.bullet != of_item.bullet
                || of_name.bold != of_item.bold
                || of_name.size > of_item.size)
    };
    lines.iter().enumerate().filter(|(place, _)| !is_name(*place)).map(|(_, line)| *line).collect()
}

fn is_group_name(line: &LineRef<'_>) -> bool {
    let graded = line.cells.len() == 2 && is_level(&line.cells[1]);
    (line.cells.len() < 2 || graded)
        && delimiters(line.text) == 0
        && line.text.split_whitespace().count() <= 5
        && !line.text.trim_end_matches(':').contains(':')
}

/// Whether two looks are of one sort: a label that is all capitals by itself ("ML") is like the others.
fn alike(one: Look, other: Look) -> bool {
    one.size == other.size
        && one.bold == other.bold
        && one.bullet == other.bullet
        && (one.upper == other.upper || one.bold)
        && (one.heading == other.heading || one.bold)
}

/// Whether a plain line names the group of the list that follows, a level perhaps between them.
fn is_label_before_list(lines: &[Logical], index: usize) -> bool {
    if is_level(&lines[index].text) {
        return true;
    }
    let mut behind = lines[index + 1..].iter().skip_while(|line| is_level(&line.text));
    behind.next().is_some_and(|line| delimiters(&line.text) >= 1 && !line.text.contains(':'))
        && lines[index].text.split_whitespace().count() <= 5
}

/// Joins the wrapped lines of the section.
fn logical_lines(lines: &[LineRef<'_>]) -> Vec<Logical> {
    let longest = lines.iter().map(|line| line.text.chars().count()).max().unwrap_or(0);
    let gaps = Gaps::of(lines);
    let mut logical: Vec<Logical> = Vec::new();
    let mut before: Option<&LineRef<'_>> = None;
    for reference in lines {
        let LineRef { text, cells, .. } = reference;
        let text = text.trim();
        let goes_on = before.is_some_and(|before| wraps(before, reference, longest, &gaps));
        before = Some(reference);
        match logical.last_mut() {
            Some(last) if goes_on && last.cells.len() <= 2 && cells.len() < 2 => {
                if last.text.ends_with('\u{ad}') {
                    last.text.pop();
                } else if !last.text.ends_with('-') || last.text.ends_with(" -") {
                    last.text.push(' ');
                }
                last.text.push_str(text);
                if let Some(cell) = last.cells.last_mut() {
                    cell.push(' ');
                    cell.push_str(text);
                }
            }
            _ => logical.push(Logical { text: text.to_owned(), cells: cells.to_vec() }),
        }
    }
    logical.retain(|line| !line.text.is_empty());
    logical
}

/// The distances between the lines of a section, by which a wrapped item is told from the next one.
struct Gaps {
    /// Whether there are clearly two distances, the smaller one within an item.
    two: bool,
}

fn gap(before: &SourceLine<'_>, line: &SourceLine<'_>) -> Option<f32> {
    let same = before.page == line.page
        && before.column == line.column
        && line.size > 0.0
        && (before.size - line.size).abs() < 0.6;
    let gap = (line.y - before.y) / line.size.max(1.0);
    (same && gap > 0.5).then_some(gap)
}

/// Lines closer than this times their size are of one item, where others are farther apart.
const WITHIN: f32 = 1.34;

impl Gaps {
    fn of(lines: &[LineRef<'_>]) -> Self {
        let gaps: Vec<f32> = lines.windows(2).filter_map(|pair| gap(pair[0].line, pair[1].line)).collect();
        let close = gaps.iter().filter(|gap| **gap < WITHIN).count();
        Self { two: close > 0 && gaps.iter().any(|gap| *gap > WITHIN * 1.08) }
    }
}

/// Whether `next` goes on with what `before` began.
fn wraps(before: &LineRef<'_>, next: &LineRef<'_>, longest: usize, gaps: &Gaps) -> bool {
    let (first, second) = (before.text.trim(), next.text.trim());
    let same_block = before.line.block == next.line.block && !next.line.opens_block;
    let other_look = before.line.bold != next.line.bold
        || (before.line.size - next.line.size).abs() > 0.4
        || before.line.bullet && next.line.x > 0.0 && (next.line.x - before.line.x) < -4.0;
    if other_look && next.line.size > 0.0 {
        return false;
    }
    let lists = delimiters(first) > 0 || first.contains(':');
    if first.ends_with([',', ';', '&', '/', '·', '•', '|', '\u{ad}'])
        || first.ends_with(" and")
        || first.ends_with(" und")
        || first.ends_with(" AND")
    {
        return same_block || before.line.block + 1 == next.line.block && !next.line.bullet;
    }
    if !same_block {
        return false;
    }
    if second.starts_with(['&', '(', ',']) || before.line.bullet {
        return true;
    }
    if is_labelled(second) {
        return false;
    }
    if lists {
        // The next word would not have fitted on the line.
        let word = second.split_whitespace().next().map_or(0, |word| word.chars().count());
        return first.chars().count() + 1 + word + 2 >= longest
            || delimiters(second) > 0 && second.starts_with(char::is_lowercase);
    }
    if second.starts_with(char::is_lowercase)
        && first.starts_with(char::is_uppercase)
        && first.split_whitespace().count() > 1
    {
        return true;
    }
    let close = gap(before.line, next.line).is_some_and(|gap| gap < WITHIN);
    gaps.two && close && delimiters(second) == 0
}

fn is_labelled(text: &str) -> bool {
    text.split_once(':').is_some_and(|(label, _)| {
        label.split_whitespace().count() <= 5 && label.len() < 45 && delimiters(label) <= 1
    })
}

/// Signs that part the items of a list.
fn is_delimiter(character: char) -> bool {
    matches!(
        character,
        ',' | ';'
            | '|'
            | '•'
            | '·'
            | '●'
            | '▪'
            | '■'
            | '◦'
            | '\n'
            | '\t'
            | '➢'
            | '✓'
            | '✔'
            | '►'
            | '，'
            | '、'
    )
}

fn delimiters(text: &str) -> usize {
    let mut depth = 0_i32;
    text.chars()
        .filter(|character| {
            match character {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = (depth - 1).max(0),
                _ => {}
            }
            depth == 0 && is_delimiter(*character)
        })
        .count()
}

fn table_row(line: &Logical, collected: &mut Collected<'_>, style: DateStyle) {
    let first = line.cells[0].trim();
    let others = &line.cells[1..];
    let first_is_label =
        first.ends_with(':') || (delimiters(first) == 0 && others.iter().any(|cell| delimiters(cell) >= 1));
    if first_is_label {
        for cell in others {
            list(cell, collected, style);
        }
        return;
    }
    // "Excel    advanced": the second cell is the level of the first.
    if let [name, level] = line.cells.as_slice()
        && is_level(level)
    {
        item(name, Some(level.trim().to_owned()), collected, style);
        return;
    }
    for cell in &line.cells {
        list(cell, collected, style);
    }
}

/// The items of one line.
fn list(text: &str, collected: &mut Collected<'_>, style: DateStyle) {
    let text = text.trim();
    let mut rest = text;
    if let Some((label, behind)) = text.split_once(':')
        && delimiters(label) <= 1
        && label.split_whitespace().count() <= 6
        && !behind.starts_with("//")
    {
        if behind.trim().is_empty() {
            return;
        }
        if is_level(behind) {
            item(label, Some(behind.trim().to_owned()), collected, style);
            return;
        }
        rest = behind;
    } else if delimiters(text) == 0 && heading(text).is_some() {
        // "Soft skills", "Languages" on a line of their own are names of groups.
        return;
    }
    let many = delimiters(rest) >= 1;
    for piece in split(rest) {
        let piece = piece.trim();
        let piece = if many { without_and(piece) } else { piece };
        item(piece, None, collected, style);
    }
}

fn without_and(piece: &str) -> &str {
    for word in ["and ", "und ", "et ", "y ", "e ", "en ", "& ", "și ", "or "] {
        if piece.len() > word.len()
            && piece.is_char_boundary(word.len())
            && piece[..word.len()].eq_ignore_ascii_case(word)
        {
            return piece[word.len()..].trim();
        }
    }
    piece
}

fn split(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut depth = 0_i32;
    let mut from = 0;
    for (at, character) in text.char_indices() {
        match character {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = (depth - 1).max(0),
            _ if depth == 0 && is_delimiter(character) => {
                // "1,000" is a number.
                let behind = text[at + character.len_utf8()..].chars().next();
                let digits = text[..at].ends_with(|c: char| c.is_ascii_digit())
                    && behind.is_some_and(|c| c.is_ascii_digit());
                if !(character == ',' && digits) {
                    pieces.push(&text[from..at]);
                    from = at + character.len_utf8();
                }
            }
            _ => {}
        }
    }
    pieces.push(&text[from..]);
    // A sign with spaces around it parts items too, where there is no other.
    pieces.into_iter().flat_map(|piece| piece.split(" / ")).flat_map(|piece| piece.split(" * ")).collect()
}

/// Whether a text is a level and nothing else: "Advanced", "5 years", "18/24", "90 %", "★★★".
pub(super) fn is_level(text: &str) -> bool {
    let words = folded_words(text);
    if words.is_empty() {
        return !text.trim().is_empty();
    }
    words.len() <= 5
        && words.iter().all(|word| {
            word.chars().all(|c| c.is_ascii_digit())
                || LEVELS.split_ascii_whitespace().any(|level| level == word)
                || is_cefr(word)
        })
}

fn is_cefr(word: &str) -> bool {
    matches!(word, "a1" | "a2" | "b1" | "b2" | "c1" | "c2")
}

fn item(text: &str, level: Option<String>, collected: &mut Collected<'_>, style: DateStyle) {
    let signs: &[char] = &[
        ' ', '.', '-', '–', '—', ':', '*', '"', '“', '”', '\'', '>', '<', '=', '_', '~', '•', '★', '☆', '●',
        '○', '■', '□', '\u{a0}',
    ];
    let text = text.trim();
    // ".NET" begins with a dot, "C#" ends with a sign of its own.
    let text = text.trim_end_matches(signs);
    let text =
        if text.to_ascii_lowercase().starts_with(".net") { text } else { text.trim_start_matches(signs) };
    let (name, inside) = brackets(text);
    let mut level = level;
    let mut name = name;
    if let Some(inside) = inside {
        if is_level(inside) || !dates::find(inside, style).is_empty() {
            level = level.or_else(|| Some(inside.trim().to_owned()));
        } else if delimiters_inside(inside) {
            item(name, level, collected, style);
            for piece in split(inside) {
                item(without_and(piece.trim()), None, collected, style);
            }
            return;
        } else {
            name = text;
        }
    }
    for dash in [" – ", " — ", " - ", ": "] {
        if let Some((before, behind)) = name.rsplit_once(dash)
            && is_level(behind)
        {
            level = level.or_else(|| Some(behind.trim().to_owned()));
            name = before.trim();
        }
    }
    let words = name.split_whitespace().count();
    let letters = name.chars().filter(|c| c.is_alphabetic()).count();
    let is_contact = name.contains('@') || name.contains("://") || name.contains("www.");
    let is_sentence = words > MOST_WORDS || name.chars().count() > 80 || (name.ends_with('.') && words > 5);
    if letters == 0 || is_contact || is_sentence || is_level(name) || is_noise(name) {
        return;
    }
    let (name, plain_level) = grade_beside(name, collected.taxonomy);
    collected.add(name, level.or(plain_level));
}

const GRADES: &str = "advanced intermediate basic expert proficient avanzado intermedio basico avance intermediaire debutant fortgeschritten grundkenntnisse \
    avanzato intermedio avancado gevorderd basis avansat";

/// "Advanced Excel", "Excel intermedio": the grade is no part of the name where the taxonomy knows the name without it.
fn grade_beside<'a>(name: &'a str, taxonomy: &Taxonomy) -> (&'a str, Option<String>) {
    let is_grade = |word: &str| GRADES.split_ascii_whitespace().any(|grade| grade == squeeze(word));
    let halves = [name.split_once(' '), name.rsplit_once(' ').map(|(rest, grade)| (grade, rest))];
    for (grade, rest) in halves.into_iter().flatten() {
        if is_grade(grade) && taxonomy.lookup(rest).is_some() && taxonomy.lookup(name).is_none() {
            return (rest, Some(grade.to_owned()));
        }
    }
    (name, None)
}

fn is_noise(name: &str) -> bool {
    matches!(
        folded_words(name).join(" ").as_str(),
        "etc"
            | "and"
            | "other"
            | "others"
            | "more"
            | "including"
            | "usw"
            | "various"
            | "n a"
            | "skills"
            | "such as"
    )
}

fn delimiters_inside(text: &str) -> bool {
    text.chars().any(|c| matches!(c, ',' | ';' | '|'))
}

/// `text` before the brackets at its end, and what stands in them.
fn brackets(text: &str) -> (&str, Option<&str>) {
    let Some(open) = text.find('(') else { return (text, None) };
    let inside = text[open + 1..].trim_end_matches(')');
    let name = text[..open].trim();
    if name.is_empty() || inside.contains('(') || text[open..].contains(") ") {
        (text, None)
    } else {
        (name, Some(inside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PartialDate;
    use crate::parsing::lines::{document_of_text, source_lines};

    fn names(text: &str) -> Vec<String> {
        entries(text).into_iter().map(|entry| entry.name).collect()
    }

    fn entries(text: &str) -> Vec<SkillEntry> {
        let document = document_of_text(text);
        let lines = source_lines(&document);
        let references: Vec<LineRef<'_>> =
            lines.iter().map(|line| LineRef { line, text: &line.text, cells: line.cells }).collect();
        read(
            &references,
            Taxonomy::global(),
            DateStyle { today: PartialDate::month(2026, 11), month_first: true },
        )
    }

    #[test]
    fn labels_of_groups_are_no_items() {
        assert_eq!(
            names("Languages: Python, C++, R\nTools: Git, Docker and Jira (Cloud)"),
            ["Python", "C++", "R", "Git", "Docker and Jira (Cloud)"]
        );
        assert_eq!(
            names("Kitchen\nIntermediate\nBaking, Grilling, Carving"),
            ["Baking", "Grilling", "Carving"]
        );
        assert_eq!(
            names("Beekeeping, Grafting, and Pest Control"),
            ["Beekeeping", "Grafting", "Pest Control"]
        );
    }

    #[test]
    fn levels_stand_beside_their_skill() {
        let entries = entries("• Excel (advanced)\n• SAP – expert\n• Typing");
        assert_eq!(entries[0].level.as_deref(), Some("advanced"));
        assert_eq!((entries[1].name.as_str(), entries[1].level.as_deref()), ("SAP", Some("expert")));
        assert_eq!(entries[2].level, None);
    }

    #[test]
    fn wrapped_lists_go_on() {
        assert_eq!(
            names(
                "Python, Node.js, TypeScript, SQL, PostgreSQL, Distributed Systems, Microservices\nArchitecture, Event-driven Systems"
            ),
            [
                "Python",
                "Node.js",
                "TypeScript",
                "SQL",
                "PostgreSQL",
                "Distributed Systems",
                "Microservices Architecture",
                "Event-driven Systems"
            ]
        );
    }

    #[test]
    fn nothing_is_named_twice_and_sentences_are_no_skills() {
        assert_eq!(
            names(
                "• Rust\n• rust\n• Excellent analytical and problem solving skills with an ability to work with everybody\n• Git\n• SQL"
            ),
            ["Rust", "Git", "SQL"]
        );
    }
}
