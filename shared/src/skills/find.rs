//! Finds the skills of the taxonomy in a text: first all phrases that stand there, then, for those that are a skill only in some
//! contexts, whether this is one.

use super::context;
use super::phrases::{Buffer, Rule};
use super::words::{Word, fold_into, words};
use super::{SkillKind, Taxonomy};
use crate::domain::SkillId;

/// A skill at a place in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub id: SkillId,
    /// Byte offset of the first character.
    pub start: usize,
    /// Byte offset behind the last character.
    pub end: usize,
}

/// The places of `mentions` in `text` as offsets in code points, as other languages and our files count them.
/// The mentions must be in order of place, as [`Taxonomy::find`] gives them.
pub fn code_point_offsets(text: &str, mentions: &[Mention]) -> Vec<(usize, usize)> {
    let mut bytes = 0;
    let mut code_points = 0;
    let mut count_to = |target: usize| {
        code_points += text[bytes..target].chars().count();
        bytes = target;
        code_points
    };
    mentions.iter().map(|mention| (count_to(mention.start), count_to(mention.end))).collect()
}

/// A phrase of the taxonomy that stands in the text.
struct Candidate {
    skill: u32,
    first_word: usize,
    /// Behind the last word.
    end_word: usize,
    /// Whether it counts, as far as is known.
    accepted: bool,
    /// Whether the words around can speak for it: not so where it is spelt like the everyday word.
    by_cue: bool,
    tool: bool,
}

pub(super) fn find(taxonomy: &Taxonomy, text: &str) -> Vec<Mention> {
    let cut = words(text);
    let mut candidates = candidates(taxonomy, text, &cut);
    resolve(text, &cut, &mut candidates);
    candidates
        .iter()
        .filter(|candidate| candidate.accepted)
        .map(|candidate| Mention {
            id: taxonomy.skills[candidate.skill as usize].id.clone(),
            start: cut[candidate.first_word].start,
            end: cut[candidate.end_word - 1].end,
        })
        .collect()
}

fn candidates(taxonomy: &Taxonomy, text: &str, cut: &[Word]) -> Vec<Candidate> {
    let phrases = &taxonomy.phrases;
    let mut buffer = Buffer::default();
    let ids: Vec<_> = cut.iter().map(|word| phrases.word_id(text, word, &mut buffer)).collect();
    let mut folded = String::new();
    let mut found = Vec::new();
    let mut candidates = Vec::new();
    let mut first_word = 0;
    while first_word < cut.len() {
        phrases.matches(&ids[first_word..], |length| cut[first_word + length].joined, &mut found);
        let mut next = first_word + 1;
        for &(length, place) in &found {
            let phrase = phrases.phrase(place);
            let end_word = first_word + length;
            if phrase.rule == Rule::Blocked {
                next = end_word;
                break;
            }
            let place = &text[cut[first_word].start..cut[end_word - 1].letters_end];
            if phrase.fixed_number && !same_number(place, phrases.written(phrase), &mut folded) {
                continue;
            }
            let sensitive = phrase.rule != Rule::AnyCase;
            if sensitive && length == 1 && context::is_part_of_a_longer_name(text, cut, first_word) {
                continue;
            }
            let skill = &taxonomy.skills[phrase.skill as usize];
            if length == 1 && skill.kind == SkillKind::Skill && context::is_hyphenated(text, &cut[first_word])
            {
                continue;
            }
            if skill.kind == SkillKind::Language && context::is_about_a_country(text, cut, end_word) {
                continue;
            }
            let tool = skill.kind == SkillKind::Tool;
            let spelt = sensitive
                && context::spelling(place, phrases.written(phrase))
                && !(place.len() <= 4 && context::is_among_capitals(text, cut, first_word, end_word));
            let (accepted, by_cue) = match phrase.rule {
                Rule::AnyCase => (true, false),
                Rule::AsWritten => (spelt, false),
                Rule::InContext => (false, spelt && tool),
                Rule::Blocked => (false, false),
            };
            candidates.push(Candidate { skill: phrase.skill, first_word, end_word, accepted, by_cue, tool });
            next = end_word;
            break;
        }
        first_word = next;
    }
    candidates
}

/// Whether the word in the text and the phrase are both in the plural or both not.
fn same_number(place: &str, written: &str, folded: &mut String) -> bool {
    fold_into(place, folded);
    let letters = |word: &str| {
        word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '+' || c == '#').ends_with('s')
    };
    letters(folded) == (written.ends_with(['s', 'S']))
}

/// Decides on the candidates that depend on their context: by the words around, or as one of a list of tools.
fn resolve(text: &str, cut: &[Word], candidates: &mut [Candidate]) {
    for candidate in candidates.iter_mut() {
        if !candidate.accepted && candidate.by_cue {
            candidate.accepted = context::cue(text, cut, candidate.first_word, candidate.end_word);
        }
    }
    // A list such as "C, R, Go and Python" is settled from both ends, each item speaking for its neighbour: a tool for a tool, any skill for another.
    for place in 1..candidates.len() {
        let (before, rest) = candidates.split_at_mut(place);
        vouch(text, cut, &before[place - 1], &mut rest[0]);
    }
    for place in (1..candidates.len()).rev() {
        let (before, rest) = candidates.split_at_mut(place);
        vouch(text, cut, &rest[0], &mut before[place - 1]);
    }
}

fn vouch(text: &str, cut: &[Word], known: &Candidate, open: &mut Candidate) {
    if open.accepted || !known.accepted || (open.tool && !known.tool) {
        return;
    }
    let (first, second) = if known.first_word < open.first_word { (known, &*open) } else { (&*open, known) };
    let gap = &text[cut[first.end_word - 1].end..cut[second.first_word].start];
    if context::is_list_gap(gap) && (open.tool || gap != " ") {
        open.accepted = true;
    }
}
