//! Variants of the score: which parts count how much. A variant is data, so that two can be compared in service.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// The name of the variant that is always there.
pub const DEFAULT_VARIANT: &str = "default";

/// A named way to match.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Variant {
    /// Its name, as it stands in predictions.
    pub name: String,
    /// The parts' weights.
    pub weights: Weights,
    /// Jobs retrieved by vector before they are scored; none means as many as the settings say.
    pub retrieved_per_cv: Option<i64>,
    /// Who writes the explanations.
    pub explanation: ExplanationWriter,
}

/// Who writes a variant's explanations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ExplanationWriter {
    /// This program.
    Local,
    /// The chat API where one is set up, else this program.
    #[default]
    Chat,
}

/// The weight of each signal; only their ratios matter. A part of the score has the weight of its signals together.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Weights {
    /// Skills that the job names.
    pub skills: f32,
    /// The job's title against the candidate's titles, word by word. Part title.
    pub title: f32,
    /// The occupations and fields that both name. Part title.
    pub occupation: f32,
    /// Years and seniority.
    pub experience: f32,
    /// Level of education.
    pub education: f32,
    /// Human languages.
    pub languages: f32,
    /// Similarity of the texts' embeddings. Part meaning.
    pub embedding: f32,
    /// Similarity of the texts' words. Part meaning.
    pub vocabulary: f32,
    /// Place.
    pub place: f32,
}

impl Default for Weights {
    /// Fitted by `scripts/fit-weights.py`; `docs/matching.md` tells how.
    fn default() -> Self {
        Self {
            skills: 17.0,
            title: 10.0,
            occupation: 27.0,
            experience: 5.0,
            education: 2.0,
            languages: 2.0,
            embedding: 12.0,
            vocabulary: 23.0,
            place: 2.0,
        }
    }
}

impl Variant {
    /// Tells one set of weights from another: the first characters of their SHA-256.
    pub fn version(&self) -> String {
        let weights = format!("{:?}", self.weights);
        Sha256::digest(weights.as_bytes()).iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Default for Variant {
    fn default() -> Self {
        Self {
            name: DEFAULT_VARIANT.into(),
            weights: Weights::default(),
            retrieved_per_cv: None,
            explanation: ExplanationWriter::default(),
        }
    }
}

impl Variant {
    /// The formula of the system that this one replaces: skills 35, meaning 25, experience 25, education 15.
    pub fn replaced_system() -> Self {
        let weights = Weights {
            skills: 35.0,
            title: 0.0,
            occupation: 0.0,
            experience: 25.0,
            education: 15.0,
            languages: 0.0,
            embedding: 25.0,
            vocabulary: 0.0,
            place: 0.0,
        };
        Self { name: "replaced-system".into(), weights, ..Self::default() }
    }
}
