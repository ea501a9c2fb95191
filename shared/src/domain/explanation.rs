//! Why a job fits a candidate, in words.

use serde::{Deserialize, Serialize};

use super::Source;

/// Why a job fits a candidate, in sentences that claim nothing that CV and job do not say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Explanation {
    /// Language of the text, ISO 639-1.
    pub language: String,
    /// Two to four sentences.
    pub summary: String,
    /// What speaks for it, one sentence each.
    pub strengths: Vec<String>,
    /// What the job wants and the CV does not show, one sentence each.
    pub gaps: Vec<String>,
    /// What would close the gaps, or show the strengths better.
    pub suggestions: Vec<String>,
    /// The passages that it rests on.
    pub quotes: Vec<Quote>,
    /// Who wrote it: `local`, or a language model's name.
    pub generator: String,
}

/// A passage that an explanation rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quote {
    /// Whose text it is of.
    pub source: Source,
    /// The words as they stand there.
    pub text: String,
}
