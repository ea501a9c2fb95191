//! How well a CV and a job fit, as a number with its parts and the evidence for each.

use serde::{Deserialize, Serialize};

/// How well one CV and one job fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Score {
    /// 0–100, absolute: what the job wants of the candidate, and how much of it is there.
    pub score: f32,
    /// 0–100: what the candidate looks for, and how much of it the job offers.
    pub reverse_score: f32,
    /// What the score is made of, heaviest first.
    pub parts: Vec<Part>,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Part {
    /// Which.
    pub kind: PartKind,
    /// 0–100; 0 where there was no data.
    pub score: f32,
    /// Its share of the whole score, 0–1; shares of the parts with data add up to 1, a part without data has 0.
    pub weight: f32,
    /// Whether CV and job said enough to tell. Without data the part's weight goes to the others: unknown is not bad.
    pub has_data: bool,
    /// What the job wants and the CV has, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub matched: Vec<String>,
    /// What the job wants and the CV does not show, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The passages that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Evidence>,
}

/// The parts that a score can have.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PartKind {
    /// Skills that the job names.
    Skills,
    /// The job's title against the candidate's titles.
    Title,
    /// Years and seniority.
    Experience,
    /// Level and subject.
    Education,
    /// Human languages.
    Languages,
    /// Similarity of the texts' embeddings.
    Meaning,
    /// Place, country, remote.
    Place,
}

impl PartKind {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Skills => "skills",
            Self::Title => "title",
            Self::Experience => "experience",
            Self::Education => "education",
            Self::Languages => "languages",
            Self::Meaning => "meaning",
            Self::Place => "place",
        }
    }
}

/// A passage that shows something, quoted to the letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Evidence {
    /// Whose text it is.
    pub source: Source,
    /// The words as they stand there.
    pub quote: String,
    /// Byte offset of the quote in that text.
    pub start: usize,
    /// Its end, exclusive.
    pub end: usize,
}

/// Whose text a passage is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The candidate's CV.
    Cv,
    /// The job ad.
    Job,
    /// Of two jobs or two CVs that are alike: the one that was found.
    Other,
}
