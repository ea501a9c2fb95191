//! Lines of a CV ► [`Profile`]: its sections are found by their headings, each section is read by rules of its own, and what
//! follows from the whole is put beside JSON Resume as `analysis`.

mod analysis;
mod confidence;
mod contact;
mod date_words;
mod dates;
mod education;
mod entries;
mod folding;
mod header_pieces;
mod headings;
pub mod lexicon;
mod lines;
mod linked;
mod location;
mod name;
mod normal_titles;
mod phone;
pub mod requirements;
mod sections;
mod skill_items;
mod slots;
mod small_sections;
mod titles;
mod work;

#[cfg(test)]
mod tests;

use crate::document::Document;
use crate::domain::{Basics, Education, PartialDate, Profile};
use crate::skills::Taxonomy;

use dates::DateStyle;
use headings::SectionKind;
use lines::SourceLine;
use sections::{LineRef, Section};
use work::Employment;

/// A CV as read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The document's text; all offsets in `profile` are bytes into it.
    pub text: String,
    /// What the CV says.
    pub profile: Profile,
}

/// Reads bare text; see [`parse`].
pub fn parse_text(text: &str, taxonomy: &Taxonomy, today: PartialDate) -> Parsed {
    parse(&lines::document_of_text(text), taxonomy, today)
}

/// Reads a CV. `today` is what "until now" means. The time is linear in the length of the text.
pub fn parse(document: &Document, taxonomy: &Taxonomy, today: PartialDate) -> Parsed {
    let text = document.text();
    let profile = profile(document, &text, taxonomy, today);
    Parsed { text, profile }
}

/// How much of the text its language is told from.
const LANGUAGE_SAMPLE: usize = 20_000;

fn profile(document: &Document, text: &str, taxonomy: &Taxonomy, today: PartialDate) -> Profile {
    let lines = lines::source_lines(document);
    let sections = sections::sections(&lines);
    let language = lexicon::document_language::detect(&text[..text.floor_char_boundary(LANGUAGE_SAMPLE)]);
    let of = |kinds: &[SectionKind]| -> Vec<LineRef<'_>> {
        sections
            .iter()
            .filter(|section| kinds.contains(&section.kind))
            .flat_map(|section| section.lines.iter().copied())
            .collect()
    };
    let mut profile = Profile::default();
    let about_person = of(&[SectionKind::Top, SectionKind::Contact]);
    let location = location::read(&about_person);
    let country = location.as_ref().and_then(|found| found.value.country_code.clone());
    let style = DateStyle { today, month_first: month_first(text, language, country.as_deref()) };
    let own_parts = ranges(&about_person);
    let phone_country = country.clone().or_else(|| language.and_then(country_of_language).map(str::to_owned));
    let contact = contact::read(document, text, &own_parts, phone_country.as_deref());
    let name = name::read(
        &lines,
        contact.email.as_ref().map(|email| email.value.as_str()),
        document.title.as_deref(),
    );
    let headline = name.as_ref().and_then(|name| name::headline(&lines, name));

    let mut employments = read_work(&sections, style);
    profile.education = read_education(&sections, style);
    if employments.is_empty() && !sections.iter().any(|section| section.kind == SectionKind::Work) {
        // The name and the contact data above the first entry are no part of it.
        let behind_name = name.as_ref().and_then(|name| name.name.place).map_or(0, |(_, end)| end);
        let mut unsectioned = of(&[SectionKind::Top, SectionKind::Other, SectionKind::Summary]);
        unsectioned.retain(|line| line.line.start >= behind_name && !line.text.contains('@'));
        employments = unsectioned_work(&unsectioned, style);
    }
    newest_first(&mut employments);

    let skill_lines = of(&[SectionKind::Skills]);
    profile.skills = skill_items::read(&skill_lines, taxonomy, style);
    let listed = !profile.skills.is_empty();
    if !listed {
        profile.skills = skill_items::of_text(text, taxonomy);
    }
    profile.languages = small_sections::languages(&of(&[SectionKind::Languages]), text);
    profile.certificates = small_sections::certificates(&of(&[SectionKind::Certificates]), style);
    profile.awards = small_sections::awards(&of(&[SectionKind::Awards]), style);
    profile.publications = small_sections::publications(&of(&[SectionKind::Publications]), style);
    profile.projects = small_sections::projects(&of(&[SectionKind::Projects]), style);
    profile.volunteer = small_sections::volunteering(&of(&[SectionKind::Volunteer]), style);
    profile.interests = small_sections::interests(&of(&[SectionKind::Interests]));
    profile.references = small_sections::references(&of(&[SectionKind::References]));

    let summary = summary(&sections);
    let analysis = &mut profile.analysis;
    analysis.pages = Some(document.pages);
    analysis.columns = Some(document.columns);
    analysis.language = language.map(str::to_owned);
    analysis.experience_months = analysis::experience_months(&employments, today);
    analysis.seniority = analysis::seniority(
        &employments,
        headline.as_ref().map(|found| found.value.as_str()),
        analysis.experience_months,
    );
    let education_text: Vec<&str> = of(&[SectionKind::Education]).iter().map(|line| line.text).collect();
    analysis.education_level = analysis::education_level(&profile.education, &education_text.join("\n"));
    analysis.skills = analysis::skill_uses(text, taxonomy, &employments, today);
    analysis.current_work = employments
        .iter()
        .enumerate()
        .filter(|(_, employment)| employment.current)
        .map(|(index, _)| index)
        .collect();
    analysis.driving_licences = lexicon::driving_licences::find(text);
    profile.analysis.warnings = warnings(document, &lines, &employments, name.is_some());
    profile.work = employments.iter().map(|employment| employment.work.clone()).collect();
    profile.analysis.titles = normal_titles::of_work(&profile.work);
    profile.basics = Basics {
        name: name.as_ref().map(|name| name.name.value.clone()),
        label: headline.as_ref().map(|found| found.value.clone()),
        email: contact.email.as_ref().map(|found| found.value.clone()),
        phone: contact.phone.as_ref().map(|found| found.value.clone()),
        url: contact.url.clone(),
        summary,
        location: location.as_ref().map(|found| found.value.clone()),
        profiles: contact.profiles.clone(),
    };
    linked::fill(&mut profile, document);
    let reading = confidence::Reading {
        text,
        sections: &sections,
        taxonomy,
        name: name.as_ref(),
        headline: headline.as_ref(),
        contact: &contact,
        location: location.as_ref().and_then(|found| found.place),
        employments: &employments,
        skills_are_listed: listed,
    };
    profile.analysis.confidence = confidence::note(&profile, &reading);
    profile
}

fn read_work(sections: &[Section<'_>], style: DateStyle) -> Vec<Employment> {
    let of_kind = sections.iter().filter(|section| section.kind == SectionKind::Work);
    of_kind.flat_map(|section| work::read(&section.lines, style)).collect()
}

fn read_education(sections: &[Section<'_>], style: DateStyle) -> Vec<Education> {
    let of_kind = sections.iter().filter(|section| section.kind == SectionKind::Education);
    of_kind.flat_map(|section| education::read(&section.lines, style)).collect()
}

/// A CV without headings: entries with a period whose header has a title.
fn unsectioned_work(lines: &[LineRef<'_>], style: DateStyle) -> Vec<Employment> {
    let sure = |employment: &Employment| {
        let title = employment.work.position.as_deref().is_some_and(titles::is_title);
        title
            && employment.work.start_date.is_some()
            && (employment.current || employment.work.end_date.is_some())
    };
    work::read(lines, style).into_iter().filter(sure).collect()
}

/// What goes on first, then by last day, then by first day; without dates as the CV has it.
fn newest_first(employments: &mut [Employment]) {
    if employments.iter().any(|employment| employment.work.start_date.is_none()) {
        return;
    }
    let key = |employment: &Employment| {
        let months = |date: Option<PartialDate>, default| {
            date.map_or(0, |date: PartialDate| date.months_since_zero(default))
        };
        let end = if employment.current {
            i32::MAX
        } else {
            months(employment.work.end_date.or(employment.work.start_date), 12)
        };
        (end, months(employment.work.start_date, 1))
    };
    employments.sort_by_key(|employment| std::cmp::Reverse(key(employment)));
}

/// Byte ranges of runs of lines.
fn ranges(lines: &[LineRef<'_>]) -> Vec<(usize, usize)> {
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for LineRef { line, .. } in lines {
        match ranges.last_mut() {
            Some((_, end)) if line.start <= *end + 2 => *end = line.end,
            _ => ranges.push((line.start, line.end)),
        }
    }
    ranges
}

/// The longest summary that is kept, in bytes.
const LONGEST_SUMMARY: usize = 4_000;

fn summary(sections: &[Section<'_>]) -> Option<String> {
    let section = sections.iter().find(|section| section.kind == SectionKind::Summary)?;
    let mut summary = String::new();
    let mut last_block = usize::MAX;
    for LineRef { line, text, .. } in &section.lines {
        if summary.len() + text.len() > LONGEST_SUMMARY {
            break;
        }
        if !summary.is_empty() {
            summary.push(if line.block == last_block && !line.opens_block { ' ' } else { '\n' });
        }
        summary.push_str(text);
        last_block = line.block;
    }
    (!summary.is_empty()).then_some(summary)
}

/// Whether `03/04/2019` is the fourth of March: where a date of the CV itself says so, else where the person lives in the
/// United States or nothing says otherwise of an English CV.
fn month_first(text: &str, language: Option<&str>, country: Option<&str>) -> bool {
    let mut month_first =
        language == Some("en") && country.is_none_or(|code| matches!(code, "US" | "PH" | "CA"));
    let bytes = text.as_bytes();
    for at in 2..bytes.len().saturating_sub(7) {
        if bytes[at] != b'/' || bytes[at + 3] != b'/' || !bytes[at + 4..at + 8].iter().all(u8::is_ascii_digit)
        {
            continue;
        }
        let two = |from: usize| {
            std::str::from_utf8(&bytes[from..from + 2]).ok().and_then(|text| text.parse::<u8>().ok())
        };
        match (two(at - 2), two(at + 1)) {
            (Some(13..=31), Some(1..=12)) => return false,
            (Some(1..=12), Some(13..=31)) => month_first = true,
            _ => {}
        }
    }
    month_first
}

/// The country that a CV of a language is most likely from, where the language has one.
fn country_of_language(language: &str) -> Option<&'static str> {
    Some(match language {
        "de" => "DE",
        "fr" => "FR",
        "es" => "ES",
        "it" => "IT",
        "nl" => "NL",
        "ro" => "RO",
        _ => return None,
    })
}

fn warnings(
    document: &Document,
    lines: &[SourceLine<'_>],
    employments: &[Employment],
    has_name: bool,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if document.hidden_text.is_some() {
        warnings.push("The file has text that nobody can see; it was not read.".to_owned());
    }
    if !has_name {
        warnings.push("No name was found.".to_owned());
    }
    if employments.is_empty() {
        warnings.push("No employment was found.".to_owned());
    } else if employments.iter().all(|employment| employment.work.start_date.is_none()) {
        warnings.push("No employment has dates.".to_owned());
    }
    for employment in employments {
        if let (Some(start), Some(end)) = (employment.work.start_date, employment.work.end_date)
            && end.months_since_zero(12) < start.months_since_zero(1)
        {
            warnings.push(format!("An employment ends ({end}) before it begins ({start})."));
        }
    }
    if lines.len() < 5 {
        warnings.push("There is next to no text.".to_owned());
    }
    warnings
}
