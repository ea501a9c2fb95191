//! How well a CV and a job fit, from both sides, as a number with its parts. [`score`] is one pair, [`rank`] many;
//! [`evidence`] adds the passages that show it, for the few pairs that somebody looks at.
//!
//! A score is absolute: it depends on the CV, the job and the [`Variant`], never on other documents. It is a weighted mean of
//! parts; a part without data takes its weight out. Name, contact, birth, nationality, gender and schools are cut out of
//! the CV before anything is compared.

mod anchors;
mod embedding_text;
mod evidence;
mod experiment;
mod features;
mod lexical;
mod must_haves;
mod neutral_text;
mod occupations;
mod parts;
mod rank;
mod similar;
mod variant;

#[cfg(test)]
mod tests;

pub use embedding_text::{cv_embedding_text, job_embedding_text};
pub use evidence::evidence;
pub use experiment::{Experiment, VariantFault, read_variant};
pub use must_haves::CvFacts;
pub(crate) use neutral_text::neutral_text;
pub(crate) use rank::in_parallel;
pub use rank::{Direction, LeftOut, Ranked, Ranking, rank, rank_with_must_haves};
pub use similar::{Alike, CvAsJob, JobAsCv, evidence_of_alike_cvs, evidence_of_alike_jobs};
pub use variant::{DEFAULT_VARIANT, ExplanationWriter, Variant, Weights};

use std::borrow::Cow;

use crate::domain::{JobText, Part, Profile, Requirements, Score};
use crate::skills::Taxonomy;

use features::{CvFeatures, JobFeatures};
use parts::Signals;

/// A CV as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct CvSide<'a> {
    /// Its text; offsets of the profile are bytes into it.
    pub text: &'a str,
    /// What was read from it.
    pub profile: &'a Profile,
    /// The embedding of its [`cv_embedding_text`], of length one.
    pub embedding: Option<&'a [f32]>,
}

/// A job as it is compared.
#[derive(Clone, Copy, Debug)]
pub struct JobSide<'a> {
    /// What the ad says.
    pub job: &'a JobText,
    /// What was read from it.
    pub requirements: &'a Requirements,
    /// The embedding of its [`job_embedding_text`], of length one.
    pub embedding: Option<&'a [f32]>,
}

/// A CV with all that is compared read from it (some tenths of a millisecond), to be scored with many jobs.
#[derive(Clone, Debug)]
pub struct PreparedCv<'a> {
    features: CvFeatures,
    embedding: Embedded<'a>,
}

/// A job with all that is compared read from it, to be scored with many CVs.
#[derive(Clone, Debug)]
pub struct PreparedJob<'a> {
    features: JobFeatures,
    job: Cow<'a, JobText>,
    embedding: Embedded<'a>,
}

/// An embedding with where it lies among the occupations.
#[derive(Clone, Debug)]
pub(crate) struct Embedded<'a> {
    vector: Option<Cow<'a, [f32]>>,
    occupations: Option<Vec<f32>>,
}

impl<'a> From<Option<&'a [f32]>> for Embedded<'a> {
    fn from(vector: Option<&'a [f32]>) -> Self {
        Self { occupations: vector.and_then(anchors::distribution), vector: vector.map(Cow::Borrowed) }
    }
}

impl<'a> PreparedJob<'a> {
    /// Reads what is compared.
    pub fn new(job: &JobSide<'a>, taxonomy: &Taxonomy) -> Self {
        Self {
            features: JobFeatures::of(job, taxonomy),
            job: Cow::Borrowed(job.job),
            embedding: job.embedding.into(),
        }
    }

    /// The same with data of its own, to be kept.
    pub fn into_owned(self) -> PreparedJob<'static> {
        PreparedJob {
            features: self.features,
            job: Cow::Owned(self.job.into_owned()),
            embedding: Embedded {
                vector: self.embedding.vector.map(|vector| Cow::Owned(vector.into_owned())),
                occupations: self.embedding.occupations,
            },
        }
    }
}

impl<'a> PreparedCv<'a> {
    /// Reads what is compared.
    pub fn new(cv: &CvSide<'a>, taxonomy: &Taxonomy) -> Self {
        Self { features: CvFeatures::of(cv, taxonomy), embedding: cv.embedding.into() }
    }

    /// How well the two fit: some microseconds.
    pub fn score(&self, job: &PreparedJob<'_>, variant: &Variant) -> Score {
        let (cv, wanted, weights) = (&self.features, &job.features, &variant.weights);
        let signals = self.measured(job);
        let outcomes = [
            parts::skills(cv, wanted, &signals, weights),
            parts::title(cv, wanted, &signals, weights),
            parts::experience(&signals, weights),
            parts::education(&signals, weights),
            parts::languages(cv, wanted, &signals, weights),
            parts::meaning(&signals, weights),
            parts::place(wanted, &job.job, &signals, weights),
        ];
        let all: f32 = outcomes.iter().map(|outcome| outcome.weight).sum();
        let mut parts: Vec<Part> = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            let share = if all > 0.0 { outcome.weight / all } else { 0.0 };
            parts.push(outcome.into_part(share));
        }
        let mean = parts.iter().map(|part| part.weight * part.score).sum::<f32>();
        parts.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Score { score: calibrated(mean), reverse_score: parts::reverse(cv, wanted, &signals), parts }
    }

    /// What is measured of the pair before it is weighed, each with the name of its weight: 0–1 where there is data, with how
    /// far there was enough to tell (0–1). For fitting weights.
    pub fn signals(&self, job: &PreparedJob<'_>) -> [(&'static str, Option<f32>, f32); 9] {
        self.measured(job).named().map(|(name, signal)| (name, signal.value, signal.certainty))
    }

    fn measured(&self, job: &PreparedJob<'_>) -> Signals {
        let (cv, wanted) = (&self.features, &job.features);
        let occupation = parts::relevance(cv, wanted).into();
        Signals {
            skills: parts::skills_signal(cv, wanted),
            title: parts::title_signal(cv, wanted),
            occupation,
            experience: parts::experience_signal(cv, wanted, occupation),
            education: parts::education_signal(cv, wanted),
            languages: parts::languages_signal(cv, wanted),
            embedding: parts::embedding_signal(&self.embedding, &job.embedding),
            vocabulary: parts::vocabulary_signal(cv, wanted),
            place: parts::place_signal(cv, wanted, &job.job),
        }
    }

    /// A cheap estimate of the score's order, for choosing which pairs to score.
    pub(crate) fn estimate(&self, job: &PreparedJob<'_>) -> f32 {
        let occupation = parts::relevance(&self.features, &job.features).unwrap_or(0.3);
        let embedding = parts::embedding_signal(&self.embedding, &job.embedding).value.unwrap_or(0.3);
        let vocabulary = parts::vocabulary_signal(&self.features, &job.features).value.unwrap_or(0.0);
        occupation + 0.3 * embedding + vocabulary
    }
}

/// How steeply the score rises, and the mean of the parts at which it is 50: fitted by `scripts/fit-weights.py` so that of the
/// labelled pairs with a score of 70 some 70 % are a fit.
const STEEPNESS: f32 = 8.6;
const MIDDLE: f32 = 0.51;

/// The mean of the parts (0–100) on the scale of the score: a logistic curve, so that the order stays.
fn calibrated(mean: f32) -> f32 {
    100.0 / (1.0 + (-STEEPNESS * (mean / 100.0 - MIDDLE)).exp())
}

/// How well a CV and a job fit, without evidence. Reads both sides anew (below a millisecond): for many pairs use [`rank`], or
/// [`PreparedCv`] and [`PreparedJob`], where a pair costs microseconds.
pub fn score(cv: &CvSide<'_>, job: &JobSide<'_>, taxonomy: &Taxonomy, variant: &Variant) -> Score {
    PreparedCv::new(cv, taxonomy).score(&PreparedJob::new(job, taxonomy), variant)
}
