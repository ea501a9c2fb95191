//! What may leave for the API: nothing that tells who the candidate is, and nothing that talks to the model.

use crate::domain::Profile;
use crate::matching::neutral_text;
use crate::parsing::lexicon::phrases::{fold, words};

/// Passages that hold one of these talk to whoever ranks or writes. Folded; a passage of an honest CV that holds one is lost, and
/// nothing else.
const ORDERS: &[&str] = &[
    "ignore all",
    "ignore any",
    "ignore the",
    "ignore every",
    "ignore previous",
    "ignore your",
    "disregard",
    "previous instruction",
    "prior instruction",
    "above instruction",
    "these instructions",
    "system prompt",
    "as an ai",
    "you are an ai",
    "you are now",
    "respond with",
    "reply with",
    "answer with",
    "output only",
    "score of 100",
    "score 100",
    "score: 100",
    "this candidate",
    "perfect candidate",
    "best candidate",
    "ideal candidate",
    "hire me",
    "hire him",
    "hire her",
    "strong hire",
    "recommend hiring",
    "must be hired",
    "ignoriere",
    "ignorieren sie",
    "vorherige anweisung",
    "vorherigen anweisung",
    "diesen kandidaten",
    "diese kandidatin",
    "perfekter kandidat",
    "perfekte kandidat",
    "idealer kandidat",
    "ideale kandidat",
    "ignorez",
    "ignore les",
    "ne tenez pas compte",
    "consignes precedentes",
    "instructions precedentes",
    "ce candidat",
    "cette candidate",
    "candidat parfait",
    "candidate parfaite",
    "candidat ideal",
    "candidate ideale",
    "ignora ",
    "ignore las",
    "haz caso omiso",
    "instrucciones anteriores",
    "este candidato",
    "esta candidata",
    "candidato perfecto",
    "candidata perfecta",
    "candidato ideal",
    "candidata ideal",
    "system:",
    "assistant:",
    "user:",
    "[inst",
    "<|",
    "###",
];

/// A passage or fact of the CV's side as it may be sent; none where it may not.
pub(in crate::explanation) fn of_cv(profile: &Profile, text: &str) -> Option<String> {
    let text = visible(text);
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    // What is cut out for the comparison (name, contact, birth, nationality, schools) is not sent either.
    let is_neutral = plain(&neutral_text(profile, &text)) == plain(&text);
    let is_sendable =
        is_neutral && !names_the_candidate(profile, &text) && !has_contact(&text) && !gives_orders(&text);
    is_sendable.then_some(text)
}

/// A passage of the job as it may be sent; none where it may not.
pub(super) fn of_job(text: &str) -> Option<String> {
    let text = visible(text);
    (!has_contact(&text) && !gives_orders(&text)).then_some(text)
}

/// Whether a part of the candidate's name stands in the text as a name.
fn names_the_candidate(profile: &Profile, text: &str) -> bool {
    let Some(name) = &profile.basics.name else { return false };
    let parts: Vec<String> =
        words(name).into_iter().map(|word| word.folded).filter(|part| part.chars().count() >= 2).collect();
    words(text).iter().any(|word| word.is_capitalised && parts.contains(&word.folded))
}

/// An address of a mailbox or site, or a telephone number.
pub(in crate::explanation) fn has_contact(text: &str) -> bool {
    let lower = text.to_lowercase();
    let has_address =
        ["@", "http", "www.", "linkedin.com", "github.com"].iter().any(|sign| lower.contains(sign));
    let is_of_number = |c: char| c.is_ascii_digit() || " ()+-./".contains(c);
    // Two years, "2019 - 2023", have eight digits.
    has_address
        || text
            .split(|c: char| !is_of_number(c))
            .any(|run| run.bytes().filter(u8::is_ascii_digit).count() >= 9)
}

/// Whether the text talks to whoever ranks or writes.
pub(in crate::explanation) fn gives_orders(text: &str) -> bool {
    let folded = fold(text).split_whitespace().collect::<Vec<_>>().join(" ");
    ORDERS.iter().any(|order| folded.contains(order))
}

/// One line, without what a reader does not see: controls, marks of direction, letters of no width, tags.
fn visible(text: &str) -> String {
    let is_hidden = |c: char| {
        matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
            || ('\u{e0000}'..='\u{e0fff}').contains(&c)
            || ('\u{fe00}'..='\u{fe0f}').contains(&c)
    };
    let kept: String =
        text.chars().filter(|c| !is_hidden(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    kept.split_whitespace().collect::<Vec<_>>().join(" ")
}
