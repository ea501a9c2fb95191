//! What of a CV carries over to something that the job wants and the CV does not name: relatives in the taxonomy, and skills
//! from work of another kind.

use super::{MOST_SENTENCES, Writer, chat, fold, one_line, quotable};
use crate::domain::{PartKind, Quote, RequiredSkill, SkillId, SkillUse, Source, TransferableSkill};
use crate::parsing::requirements::sentence_around;
use crate::skills::{SkillKind, Taxonomy};

/// So many are named at most.
const MOST: usize = 4;
/// Skills of the CV that are looked at, the most used first.
const MOST_LOOKED_AT: usize = 60;
/// Below this a title part tells of work of another kind.
const OTHER_KIND: f32 = 50.0;

impl Writer<'_> {
    /// The weightiest for the job first.
    pub(super) fn transferable_skills(&self) -> Vec<TransferableSkill> {
        let mut found = self.relatives();
        if self.part(PartKind::Title).is_some_and(|part| part.score < OTHER_KIND) {
            found.extend(self.skills_of_other_work());
        }
        found.truncate(MOST);
        found
    }

    /// Skills that the job names and the CV does not, each with the CV's skill that is nearest to it.
    fn relatives(&self) -> Vec<TransferableSkill> {
        let taxonomy = Taxonomy::global();
        let has = &self.cv.profile.analysis.skills;
        let cv_text = fold(self.cv.text);
        // One is not nearly certified, and a trait or a language comes from no other.
        let is_practice = |id: &SkillId| {
            taxonomy.get(id).is_some_and(|skill| {
                skill.group != "personal"
                    && !matches!(skill.kind, SkillKind::Language | SkillKind::Certificate)
            })
        };
        let own: Vec<&SkillUse> =
            has.iter().filter(|skill| is_practice(&skill.id)).take(MOST_LOOKED_AT).collect();
        let mut found: Vec<(f32, &SkillUse, String)> = Vec::new();
        for wanted in &self.job.requirements.skills {
            let Some(to) = self.as_the_job_writes(wanted) else { continue };
            let is_there = has.iter().any(|skill| skill.id == wanted.id) || cv_text.contains(&fold(&to));
            if is_there || !is_practice(&wanted.id) {
                continue;
            }
            // Of several that are as near the last is taken: the one that is used most.
            let near = own.iter().rev().map(|skill| (taxonomy.relatedness(&skill.id, &wanted.id), *skill));
            if let Some((nearness, skill)) = near.filter(|(n, _)| *n > 0.0).max_by(|a, b| a.0.total_cmp(&b.0))
                && !found.iter().any(|(_, known, name)| known.id == skill.id || fold(name) == fold(&to))
            {
                found.push((nearness * wanted.importance, skill, to));
            }
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let sentence = |(index, (_, skill, to)): (usize, (f32, &SkillUse, String))| {
            let from = self.words_of(skill);
            let values = [("from", from.as_str()), ("to", to.as_str())];
            let sentence = self.say_in_turn(self.templates.transfer, 60, index, &values);
            TransferableSkill { sentence, passage: self.passage_of(skill), from, to }
        };
        found.into_iter().take(MOST).enumerate().map(sentence).collect()
    }

    fn as_the_job_writes(&self, wanted: &RequiredSkill) -> Option<String> {
        let text = if wanted.in_title { &self.job.job.title } else { &self.job.job.text };
        text.get(wanted.start..wanted.end).map(one_line).filter(|written| !written.is_empty())
    }

    /// Skills that both name, where the CV's work that names them is of another kind.
    fn skills_of_other_work(&self) -> Vec<TransferableSkill> {
        let mut found = Vec::new();
        for (index, skill) in self.shared_skills().into_iter().take(MOST_SENTENCES).enumerate() {
            let to = self.words_of(skill);
            let Some(title) = self.work_with(&to) else { continue };
            let values = [("title", title), ("skill", to.as_str())];
            let sentence = self.say_in_turn(self.templates.transfer_of_work, 61, index, &values);
            found.push(TransferableSkill {
                sentence,
                passage: self.passage_of(skill),
                from: title.to_owned(),
                to,
            });
        }
        found
    }

    /// The title of the newest work that names a skill.
    fn work_with(&self, skill: &str) -> Option<&str> {
        let skill = fold(skill);
        let names = |text: &String| fold(text).contains(&skill);
        let work =
            self.cv.profile.work.iter().find(|work| {
                work.summary.iter().chain(&work.highlights).any(names) && work.position.is_some()
            })?;
        work.position.as_deref().map(str::trim).filter(|title| !title.is_empty())
    }

    /// The sentence of the CV that names a skill first, if it can be shown.
    fn passage_of(&self, skill: &SkillUse) -> Option<Quote> {
        self.cv.text.get(skill.start..skill.end)?;
        let (start, end) = sentence_around(self.cv.text, skill.start, skill.end);
        let is_neutral = |text: &String| chat::outgoing::of_cv(self.cv.profile, text).is_some();
        let sentence = self.cv.text.get(start..end).and_then(quotable).filter(is_neutral);
        let text = sentence.or_else(|| self.cv.text.get(skill.start..skill.end).and_then(quotable))?;
        Some(Quote { source: Source::Cv, text })
    }
}
