//! The passages of CV and job that show a score's parts, quoted to the letter.

use crate::domain::{Evidence, PartKind, Profile, Score, Source};
use crate::parsing::lexicon::phrases::words;
use crate::parsing::lexicon::{education_level, human_languages};
use crate::parsing::requirements::{experience_sentence, sentence_around};

use super::lexical::{is_stop_word, stem};
use super::{CvSide, JobSide};

/// So many quotes a part, of each side.
const MOST_QUOTES: usize = 3;
/// Longest quote in bytes.
const LONGEST_QUOTE: usize = 200;

/// Fills in the passages that show each part that has data. Below a millisecond: for the few pairs that are shown.
pub fn evidence(cv: &CvSide<'_>, job: &JobSide<'_>, score: &mut Score) {
    for part in score.parts.iter_mut().filter(|part| part.has_data) {
        part.evidence = match part.kind {
            PartKind::Skills => skills(cv, job, &part.matched),
            PartKind::Title => titles(cv, job, &part.matched),
            PartKind::Experience => experience(cv, job),
            PartKind::Education => education(cv, job),
            PartKind::Languages => languages(cv, job),
            PartKind::Meaning => closest_passages(cv, job),
            PartKind::Place => place(cv),
        };
    }
}

fn quote(source: Source, text: &str, start: usize, end: usize) -> Option<Evidence> {
    let quote = text.get(start..end)?;
    (!quote.trim().is_empty()).then(|| Evidence { source, quote: quote.to_owned(), start, end })
}

/// The sentence around a place, or where it is long the words next to the place.
fn passage(source: Source, text: &str, start: usize, end: usize) -> Option<Evidence> {
    text.get(start..end)?;
    let (mut from, mut to) = sentence_around(text, start, end);
    if to - from > LONGEST_QUOTE {
        from = from.max(text.floor_char_boundary(start.saturating_sub(LONGEST_QUOTE / 2)));
        to = to.min(text.ceil_char_boundary((end + LONGEST_QUOTE / 2).min(text.len())));
        let inner = &text[from..to];
        from += if from > 0 {
            inner.find(char::is_whitespace).filter(|at| from + at < start).unwrap_or(0)
        } else {
            0
        };
        to = if to < text.len() {
            text[..to].rfind(char::is_whitespace).filter(|at| *at >= end).unwrap_or(to)
        } else {
            to
        };
        let inner = &text[from..to];
        let left = inner.len() - inner.trim_start().len();
        let right = inner.trim_end().len();
        (from, to) = (from + left, from + right);
    }
    quote(source, text, from, to)
}

fn skills(cv: &CvSide<'_>, job: &JobSide<'_>, matched: &[String]) -> Vec<Evidence> {
    let mut found = Vec::new();
    for name in matched.iter().take(MOST_QUOTES) {
        let in_cv = cv.profile.analysis.skills.iter().find(|skill| skill.name == *name);
        let in_job = job.requirements.skills.iter().find(|skill| skill.name == *name && !skill.in_title);
        found.extend(in_cv.and_then(|skill| passage(Source::Cv, cv.text, skill.start, skill.end)));
        found.extend(in_job.and_then(|skill| passage(Source::Job, &job.job.text, skill.start, skill.end)));
    }
    found
}

fn titles(cv: &CvSide<'_>, job: &JobSide<'_>, matched: &[String]) -> Vec<Evidence> {
    let in_cv = matched.iter().find_map(|title| find(Source::Cv, cv.text, title));
    let in_job = find(Source::Job, &job.job.text, job.job.title.trim());
    in_cv.into_iter().chain(in_job).collect()
}

/// Where a phrase stands in a text, whatever its case.
pub(super) fn find(source: Source, text: &str, phrase: &str) -> Option<Evidence> {
    if let Some(start) = text.find(phrase) {
        return quote(source, text, start, start + phrase.len());
    }
    let wanted = words(phrase);
    let text_words = words(text);
    let first = wanted.first()?;
    let starts = text_words.iter().enumerate().filter(|(_, word)| word.folded == first.folded);
    let mut places = starts.filter_map(|(at, _)| text_words.get(at..at + wanted.len()));
    let place = places.find(|place| place.iter().zip(&wanted).all(|(a, b)| a.folded == b.folded))?;
    quote(source, text, place.first()?.start, place.last()?.end)
}

fn experience(cv: &CvSide<'_>, job: &JobSide<'_>) -> Vec<Evidence> {
    let wanted = experience_sentence(&job.job.text)
        .and_then(|(start, end)| passage(Source::Job, &job.job.text, start, end));
    let has = cv
        .profile
        .work
        .iter()
        .take(2)
        .filter_map(|work| find(Source::Cv, cv.text, work.position.as_deref()?));
    has.chain(wanted).collect()
}

fn education(cv: &CvSide<'_>, job: &JobSide<'_>) -> Vec<Evidence> {
    let degrees = cv.profile.education.iter().filter_map(|education| education.study_type.as_deref());
    let highest = degrees.max_by_key(|degree| education_level::level_of_degree(degree));
    let has = highest.and_then(|degree| find(Source::Cv, cv.text, degree));
    let wanted = education_level::find(&job.job.text)
        .into_iter()
        .find(|found| Some(found.value) == job.requirements.education_level);
    has.into_iter()
        .chain(wanted.and_then(|found| passage(Source::Job, &job.job.text, found.start, found.end)))
        .collect()
}

fn languages(cv: &CvSide<'_>, job: &JobSide<'_>) -> Vec<Evidence> {
    let wanted = |language: &str| job.requirements.languages.iter().any(|w| w.language == language);
    let of = |source, text: &str| {
        let mentions =
            human_languages::find(text).into_iter().filter(|m| m.is_about_language && wanted(m.language));
        mentions.take(MOST_QUOTES).filter_map(|m| passage(source, text, m.start, m.end)).collect::<Vec<_>>()
    };
    of(Source::Cv, cv.text).into_iter().chain(of(Source::Job, &job.job.text)).collect()
}

fn place(cv: &CvSide<'_>) -> Vec<Evidence> {
    let city = cv.profile.basics.location.as_ref().and_then(|location| location.city.as_deref());
    city.and_then(|city| find(Source::Cv, cv.text, city)).into_iter().collect()
}

/// The sentence of the CV and the sentence of the job that share the most words, where any do.
fn closest_passages(cv: &CvSide<'_>, job: &JobSide<'_>) -> Vec<Evidence> {
    let job_sentences = sentences(&job.job.text);
    let ranges = own_work(cv.profile, cv.text);
    let cv_sentences: Vec<_> = sentences(cv.text)
        .into_iter()
        .filter(|s| ranges.is_none_or(|(from, to)| s.0 >= from && s.1 <= to))
        .collect();
    let mut best: Option<(f32, (usize, usize), (usize, usize))> = None;
    for (cv_start, cv_end, cv_stems) in &cv_sentences {
        for (job_start, job_end, job_stems) in &job_sentences {
            let shared = cv_stems.iter().filter(|term| job_stems.binary_search(term).is_ok()).count();
            let size = (cv_stems.len() * job_stems.len()) as f32;
            let value = shared as f32 * shared as f32 / size.sqrt().max(1.0);
            if shared >= 2 && best.is_none_or(|(most, _, _)| value > most) {
                best = Some((value, (*cv_start, *cv_end), (*job_start, *job_end)));
            }
        }
    }
    let Some((_, (cv_start, cv_end), (job_start, job_end))) = best else { return Vec::new() };
    let in_cv = quote(Source::Cv, cv.text, cv_start, cv_end);
    in_cv.into_iter().chain(quote(Source::Job, &job.job.text, job_start, job_end)).collect()
}

/// Where the CV begins to tell of work: behind the name and the contact, so that they are not quoted.
fn own_work(profile: &Profile, text: &str) -> Option<(usize, usize)> {
    let name = profile.basics.name.as_deref()?;
    let start = text.find(name)? + name.len();
    Some((start, text.len()))
}

/// Start, end and sorted stems of each line or sentence of 20 to [`LONGEST_QUOTE`] bytes.
fn sentences(text: &str) -> Vec<(usize, usize, Vec<u64>)> {
    let mut found = Vec::new();
    let mut start = 0;
    for piece in text.split_inclusive(['\n', '.', '!', '?', '•', ';', '·']).take(400) {
        let trimmed = piece.trim_matches(|c: char| c.is_whitespace() || "-–*•·;".contains(c));
        let offset = start + piece.find(trimmed).unwrap_or(0);
        start += piece.len();
        if !(20..=LONGEST_QUOTE).contains(&trimmed.len()) || trimmed.contains('@') {
            continue;
        }
        let mut stems: Vec<u64> =
            words(trimmed).iter().filter(|word| !is_stop_word(word)).map(|word| stem(&word.folded)).collect();
        stems.sort_unstable();
        stems.dedup();
        found.push((offset, offset + trimmed.len(), stems));
    }
    found
}
