//! What is compared of a CV and of a job, read once from each, so that comparing a pair costs microseconds.

use std::collections::HashMap;

use crate::domain::{Requirements, Seniority, SkillId, Work};
use crate::parsing::lexicon::phrases::{Word, words};
use crate::parsing::lexicon::{education_level, seniority};
use crate::skills::{Skill, Taxonomy};

use super::lexical::{TermVector, hash, is_stop_word, stem};
use super::neutral_text::neutral_text;
use super::occupations::{self, Occupations};
use super::{CvSide, JobSide};

/// A title's words and occupations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Title {
    /// As written.
    pub(crate) text: String,
    /// Stem and weight of each word that says something: little for rank and kind ("senior", "engineer"), full for the rest.
    pub(crate) words: Vec<(u64, f32)>,
    /// The occupations that it names.
    pub(crate) occupations: Vec<usize>,
    /// All rows of the table of occupations that it names: those, and words that tell of a field alone.
    pub(crate) rows: Vec<usize>,
    /// The fields that it names.
    pub(crate) fields: Vec<usize>,
    /// 0–1: how much it counts; less for what is long ago.
    pub(crate) recency: f32,
    /// Months in it, where known.
    pub(crate) months: Option<u32>,
}

/// What is compared of a CV.
#[derive(Clone, Debug)]
pub(crate) struct CvFeatures {
    pub(crate) terms: TermVector,
    pub(crate) occupations: Occupations,
    pub(crate) titles: Vec<Title>,
    /// Hash of each skill that the CV shows, sorted.
    pub(crate) skills: Vec<u64>,
    /// Hash of each skill that the CV's skills imply, and how far (0–1), sorted.
    pub(crate) implied_skills: Vec<(u64, f32)>,
    pub(crate) language: Option<String>,
    pub(crate) languages: Vec<(String, Option<&'static str>)>,
    pub(crate) experience_months: Option<u32>,
    pub(crate) seniority: Option<Seniority>,
    pub(crate) education_level: Option<u8>,
    pub(crate) city: Option<String>,
    pub(crate) country_code: Option<String>,
}

/// A skill that a job asks for.
#[derive(Clone, Debug)]
pub(crate) struct WantedSkill {
    pub(crate) id: u64,
    pub(crate) name: String,
    /// Importance by rarity.
    pub(crate) weight: f32,
    /// Skills that show it in part, and how far.
    pub(crate) shown_by: Vec<(u64, f32)>,
}

/// What is compared of a job.
#[derive(Clone, Debug)]
pub(crate) struct JobFeatures {
    pub(crate) terms: TermVector,
    pub(crate) occupations: Occupations,
    pub(crate) title: Title,
    pub(crate) skills: Vec<WantedSkill>,
    pub(crate) requirements: Requirements,
}

/// Words of titles that tell rank or kind of work, not which work.
const PLAIN_TITLE_WORDS: &str = "senior junior lead principal chief head manager management director assistant associate officer \
    specialist expert engineer consultant coordinator executive administrator representative technician operator worker staff \
    supervisor trainee intern graduate analyst advisor adviser professional general deputy agent ingenieur techniker leiter \
    leiterin mitarbeiter mitarbeiterin fachkraft spezialist berater beraterin responsable charge assistante technicien ingenieure \
    conseiller jefe jefa encargado tecnico ingeniero asistente especialista gerente responsabile addetto tecnica ingegnere operatore \
    assistente engenheiro analista medewerker specialist inginer manager asistent tehnician consilier";

impl Title {
    pub(crate) fn of(text: &str, recency: f32, months: Option<u32>) -> Self {
        let title_words = words(text);
        let found = occupations::find(&title_words);
        let kept = title_words.iter().filter(|word| !is_gender_mark(word) && !is_stop_word(word));
        let mut weighted: Vec<(u64, f32)> =
            kept.map(|word| (stem(&word.folded), if is_plain(word) { 0.3 } else { 1.0 })).collect();
        weighted.sort_unstable_by_key(|(term, _)| *term);
        weighted.dedup_by_key(|(term, _)| *term);
        let named =
            found.iter().copied().filter(|index| occupations::occupation(*index).name.is_some()).collect();
        Self {
            text: text.trim().to_owned(),
            words: weighted,
            occupations: named,
            fields: found.iter().map(|index| occupations::occupation(*index).field).collect(),
            rows: found,
            recency,
            months,
        }
    }
}

/// The letters of "(m/f/d)".
fn is_gender_mark(word: &Word) -> bool {
    matches!(word.folded.as_str(), "m" | "w" | "f" | "d" | "x" | "h" | "mwd" | "all" | "genders")
}

fn is_plain(word: &Word) -> bool {
    use std::collections::HashSet;
    use std::sync::LazyLock;
    static PLAIN: LazyLock<HashSet<&'static str>> =
        LazyLock::new(|| PLAIN_TITLE_WORDS.split_whitespace().collect());
    PLAIN.contains(word.folded.as_str())
}

/// How far from the newest employment a title still counts, by its place.
const RECENCY: [f32; 5] = [1.0, 0.95, 0.85, 0.75, 0.65];

impl CvFeatures {
    pub(crate) fn of(cv: &CvSide<'_>, taxonomy: &Taxonomy) -> Self {
        let profile = cv.profile;
        let neutral = neutral_text(profile, cv.text);
        let text_words = words(&neutral);
        let mut titles: Vec<Title> = Vec::new();
        if let Some(label) =
            profile.basics.label.as_deref().filter(|label| label.split_whitespace().count() <= 8)
        {
            titles.push(Title::of(label, 1.0, None));
        }
        for (index, work) in profile.work.iter().enumerate() {
            if let Some(position) = work.position.as_deref() {
                titles.push(Title::of(position, RECENCY[index.min(RECENCY.len() - 1)], months_of(work)));
            }
        }
        // Without a title the first words of the CV are read as one.
        let first_words = occupations::find(&text_words[..text_words.len().min(12)]);
        let newest: Vec<&[usize]> = match titles.as_slice() {
            [] => vec![&first_words],
            titles => titles.iter().map(|title| title.rows.as_slice()).collect(),
        };
        let mut skills: Vec<u64> =
            profile.analysis.skills.iter().map(|skill| hash(skill.id.as_str())).collect();
        skills.sort_unstable();
        Self {
            terms: TermVector::of(&text_words),
            occupations: Occupations::of(newest.into_iter(), &occupations::find(&text_words)),
            titles,
            skills,
            implied_skills: implied(profile.analysis.skills.iter().map(|skill| &skill.id), taxonomy),
            language: profile.analysis.language.clone(),
            languages: profile
                .languages
                .iter()
                .map(|known| (known.language.clone(), known.fluency.as_deref().and_then(level_of_fluency)))
                .collect(),
            experience_months: profile.analysis.experience_months,
            seniority: profile.analysis.seniority.or_else(|| {
                profile.work.first().and_then(|work| work.position.as_deref()).and_then(seniority::of_title)
            }),
            education_level: profile.analysis.education_level.or_else(|| {
                let degrees =
                    profile.education.iter().filter_map(|education| education.study_type.as_deref());
                degrees.filter_map(education_level::level_of_degree).max()
            }),
            city: profile.basics.location.as_ref().and_then(|place| place.city.clone()),
            country_code: profile.basics.location.as_ref().and_then(|place| place.country_code.clone()),
        }
    }
}

fn level_of_fluency(fluency: &str) -> Option<&'static str> {
    crate::parsing::lexicon::human_languages::level_of_fluency(fluency)
}

/// Months of an employment whose dates are known.
pub(crate) fn months_of(work: &Work) -> Option<u32> {
    let (start, end) = (work.start_date?, work.end_date?);
    u32::try_from(end.months_since_zero(12) - start.months_since_zero(1) + 1).ok()
}

/// What one who has these skills has too, in part: the broader ones above them, and their relatives.
fn implied<'a>(ids: impl Iterator<Item = &'a SkillId>, taxonomy: &Taxonomy) -> Vec<(u64, f32)> {
    let mut credits: HashMap<u64, f32> = HashMap::new();
    for skill in ids.filter_map(|id| taxonomy.get(id)) {
        for (id, credit) in above(skill, taxonomy, [0.7, 0.6, 0.5]) {
            let known = credits.entry(id).or_default();
            *known = known.max(credit);
        }
    }
    let mut credits: Vec<(u64, f32)> = credits.into_iter().collect();
    credits.sort_unstable_by_key(|(id, _)| *id);
    credits
}

/// The skills above one, by level, with the credit of each level, and its relatives with half; as
/// [`Taxonomy::relatedness`] has it, without asking for each pair.
fn above(skill: &Skill, taxonomy: &Taxonomy, credit_of_level: [f32; 3]) -> Vec<(u64, f32)> {
    let mut found: Vec<(u64, f32)> = skill.related.iter().map(|id| (hash(id.as_str()), 0.5)).collect();
    let mut level: Vec<&SkillId> = skill.broader.iter().collect();
    for credit in credit_of_level {
        found.extend(level.iter().map(|id| (hash(id.as_str()), credit)));
        level =
            level.into_iter().filter_map(|id| taxonomy.get(id)).flat_map(|skill| &skill.broader).collect();
    }
    found
}

impl JobFeatures {
    pub(crate) fn of(job: &JobSide<'_>, taxonomy: &Taxonomy) -> Self {
        let text_words = words(&job.job.text);
        let title_words = words(&job.job.title);
        let all_words: Vec<Word> = title_words.iter().chain(&text_words).cloned().collect();
        let skills = job.requirements.skills.iter().map(|wanted| {
            let skill = taxonomy.get(&wanted.id);
            let commonness = skill.map_or(0.5, |skill| skill.commonness);
            WantedSkill {
                id: hash(wanted.id.as_str()),
                name: wanted.name.clone(),
                weight: wanted.importance * (1.0 - 0.85 * commonness),
                shown_by: skill.map(|skill| above(skill, taxonomy, [0.5, 0.35, 0.2])).unwrap_or_default(),
            }
        });
        let title = Title::of(&job.job.title, 1.0, None);
        Self {
            terms: TermVector::of(&all_words),
            occupations: Occupations::of(
                std::iter::once(title.rows.as_slice()),
                &occupations::find(&text_words),
            ),
            title,
            skills: skills.collect(),
            requirements: job.requirements.clone(),
        }
    }
}

impl CvFeatures {
    /// How far the CV shows a skill, 0–1.
    pub(crate) fn shows(&self, wanted: &WantedSkill) -> f32 {
        if self.skills.binary_search(&wanted.id).is_ok() {
            return 1.0;
        }
        let implied = self.implied_skills.binary_search_by_key(&wanted.id, |(id, _)| *id);
        let implied = implied.map_or(0.0, |at| self.implied_skills[at].1);
        let shown = wanted.shown_by.iter().filter(|(id, _)| self.skills.binary_search(id).is_ok());
        shown.map(|(_, credit)| *credit).fold(implied, f32::max)
    }
}
