//! How well a CV and a job fit, from both sides, as a number with its parts. [`score`] is one pair, [`rank`] many;
//! [`evidence`] adds the passages that show it, for the few pairs that somebody looks at.
//!
//! A score is absolute: it depends on the CV, the job and the [`Variant`], never on other documents. It is a weighted mean of
//! parts; a part without data takes its weight out. Name, contact, birth, nationality, gender and schools are cut out of
//! the CV before anything is compared.

mod anchors;
mod embedding_text;
mod evidence;
mod features;
mod lexical;
mod neutral_text;
mod occupations;
mod parts;
mod rank;
mod variant;

#[cfg(test)]
mod tests;

pub use embedding_text::{cv_embedding_text, job_embedding_text};
pub use evidence::evidence;
pub(crate) use rank::in_parallel;
pub use rank::{Direction, Ranked, rank};
pub use variant::{Variant, Weights};

use std::borrow::Cow;

use crate::domain::{JobText, Part, Profile, Requirements, Score};
use crate::skills::Taxonomy;

use features::{CvFeatures, JobFeatures};
use parts::Outcome;

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
        let (cv, wanted) = (&self.features, &job.features);
        let outcomes = [
            parts::skills(cv, wanted),
            parts::title(cv, wanted),
            parts::experience(cv, wanted),
            parts::education(cv, wanted),
            parts::languages(cv, wanted),
            parts::meaning(cv, &self.embedding, wanted, &job.embedding),
            parts::place(cv, wanted, &job.job),
        ];
        let weigh = |outcome: &Outcome| match outcome.value {
            Some(_) => variant.weights.of(outcome.kind) * outcome.certainty,
            None => 0.0,
        };
        let all: f32 = outcomes.iter().map(weigh).sum();
        let mut parts: Vec<Part> = Vec::with_capacity(outcomes.len());
        for outcome in outcomes {
            let share = if all > 0.0 { weigh(&outcome) / all } else { 0.0 };
            parts.push(outcome.into_part(share));
        }
        let mean = parts.iter().map(|part| part.weight * part.score).sum::<f32>();
        parts.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        Score { score: calibrated(mean), reverse_score: parts::reverse(cv, wanted, &job.job), parts }
    }

    /// A cheap estimate of the score's order, for choosing which pairs to score.
    pub(crate) fn estimate(&self, job: &PreparedJob<'_>) -> f32 {
        let field = parts::relevance(&self.features, &job.features).unwrap_or(0.3);
        let meaning = parts::meaning(&self.features, &self.embedding, &job.features, &job.embedding)
            .value
            .unwrap_or(0.3);
        let title = parts::best_title(&self.features, &job.features).map_or(0.0, |(_, alike)| alike);
        field + meaning + title
    }
}

/// The mean of the parts, stretched so that a clear fit is above 70 and another field below 30: the line through (22, 10) and
/// (72, 85), flatter towards the ends so that no score leaves 0–100 and the order stays.
fn calibrated(mean: f32) -> f32 {
    match mean {
        mean if mean <= 22.0 => mean * 10.0 / 22.0,
        mean if mean <= 72.0 => 10.0 + (mean - 22.0) * 1.5,
        mean => 85.0 + (mean - 72.0) * 15.0 / 28.0,
    }
}

/// How well a CV and a job fit, without evidence. Reads both sides anew (below a millisecond): for many pairs use [`rank`], or
/// [`PreparedCv`] and [`PreparedJob`], where a pair costs microseconds.
pub fn score(cv: &CvSide<'_>, job: &JobSide<'_>, taxonomy: &Taxonomy, variant: &Variant) -> Score {
    PreparedCv::new(cv, taxonomy).score(&PreparedJob::new(job, taxonomy), variant)
}
