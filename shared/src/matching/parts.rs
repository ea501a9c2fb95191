//! Each part of the score: what it compares, and how that becomes a number between 0 and 1. A part is the weighted mean of its
//! signals that have data.

use crate::domain::{JobText, Part, PartKind, Remote, Seniority};
use crate::parsing::lexicon::countries::is_same_city;
use crate::parsing::lexicon::human_languages;

use super::Embedded;
use super::anchors;
use super::features::{CvFeatures, JobFeatures, Title};
use super::variant::Weights;

/// One thing that was measured of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Signal {
    /// 0–1; none without data.
    pub(crate) value: Option<f32>,
    /// 0–1: how far there was enough to tell; a signal that hangs on one skill counts less.
    pub(crate) certainty: f32,
}

impl From<Option<f32>> for Signal {
    fn from(value: Option<f32>) -> Self {
        Self { value, certainty: 1.0 }
    }
}

/// All that is measured of a pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Signals {
    pub(crate) skills: Signal,
    pub(crate) title: Signal,
    pub(crate) occupation: Signal,
    pub(crate) experience: Signal,
    pub(crate) education: Signal,
    pub(crate) languages: Signal,
    pub(crate) embedding: Signal,
    pub(crate) vocabulary: Signal,
    pub(crate) place: Signal,
}

impl Signals {
    /// Each with its name as [`Weights`] has it.
    pub(crate) fn named(&self) -> [(&'static str, Signal); 9] {
        [
            ("skills", self.skills),
            ("title", self.title),
            ("occupation", self.occupation),
            ("experience", self.experience),
            ("education", self.education),
            ("languages", self.languages),
            ("embedding", self.embedding),
            ("vocabulary", self.vocabulary),
            ("place", self.place),
        ]
    }
}

/// What a part found.
pub(crate) struct Outcome {
    pub(crate) kind: PartKind,
    /// 0–1; none without data.
    pub(crate) value: Option<f32>,
    /// The weight of its signals that have data.
    pub(crate) weight: f32,
    pub(crate) matched: Vec<String>,
    pub(crate) missing: Vec<String>,
}

impl Outcome {
    fn new(kind: PartKind, signals: &[(Signal, f32)]) -> Self {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (signal, of_signal) in signals {
            if let Some(value) = signal.value {
                sum += of_signal * signal.certainty * value;
                weight += of_signal * signal.certainty;
            }
        }
        let value = (weight > 0.0).then(|| sum / weight);
        Self { kind, value, weight, matched: Vec::new(), missing: Vec::new() }
    }

    /// The part as it stands in a score, with its share of the whole.
    pub(crate) fn into_part(self, share: f32) -> Part {
        Part {
            kind: self.kind,
            score: self.value.map_or(0.0, |value| 100.0 * value.clamp(0.0, 1.0)),
            weight: share,
            has_data: self.value.is_some(),
            matched: self.matched,
            missing: self.missing,
            evidence: Vec::new(),
        }
    }
}

/// Where the line through (`low`, 0) and (`high`, 1) has `value`, within 0–1.
fn between(low: f32, high: f32, value: f32) -> f32 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

/// So many names are listed as matched or missing, the weightiest.
const MOST_NAMES: usize = 12;

/// How far a skill counts as shown by name, rather than as missing.
const SHOWN: f32 = 0.7;

/// The weight of the skills that the CV shows (in part, where it shows a relative) among all that the job names.
pub(crate) fn skills_signal(cv: &CvFeatures, job: &JobFeatures) -> Signal {
    if job.skills.is_empty() || cv.skills.is_empty() {
        return None.into();
    }
    let all: f32 = job.skills.iter().map(|wanted| wanted.weight).sum();
    let shown: f32 = job.skills.iter().map(|wanted| wanted.weight * cv.shows(wanted)).sum();
    Signal {
        // Nobody shows all of a long list: the square root is steep where it matters, from one in ten to half.
        value: (all > 0.0).then(|| (shown / all.max(0.6)).sqrt()),
        certainty: between(0.0, 1.5, all).max(0.2),
    }
}

/// Skills, with the names of those shown and missing.
pub(crate) fn skills(cv: &CvFeatures, job: &JobFeatures, signals: &Signals, weights: &Weights) -> Outcome {
    let mut outcome = Outcome::new(PartKind::Skills, &[(signals.skills, weights.skills)]);
    if signals.skills.value.is_none() {
        return outcome;
    }
    for wanted in &job.skills {
        let credit = cv.shows(wanted);
        let list = if credit >= SHOWN { &mut outcome.matched } else { &mut outcome.missing };
        if (credit == 0.0 || credit >= SHOWN) && list.len() < MOST_NAMES {
            list.push(wanted.name.clone());
        }
    }
    outcome
}

/// Similarity of two titles, 0–1: the same occupation in whichever language, shared words, or at least the same field.
pub(crate) fn title_similarity(one: &Title, wanted: &Title) -> f32 {
    let by_words = shared_words(one, wanted);
    let same_occupation = one.occupations.iter().any(|occupation| wanted.occupations.contains(occupation));
    let same_field = one.fields.iter().any(|field| wanted.fields.contains(field));
    let by_occupation = match (same_occupation, same_field) {
        (true, _) => 0.85,
        (false, true) => 0.45,
        (false, false) => 0.0,
    };
    // Two titles that agree both ways agree fully.
    by_words.max(by_occupation + (1.0 - by_occupation) * by_words)
}

/// Dice's coefficient of the titles' words by weight.
fn shared_words(one: &Title, other: &Title) -> f32 {
    let weight = |title: &Title| title.words.iter().map(|(_, weight)| weight).sum::<f32>();
    let both = weight(one) + weight(other);
    if both == 0.0 {
        return 0.0;
    }
    let shared =
        other.words.iter().filter(|(term, _)| one.words.binary_search_by_key(term, |(t, _)| *t).is_ok());
    2.0 * shared.map(|(_, weight)| weight).sum::<f32>() / both
}

/// The best of the candidate's titles for the job, and how alike it is.
pub(crate) fn best_title<'a>(cv: &'a CvFeatures, job: &JobFeatures) -> Option<(&'a Title, f32)> {
    let each = cv.titles.iter().map(|title| (title, title.recency * title_similarity(title, &job.title)));
    each.max_by(|a, b| a.1.total_cmp(&b.1))
}

/// How alike the occupations and fields are that both name, 0–1.
pub(crate) fn relevance(cv: &CvFeatures, job: &JobFeatures) -> Option<f32> {
    cv.occupations.similarity(&job.occupations)
}

/// The best of the candidate's titles against the job's, word by word.
pub(crate) fn title_signal(cv: &CvFeatures, job: &JobFeatures) -> Signal {
    let best = best_title(cv, job).filter(|_| !job.title.words.is_empty());
    best.map(|(_, alike)| alike).into()
}

/// Title: the best of the candidate's titles, and the occupations of both.
pub(crate) fn title(cv: &CvFeatures, job: &JobFeatures, signals: &Signals, weights: &Weights) -> Outcome {
    let of_part = [(signals.title, weights.title), (signals.occupation, weights.occupation)];
    let mut outcome = Outcome::new(PartKind::Title, &of_part);
    match best_title(cv, job) {
        Some((title, alike)) if alike >= 0.5 => outcome.matched.push(title.text.clone()),
        _ if outcome.value.is_some_and(|value| value < 0.5) => outcome.missing.push(job.title.text.clone()),
        _ => {}
    }
    outcome
}

/// Experience: months of work that is related against the months wanted, else rank against rank.
pub(crate) fn experience_signal(cv: &CvFeatures, job: &JobFeatures, occupation: Signal) -> Signal {
    let related = occupation.value.unwrap_or(0.5);
    let by_years = job
        .requirements
        .experience_months
        .zip(related_months(cv, job, related))
        .map(|(wanted, has)| between(0.0, 1.0, 0.1 + 0.9 * has / wanted as f32));
    let by_rank = job
        .requirements
        .seniority
        .zip(cv.seniority)
        .map(|(wanted, has)| rank_fit(has, wanted) * (0.3 + 0.7 * related));
    let value = match (by_years, by_rank) {
        (Some(years), Some(rank)) => Some(0.7 * years + 0.3 * rank),
        (years, rank) => years.or(rank),
    };
    value.into()
}

/// Experience.
pub(crate) fn experience(signals: &Signals, weights: &Weights) -> Outcome {
    Outcome::new(PartKind::Experience, &[(signals.experience, weights.experience)])
}

/// Months of work, each by how far its title or the whole CV is of the job's field.
fn related_months(cv: &CvFeatures, job: &JobFeatures, field: f32) -> Option<f32> {
    let total = cv.experience_months? as f32;
    let dated: Vec<(f32, f32)> = cv
        .titles
        .iter()
        .filter_map(|title| {
            title.months.map(|months| (months as f32, title_similarity(title, &job.title).max(field)))
        })
        .collect();
    let known: f32 = dated.iter().map(|(months, _)| months).sum();
    let by_title =
        if known > 0.0 { dated.iter().map(|(m, related)| m * related).sum::<f32>() / known } else { field };
    Some(total * by_title)
}

/// How a rank fits one that is wanted: a quarter less for each step below, little less for each above.
fn rank_fit(has: Seniority, wanted: Seniority) -> f32 {
    let steps = wanted as i32 - has as i32;
    if steps > 0 { (1.0 - 0.25 * steps as f32).max(0.0) } else { 1.0 + 0.08 * steps as f32 }
}

/// Education: the candidate's level against the least that the job names.
pub(crate) fn education_signal(cv: &CvFeatures, job: &JobFeatures) -> Signal {
    let value = job.requirements.education_level.zip(cv.education_level).map(|(wanted, has)| {
        match wanted.saturating_sub(has) {
            0 => 1.0,
            1 => 0.6,
            2 => 0.3,
            _ => 0.1,
        }
    });
    value.into()
}

/// Education.
pub(crate) fn education(signals: &Signals, weights: &Weights) -> Outcome {
    Outcome::new(PartKind::Education, &[(signals.education, weights.education)])
}

/// How far each language that the job names is known at its level, 0–1; none where the CV tells of no languages.
fn languages_known<'a>(cv: &'a CvFeatures, job: &'a JobFeatures) -> impl Iterator<Item = (&'a str, f32)> {
    let own = cv.language.as_deref().and_then(human_languages::name_of_code);
    job.requirements.languages.iter().filter_map(move |wanted| {
        let known = cv.languages.iter().find(|(language, _)| *language == wanted.language);
        let fit = match known {
            Some((_, level)) => level_fit(*level, wanted.level.as_deref()),
            None if own == Some(wanted.language.as_str()) => 1.0,
            None if cv.languages.is_empty() => return None,
            None => 0.0,
        };
        Some((wanted.language.as_str(), fit))
    })
}

/// Languages that the job names, at their level.
pub(crate) fn languages_signal(cv: &CvFeatures, job: &JobFeatures) -> Signal {
    let (mut sum, mut count) = (0.0, 0.0);
    for (_, fit) in languages_known(cv, job) {
        sum += fit;
        count += 1.0;
    }
    (count > 0.0).then(|| sum / count).into()
}

/// Languages, with their names.
pub(crate) fn languages(cv: &CvFeatures, job: &JobFeatures, signals: &Signals, weights: &Weights) -> Outcome {
    let mut outcome = Outcome::new(PartKind::Languages, &[(signals.languages, weights.languages)]);
    for (language, fit) in languages_known(cv, job) {
        let list = if fit >= 0.75 { &mut outcome.matched } else { &mut outcome.missing };
        list.push(language.to_owned());
    }
    outcome
}

const LEVELS: [&str; 6] = ["A1", "A2", "B1", "B2", "C1", "C2"];

fn level_fit(has: Option<&str>, wanted: Option<&str>) -> f32 {
    let rank = |level: &str| LEVELS.iter().position(|known| *known == level);
    match has.and_then(rank).zip(wanted.and_then(rank)) {
        Some((has, wanted)) => (1.0 - 0.25 * wanted.saturating_sub(has) as f32).max(0.0),
        None => 1.0,
    }
}

/// Similarity of the embeddings: by where they lie among the occupations, or of a model whose occupations are not known by
/// their cosine.
pub(crate) fn embedding_signal(cv: &Embedded<'_>, job: &Embedded<'_>) -> Signal {
    let vectors = cv.vector.as_deref().zip(job.vector.as_deref()).filter(|(a, b)| a.len() == b.len());
    let value = vectors.map(|(a, b)| match cv.occupations.as_deref().zip(job.occupations.as_deref()) {
        Some((one, other)) => between(0.5, 0.97, anchors::overlap(one, other)),
        None => between(0.1, 0.65, anchors::overlap(a, b)),
    });
    value.into()
}

/// Cosine from which on two texts count as of one vocabulary.
const SAME_VOCABULARY: f32 = 0.45;

/// Similarity of the vocabulary. Squared: that a few words are shared says nothing, that most are says much. Two languages share
/// names and tools: little, but to leave the signal out would put every ad in another language before those in the CV's own.
pub(crate) fn vocabulary_signal(cv: &CvFeatures, job: &JobFeatures) -> Signal {
    (!cv.terms.is_empty() && !job.terms.is_empty())
        .then(|| between(0.0, SAME_VOCABULARY, cv.terms.cosine(&job.terms)).powi(2))
        .into()
}

/// Meaning: similarity of the texts, by embedding and by vocabulary.
pub(crate) fn meaning(signals: &Signals, weights: &Weights) -> Outcome {
    let of_part = [(signals.embedding, weights.embedding), (signals.vocabulary, weights.vocabulary)];
    Outcome::new(PartKind::Meaning, &of_part)
}

/// Place: remote work fits everybody; else the same city, the same country, another country.
pub(crate) fn place_signal(cv: &CvFeatures, job: &JobFeatures, text: &JobText) -> Signal {
    if text.remote == Some(Remote::Remote) {
        return Some(1.0).into();
    }
    let cities = cv.city.as_deref().zip(job.requirements.city.as_deref());
    let countries = cv.country_code.as_deref().zip(job.requirements.country_code.as_deref());
    let same_city = cities.map(|(one, other)| is_same_city(one, other));
    let value = match (same_city, countries.map(|(one, other)| one == other)) {
        (_, Some(false)) => Some(0.1),
        (Some(true), _) => Some(1.0),
        (Some(false), Some(true)) => Some(0.6),
        (None, Some(true)) => Some(0.8),
        (Some(false) | None, None) => None,
    };
    value.into()
}

/// Place, with the name of the city.
pub(crate) fn place(job: &JobFeatures, text: &JobText, signals: &Signals, weights: &Weights) -> Outcome {
    let mut outcome = Outcome::new(PartKind::Place, &[(signals.place, weights.place)]);
    let city = job.requirements.city.clone().filter(|_| text.remote != Some(Remote::Remote));
    match (outcome.value, city) {
        (Some(1.0), Some(city)) => outcome.matched.push(city),
        (Some(value), Some(city)) if value < 0.7 => outcome.missing.push(city),
        _ => {}
    }
    outcome
}

/// What the candidate looks for, 0–100: work of the kind of their last titles, not below their rank, in reach, in a language
/// that they speak. Nothing to go by is 50.
pub(crate) fn reverse(cv: &CvFeatures, job: &JobFeatures, signals: &Signals) -> f32 {
    let newest =
        cv.titles.iter().take(2).map(|title| title_similarity(title, &job.title)).max_by(f32::total_cmp);
    let kind_of_work = match (newest, signals.occupation.value) {
        (Some(alike), Some(field)) => Some(0.5 * alike + 0.5 * field),
        (alike, field) => alike.or(field),
    };
    let rank = cv.seniority.zip(job.requirements.seniority).map(|(has, offered)| {
        let below = has as i32 - offered as i32;
        if below > 0 { (1.0 - 0.3 * below as f32).max(0.0) } else { 1.0 }
    });
    let spoken =
        job.requirements.language.as_deref().and_then(human_languages::name_of_code).and_then(|language| {
            let own = cv.language.as_deref().and_then(human_languages::name_of_code);
            if own == Some(language) || cv.languages.iter().any(|(known, _)| known == language) {
                Some(1.0)
            } else {
                own.map(|_| 0.0)
            }
        });
    let wishes = [(kind_of_work, 0.6), (rank, 0.15), (spoken, 0.15), (signals.place.value, 0.1)];
    let known: f32 = wishes.iter().filter(|(value, _)| value.is_some()).map(|(_, weight)| weight).sum();
    if known == 0.0 {
        return 50.0;
    }
    100.0 * wishes.iter().filter_map(|(value, weight)| value.map(|value| value * weight)).sum::<f32>() / known
}
