//! Questions for an interview: about what the job wants and the CV leaves open. They ask about work and nothing else: not
//! about gaps between jobs, moving, age, family, origin, health or belief, which an employer may not ask about or which lead there.

use super::Writer;
use crate::domain::{PartKind, TransferableSkill};

/// So many questions at least; what can always be asked fills up.
const LEAST: usize = 2;
/// So many at most.
const MOST: usize = 4;

impl Writer<'_> {
    /// Two to four questions, the weightiest first.
    pub(super) fn questions(&self, transferable: &[TransferableSkill]) -> Vec<String> {
        let t = self.templates;
        let mut questions: Vec<String> = Vec::new();
        let missing = self.missing_skills();
        for (index, skill) in missing.iter().filter(|skill| !skill.is_trait).take(2).enumerate() {
            let sentences = if skill.is_certificate { t.ask_certificate } else { t.ask_missing };
            questions.push(self.say_in_turn(sentences, 70, index, &[("skill", &skill.written)]));
        }
        // A title is no skill that one knows.
        let titles: Vec<&str> =
            self.cv.profile.work.iter().filter_map(|work| work.position.as_deref()).collect();
        if let Some(skill) =
            transferable.iter().find(|skill| !titles.iter().any(|title| title.trim() == skill.from))
        {
            questions.push(self.say(t.ask_transfer, 71, &[("from", &skill.from), ("to", &skill.to)]));
        }
        if let Some((has, wanted)) = self.years()
            && has < wanted
        {
            questions.push(self.say(t.ask_experience, 72, &[("wanted", &t.duration(wanted))]));
        }
        if let Some(skill) = self.unproven_skill() {
            questions.push(self.say(t.ask_unproven, 73, &[("skill", &skill)]));
        }
        let open = self.languages(|part| &part.missing);
        if !open.is_empty() {
            questions.push(self.say(t.ask_language, 74, &[("languages", &t.list(&open))]));
        }
        if questions.len() <= LEAST
            && let Some((title, _)) = self.closest_role()
        {
            questions.push(self.say(t.ask_role, 75, &[("title", title)]));
        }
        let job = self.job.job.title.trim();
        if questions.len() < LEAST && !job.is_empty() && self.part(PartKind::Title).is_some() {
            questions.push(self.say(t.ask_job, 76, &[("job", job)]));
        }
        for index in 0..LEAST.saturating_sub(questions.len()) {
            questions.push(self.say_in_turn(t.ask_any, 77, index, &[]));
        }
        questions.truncate(MOST);
        questions
    }
}
