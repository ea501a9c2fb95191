//! The sections whose entries are simple: languages, certificates, awards, publications, projects, volunteering, interests
//! and referees.

use crate::domain::{Award, Certificate, Interest, Language, Project, Publication, Reference, Volunteer};

use super::contact;
use super::dates::{self, DateSpan, DateStyle};
use super::entries::{self, Entry};
use super::lexicon::human_languages;
use super::sections::LineRef;
use super::work;

/// More entries than this are no section of a CV any more.
const MOST: usize = 200;

/// Human languages: those of the language sections, else those that the rest of the CV speaks of as languages.
pub(super) fn languages(lines: &[LineRef<'_>], text: &str) -> Vec<Language> {
    let joined: Vec<&str> = lines.iter().map(|line| line.text).collect();
    let mut found: Vec<Language> = Vec::new();
    let mut add = |mention: human_languages::LanguageMention| match found
        .iter_mut()
        .find(|known| known.language == mention.language)
    {
        Some(known) => known.fluency = known.fluency.take().or(mention.fluency),
        None => found.push(Language { language: mention.language.to_owned(), fluency: mention.fluency }),
    };
    if lines.is_empty() {
        human_languages::find(text).into_iter().filter(|mention| mention.level.is_some()).for_each(&mut add);
    } else {
        human_languages::find(&joined.join("\n")).into_iter().for_each(&mut add);
        // "English" above "native": the level stands on the next line.
        for pair in joined.windows(2) {
            let named = human_languages::find(pair[0]);
            if let [mention] = named.as_slice()
                && human_languages::find(pair[1]).is_empty()
                && human_languages::level_of_fluency(pair[1]).is_some()
                && let Some(known) = found.iter_mut().find(|known| known.language == mention.language)
            {
                known.fluency.get_or_insert(pair[1].trim().to_owned());
            }
        }
    }
    found
}

/// A line of a list with its date cut out.
struct Item {
    text: String,
    date: Option<DateSpan>,
    below: Vec<String>,
}

/// The entries of a list: each with a date by its entry, else each line for itself.
fn list(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Item> {
    let entries = entries::entries(lines, style);
    let dated = entries.iter().filter(|entry| entry.date.is_some()).count();
    let has_text = entries.iter().any(|entry| !entry.body.is_empty());
    if dated >= 1 && dated * 2 >= entries.len() && !has_text {
        return entries.into_iter().map(item_of_entry).filter(|item| !item.text.is_empty()).collect();
    }
    let items = entries::items(lines).into_iter().map(|(text, _)| {
        let date = dates::find(&text, style).into_iter().next_back();
        let cut = date.map(|span| {
            let before = text[..span.from].trim_matches([' ', ',', '(', '-', '–', '|', '—', ':']);
            let behind = text[span.to..].trim_matches([' ', ',', ')', '-', '–', '|', '—', ':', '.']);
            if before.is_empty() {
                behind.to_owned()
            } else if behind.is_empty() {
                before.to_owned()
            } else {
                format!("{before} {behind}")
            }
        });
        Item { text: cut.unwrap_or(text), date, below: Vec::new() }
    });
    items.filter(|item| item.text.chars().any(char::is_alphabetic)).take(MOST).collect()
}

fn item_of_entry(entry: Entry) -> Item {
    let mut texts =
        entry.header.into_iter().map(|line| line.text).chain(entry.body.into_iter().map(|line| line.text));
    let text = texts.next().unwrap_or_default();
    Item { text, date: entry.date, below: texts.collect() }
}

/// Splits "AWS Certified Developer – Amazon" into the thing and who gave it.
fn thing_and_giver(item: &Item) -> (String, Option<String>) {
    for separator in [" | ", " – ", " — ", " - ", " • "] {
        if let Some((before, behind)) = item.text.split_once(separator) {
            return (
                before.trim().to_owned(),
                Some(behind.trim().to_owned()).filter(|giver| giver.len() > 1),
            );
        }
    }
    (item.text.clone(), item.below.first().cloned())
}

pub(super) fn certificates(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Certificate> {
    let certificate = |item: Item| {
        let (name, issuer) = thing_and_giver(&item);
        Certificate { name, issuer, date: item.date.and_then(|date| date.end.or(date.start)), url: None }
    };
    list(lines, style).into_iter().map(certificate).collect()
}

pub(super) fn awards(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Award> {
    let award = |item: Item| {
        let (title, awarder) = thing_and_giver(&item);
        Award { title, awarder, date: item.date.and_then(|date| date.end.or(date.start)), summary: None }
    };
    list(lines, style).into_iter().map(award).collect()
}

pub(super) fn publications(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Publication> {
    let publication = |item: Item| {
        let whole: Vec<&str> =
            std::iter::once(item.text.as_str()).chain(item.below.iter().map(String::as_str)).collect();
        let publisher = item.below.iter().find(|line| is_publisher(line)).cloned();
        let url = whole.iter().find_map(|line| doi(line));
        Publication {
            publisher,
            release_date: item.date.and_then(|date| date.end.or(date.start)),
            url,
            summary: (!item.below.is_empty()).then(|| item.below.join("\n")),
            name: item.text,
        }
    };
    list(lines, style).into_iter().map(publication).collect()
}

const PUBLISHER_WORDS: &str = "journal conference proceedings proc transactions letters press verlag springer elsevier wiley nature ieee acm arxiv review magazine \
    workshop symposium revue revista rivista zeitschrift tijdschrift neurips icml iclr cvpr emnlp acl";

/// Whether a line says where something appeared.
fn is_publisher(line: &str) -> bool {
    super::folding::folded_words(line)
        .iter()
        .any(|word| PUBLISHER_WORDS.split_ascii_whitespace().any(|known| known == word))
}

/// The address of a digital object identifier in a line: `10.1000/xyz123`.
fn doi(line: &str) -> Option<String> {
    let at = line.find("10.")?;
    let written: &str =
        line[at..].split(|c: char| c.is_whitespace() || matches!(c, ')' | ']' | ';')).next()?;
    let (registrant, suffix) = written.trim_end_matches(['.', ',']).split_once('/')?;
    let digits = registrant.trim_start_matches("10.");
    let is_registrant = (4..=9).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (is_registrant && !suffix.is_empty()).then(|| format!("https://doi.org/{registrant}/{suffix}"))
}

pub(super) fn interests(lines: &[LineRef<'_>]) -> Vec<Interest> {
    let mut found: Vec<Interest> = Vec::new();
    for (text, _) in entries::items(lines) {
        let pieces: Vec<&str> = if text.split_whitespace().count() > 14 && text.ends_with('.') {
            vec![text.as_str()]
        } else {
            text.split([',', ';', '|', '•', '·']).collect()
        };
        for piece in pieces {
            let piece = piece.trim().trim_end_matches('.');
            if piece.chars().any(char::is_alphabetic)
                && found.len() < MOST
                && !found.iter().any(|known| known.name == piece)
            {
                found.push(Interest { name: piece.to_owned(), keywords: Vec::new() });
            }
        }
    }
    found
}

pub(super) fn projects(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Project> {
    let entries = entries::entries(lines, style).into_iter().take(MOST);
    let project = |entry: Entry| {
        let mut header = entry.header.into_iter().map(|line| line.text);
        let mut project = Project { name: header.next().unwrap_or_default(), ..Project::default() };
        if let Some(date) = entry.date {
            (project.start_date, project.end_date) =
                if date.is_period() { (date.start, date.end) } else { (None, date.end) };
        }
        let mut prose: Vec<String> = header.collect();
        for line in entry.body {
            if project.name.is_empty() {
                project.name = line.text.split(". ").next().unwrap_or("").chars().take(120).collect();
                prose.push(line.text);
            } else if line.bullet {
                project.highlights.push(line.text);
            } else {
                prose.push(line.text);
            }
        }
        project.description = (!prose.is_empty()).then(|| prose.join("\n"));
        project
    };
    entries.map(project).filter(|project| !project.name.is_empty()).collect()
}

pub(super) fn volunteering(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Volunteer> {
    let engagement = |employment: work::Employment| {
        let work = employment.work;
        Volunteer {
            organization: work.name,
            position: work.position,
            start_date: work.start_date,
            end_date: work.end_date,
            summary: work.summary,
            highlights: work.highlights,
        }
    };
    work::read(lines, style).into_iter().take(MOST).map(engagement).collect()
}

/// Referees: each block of the section is one, its first line the name; "on request" is none.
pub(super) fn references(lines: &[LineRef<'_>]) -> Vec<Reference> {
    let mut found: Vec<Reference> = Vec::new();
    let mut last_block = usize::MAX;
    for LineRef { line, text, .. } in lines {
        let folded = super::lexicon::phrases::fold(text);
        let on_request =
            ["request", "anfrage", "demande", "solicitud", "richiesta", "aanvraag", "pedido", "cerere"]
                .iter()
                .any(|word| folded.contains(word));
        if on_request || found.len() >= MOST {
            continue;
        }
        let detail = !contact::emails(text).is_empty()
            || text.chars().filter(char::is_ascii_digit).count() >= 6
            || text.starts_with('@');
        match found.last_mut() {
            Some(last) if line.block == last_block || detail => {
                let reference = last.reference.get_or_insert_default();
                if !reference.is_empty() {
                    reference.push('\n');
                }
                reference.push_str(text);
            }
            _ => found.push(Reference { name: (*text).to_owned(), reference: None }),
        }
        last_block = line.block;
    }
    found
}
