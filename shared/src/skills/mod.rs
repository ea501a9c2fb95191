//! The skills taxonomy, with names, aliases, groups and relations for all fields of work, and the finder of its skills in text.
//! The main type is [`Taxonomy`]. The data is built from ESCO and an own list by `scripts/build-skills-taxonomy`; its licence and
//! attribution stand in `data/NOTICE`.

mod context;
mod data_file;
mod find;
mod phrases;
mod words;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use find::{Mention, code_point_offsets};

use crate::domain::SkillId;
use phrases::{Buffer, Phrases, Rule};

/// What sort of thing a skill is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SkillKind {
    /// A product, programming language, framework, machine or instrument.
    Tool,
    /// A field or body of knowledge, such as "contract law".
    Knowledge,
    /// Something one can do or be, such as "patient care" or "teamwork".
    Skill,
    /// A language that people speak.
    Language,
    /// A certificate, licence or registration.
    Certificate,
}

/// A skill of the taxonomy.
#[derive(Clone, Debug, PartialEq)]
pub struct Skill {
    /// `esco:` and the start of ESCO's own id, or `cvm:` and a slug for skills that ESCO lacks.
    pub id: SkillId,
    /// As people write it: "Python", "patient care".
    pub name: String,
    /// The field that it belongs to, such as "health care".
    pub group: String,
    pub kind: SkillKind,
    /// Skills that this one is a case of, or cannot be had without: for React, JavaScript.
    pub broader: Vec<SkillId>,
    /// Skills that do much the same, or go with this one.
    pub related: Vec<SkillId>,
    /// From 0, rare and telling, to 1, claimed by almost everybody ("communication"). An estimate by kind and field, for use as a weight.
    pub commonness: f32,
}

/// What is wrong with the taxonomy's file.
#[derive(Debug, thiserror::Error)]
pub enum TaxonomyError {
    #[error("the taxonomy cannot be unpacked: {0}")]
    Unpack(#[from] std::io::Error),
    #[error("line {line} of the taxonomy: {reason}")]
    Line { line: usize, reason: &'static str },
}

/// All skills, with the machine that finds them in text.
#[derive(Debug)]
pub struct Taxonomy {
    skills: Vec<Skill>,
    by_id: HashMap<SkillId, usize>,
    phrases: Phrases,
}

static GLOBAL: LazyLock<Taxonomy> = LazyLock::new(|| {
    Taxonomy::from_packed(include_bytes!("data/taxonomy.tsv.gz"))
        .expect("the embedded file is read by a test")
});

/// Levels of `broader` that are followed: more would make everything alike.
const BROADER_LEVELS: usize = 3;

impl Taxonomy {
    /// The taxonomy of this build, decoded at the first call.
    pub fn global() -> &'static Taxonomy {
        &GLOBAL
    }

    /// Reads a taxonomy from gzip'd lines in the form that `scripts/build-skills-taxonomy` writes.
    ///
    /// # Errors
    /// If the bytes are no gzip, or a line is not of that form.
    pub fn from_packed(packed: &[u8]) -> Result<Taxonomy, TaxonomyError> {
        data_file::read(packed)
    }

    /// The skills in `text`: one pass, the leftmost first, of those that begin at the same word the longest; no two overlap.
    pub fn find(&self, text: &str) -> Vec<Mention> {
        find::find(self, text)
    }

    /// The skill with this id.
    pub fn get(&self, id: &SkillId) -> Option<&Skill> {
        self.by_id.get(id).map(|&place| &self.skills[place])
    }

    /// The skill whose name or alias is `name`, whatever its case, hyphens, accents, number or British or American spelling.
    /// Of several the one that is spelt just like it.
    pub fn lookup(&self, name: &str) -> Option<&Skill> {
        let cut = words::words(name);
        let mut buffer = Buffer::default();
        let ids: Vec<_> = cut.iter().map(|word| self.phrases.word_id(name, word, &mut buffer)).collect();
        let mut found = Vec::new();
        self.phrases.matches(&ids, |_| true, &mut found);
        let whole = || {
            found
                .iter()
                .filter(|(length, _)| *length == cut.len())
                .map(|&(_, place)| self.phrases.phrase(place))
        };
        let skills = || whole().filter(|phrase| phrase.rule != Rule::Blocked);
        let phrase = skills()
            .find(|phrase| self.phrases.written(phrase) == name.trim())
            .or_else(|| skills().next())?;
        self.skills.get(phrase.skill as usize)
    }

    /// How far knowing `a` counts where `b` is asked for: 1 if they are the same, 0.7 if `b` is directly broader than `a` (who knows
    /// React knows JavaScript) and a tenth less for each further level, 0.5 if they are related or `a` is directly broader than `b`,
    /// else 0.
    pub fn relatedness(&self, a: &SkillId, b: &SkillId) -> f32 {
        if a == b {
            return 1.0;
        }
        let upward = match self.levels_up(a, b) {
            Some(levels) => 0.8 - 0.1 * levels as f32,
            None => 0.0,
        };
        let downward = match self.levels_up(b, a) {
            Some(levels) => 0.65 - 0.15 * levels as f32,
            None => 0.0,
        };
        let lists = |one: &SkillId, other| self.get(one).is_some_and(|skill| skill.related.contains(other));
        let sideward = if lists(a, b) || lists(b, a) { 0.5 } else { 0.0 };
        upward.max(downward).max(sideward)
    }

    /// By how many steps of `broader` one comes from `narrow` to `broad`.
    fn levels_up(&self, narrow: &SkillId, broad: &SkillId) -> Option<usize> {
        let mut level = vec![narrow];
        for levels in 1..=BROADER_LEVELS {
            level = level.iter().filter_map(|id| self.get(id)).flat_map(|skill| &skill.broader).collect();
            if level.contains(&broad) {
                return Some(levels);
            }
        }
        None
    }

    /// The number of skills.
    pub fn len(&self) -> usize {
        self.skills.len()
    }

    /// Whether there are no skills at all.
    pub fn is_empty(&self) -> bool {
        self.skills.is_empty()
    }

    /// The number of names and aliases of all skills together.
    pub fn phrase_count(&self) -> usize {
        self.phrases.len()
    }

    /// All skills, in the order of their ids.
    pub fn skills(&self) -> impl Iterator<Item = &Skill> {
        self.skills.iter()
    }
}
