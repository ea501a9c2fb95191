//! Why a job fits a candidate, in words.

use serde::{Deserialize, Serialize};

use super::Source;

/// Who wrote an explanation that no language model wrote.
pub const LOCAL_GENERATOR: &str = "local";

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
    /// What would close the gaps, in their order, or show the strengths better.
    pub suggestions: Vec<String>,
    /// What of the CV carries over to something that the job wants and the CV does not name itself. Absent in explanations of
    /// older versions, as are the questions.
    pub transferable_skills: Vec<TransferableSkill>,
    /// Questions for an interview, about what CV and job leave open.
    pub questions: Vec<String>,
    /// The passages that it rests on.
    pub quotes: Vec<Quote>,
    /// Who wrote it: `local`, or a language model's name.
    pub generator: String,
}

/// Something that a candidate can do, and what the job wants that is near to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct TransferableSkill {
    /// A skill of the CV (React), or the title of work of another kind.
    pub from: String,
    /// What the job wants (JavaScript).
    pub to: String,
    /// Both in a sentence.
    pub sentence: String,
    /// Where the CV shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passage: Option<Quote>,
}

/// A passage that an explanation rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quote {
    /// Whose text it is of.
    pub source: Source,
    /// The words as they stand there.
    pub text: String,
}
