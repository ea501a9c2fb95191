//! What the job wants and the CV does not show, each point with what would close it.

use super::{MOST_SENTENCES, Writer, fold, one_line};
use crate::domain::PartKind;
use crate::skills::{SkillKind, Taxonomy};

/// So many suggestions at most.
const MOST_SUGGESTIONS: usize = 6;

/// A gap, with what would close it.
pub(super) struct OpenPoint {
    pub(super) gap: String,
    /// The most helpful first.
    pub(super) closed_by: Vec<String>,
}

impl OpenPoint {
    fn new(gap: String, closed_by: String) -> Self {
        Self { gap, closed_by: vec![closed_by] }
    }
}

/// A skill that the job names and the CV does not show.
pub(super) struct MissingSkill {
    /// As the job writes it.
    pub(super) written: String,
    /// A certificate, licence or registration: one has it or not.
    pub(super) is_certificate: bool,
    /// What somebody is rather than knows, such as patient.
    pub(super) is_trait: bool,
}

impl Writer<'_> {
    /// The skills that the CV does not show, as the job writes them, each once; traits last.
    pub(super) fn missing_skills(&self) -> Vec<MissingSkill> {
        let Some(part) = self.part(PartKind::Skills) else { return Vec::new() };
        let cv_text = fold(self.cv.text);
        let mut missing: Vec<MissingSkill> = Vec::new();
        for name in &part.missing {
            let Some(wanted) = self.job.requirements.skills.iter().find(|skill| skill.name == *name) else {
                continue;
            };
            let text = if wanted.in_title { &self.job.job.title } else { &self.job.job.text };
            let Some(written) = text.get(wanted.start..wanted.end).map(one_line) else { continue };
            let is_new = !missing.iter().any(|known| fold(&known.written) == fold(&written));
            // What stands in the CV in other grammar is not missing.
            if is_new && !cv_text.contains(&fold(&written)) {
                let skill = Taxonomy::global().get(&wanted.id);
                missing.push(MissingSkill {
                    written,
                    is_certificate: skill.is_some_and(|skill| skill.kind == SkillKind::Certificate),
                    is_trait: skill.is_some_and(|skill| skill.group == "personal"),
                });
            }
        }
        missing.sort_by_key(|skill| skill.is_trait);
        missing
    }

    /// What is open, at most five points.
    pub(super) fn open_points(&self) -> Vec<OpenPoint> {
        let t = self.templates;
        let mut points = Vec::new();
        if self.part(PartKind::Title).is_some_and(|part| part.score < 35.0) {
            points.push(OpenPoint::new(self.say(t.other_field, 40, &[]), self.say(t.close_field, 50, &[])));
        }
        points.extend(self.skills_open());
        if let Some((has, wanted)) = self.years()
            && has < wanted
        {
            let (has, wanted) = (t.duration(has), t.duration(wanted));
            points.push(OpenPoint::new(
                self.say(t.little_experience, 42, &[("has", &has), ("wanted", &wanted)]),
                self.say(t.close_experience, 52, &[("wanted", &wanted)]),
            ));
        }
        if self.part(PartKind::Education).is_some_and(|part| part.score < 70.0) {
            let closed_by = self.say(t.close_education, 53, &[]);
            points.push(OpenPoint::new(self.say(t.little_education, 43, &[]), closed_by));
        }
        let open = self.languages(|part| &part.missing);
        if !open.is_empty() {
            let languages = t.list(&open);
            points.push(OpenPoint::new(
                self.say(t.languages_open, 44, &[("languages", &languages)]),
                self.say(t.state_language, 54, &[("languages", &languages)]),
            ));
        }
        let licences = self.missing_licences().join(", ");
        if !licences.is_empty() {
            points.push(OpenPoint::new(
                self.say(t.licences_open, 45, &[("licences", &licences)]),
                self.say(t.close_licences, 55, &[("licences", &licences)]),
            ));
        }
        if let Some(place) = self.part(PartKind::Place).and_then(|part| part.missing.first()) {
            points.push(OpenPoint::new(
                self.say(t.place_open, 46, &[("place", place)]),
                self.say(t.close_place, 56, &[("place", place)]),
            ));
        }
        points.truncate(MOST_SENTENCES);
        points
    }

    fn skills_open(&self) -> Option<OpenPoint> {
        let t = self.templates;
        let missing: Vec<MissingSkill> = self.missing_skills().into_iter().take(MOST_SENTENCES).collect();
        if missing.is_empty() {
            return None;
        }
        let names: Vec<String> = missing.iter().map(|skill| skill.written.clone()).collect();
        let close = |(index, skill): (usize, &MissingSkill)| {
            let sentences = match skill {
                MissingSkill { is_certificate: true, .. } => t.add_certificate,
                MissingSkill { is_trait: true, .. } => t.add_trait,
                _ => t.add_skill,
            };
            // One after another, so that two do not read the same.
            self.say_in_turn(sentences, 51, index, &[("skill", &skill.written)])
        };
        Some(OpenPoint {
            gap: self.say(t.skills_open, 41, &[("skills", &t.list(&names))]),
            closed_by: missing.iter().enumerate().take(3).map(close).collect(),
        })
    }

    /// Classes that the ad itself names: one that only follows from "driving licence" is not told as the ad's word.
    fn missing_licences(&self) -> Vec<String> {
        let has = &self.cv.profile.analysis.driving_licences;
        let named =
            |class: &str| self.job.job.text.split(|c: char| !c.is_alphanumeric()).any(|word| word == class);
        let wanted = self.job.requirements.driving_licences.iter();
        wanted.filter(|class| !has.contains(class) && named(class)).cloned().collect()
    }

    /// What would close each point, and what would show a strength better where there is room.
    pub(super) fn suggestions(&self, points: &[OpenPoint]) -> Vec<String> {
        let t = self.templates;
        // Every point gets one; those of the skills get more while there is room.
        let mut room = MOST_SUGGESTIONS.saturating_sub(points.len());
        let mut suggestions = Vec::new();
        for point in points {
            let more = point.closed_by.len().saturating_sub(1).min(room);
            room -= more;
            suggestions.extend(point.closed_by.iter().take(1 + more).cloned());
        }
        if let Some(skill) = self.unproven_skill() {
            suggestions.push(self.say(t.show_skill, 57, &[("skill", &skill)]));
        }
        let analysis = &self.cv.profile.analysis;
        if self.job.requirements.experience_months.is_some() && analysis.experience_months.is_none() {
            suggestions.push(self.say(t.add_dates, 58, &[]));
        }
        suggestions.truncate(MOST_SUGGESTIONS);
        suggestions
    }

    /// A skill that both name and of which the CV shows no use: a tool or a craft, for a degree or licence needs none.
    pub(super) fn unproven_skill(&self) -> Option<String> {
        let shared = self.shared_skills();
        let unproven = shared.into_iter().find(|skill| {
            let kind = Taxonomy::global().get(&skill.id).map(|skill| (skill.kind, skill.group.as_str()));
            let is_practice =
                matches!(kind, Some((SkillKind::Tool | SkillKind::Skill, group)) if group != "personal");
            is_practice && skill.months.is_none() && self.quote_with(skill).is_none()
        });
        unproven.map(|skill| self.words_of(skill))
    }
}
