//! The check of a model's text: its form, its language, and that it claims nothing that CV and job do not say. Where a text does not
//! stand it, this program's own is used; so the check would rather refuse a good text than let a false one through.

use super::claims::{self, Known};
use super::outgoing::has_contact;
use super::verdicts::{gives_verdict, is_forbidden};
use super::{ToExplain, Written};
use crate::parsing::lexicon::document_language;

/// Letters that a summary has.
const SUMMARY: std::ops::RangeInclusive<usize> = 40..=800;
/// Letters that a sentence of a list has.
const SENTENCE: std::ops::RangeInclusive<usize> = 8..=400;
/// Most sentences of a list.
const MOST_SENTENCES: usize = 6;

/// Why a text was not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The model wrote nothing of this match.
    Missing,
    /// A text is empty, too long, or there are too many or too few.
    Length,
    /// It is in another language.
    Language,
    /// It has an address or a telephone number.
    Contact,
    /// It has markup.
    Markup,
    /// It gives a verdict or a score.
    Verdict,
    /// It asks or tells what an employer may not ask.
    Forbidden,
    /// A number stands in none of the passages.
    Number,
    /// A quotation is not to the letter.
    Quote,
    /// A skill stands in neither text.
    Skill,
    /// A skill is called the candidate's that only the job names, or missing though the CV shows it.
    FalseClaim,
    /// An occupation stands in neither text.
    Occupation,
    /// A name, such as an employer's, stands in neither text.
    Name,
    /// Nothing is called missing though something is.
    NoGaps,
}

impl Fault {
    /// The name in the table of calls.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Length => "length",
            Self::Language => "language",
            Self::Contact => "contact",
            Self::Markup => "markup",
            Self::Verdict => "verdict",
            Self::Forbidden => "forbidden",
            Self::Number => "number",
            Self::Quote => "quote",
            Self::Skill => "skill",
            Self::FalseClaim => "false_claim",
            Self::Occupation => "occupation",
            Self::Name => "name",
            Self::NoGaps => "no_gaps",
        }
    }
}

/// Whether a text may be shown: its first fault, if it has one. `sent` is what the model was given of this match.
///
/// # Errors
/// The fault.
pub fn check(written: &Written, one: &ToExplain<'_>, sent: &[String]) -> Result<(), Fault> {
    let texts = texts(written);
    has_form(written, one)?;
    let whole = texts.join(" ");
    if document_language::detect(&whole) != Some(one.local.language.as_str()) {
        return Err(Fault::Language);
    }
    let ad = format!("{} {}", one.job.job.title, one.job.job.text);
    for text in &texts {
        if has_contact(text) {
            return Err(Fault::Contact);
        }
        if gives_verdict(text, &ad) {
            return Err(Fault::Verdict);
        }
        if is_forbidden(text) {
            return Err(Fault::Forbidden);
        }
    }
    let known = Known::of(one, sent);
    for text in &texts {
        claims::numbers(text, &known)?;
        claims::quotes(text, &known)?;
        claims::skills(text, &known)?;
        claims::occupations(text, &known)?;
        claims::names(text, &known)?;
    }
    claims::has_what_is_claimed(&written.summary, true, &known)?;
    written.strengths.iter().try_for_each(|text| claims::has_what_is_claimed(text, false, &known))?;
    written.gaps.iter().try_for_each(|text| claims::lacks_what_is_missed(text, &known))
}

fn texts(written: &Written) -> Vec<&str> {
    let lists = [&written.strengths, &written.gaps, &written.suggestions, &written.questions];
    let sentences = lists.into_iter().flatten().map(String::as_str);
    std::iter::once(written.summary.as_str()).chain(sentences).collect()
}

fn has_form(written: &Written, one: &ToExplain<'_>) -> Result<(), Fault> {
    let letters = |text: &str| text.chars().count();
    let lists = [&written.strengths, &written.gaps, &written.suggestions, &written.questions];
    let is_right = SUMMARY.contains(&letters(&written.summary))
        && lists.iter().all(|list| list.len() <= MOST_SENTENCES)
        && lists.iter().flat_map(|list| list.iter()).all(|text| SENTENCE.contains(&letters(text)))
        && (2..=4).contains(&written.questions.len())
        && written.questions.iter().all(|question| question.contains('?'));
    if !is_right {
        return Err(Fault::Length);
    }
    // What the passages show to be missing is not passed over because a CV asks for it.
    if written.gaps.is_empty() && !one.local.gaps.is_empty() {
        return Err(Fault::NoGaps);
    }
    let has_markup = |text: &str| {
        text.chars().any(|c| matches!(c, '<' | '>' | '`' | '{' | '}' | '\\' | '|') || c.is_control())
            || text.contains("**")
            || text.contains("__")
            || text.contains("](")
            || text.starts_with(['#', '-', '*', '•'])
    };
    if texts(written).into_iter().any(has_markup) { Err(Fault::Markup) } else { Ok(()) }
}
