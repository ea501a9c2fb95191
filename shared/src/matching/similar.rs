//! Jobs like a job and CVs like a CV, by the same parts as everything else: of two jobs the one is what is wanted, and the other
//! stands in the place of the CV, as if somebody had done just what it asks for; of two CVs the one stands in the place of
//! the job, as if somebody were wanted who has just what it shows. The reverse score is the same with the places changed.
//! The main type is [`Alike`].

use std::ops::Range;

use crate::domain::{
    JobText, Language, Location, MustHaveCheck, Profile, RequiredLanguage, RequiredSkill, Requirements,
    Score, SkillUse, Source, Work,
};
use crate::parsing::lexicon::human_languages;
use crate::skills::Taxonomy;

use super::evidence::find;
use super::neutral_text::neutral_text;
use super::rank::{best, in_parallel};
use super::{CvSide, JobSide, PreparedCv, PreparedJob, Ranked, Ranking, Variant, evidence};

/// A job in the place of a CV.
#[derive(Clone, Debug)]
pub struct JobAsCv<'a> {
    job: JobSide<'a>,
    profile: Profile,
}

impl<'a> JobAsCv<'a> {
    /// Who has done just what this job asks for.
    pub fn new(job: &JobSide<'a>) -> Self {
        let wanted = job.requirements;
        let title = Work { position: Some(job.job.title.trim().to_owned()), ..Work::default() };
        let mut profile = Profile { work: vec![title], ..Profile::default() };
        if wanted.city.is_some() || wanted.country_code.is_some() {
            profile.basics.location = Some(Location {
                city: wanted.city.clone(),
                country_code: wanted.country_code.clone(),
                ..Location::default()
            });
        }
        let languages = wanted.languages.iter();
        profile.languages = languages
            .map(|known| Language { language: known.language.clone(), fluency: known.level.clone() })
            .collect();
        let analysis = &mut profile.analysis;
        analysis.language.clone_from(&wanted.language);
        analysis.experience_months = wanted.experience_months;
        analysis.seniority = wanted.seniority;
        analysis.education_level = wanted.education_level;
        analysis.driving_licences.clone_from(&wanted.driving_licences);
        analysis.skills = wanted.skills.iter().map(|skill| skill_use(skill, &job.job.text)).collect();
        Self { job: *job, profile }
    }

    /// As it is compared.
    pub fn side(&self) -> CvSide<'_> {
        CvSide { text: &self.job.job.text, profile: &self.profile, embedding: self.job.embedding }
    }
}

fn skill_use(skill: &RequiredSkill, text: &str) -> SkillUse {
    let (start, end) = if skill.in_title {
        // The place is one of the title's: the ad itself may name it too, and else it is quoted from nowhere.
        find(Source::Job, text, &skill.name)
            .map_or((usize::MAX, usize::MAX), |found| (found.start, found.end))
    } else {
        (skill.start, skill.end)
    };
    SkillUse { id: skill.id.clone(), name: skill.name.clone(), mentions: 1, months: None, start, end }
}

/// A CV in the place of a job.
#[derive(Clone, Debug)]
pub struct CvAsJob<'a> {
    job: JobText,
    requirements: Requirements,
    embedding: Option<&'a [f32]>,
}

impl<'a> CvAsJob<'a> {
    /// The job that wants just what this CV shows, without who it is of.
    pub fn new(cv: &CvSide<'a>) -> Self {
        let (profile, analysis) = (cv.profile, &cv.profile.analysis);
        let latest = || profile.work.iter().find_map(|work| work.position.clone());
        let headline = profile.basics.label.clone().filter(|label| label.split_whitespace().count() <= 8);
        let place = profile.basics.location.as_ref();
        let skills = analysis.skills.iter().map(|skill| RequiredSkill {
            id: skill.id.clone(),
            name: skill.name.clone(),
            // What somebody names again and again is what they do.
            importance: (0.4 + 0.15 * skill.mentions as f32).min(1.0),
            start: skill.start,
            end: skill.end,
            in_title: false,
        });
        let languages = profile.languages.iter().map(|known| RequiredLanguage {
            language: known.language.clone(),
            level: known.fluency.as_deref().and_then(human_languages::level_of_fluency).map(str::to_owned),
        });
        Self {
            job: JobText {
                title: headline.or_else(latest).unwrap_or_default(),
                text: masked(profile, cv.text),
                ..JobText::default()
            },
            requirements: Requirements {
                language: analysis.language.clone(),
                skills: skills.collect(),
                seniority: analysis.seniority,
                experience_months: analysis.experience_months,
                education_level: analysis.education_level,
                languages: languages.collect(),
                driving_licences: analysis.driving_licences.clone(),
                country_code: place.and_then(|place| place.country_code.clone()),
                city: place.and_then(|place| place.city.clone()),
            },
            embedding: cv.embedding,
        }
    }

    /// As it is compared.
    pub fn side(&self) -> JobSide<'_> {
        JobSide { job: &self.job, requirements: &self.requirements, embedding: self.embedding }
    }
}

/// The text with blanks in the place of each line that tells who somebody is, so that places in it stay what they are.
fn masked(profile: &Profile, text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let neutral = neutral_text(profile, line);
        if neutral.trim_end() == line.trim().to_lowercase() {
            masked.push_str(line);
        } else {
            masked.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        }
    }
    masked
}

/// Jobs, or CVs, each prepared for both places.
pub struct Alike<'a> {
    items: Vec<BothPlaces<'a>>,
}

struct BothPlaces<'a> {
    wanted: PreparedJob<'a>,
    has: PreparedCv<'a>,
}

impl<'a> Alike<'a> {
    /// Jobs; `as_cvs` are the same ones in the place of CVs.
    pub fn of_jobs(as_cvs: &'a [JobAsCv<'a>], taxonomy: &Taxonomy) -> Self {
        let both = |_: usize, job: &'a JobAsCv<'a>| BothPlaces {
            wanted: PreparedJob::new(&job.job, taxonomy),
            has: PreparedCv::new(&job.side(), taxonomy),
        };
        Self { items: in_parallel_refs(as_cvs, both) }
    }

    /// CVs; `as_jobs` are the same ones in the place of jobs.
    pub fn of_cvs(cvs: &[CvSide<'a>], as_jobs: &'a [CvAsJob<'a>], taxonomy: &Taxonomy) -> Self {
        let both = |index: usize, as_job: &'a CvAsJob<'a>| BothPlaces {
            wanted: PreparedJob::new(&as_job.side(), taxonomy),
            has: PreparedCv::new(&cvs[index], taxonomy),
        };
        Self { items: in_parallel_refs(as_jobs, both) }
    }

    /// How much of what one item has the other has; the reverse score is the other way round.
    pub fn score(&self, this: usize, other: usize, variant: &Variant) -> Score {
        let (this, other) = (&self.items[this], &self.items[other]);
        Score {
            reverse_score: this.has.score(&other.wanted, variant).score,
            ..other.has.score(&this.wanted, variant)
        }
    }

    /// For each item of a range the best `k` others, best first. Uses all processors.
    pub fn best(&self, range: Range<usize>, k: usize, variant: &Variant) -> Vec<Vec<Ranked>> {
        let these: Vec<usize> = range.collect();
        in_parallel(&these, |_, &this| self.ranking(this, k, variant, |_| Vec::new()).ranked)
    }

    /// The best `k` others for one item, best first; `check` says how one stands to the conditions that are asked about.
    pub fn ranking(
        &self,
        this: usize,
        k: usize,
        variant: &Variant,
        check: impl Fn(usize) -> Vec<MustHaveCheck>,
    ) -> Ranking {
        let all: Vec<usize> = (0..self.items.len()).collect();
        let estimate = |other: &usize| self.items[*other].has.estimate(&self.items[this].wanted);
        let score = |other: &usize| self.score(this, *other, variant);
        best(&all, k, Some(this), estimate, score, check)
    }
}

/// As [`in_parallel`], for what keeps hold of the items.
fn in_parallel_refs<'a, T: Sync, R: Send>(items: &'a [T], map: impl Fn(usize, &'a T) -> R + Sync) -> Vec<R> {
    let references: Vec<&'a T> = items.iter().collect();
    in_parallel(&references, |index, item| map(index, item))
}

/// Fills in the passages that show how `other` is like the job `this`.
pub fn evidence_of_alike_jobs(this: &JobSide<'_>, other: &JobAsCv<'_>, score: &mut Score) {
    evidence(&other.side(), this, score);
    for passage in score.parts.iter_mut().flat_map(|part| &mut part.evidence) {
        if passage.source == Source::Cv {
            passage.source = Source::Other;
        }
    }
}

/// Fills in the passages that show how `other` is like the CV `this`.
pub fn evidence_of_alike_cvs(this: &CvAsJob<'_>, other: &CvSide<'_>, score: &mut Score) {
    evidence(other, &this.side(), score);
    for passage in score.parts.iter_mut().flat_map(|part| &mut part.evidence) {
        passage.source = if passage.source == Source::Cv { Source::Other } else { Source::Cv };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PartialDate;
    use crate::parsing::requirements::read_requirements;
    use crate::parsing::{Parsed, parse_text};

    const TODAY: PartialDate = PartialDate { year: 2026, month: Some(11), day: None };

    fn ad(title: &str, text: &str) -> (JobText, Requirements) {
        let job = JobText { title: title.into(), text: text.into(), ..JobText::default() };
        let requirements = read_requirements(&job, Taxonomy::global());
        (job, requirements)
    }

    fn ads() -> Vec<(JobText, Requirements)> {
        vec![
            ad(
                "Registered Nurse",
                "Care of patients on our ward, wound care and medication administration.\nFluent English.",
            ),
            ad(
                "Senior Java Developer",
                "You build services in Java and Spring Boot.\n5 years of experience with Java and SQL.",
            ),
            ad(
                "Staff Nurse",
                "You give medication and do wound care on an acute ward, and supervise students.",
            ),
            ad("Backend Developer (Java)", "Java, SQL and Docker; services for our shop."),
        ]
    }

    fn cvs() -> Vec<Parsed> {
        let text = |name: &str, title: &str, skills: &str| {
            format!(
                "{name}\n{title}\nmail@example.org\n\nExperience\n{title}, Works, 2018 - 2023\n- {skills}\n\nSkills\n{skills}\n"
            )
        };
        [
            text("Anna Novak", "Registered Nurse", "wound care, medication administration, patient care"),
            text("Bert Lang", "Java Developer", "Java, SQL, Spring Boot"),
            text("Cleo Marsh", "Staff Nurse", "wound care, infection control, patient care"),
        ]
        .iter()
        .map(|text| parse_text(text, Taxonomy::global(), TODAY))
        .collect()
    }

    #[test]
    fn jobs_of_one_field_are_like_each_other_and_a_job_is_not_like_itself() {
        let ads = ads();
        let as_cvs: Vec<JobAsCv<'_>> = ads
            .iter()
            .map(|(job, requirements)| JobAsCv::new(&JobSide { job, requirements, embedding: None }))
            .collect();
        let alike = Alike::of_jobs(&as_cvs, Taxonomy::global());
        let found = alike.best(0..4, 3, &Variant::default());
        let first: Vec<usize> = found.iter().map(|ranked| ranked[0].index).collect();
        assert_eq!(first, [2, 3, 0, 1]);
        for (this, ranked) in found.iter().enumerate() {
            assert!(ranked.len() == 3 && ranked.iter().all(|one| one.index != this));
            assert!(ranked[0].score.score > ranked[2].score.score + 20.0, "{ranked:#?}");
        }
        // The other way round is the reverse score.
        let (there, back) = (alike.score(0, 2, &Variant::default()), alike.score(2, 0, &Variant::default()));
        assert_eq!((there.score, there.reverse_score), (back.reverse_score, back.score));
    }

    #[test]
    fn the_likeness_of_jobs_is_shown_by_passages_of_both() {
        let ads = ads();
        let side =
            |index: usize| JobSide { job: &ads[index].0, requirements: &ads[index].1, embedding: None };
        let as_cvs: Vec<JobAsCv<'_>> = (0..4).map(|index| JobAsCv::new(&side(index))).collect();
        let mut score = Alike::of_jobs(&as_cvs, Taxonomy::global()).score(0, 2, &Variant::default());
        evidence_of_alike_jobs(&side(0), &as_cvs[2], &mut score);
        let quotes: Vec<_> = score.parts.iter().flat_map(|part| &part.evidence).collect();
        assert!(
            quotes.iter().any(|q| q.source == Source::Job)
                && quotes.iter().any(|q| q.source == Source::Other)
        );
        for quote in quotes {
            let text = if quote.source == Source::Job { &ads[0].0.text } else { &ads[2].0.text };
            assert_eq!(text[quote.start..quote.end], quote.quote);
        }
    }

    #[test]
    fn cvs_of_one_field_are_like_each_other_whoever_they_are_of() {
        let parsed = cvs();
        let likeness = |parsed: &[Parsed]| {
            let sides: Vec<CvSide<'_>> = parsed
                .iter()
                .map(|cv| CvSide { text: &cv.text, profile: &cv.profile, embedding: None })
                .collect();
            let as_jobs: Vec<CvAsJob<'_>> = sides.iter().map(CvAsJob::new).collect();
            let alike = Alike::of_cvs(&sides, &as_jobs, Taxonomy::global());
            let found = alike.best(0..3, 2, &Variant::default());
            let mut score = alike.score(0, 2, &Variant::default());
            evidence_of_alike_cvs(&as_jobs[0], &sides[2], &mut score);
            for quote in score.parts.iter().flat_map(|part| &part.evidence) {
                let text = if quote.source == Source::Cv { sides[0].text } else { sides[2].text };
                assert_eq!(text[quote.start..quote.end], quote.quote);
                assert!(!quote.quote.contains("Novak") && !quote.quote.contains('@'), "{quote:?}");
            }
            assert!(score.parts.iter().any(|part| !part.evidence.is_empty()));
            found
        };
        let found = likeness(&parsed);
        assert_eq!((found[0][0].index, found[2][0].index), (2, 0));
        assert!(found[0][0].score.score > found[0][1].score.score + 20.0, "{:#?}", found[0]);
        let other =
            parse_text(&parsed[0].text.replace("Anna Novak", "Omar Haddad"), Taxonomy::global(), TODAY);
        let renamed = [other, parsed[1].clone(), parsed[2].clone()];
        assert_eq!(likeness(&renamed)[0][0].score, found[0][0].score);
    }
}
