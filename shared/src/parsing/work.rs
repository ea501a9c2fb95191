//! Employments: which piece of an entry's header is the title, which the employer, which the place. Each piece is weighed by
//! its words; where the words do not tell, the order of the section's other entries does.

use crate::domain::Work;

use super::dates::{DateSpan, DateStyle};
use super::entries::{self, Entry};
use super::folding::folded_words;
use super::header_pieces::{self, Piece, without_city, without_place};
use super::lines::is_prose;
use super::sections::LineRef;
use super::slots;
use super::titles::{is_legal_form, organisation_score, title_score};

/// An employment with its place in the document's text and whether it goes on.
#[derive(Clone, Debug)]
pub(super) struct Employment {
    pub(super) work: Work,
    pub(super) current: bool,
    pub(super) place: (usize, usize),
    /// The line of its date.
    pub(super) date_place: Option<(usize, usize)>,
    /// 0–1: how sure title and employer are.
    pub(super) confidence: f32,
}

/// The employments of the lines of a section.
pub(super) fn read(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Employment> {
    let entries = entries::entries(lines, style);
    let mut split: Vec<Header> = entries.iter().map(header).collect();
    slots::learn(&mut split);
    let title_first = title_comes_first(&split);
    let mut employments: Vec<Employment> = Vec::with_capacity(entries.len());
    let mut group: Option<Group> = None;
    for (place, (entry, header)) in entries.iter().zip(&split).enumerate() {
        let is_in_group = group.as_ref().is_some_and(|group| group.holds(entry));
        let roles = roles(header, title_first, is_in_group);
        let mut employment = employment(entry, &roles);
        if heads_a_group(entry, &roles, entries.get(place + 1).zip(split.get(place + 1)))
            && let Some(employer) = employment.work.name
        {
            group = Some(Group { employer, location: employment.work.location, period: entry.date });
            continue;
        }
        // Several positions under one employer: the employer stands above the first of them only.
        let only_title = employment.work.name.is_none() && employment.work.position.is_some();
        if only_title && let Some(group) = &group {
            employment.work.name = Some(group.employer.clone());
            employment.work.location = employment.work.location.take().or_else(|| group.location.clone());
        } else if let Some(employer) = &employment.work.name {
            let own_line = roles.employer_line.is_some() && roles.employer_line != roles.title_line;
            group = own_line.then(|| Group {
                employer: employer.clone(),
                location: employment.work.location.clone(),
                period: None,
            });
        }
        if employment.work.name.is_some() || employment.work.position.is_some() {
            employments.push(employment);
        } else if entry.date.is_none()
            && let Some(last) = employments.last_mut()
        {
            last.work.highlights.extend(employment.work.highlights);
        }
    }
    employments
}

/// An employer that stands above several positions.
struct Group {
    employer: String,
    location: Option<String>,
    /// The time of all positions, where it stands beside the employer.
    period: Option<DateSpan>,
}

impl Group {
    /// Whether the entry's time lies within the employer's.
    fn holds(&self, entry: &Entry) -> bool {
        self.period.zip(entry.date).is_some_and(|(whole, part)| lies_within(part, whole))
    }
}

fn lies_within(part: DateSpan, whole: DateSpan) -> bool {
    let first = |span: DateSpan| span.start.or(span.end).map_or(0, |date| date.months_since_zero(12));
    let last = |span: DateSpan| {
        if span.current { i32::MAX } else { span.end.map_or(i32::MAX, |date| date.months_since_zero(1)) }
    };
    let starts = |span: DateSpan| span.start.or(span.end).map_or(0, |date| date.months_since_zero(1));
    starts(whole) <= first(part) && last(part) <= last(whole).saturating_add(11)
}

/// An employer with the time of all its positions and no text, above the first of them: it is no position itself.
fn heads_a_group(entry: &Entry, roles: &Roles, next: Option<(&Entry, &Header)>) -> bool {
    let Some((next, header)) = next else { return false };
    let (Some(whole), Some(part)) = (entry.date, next.date) else { return false };
    roles.title.is_none()
        && roles.employer.is_some()
        && entry.body.is_empty()
        && lies_within(part, whole)
        && header.pieces.first().is_some_and(|piece| title_score(&piece.text) >= 2.0)
}

/// The pieces of a header that may be title or employer, and its place.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) pieces: Vec<Piece>,
    pub(super) location: Option<String>,
    /// How much each piece speaks for being a title (positive) or an employer (negative).
    pub(super) leans: Vec<f32>,
    /// Sentences among the pieces.
    said: Vec<String>,
    /// How many of the pieces stand up to the date.
    before: usize,
    lines_before: usize,
}

impl Header {
    /// Takes the pieces at `places` for places.
    pub(super) fn take_places(&mut self, is_place: &[bool]) {
        let mut kept = Vec::with_capacity(self.pieces.len());
        for (piece, is_place) in self.pieces.drain(..).zip(is_place) {
            if *is_place {
                self.location.get_or_insert(piece.text);
            } else {
                kept.push(piece);
            }
        }
        self.before = kept.iter().filter(|piece| piece.line < self.lines_before).count();
        self.pieces = kept;
    }
}

/// The header as it is cut, its places still among the pieces.
fn header(entry: &Entry) -> Header {
    let pieces = header_pieces::pieces(&entry.header);
    let of_names = pieces.iter().filter(|piece| !is_sentence(&piece.text)).count();
    // A sentence beside title and employer is the first of what is said of them.
    let (pieces, said) = if of_names > 0 && of_names < pieces.len() {
        pieces.into_iter().partition(|piece| !is_sentence(&piece.text))
    } else {
        (pieces, Vec::new())
    };
    let said = said.into_iter().map(|piece: Piece| piece.text).collect();
    Header { pieces, said, lines_before: entry.before, ..Header::default() }
}

fn is_sentence(text: &str) -> bool {
    text.ends_with('.') && is_prose(text) && title_score(text) < 2.6
}

/// How much a piece speaks for being a title (positive) or an employer (negative).
pub(super) fn lean(text: &str) -> f32 {
    let (title, organisation) = (title_score(text), organisation_score(text));
    // "Business Solutions Manager" and "Group Product Manager" are titles, "Manager Solutions Inc." is none.
    let closes = text.split_whitespace().next_back().is_some_and(|word| title_score(word) >= 2.6);
    if organisation >= 4.0 {
        title.min(1.0) - organisation
    } else {
        title - organisation * if closes { 0.3 } else { 0.6 }
    }
}

/// Whether the section's entries name the title before the employer; `None` where its words do not tell.
fn title_comes_first(headers: &[Header]) -> bool {
    let mut balance = 0.0;
    for header in headers {
        if let [first, second, ..] = header.leans.as_slice() {
            balance += (first - second).clamp(-3.0, 3.0);
        }
    }
    balance >= -0.5
}

#[derive(Debug, Default)]
struct Roles {
    title: Option<String>,
    employer: Option<String>,
    location: Option<String>,
    title_line: Option<usize>,
    employer_line: Option<usize>,
    sure: bool,
    /// Pieces of the header that are neither.
    rest: Vec<String>,
}

fn roles(header: &Header, title_first: bool, is_in_group: bool) -> Roles {
    let mut roles =
        Roles { location: header.location.clone(), rest: header.said.clone(), ..Roles::default() };
    let pieces = &header.pieces;
    match pieces.as_slice() {
        [] => return roles,
        // Under an employer that stands above several positions: "Vice President, Operations" is a title as a whole.
        [only] if is_in_group && title_score(&only.text) >= 2.0 => {
            roles.title = Some(only.text.clone());
            roles.title_line = Some(only.line);
            roles.sure = true;
            return roles;
        }
        [only] => {
            split_single(only, title_first, &mut roles);
            return roles;
        }
        _ => {}
    }
    // What stands up to the date weighs first; what stands behind only where something is still missing.
    let near = if header.before >= 2 { header.before } else { pieces.len().min(header.before.max(1) + 2) };
    let candidates = &pieces[..near.min(pieces.len())];
    let leans = &header.leans[..candidates.len()];
    let title_at = title_index(leans, title_first);
    let employer_at = employer_index(candidates, leans, title_at);
    roles.sure = leans[title_at] >= 2.0;
    roles.title_line = Some(candidates[title_at].line);
    let (title, title_place) = without_place(&candidates[title_at].text);
    roles.title = Some(title);
    roles.location = roles.location.or(title_place);
    if let Some(employer_at) = employer_at {
        roles.employer_line = Some(candidates[employer_at].line);
        let (employer, place) = employer_and_place(&candidates[employer_at].text);
        roles.employer = Some(employer);
        roles.location = roles.location.or(place);
    }
    for (index, piece) in pieces.iter().enumerate() {
        if index != title_at && Some(index) != employer_at {
            roles.rest.push(piece.text.clone());
        }
    }
    roles
}

fn title_index(leans: &[f32], title_first: bool) -> usize {
    let best = leans.iter().copied().fold(f32::MIN, f32::max);
    if best >= 2.0 {
        // Of several titles the one that the section's order says.
        let strong = |(_, lean): &(usize, &f32)| **lean >= (best - 0.7).max(2.0);
        let mut strong_ones = leans.iter().enumerate().filter(strong).map(|(index, _)| index);
        let first = strong_ones.next().unwrap_or(0);
        return if title_first { first } else { strong_ones.next_back().unwrap_or(first) };
    }
    let worst = leans.iter().take(2).copied().fold(f32::MAX, f32::min);
    let second = 1.min(leans.len() - 1);
    if worst <= -1.0 {
        // One of the two is an organisation: the other is the title.
        return if leans[0] < leans[second] { second } else { 0 };
    }
    if title_first { 0 } else { second }
}

fn employer_index(pieces: &[Piece], leans: &[f32], title_at: usize) -> Option<usize> {
    let others: Vec<usize> = (0..pieces.len()).filter(|index| *index != title_at).collect();
    let score = |index: &usize| {
        let text = &pieces[*index].text;
        let distance = index.abs_diff(title_at) as f32;
        let is_sentence = text.split_whitespace().count() > 9;
        organisation_score(text)
            - title_score(text) * 0.5
            - (leans[*index] - lean(text)) * 0.5
            - distance * 0.4
            - if is_sentence { 3.0 } else { 0.0 }
    };
    let best = others.into_iter().rev().max_by(|a, b| score(a).total_cmp(&score(b)))?;
    let piece = &pieces[best];
    // A second title on the title's line is no employer, nor is a line of running text.
    let second_title = piece.line == pieces[title_at].line && lean(&piece.text) >= 2.5;
    (!second_title && reads_like_name(&piece.text) && score(&best) > -3.0).then_some(best)
}

/// Whether most of the longer words are capitalised, as in a name: "Plan and execute all off-site events" is none.
pub(super) fn reads_like_name(text: &str) -> bool {
    let long = text.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 3);
    let (mut all, mut lower) = (0, 0);
    for word in long {
        all += 1;
        lower += usize::from(word.chars().find(|c| c.is_alphabetic()).is_some_and(char::is_lowercase));
    }
    all <= 3 || lower * 2 <= all
}

/// "Acme, Inc., Berlin, Germany" → the name with its legal form, and the place.
fn employer_and_place(text: &str) -> (String, Option<String>) {
    let (name, place) = without_city(text);
    (without_brackets(&name), place)
}

const TERMS: &str = "part full time contract temporary temp permanent internship intern freelance volunteer remote hybrid teilzeit vollzeit befristet \
    cdi cdd temps partiel plein alternance stage tiempo completo media jornada tempo pieno determinato indeterminato deeltijd voltijd minijob seasonal self employed";

/// A title without the terms of the employment in brackets: "Bookkeeper (part-time)".
fn without_terms(text: &str) -> String {
    if let Some((before, inside)) = text.trim().strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && folded_words(inside).iter().all(|word| TERMS.split_ascii_whitespace().any(|term| term == word))
    {
        return before.trim().to_owned();
    }
    text.trim().trim_end_matches(['.', ',', ';']).to_owned()
}

/// A name without empty brackets at its end.
fn without_brackets(text: &str) -> String {
    text.trim().trim_end_matches("()").trim_end_matches([',', ';']).trim().to_owned()
}

/// A header of one piece: "Title, Employer, City", "Employer, Title", "Senior Nurse Acme Hospital", or a title alone.
fn split_single(piece: &Piece, title_first: bool, roles: &mut Roles) {
    let (text, place) = without_place(&piece.text);
    roles.location = roles.location.take().or(place);
    let mut parts: Vec<String> = Vec::new();
    let cut = text.split(", ").flat_map(|part| part.split(" , ")).map(str::trim);
    for part in cut.filter(|part| !part.is_empty()) {
        match parts.last_mut() {
            // "Acme, LLC" is one name.
            Some(name) if is_legal_form(part) => {
                name.push_str(", ");
                name.push_str(part);
            }
            _ => parts.push(part.to_owned()),
        }
    }
    roles.title_line = Some(piece.line);
    if parts.len() < 2 {
        split_by_words(&text, piece.line, roles);
        return;
    }
    roles.employer_line = Some(piece.line);
    let leans: Vec<f32> = parts.iter().map(|part| lean(part)).collect();
    let strongest = (0..parts.len()).max_by(|a, b| leans[*a].total_cmp(&leans[*b])).unwrap_or(0);
    roles.sure = leans[strongest] >= 2.0;
    let title_at = if roles.sure {
        strongest
    } else if title_first {
        0
    } else {
        1
    };
    if title_at == 0 {
        // A title may go on behind a comma ("Director, Marketing, Acme"): the employer is the part most like one, else the last.
        let employer_at = (1..parts.len()).rev().max_by(|a, b| leans[*b].total_cmp(&leans[*a])).unwrap_or(1);
        let (employer, place) = employer_and_place(&parts[employer_at..].join(", "));
        roles.title = Some(parts[..employer_at].join(", "));
        roles.employer = Some(employer);
        roles.location = roles.location.take().or(place);
    } else {
        roles.employer = Some(parts[..title_at].join(", "));
        roles.title = Some(parts[title_at..].join(", "));
    }
}

/// A header without any sign between title and employer: cut behind the title's noun where what follows is an organisation.
fn split_by_words(text: &str, line: usize, roles: &mut Roles) {
    let words: Vec<&str> = text.split_whitespace().collect();
    if organisation_score(text) >= 2.0 && words.len() >= 3 {
        for cut in 1..words.len() {
            let (title, employer) = (words[..cut].join(" "), words[cut..].join(" "));
            let ends_title = title_score(words[cut - 1]) >= 2.0;
            if ends_title && title_score(&employer) < 2.0 && organisation_score(&employer) >= 2.0 {
                roles.title = Some(title);
                roles.employer = Some(employer);
                roles.employer_line = Some(line);
                roles.sure = true;
                return;
            }
        }
    }
    // A sentence of an entry without a date names neither.
    if words.len() > 10 || !reads_like_name(text) && lean(text) < 2.0 {
        roles.title_line = None;
        roles.rest.push(text.to_owned());
        return;
    }
    if lean(text) <= -1.0 {
        roles.employer = Some(text.to_owned());
        roles.employer_line = Some(line);
        roles.title_line = None;
    } else {
        roles.sure = lean(text) >= 2.0;
        roles.title = Some(text.to_owned());
    }
}

fn employment(entry: &Entry, roles: &Roles) -> Employment {
    let mut work = Work {
        name: roles.employer.clone(),
        position: roles.title.as_deref().map(without_terms),
        location: roles.location.clone(),
        ..Work::default()
    };
    let mut current = false;
    if let Some(date) = entry.date {
        current = date.current;
        if date.is_period() {
            (work.start_date, work.end_date) = (date.start, date.end);
        } else {
            work.start_date = date.end;
            // A year alone is the year of the whole engagement; a month alone may be its first.
            work.end_date = date.end.filter(|date| date.month.is_none());
        }
    }
    let mut prose: Vec<&str> = roles.rest.iter().map(String::as_str).collect();
    for line in &entry.body {
        if line.bullet {
            work.highlights.push(line.text.clone());
        } else {
            prose.push(&line.text);
        }
    }
    if !prose.is_empty() {
        work.summary = Some(prose.join("\n"));
    }
    let known = f32::from(u8::from(work.name.is_some())) + f32::from(u8::from(work.position.is_some()));
    let confidence =
        0.2 + 0.2 * known + if roles.sure { 0.2 } else { 0.0 } + if entry.date.is_some() { 0.2 } else { 0.0 };
    Employment { work, current, place: entry.place, date_place: entry.date_place, confidence }
}
