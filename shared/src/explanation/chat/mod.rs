//! Explanations that a language model writes, behind an OpenAI-compatible chat API: [`prompt`] makes the request of the passages
//! and facts of several matches of one CV, [`Chat`] sends it, [`read`] reads what came, and [`check`] lets nothing through that
//! CV and job do not say. Money and retries are the pipeline's.

mod answer;
mod api;
mod check;
mod claims;
pub(super) mod outgoing;
mod prompt;
mod tokens;
mod verdicts;

#[cfg(test)]
mod tests;

use crate::domain::{Explanation, Score};
use crate::matching::{CvSide, JobSide};

pub use answer::{Written, read};
pub use api::{Chat, ChatAnswer, Usage};
pub use check::{Fault, check};
pub use prompt::{Prompt, prompt};
pub use tokens::{count, micros};

/// A match that is to be explained.
#[derive(Clone, Copy, Debug)]
pub struct ToExplain<'a> {
    /// The CV.
    pub cv: CvSide<'a>,
    /// The job.
    pub job: JobSide<'a>,
    /// How well they fit, with the passages that show it.
    pub score: &'a Score,
    /// What this program says of it: the facts for the model, and the text if the model's does not stand the check.
    pub local: &'a Explanation,
}

/// The model's text as an explanation, with the facts and passages that are not the model's to choose.
pub fn explanation(written: Written, local: &Explanation, model: &str) -> Explanation {
    Explanation {
        language: local.language.clone(),
        summary: written.summary,
        strengths: written.strengths,
        gaps: written.gaps,
        suggestions: written.suggestions,
        questions: written.questions,
        transferable_skills: local.transferable_skills.clone(),
        quotes: local.quotes.clone(),
        generator: model.to_owned(),
    }
}
