//! Why a CV and a job fit, in sentences that rest on what both say: [`explain`] picks the facts behind a score, and writes
//! them in the CV's language where it is English, German, French or Spanish. It names nothing that stands in neither.
//! [`chat`] has a language model write them where one is set.

pub mod chat;
mod english;
mod french;
mod german;
mod open_points;
mod questions;
mod spanish;
mod templates;
mod transfer;

#[cfg(test)]
mod tests;

use crate::domain::{
    Evidence, Explanation, LOCAL_GENERATOR, Part, PartKind, Quote, Score, SkillUse, Source, Work,
};
use crate::matching::{CvSide, JobSide};
use crate::parsing::lexicon::human_languages;
use crate::parsing::lexicon::phrases::{fold, words};

use open_points::OpenPoint;
use templates::Templates;

/// From this score on an explanation speaks of a fit.
const STRONG: f32 = 70.0;
/// From this score on of a fit in part.
const PARTIAL: f32 = 45.0;
/// So many sentences a list has at most.
const MOST_SENTENCES: usize = 5;
/// A quote within a sentence has at most so many characters.
const LONGEST_QUOTE: usize = 140;

/// Why they fit, from the score's parts. Call [`evidence`](crate::matching::evidence) on the score first: without it there are
/// no quotes. The same pair always reads the same; different pairs are worded differently.
pub fn explain(cv: &CvSide<'_>, job: &JobSide<'_>, score: &Score) -> Explanation {
    let writer = Writer { cv, job, score, templates: templates_of(cv), seed: seed(cv, job) };
    let points = writer.open_points();
    let transferable_skills = writer.transferable_skills();
    Explanation {
        language: writer.templates.language.to_owned(),
        summary: writer.summary(&points),
        strengths: writer.strengths(),
        suggestions: writer.suggestions(&points),
        questions: writer.questions(&transferable_skills),
        gaps: points.into_iter().map(|point| point.gap).collect(),
        transferable_skills,
        quotes: writer.quotes(),
        generator: LOCAL_GENERATOR.to_owned(),
    }
}

fn templates_of(cv: &CvSide<'_>) -> &'static Templates {
    match cv.profile.analysis.language.as_deref() {
        Some("de") => &german::GERMAN,
        Some("fr") => &french::FRENCH,
        Some("es") => &spanish::SPANISH,
        _ => &english::ENGLISH,
    }
}

/// A number of the pair (FNV-1a), by which its wording is chosen.
fn seed(cv: &CvSide<'_>, job: &JobSide<'_>) -> u64 {
    let bytes = cv.text.bytes().chain(job.job.title.bytes()).chain(job.job.text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

struct Writer<'a> {
    cv: &'a CvSide<'a>,
    job: &'a JobSide<'a>,
    score: &'a Score,
    templates: &'static Templates,
    seed: u64,
}

impl Writer<'_> {
    fn say(&self, sentences: &[&'static str], salt: u64, values: &[(&str, &str)]) -> String {
        let mixed = (self.seed ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        self.templates.say(sentences, mixed, values)
    }

    /// As [`Writer::say`], for one of several sentences that must not read the same.
    fn say_in_turn(
        &self,
        sentences: &[&'static str],
        salt: u64,
        index: usize,
        values: &[(&str, &str)],
    ) -> String {
        let mixed = (self.seed ^ salt).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        self.templates.say(sentences, mixed + index as u64, values)
    }

    fn part(&self, kind: PartKind) -> Option<&Part> {
        self.score.parts.iter().find(|part| part.kind == kind && part.has_data)
    }

    fn summary(&self, points: &[OpenPoint]) -> String {
        let t = self.templates;
        let job = self.job.job.title.trim();
        let verdict = match self.score.score {
            score if score >= STRONG => t.strong,
            score if score >= PARTIAL => t.partial,
            _ => t.weak,
        };
        let mut sentences = vec![self.say(verdict, 1, &[("job", job)])];
        if let Some((title, work)) = self.closest_role() {
            sentences.push(match work.and_then(|work| work.name.as_deref()) {
                Some(employer) => self.say(t.role_at, 2, &[("title", title), ("employer", employer)]),
                None => self.say(t.role, 2, &[("title", title)]),
            });
        }
        let shared = self.shared_skills();
        if !shared.is_empty() {
            let names: Vec<String> = shared.iter().take(4).map(|skill| self.words_of(skill)).collect();
            sentences.push(self.say(t.shared_skills, 3, &[("skills", &t.list(&names))]));
        }
        // One name only: the gaps list them all.
        let missing = self.missing_skills();
        if let Some(first) = missing.iter().find(|skill| !skill.is_trait)
            && self.score.score >= PARTIAL
        {
            sentences.push(self.say(t.open_skills, 4, &[("skills", &first.written)]));
        }
        if sentences.len() < 2 {
            sentences.extend(points.iter().take(1).map(|point| point.gap.clone()));
        }
        if sentences.len() < 2 {
            sentences.extend(self.strengths().into_iter().take(1));
        }
        sentences.join(" ")
    }

    /// The candidate's title that comes closest to the job's, if it is close, with its employment.
    fn closest_role(&self) -> Option<(&str, Option<&Work>)> {
        let title = self.part(PartKind::Title)?.matched.first()?;
        let work =
            self.cv.profile.work.iter().find(|work| work.position.as_deref().map(str::trim) == Some(title));
        Some((title, work))
    }

    /// The skills that both name, the job's weightiest first.
    fn shared_skills(&self) -> Vec<&SkillUse> {
        let Some(part) = self.part(PartKind::Skills) else { return Vec::new() };
        let known = |name: &String| self.cv.profile.analysis.skills.iter().find(|skill| skill.name == *name);
        part.matched.iter().filter_map(known).collect()
    }

    /// A skill as the CV writes it: by its name where CV or job call it so, else in the CV's words, marked as such where they
    /// would not read as a name ("took bloods").
    fn words_of(&self, skill: &SkillUse) -> String {
        let written = self.cv.text.get(skill.start..skill.end).map(one_line).unwrap_or_default();
        let name = fold(&skill.name);
        if written.is_empty() || fold(&written) == name {
            return if written.is_empty() { skill.name.clone() } else { written };
        }
        if [self.cv.text, &self.job.job.text].iter().any(|text| fold(text).contains(&name)) {
            return skill.name.clone();
        }
        if written.contains(' ') && !written.contains(char::is_uppercase) {
            return self.templates.quote(&written);
        }
        written
    }

    fn strengths(&self) -> Vec<String> {
        let t = self.templates;
        let mut strengths = Vec::new();
        if let Some((title, Some(work))) = self.closest_role() {
            let duration = months(work).map(|months| t.duration(months));
            match (work.name.as_deref(), duration) {
                (Some(employer), Some(duration)) => {
                    let values = [("title", title), ("employer", employer), ("duration", duration.as_str())];
                    strengths.push(self.say(t.role_at_for, 10, &values));
                }
                (None, Some(duration)) => {
                    strengths.push(self.say(t.role_for, 10, &[("title", title), ("duration", &duration)]));
                }
                _ => {}
            }
        }
        let mut quoted = 0;
        for (index, skill) in self.shared_skills().into_iter().take(3).enumerate() {
            let name = self.words_of(skill);
            let salt = 20 + index as u64;
            match (self.quote_with(skill), skill.months.filter(|months| *months > 0)) {
                (Some(quote), _) if quoted < 2 => {
                    quoted += 1;
                    strengths.push(self.say(t.skill_quoted, salt, &[("skill", &name), ("quote", &quote)]));
                }
                (_, Some(months)) => {
                    let duration = t.duration(months);
                    strengths.push(self.say(t.skill_for, salt, &[("skill", &name), ("duration", &duration)]));
                }
                _ => {}
            }
        }
        if let (Some(part), Some((has, wanted))) = (self.part(PartKind::Experience), self.years())
            && has >= wanted
            && part.score >= 60.0
        {
            let values = [("has", t.duration(has)), ("wanted", t.duration(wanted))];
            strengths.push(self.say(
                t.enough_experience,
                30,
                &values.each_ref().map(|(k, v)| (*k, v.as_str())),
            ));
        }
        if self.part(PartKind::Education).is_some_and(|part| part.score >= 99.0) {
            strengths.push(self.say(t.enough_education, 31, &[]));
        }
        let known = self.languages(|part| &part.matched);
        if !known.is_empty() {
            strengths.push(self.say(t.languages_known, 32, &[("languages", &t.list(&known))]));
        }
        if let Some(place) = self.part(PartKind::Place).and_then(|part| part.matched.first()) {
            strengths.push(self.say(t.place_fits, 33, &[("place", place)]));
        }
        if strengths.len() < MOST_SENTENCES
            && self.score.score >= PARTIAL
            && let Some((cv_quote, job_quote)) = self.passages()
        {
            strengths.push(self.say(t.passages, 34, &[("cv_quote", &cv_quote), ("job_quote", &job_quote)]));
        }
        strengths.truncate(MOST_SENTENCES);
        strengths
    }

    /// A passage of the CV that says more of a skill than its name.
    fn quote_with(&self, skill: &SkillUse) -> Option<String> {
        let part = self.part(PartKind::Skills)?;
        let around = part
            .evidence
            .iter()
            .find(|e| e.source == Source::Cv && e.start <= skill.start && e.end >= skill.end)?;
        // A sentence has small words; a list of names, a title or a heading has none.
        let small = around.quote.split_whitespace().filter(|word| word.len() >= 2 && is_small(word)).count();
        let is_prose = small >= 3 && around.quote.matches(',').count() <= 3;
        quotable(&around.quote).filter(|_| is_prose).map(|quote| with_ellipsis(self.cv.text, around, &quote))
    }

    /// A passage of the CV and one of the job that answer each other: two sentences with three words in common.
    fn passages(&self) -> Option<(String, String)> {
        let evidence = &self.part(PartKind::Meaning)?.evidence;
        let of = |source| evidence.iter().find(|e: &&Evidence| e.source == source);
        let (cv, job) = (of(Source::Cv)?, of(Source::Job)?);
        let wanted: Vec<String> = telling_words(&job.quote);
        let shared = telling_words(&cv.quote).into_iter().filter(|word| wanted.contains(word)).count();
        if shared < 3 {
            return None;
        }
        let (cv_quote, job_quote) = (quotable(&cv.quote)?, quotable(&job.quote)?);
        let (cv_text, job_text) = (self.cv.text, self.job.job.text.as_str());
        Some((with_ellipsis(cv_text, cv, &cv_quote), with_ellipsis(job_text, job, &job_quote)))
    }

    /// Months that the CV shows and the job wants.
    fn years(&self) -> Option<(u32, u32)> {
        self.cv.profile.analysis.experience_months.zip(self.job.requirements.experience_months)
    }

    /// Languages of a list of the part, as the job writes them.
    fn languages<'p>(&'p self, list: impl Fn(&'p Part) -> &'p Vec<String>) -> Vec<String> {
        let Some(part) = self.part(PartKind::Languages) else { return Vec::new() };
        let (title, text) = (&self.job.job.title, &self.job.job.text);
        let written = |language: &String| {
            let found = |text: &str| {
                human_languages::find(text)
                    .into_iter()
                    .find(|m| m.language == language)
                    .map(|m| text[m.start..m.end].to_owned())
            };
            found(text).or_else(|| found(title))
        };
        list(part).iter().filter_map(written).collect()
    }

    /// The passages of the heaviest parts, each once.
    fn quotes(&self) -> Vec<Quote> {
        let mut quotes: Vec<Quote> = Vec::new();
        for evidence in self.score.parts.iter().flat_map(|part| &part.evidence) {
            let quote = Quote { source: evidence.source, text: evidence.quote.clone() };
            // A recruiter sees this before the candidate applies: no address, whatever else its line shows.
            if quotes.len() < 8 && !quotes.contains(&quote) && !chat::outgoing::has_contact(&quote.text) {
                quotes.push(quote);
            }
        }
        quotes
    }
}

/// Months of an employment whose dates are known.
fn months(work: &Work) -> Option<u32> {
    let (start, end) = (work.start_date?, work.end_date?);
    // Two bare years tell no number of months.
    if start.month.is_none() && end.month.is_none() && start.year == end.year {
        return None;
    }
    u32::try_from(end.months_since_zero(1) - start.months_since_zero(1) + i32::from(end.month.is_some()))
        .ok()
        .filter(|m| *m > 0)
}

/// A passage that can stand in a sentence: one line, not too long, nobody's address, and no word to whoever ranks or writes.
fn quotable(quote: &str) -> Option<String> {
    let is_short = quote.chars().count() <= LONGEST_QUOTE;
    let is_line = !quote.contains(['\n', '\t']) && !quote.contains("  ");
    let is_plain = !chat::outgoing::has_contact(quote) && !chat::outgoing::gives_orders(quote);
    (is_short && is_line && is_plain).then(|| quote.trim().to_owned())
}

/// A quote with marks where the sentence that it is of goes on.
fn with_ellipsis(text: &str, around: &Evidence, quote: &str) -> String {
    let goes_on = |rest: &str| {
        let rest = rest.trim_start_matches([' ', '\n', '\r']);
        rest.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit() || c == ',')
    };
    let is_whole = quote.ends_with(['.', '!', '?']);
    let after = !is_whole && text.get(around.end..).is_some_and(goes_on);
    let before = is_small(quote)
        && text.get(..around.start).is_some_and(|before| {
            before.trim_end_matches([' ', '\n', '\r']).ends_with(|c: char| c.is_lowercase() || c == ',')
        });
    format!("{}{quote}{}", if before { "… " } else { "" }, if after { " …" } else { "" })
}

fn is_small(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
}

/// The longer words of a text, each once.
fn telling_words(text: &str) -> Vec<String> {
    let mut telling: Vec<String> =
        words(text).into_iter().map(|word| word.folded).filter(|word| word.len() >= 4).collect();
    telling.sort_unstable();
    telling.dedup();
    telling
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
