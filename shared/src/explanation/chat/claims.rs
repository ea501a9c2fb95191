//! What a text claims, held against what CV and job say: numbers, quotations, skills, occupations, names.

use std::collections::HashSet;

use super::ToExplain;
use super::check::Fault;
use crate::domain::{PartKind, SkillId};
use crate::parsing::lexicon::phrases::{Word, fold, words};
use crate::parsing::lexicon::{human_languages, occupations};
use crate::skills::Taxonomy;

/// What may be claimed of a match.
pub(super) struct Known {
    is_german: bool,
    job_title: String,
    /// The folded CV, to find what is written there in another way than the taxonomy's.
    cv_folded: String,
    /// CV, job and what was sent, white space made one.
    to_the_letter: String,
    numbers: HashSet<String>,
    words: HashSet<String>,
    cv_skills: HashSet<SkillId>,
    job_skills: HashSet<SkillId>,
    missing_skills: HashSet<SkillId>,
    /// What carries over: the folded skill of the CV and the job's.
    transfers: Vec<(String, String)>,
    occupations: HashSet<usize>,
    languages: HashSet<&'static str>,
}

impl Known {
    pub(super) fn of(one: &ToExplain<'_>, sent: &[String]) -> Self {
        let taxonomy = Taxonomy::global();
        let (cv, job) = (one.cv.text, one.job.job);
        let profile = one.cv.profile;
        let about: Vec<&str> =
            [&job.company, &job.location].into_iter().flatten().map(String::as_str).collect();
        let ad = format!("{}\n{}\n{}", job.title, job.text, about.join("\n"));
        let found = |text: &str| taxonomy.find(text).into_iter().map(|mention| mention.id);
        let mut cv_skills: HashSet<SkillId> = found(cv).collect();
        cv_skills.extend(profile.analysis.skills.iter().map(|skill| skill.id.clone()));
        let wanted = &one.job.requirements.skills;
        let mut job_skills: HashSet<SkillId> = found(&ad).collect();
        job_skills.extend(wanted.iter().map(|skill| skill.id.clone()));
        let part = one.score.parts.iter().find(|part| part.kind == PartKind::Skills);
        let missing = part.map(|part| part.missing.as_slice()).unwrap_or_default();
        let missing_skills = wanted.iter().filter(|skill| missing.contains(&skill.name));
        let transfers = one.local.transferable_skills.iter();
        let languages = human_languages::find(cv).into_iter().chain(human_languages::find(&ad));
        let named = languages.map(|mention| mention.language);
        let profiled =
            profile.languages.iter().filter_map(|language| human_languages::english_name(&language.language));
        let titles = profile.work.iter().filter_map(|work| work.position.as_deref());
        let all_words = |text: &str| words(text).into_iter().map(|word| word.folded).collect::<Vec<_>>();
        let mut known_words: HashSet<String> = all_words(cv).into_iter().chain(all_words(&ad)).collect();
        // What a skill is called by the taxonomy is another name of what the texts say.
        let names = cv_skills.iter().chain(&job_skills).filter_map(|id| taxonomy.get(id));
        known_words.extend(names.flat_map(|skill| all_words(&skill.name)));
        Self {
            is_german: one.local.language == "de",
            job_title: job.title.trim().to_owned(),
            cv_folded: fold(cv),
            to_the_letter: one_space(&format!("{cv}\n{ad}\n{}", sent.join("\n"))),
            numbers: numbers_of(one, sent),
            occupations: [cv, &ad]
                .into_iter()
                .chain(titles)
                .flat_map(|text| occupations::find(&words(text)))
                .collect(),
            words: known_words,
            missing_skills: missing_skills
                .map(|skill| skill.id.clone())
                .filter(|id| !cv_skills.contains(id))
                .collect(),
            cv_skills,
            job_skills,
            transfers: transfers.map(|skill| (fold(&skill.from), fold(&skill.to))).collect(),
            languages: named.chain(profiled).collect(),
        }
    }

    /// The text without the job's title, which is a name and no claim.
    fn without_title(&self, text: &str) -> String {
        if self.job_title.is_empty() { text.to_owned() } else { text.replace(&self.job_title, "…") }
    }
}

/// Digits that stand in what was sent or in the job's title, and months and whole years of what the CV shows and the job asks for.
fn numbers_of(one: &ToExplain<'_>, sent: &[String]) -> HashSet<String> {
    let analysis = &one.cv.profile.analysis;
    let months = analysis
        .skills
        .iter()
        .filter_map(|skill| skill.months)
        .chain(one.cv.profile.work.iter().filter_map(super::super::months))
        .chain(analysis.experience_months)
        .chain(one.job.requirements.experience_months);
    let derived = months.flat_map(|months| [months, months / 12]).map(|number| number.to_string());
    let written = sent.iter().map(String::as_str).chain([one.job.job.title.as_str()]).flat_map(digits);
    derived.chain(written.map(str::to_owned)).collect()
}

fn digits(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty())
}

/// Two to twelve, folded, in the languages of explanations.
const NUMBER_WORDS: &[(&str, u32)] = &[
    ("two zwei deux dos", 2),
    ("three drei trois tres", 3),
    ("four vier quatre cuatro", 4),
    ("five funf cinq cinco", 5),
    ("six sechs seis", 6),
    ("seven sieben sept siete", 7),
    ("eight acht huit ocho", 8),
    ("nine neun neuf nueve", 9),
    ("ten zehn dix diez", 10),
    ("eleven elf onze once", 11),
    ("twelve zwolf douze doce", 12),
    ("fifteen funfzehn quinze quince", 15),
    ("twenty zwanzig vingt veinte", 20),
];
/// Beginnings of the words for years and months.
const UNITS: &[&str] = &["year", "month", "jahr", "monat", "ans", "annee", "mois", "ano", "mes"];

pub(super) fn numbers(text: &str, known: &Known) -> Result<(), Fault> {
    if digits(text).any(|number| !known.numbers.contains(number)) {
        return Err(Fault::Number);
    }
    // "Two people" is a way to speak, "two years" is a claim.
    let of_time = |pair: &[Word]| {
        let is_unit = UNITS.iter().any(|unit| pair[1].folded.starts_with(unit));
        let number =
            NUMBER_WORDS.iter().find(|(names, _)| names.split(' ').any(|name| name == pair[0].folded));
        number.filter(|_| is_unit).is_some_and(|(_, number)| !known.numbers.contains(&number.to_string()))
    };
    if words(text).windows(2).any(of_time) { Err(Fault::Number) } else { Ok(()) }
}

pub(super) fn quotes(text: &str, known: &Known) -> Result<(), Fault> {
    let mut rest = text;
    while let Some(at) = rest.find(['“', '„', '«', '"', '”', '»']) {
        let mark = rest[at..].chars().next().unwrap_or('"');
        let inner = &rest[at + mark.len_utf8()..];
        let closing: &[char] = match mark {
            '„' => &['“', '”'],
            '“' => &['”', '“'],
            '«' => &['»'],
            '"' => &['"'],
            _ => return Err(Fault::Quote),
        };
        let Some(end) = inner.find(closing) else { return Err(Fault::Quote) };
        // The last sign may be the sentence's own.
        let quoted = one_space(inner[..end].trim_end_matches(['.', ',', ';', '!', '?', ' ', '\u{a0}', '…']));
        if !known.to_the_letter.contains(&quoted) {
            return Err(Fault::Quote);
        }
        rest = &inner[end + inner[end..].chars().next().map_or(1, char::len_utf8)..];
    }
    Ok(())
}

pub(super) fn skills(text: &str, known: &Known) -> Result<(), Fault> {
    let text = known.without_title(text);
    let is_known = |id: &SkillId| known.cv_skills.contains(id) || known.job_skills.contains(id);
    let taxonomy = Taxonomy::global();
    let stands_there =
        |written: &str| known.to_the_letter.contains(written) || known.cv_folded.contains(&fold(written));
    // What everybody claims ("communication") reads as plain words more often than as a claim, unless it is spelt like a name.
    let is_plain = |id: &SkillId, written: &str| {
        let is_lower = !written.contains(char::is_uppercase);
        is_lower
            && taxonomy.get(id).is_some_and(|skill| skill.commonness >= 0.75 && skill.group != "personal")
    };
    let mut mentions = taxonomy.find(&text).into_iter();
    let unknown = mentions.find(|mention| {
        let written = &text[mention.start..mention.end];
        !is_known(&mention.id) && !stands_there(written) && !is_plain(&mention.id, written)
    });
    if unknown.is_some() { Err(Fault::Skill) } else { Ok(()) }
}

/// Words that say that something is not there, folded, in the languages of explanations; a `*` stands for any ending.
const LACK: &str = "not no missing lack* open without gap gaps ask* want* require* call* need* nicht kein* fehl* offen ohne verlang* \
    gesucht gefordert lucke* pas manqu* sans demand* ouvert* recherch* falta* sin pide* abiert* requier*";

fn says_lack(word: &Word) -> bool {
    LACK.split(' ').any(|lack| match lack.strip_suffix('*') {
        Some(beginning) => word.folded.starts_with(beginning),
        None => word.folded == lack,
    })
}

/// A skill of a strength is the CV's, or carries over from one that is named with it; in a summary it may also be called missing.
pub(super) fn has_what_is_claimed(text: &str, may_lack: bool, known: &Known) -> Result<(), Fault> {
    let text = known.without_title(text);
    for sentence in text.split_inclusive(['.', '!', '?', ';']) {
        let folded = fold(sentence);
        let says_lack = may_lack && words(sentence).iter().any(says_lack);
        for mention in Taxonomy::global().find(sentence) {
            if says_lack || !known.missing_skills.contains(&mention.id) {
                continue;
            }
            let written = fold(&sentence[mention.start..mention.end]);
            let carries_over =
                known.transfers.iter().any(|(from, to)| *to == written && folded.contains(from.as_str()));
            if !carries_over && !known.cv_folded.contains(&written) {
                return Err(Fault::FalseClaim);
            }
        }
    }
    Ok(())
}

/// A sentence of a gap names at least one thing that is missing, if it names any.
pub(super) fn lacks_what_is_missed(text: &str, known: &Known) -> Result<(), Fault> {
    let text = known.without_title(text);
    let mentions = Taxonomy::global().find(&text);
    let all_there = mentions.iter().all(|mention| known.cv_skills.contains(&mention.id));
    if !mentions.is_empty() && all_there { Err(Fault::FalseClaim) } else { Ok(()) }
}

pub(super) fn occupations(text: &str, known: &Known) -> Result<(), Fault> {
    let text = known.without_title(text);
    let claims =
        |index: &usize| occupations::occupation(*index).name.is_some() && !known.occupations.contains(index);
    if occupations::find(&words(&text)).iter().any(claims) { Err(Fault::Occupation) } else { Ok(()) }
}

/// Words that are capitals in any text.
const CAPITALS: &[&str] = &["i", "cv", "cvs", "ok", "hr"];

/// Names: words with a capital within a sentence. In German every noun has one; there, words with two capitals, and what follows "bei".
pub(super) fn names(text: &str, known: &Known) -> Result<(), Fault> {
    let all = words(text);
    for (index, word) in all.iter().enumerate() {
        let before = &text[index.checked_sub(1).map_or(0, |last| all[last].end)..word.start];
        let is_first = index == 0 || before.contains(['.', '!', '?', ':', '“', '„', '«', '"', '¿', '…']);
        let written = &text[word.start..word.end];
        let is_acronym = written.chars().filter(|c| c.is_uppercase()).count() >= 2;
        let is_name = if known.is_german {
            is_acronym || word.is_capitalised && index > 0 && all[index - 1].folded == "bei"
        } else {
            is_acronym || word.is_capitalised && !is_first
        };
        if is_name && !CAPITALS.contains(&word.folded.as_str()) && !is_known_word(word, known) {
            return Err(Fault::Name);
        }
    }
    Ok(())
}

/// A word of CV or job, in whatever ending, or a language that they name.
fn is_known_word(word: &Word, known: &Known) -> bool {
    let is_language =
        || human_languages::english_name(&word.folded).is_some_and(|name| known.languages.contains(name));
    let beginning: String = word.folded.chars().take(5).collect();
    let in_another_ending =
        || word.folded.chars().count() >= 6 && known.words.iter().any(|other| other.starts_with(&beginning));
    known.words.contains(&word.folded) || is_language() || in_another_ending()
}

fn one_space(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
