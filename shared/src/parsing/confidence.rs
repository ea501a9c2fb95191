//! How sure each field of a profile is, and where in the text it stands.

use std::collections::BTreeMap;

use crate::domain::{Confidence, PartialDate, Profile};
use crate::skills::Taxonomy;

use super::contact::{Contact, Found};
use super::headings::SectionKind;
use super::name::Name;
use super::sections::Section;
use super::titles::{organisation_score, title_score};
use super::work::Employment;

/// Entries of a list beyond this number get no note.
const MOST_NOTES: usize = 300;

/// What the reading knows besides the profile.
pub(super) struct Reading<'a> {
    pub(super) text: &'a str,
    pub(super) sections: &'a [Section<'a>],
    pub(super) taxonomy: &'a Taxonomy,
    pub(super) name: Option<&'a Name>,
    pub(super) headline: Option<&'a Found<String>>,
    pub(super) contact: &'a Contact,
    /// Where the location was read.
    pub(super) location: Option<(usize, usize)>,
    pub(super) employments: &'a [Employment],
    /// Whether the CV lists its skills.
    pub(super) skills_are_listed: bool,
}

/// Notes every field that the profile has, by its path.
pub(super) fn note(profile: &Profile, reading: &Reading<'_>) -> BTreeMap<String, Confidence> {
    let mut notes = Notes { reading, noted: BTreeMap::new() };
    notes.basics(profile);
    notes.work();
    notes.education(profile);
    notes.skills(profile);
    notes.lists(profile);
    notes.noted
}

struct Notes<'a> {
    reading: &'a Reading<'a>,
    noted: BTreeMap<String, Confidence>,
}

impl Notes<'_> {
    fn add(&mut self, path: impl Into<String>, value: f32, place: Option<(usize, usize)>) {
        self.noted.insert(path.into(), Confidence { value, place });
    }

    fn basics(&mut self, profile: &Profile) {
        let reading = self.reading;
        if let Some(name) = reading.name {
            self.add("basics.name", name.confidence, name.name.place);
        }
        if let Some(headline) = reading.headline {
            let sure = if title_score(&headline.value) >= 2.0 { 0.9 } else { 0.6 };
            self.add("basics.label", sure, headline.place);
        }
        if let Some(email) = &reading.contact.email {
            self.add("basics.email", 0.97, email.place);
        }
        if let Some(phone) = &reading.contact.phone {
            self.add("basics.phone", if phone.value.starts_with('+') { 0.95 } else { 0.7 }, phone.place);
        }
        if let Some(url) = &profile.basics.url {
            let written = url.trim_start_matches("https://").trim_start_matches("http://");
            self.add("basics.url", 0.8, self.place_in_text(written));
        }
        if let Some(location) = &profile.basics.location {
            let sure = if location.country_code.is_some() { 0.9 } else { 0.7 };
            self.add("basics.location", sure, reading.location);
        }
        if profile.basics.summary.is_some() {
            let of_kind = |section: &&Section<'_>| section.kind == SectionKind::Summary;
            let place = reading.sections.iter().find(of_kind).and_then(|section| section.place());
            self.add("basics.summary", 0.9, place);
        }
        for (index, account) in profile.basics.profiles.iter().enumerate() {
            let place = account.username.as_deref().and_then(|name| self.place_in_text(name));
            self.add(format!("basics.profiles[{index}]"), 0.95, place);
        }
    }

    fn work(&mut self) {
        for (index, employment) in self.reading.employments.iter().enumerate().take(MOST_NOTES) {
            let work = &employment.work;
            self.add(format!("work[{index}]"), employment.confidence, Some(employment.place));
            if let Some(title) = &work.position {
                let sure = if title_score(title) >= 2.0 { 0.95 } else { 0.6 };
                let place = self.place_within(employment.place, title);
                self.add(format!("work[{index}].position"), sure, place.or(Some(employment.place)));
            }
            if let Some(employer) = &work.name {
                let known = organisation_score(employer) >= 2.0 || title_score(employer) < 1.0;
                let place = self.place_within(employment.place, employer);
                self.add(
                    format!("work[{index}].name"),
                    if known { 0.9 } else { 0.5 },
                    place.or(Some(employment.place)),
                );
            }
            if work.start_date.is_some() {
                let sure = sureness_of_dates(work.start_date, work.end_date, employment.current);
                self.add(format!("work[{index}].startDate"), sure, employment.date_place);
            }
        }
    }

    fn education(&mut self, profile: &Profile) {
        for (index, entry) in profile.education.iter().enumerate().take(MOST_NOTES) {
            let names = [&entry.institution, &entry.study_type, &entry.area];
            let known = names.iter().filter(|name| name.is_some()).count() as f32;
            let dated = if entry.end_date.is_some() { 0.2 } else { 0.0 };
            let named = names.into_iter().flatten().next().map(String::as_str);
            let place = named.and_then(|name| self.place_in(&[SectionKind::Education], name));
            self.add(format!("education[{index}]"), 0.35 + 0.15 * known + dated, place);
        }
    }

    fn skills(&mut self, profile: &Profile) {
        if profile.skills.is_empty() {
            return;
        }
        let listed = self.reading.skills_are_listed;
        self.add("skills", if listed { 0.9 } else { 0.5 }, None);
        for (index, skill) in profile.skills.iter().enumerate().take(MOST_NOTES) {
            let known = self.reading.taxonomy.lookup(&skill.name).is_some();
            let sure = match (listed, known) {
                (true, true) => 0.97,
                (true, false) => 0.8,
                (false, _) => 0.6,
            };
            let place = self
                .place_in(&[SectionKind::Skills], &skill.name)
                .or_else(|| self.place_in_text(&skill.name));
            self.add(format!("skills[{index}]"), sure, place);
        }
    }

    fn lists(&mut self, profile: &Profile) {
        let mut list = |path: &str, kind: SectionKind, sure: f32, names: Vec<&str>| {
            for (index, name) in names.into_iter().enumerate().take(MOST_NOTES) {
                let place = self.place_in(&[kind], name);
                self.add(format!("{path}[{index}]"), sure, place);
            }
        };
        let text = |name: &Option<String>| name.as_deref().unwrap_or_default().to_owned();
        let languages: Vec<String> = profile.languages.iter().map(|one| one.language.clone()).collect();
        list("languages", SectionKind::Languages, 0.9, languages.iter().map(String::as_str).collect());
        let certificates = profile.certificates.iter().map(|one| one.name.as_str()).collect();
        list("certificates", SectionKind::Certificates, 0.8, certificates);
        let awards = profile.awards.iter().map(|one| one.title.as_str()).collect();
        list("awards", SectionKind::Awards, 0.8, awards);
        let publications = profile.publications.iter().map(|one| one.name.as_str()).collect();
        list("publications", SectionKind::Publications, 0.8, publications);
        let projects = profile.projects.iter().map(|one| one.name.as_str()).collect();
        list("projects", SectionKind::Projects, 0.8, projects);
        let organisations: Vec<String> =
            profile.volunteer.iter().map(|one| text(&one.organization)).collect();
        list("volunteer", SectionKind::Volunteer, 0.8, organisations.iter().map(String::as_str).collect());
        let interests = profile.interests.iter().map(|one| one.name.as_str()).collect();
        list("interests", SectionKind::Interests, 0.85, interests);
        let references = profile.references.iter().map(|one| one.name.as_str()).collect();
        list("references", SectionKind::References, 0.7, references);
    }

    /// Where `name` stands in the sections of some kinds.
    fn place_in(&self, kinds: &[SectionKind], name: &str) -> Option<(usize, usize)> {
        let sections = self.reading.sections.iter().filter(|section| kinds.contains(&section.kind));
        sections.filter_map(Section::place).find_map(|place| self.place_within(place, name))
    }

    fn place_in_text(&self, name: &str) -> Option<(usize, usize)> {
        self.place_within((0, self.reading.text.len()), name)
    }

    fn place_within(&self, (from, to): (usize, usize), name: &str) -> Option<(usize, usize)> {
        let at = self.reading.text.get(from..to)?.find(name).filter(|_| !name.is_empty())?;
        Some((from + at, from + at + name.len()))
    }
}

fn sureness_of_dates(start: Option<PartialDate>, end: Option<PartialDate>, current: bool) -> f32 {
    let has_month = |date: Option<PartialDate>| date.is_some_and(|date| date.month.is_some());
    match (end, current) {
        (None, false) => 0.5,
        _ if has_month(start) && (current || has_month(end)) => 0.95,
        _ => 0.85,
    }
}
