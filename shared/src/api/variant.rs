//! Variants of matching in requests and answers, and what is asked of their comparison. The comparison itself is the
//! evaluation's.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::problem::FieldError;
use crate::db::match_variant::VariantRow;
use crate::matching::{ExplanationWriter, VariantFault, read_variant};
use crate::pipeline::StoredVariant;

/// What a variant is set to. All of it: what is left out is the release's own setting.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VariantSettings {
    /// Its weight among the shares of all variants that are on: 10 beside 90 is a tenth of the candidates, as 1 beside 9 is.
    #[schema(example = 10, minimum = 0, maximum = 1_000_000)]
    pub share: f64,
    /// Whether candidates get it.
    #[serde(default = "on")]
    #[schema(default = true)]
    pub is_on: bool,
    /// How much each part of the score counts, by the part's name; only the ratios matter.
    #[schema(value_type = Option<Object>, example = json!({ "skills": 35, "meaning": 25 }))]
    pub weights: Option<Value>,
    /// Jobs retrieved by vector before they are scored.
    #[schema(example = 300, minimum = 1, maximum = 1000)]
    pub retrieved_per_cv: Option<i32>,
    /// Who writes the explanations.
    pub explanation: Option<ExplanationWriter>,
}

fn on() -> bool {
    true
}

impl VariantSettings {
    /// The row that says so. Weights are stored whole, so that a release with others changes no experiment.
    pub fn into_row(self, name: String) -> VariantRow {
        let explanation = self.explanation.map(|writer| match writer {
            ExplanationWriter::Local => "local".to_owned(),
            ExplanationWriter::Chat => "chat".to_owned(),
        });
        let mut row = VariantRow {
            weights: self.weights,
            retrieved_per_cv: self.retrieved_per_cv,
            explanation,
            is_on: self.is_on,
            ..VariantRow::new(name, self.share)
        };
        if row.weights.is_some()
            && let Ok(variant) = read_variant(&row)
        {
            row.weights = serde_json::to_value(variant.weights).ok();
        }
        row
    }
}

/// A variant as it is stored.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VariantAnswer {
    /// Its name, as it stands in predictions and interactions.
    #[schema(example = "default")]
    pub name: String,
    /// Whether candidates get it.
    pub is_on: bool,
    /// Its weight among the shares of all variants that are on.
    #[schema(example = 100)]
    pub share: f64,
    /// The part of the candidates that get it, 0–1.
    #[schema(example = 1)]
    pub traffic: f64,
    /// How much each part of the score counts; absent where the release's weights are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub weights: Option<Value>,
    /// Which weights it scores with, as predictions name them; absent where the row is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "5f1c0a9be3d2")]
    pub weights_version: Option<String>,
    /// Jobs retrieved by vector before they are scored; absent where it is as many as RETRIEVED_PER_CV says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retrieved_per_cv: Option<i32>,
    /// Who writes the explanations, `local` or `chat`; absent where it is the chat API if one is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "local")]
    pub explanation: Option<String>,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
    /// Why the row is left out of the draw, though it may be on; absent where it is not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FieldError>,
}

/// All variants.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VariantList {
    /// By name.
    pub variants: Vec<VariantAnswer>,
}

impl From<StoredVariant> for VariantAnswer {
    fn from(stored: StoredVariant) -> Self {
        let StoredVariant { row, traffic, faults } = stored;
        Self {
            weights_version: read_variant(&row).ok().map(|variant| variant.version()),
            name: row.name,
            is_on: row.is_on,
            share: row.share,
            traffic,
            weights: row.weights,
            retrieved_per_cv: row.retrieved_per_cv,
            explanation: row.explanation,
            created_at: row.created_at,
            changed_at: row.changed_at,
            faults: faults.into_iter().map(FieldError::from).collect(),
        }
    }
}

impl From<VariantFault> for FieldError {
    fn from(fault: VariantFault) -> Self {
        Self::new(fault.field, fault.message)
    }
}

/// Which interactions are counted, and what the variants are compared with.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct EvaluationMetricsQuery {
    /// Interactions of the last so many days.
    #[param(minimum = 1, maximum = 730, default = 30)]
    pub days: Option<u32>,
    /// The variant that the others are compared with.
    #[param(default = "default")]
    pub baseline: Option<String>,
}
