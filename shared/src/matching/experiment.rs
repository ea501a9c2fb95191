//! Which variant a candidate gets. The variants are rows ([`VariantRow`]); [`Experiment`] holds those that can be used, and
//! draws one for each candidate, the same one each time.
//!
//! The draw is weighted rendezvous hashing: each variant gets a number that follows from its name and the candidate, and the
//! largest wins (Thaler and Ravishankar 1998; with weights by the logarithmic method of Schindelhauer and Schomaker, "Weighted
//! distributed hash tables", 2005). A variant wins with the chance share / sum of shares, and a change of one share moves
//! candidates to or from that variant only. Nothing is stored for a candidate: who is erased and comes again gets the same.

use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{DEFAULT_VARIANT, ExplanationWriter, Variant, Weights};
use crate::db::match_variant::VariantRow;
use crate::domain::CandidateId;

/// The most that a weight or a share may be.
pub const MOST: f64 = 1e6;
/// The most jobs that may be retrieved for a CV.
const MOST_RETRIEVED: i32 = 1000;

/// What is wrong with a field of a variant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {message}")]
pub struct VariantFault {
    /// The field.
    pub field: String,
    /// What is wrong with it, and what it must be.
    pub message: String,
}

impl VariantFault {
    fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// The variant that a row describes.
///
/// # Errors
/// Everything that is wrong with the row. Such a row is never used.
pub fn read_variant(row: &VariantRow) -> Result<Variant, Vec<VariantFault>> {
    let mut faults = Vec::new();
    let first = row.name.chars().next().unwrap_or('-');
    let may_stand = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_".contains(c);
    if row.name.len() > 50 || "-_".contains(first) || !row.name.chars().all(may_stand) {
        faults.push(VariantFault::new(
            "name",
            "must be 1 to 50 of a–z, 0–9, - and _, and begin with a letter or digit",
        ));
    }
    if !(0.0..=MOST).contains(&row.share) {
        faults.push(VariantFault::new("share", format!("must be between 0 and {MOST}")));
    }
    let weights = read_weights(row.weights.as_ref(), &mut faults);
    if row.retrieved_per_cv.is_some_and(|jobs| !(1..=MOST_RETRIEVED).contains(&jobs)) {
        faults.push(VariantFault::new("retrieved_per_cv", format!("must be between 1 and {MOST_RETRIEVED}")));
    }
    let explanation = match row.explanation.as_deref() {
        None | Some("chat") => ExplanationWriter::Chat,
        Some("local") => ExplanationWriter::Local,
        Some(_) => {
            faults.push(VariantFault::new("explanation", "must be `local` or `chat`"));
            ExplanationWriter::default()
        }
    };
    if row.name == DEFAULT_VARIANT && !row.is_on {
        faults.push(VariantFault::new("is_on", "the default is always on; give it the share 0 instead"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let retrieved_per_cv = row.retrieved_per_cv.map(i64::from);
    Ok(Variant { name: row.name.clone(), weights, retrieved_per_cv, explanation })
}

/// Reads weights; those that are left out are the release's.
fn read_weights(weights: Option<&Value>, faults: &mut Vec<VariantFault>) -> Weights {
    let Some(value) = weights else { return Weights::default() };
    let known = serde_json::to_value(Weights::default()).unwrap_or_default();
    let before = faults.len();
    check_weights("weights", value, &known, faults);
    if faults.len() > before {
        return Weights::default();
    }
    let read = serde_json::from_value::<Weights>(value.clone());
    let weights = read.unwrap_or_else(|error| {
        faults.push(VariantFault::new("weights", error.to_string()));
        Weights::default()
    });
    // Looked at as it will be used: what the row leaves out is filled in by now.
    if !any_above_zero(&serde_json::to_value(weights).unwrap_or_default()) {
        faults.push(VariantFault::new("weights", "are all 0: at least one part must count"));
    }
    weights
}

/// Whether `value` has the form of `known`, with no name that is not known and no number that cannot be a weight.
fn check_weights(field: &str, value: &Value, known: &Value, faults: &mut Vec<VariantFault>) {
    match (value, known) {
        (Value::Object(values), Value::Object(names)) => {
            for (name, value) in values {
                let field = format!("{field}.{name}");
                match names.get(name) {
                    Some(known) => check_weights(&field, value, known, faults),
                    None => {
                        let names: Vec<&str> = names.keys().map(String::as_str).collect();
                        let message = format!("is no part of the score; the parts are {}", names.join(", "));
                        faults.push(VariantFault::new(field, message));
                    }
                }
            }
        }
        (_, Value::Object(_)) => {
            faults.push(VariantFault::new(field, "must be an object of parts and weights"))
        }
        (Value::Number(weight), Value::Number(_))
            if weight.as_f64().is_some_and(|weight| (0.0..=MOST).contains(&weight)) => {}
        (_, Value::Number(_)) => {
            faults.push(VariantFault::new(field, format!("must be a number between 0 and {MOST}")));
        }
        _ => {}
    }
}

fn any_above_zero(weights: &Value) -> bool {
    match weights {
        Value::Number(weight) => weight.as_f64().is_some_and(|weight| weight > 0.0),
        Value::Object(weights) => weights.values().any(any_above_zero),
        _ => false,
    }
}

/// The variants that can be used, with their shares.
#[derive(Clone, Debug)]
pub struct Experiment {
    drawn: Vec<(Arc<Variant>, f64)>,
    known: Vec<Arc<Variant>>,
    default: Arc<Variant>,
}

impl Experiment {
    /// The variants of `rows`. A row that is wrong is logged and left out; where the default is, the release's own settings
    /// stand in for it.
    pub fn new(rows: &[VariantRow]) -> Self {
        let (mut drawn, mut known) = (Vec::new(), Vec::new());
        let mut default = Arc::new(Variant::default());
        for row in rows {
            match read_variant(row) {
                Ok(variant) => {
                    let variant = Arc::new(variant);
                    if row.name == DEFAULT_VARIANT {
                        default = variant.clone();
                    }
                    if row.is_on && row.share > 0.0 {
                        drawn.push((variant.clone(), row.share));
                    }
                    known.push(variant);
                }
                Err(faults) => {
                    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
                    tracing::error!(variant = row.name, faults = faults.join("; "), "a variant is left out");
                }
            }
        }
        Self { drawn, known, default }
    }

    /// The variant of a candidate; the default where none is on.
    pub fn variant_of(&self, candidate: &CandidateId) -> Arc<Variant> {
        let drawn = self.drawn.iter().max_by(|(a, share_a), (b, share_b)| {
            let (a, b) = (place(candidate, a, *share_a), place(candidate, b, *share_b));
            a.total_cmp(&b)
        });
        drawn.map_or(&self.default, |(variant, _)| variant).clone()
    }

    /// The default: what everybody is measured by where one measure is needed for all.
    pub fn default_variant(&self) -> Arc<Variant> {
        self.default.clone()
    }

    /// The variant of that name, on or off; none where no usable row has it.
    pub fn named(&self, name: &str) -> Option<Arc<Variant>> {
        self.known.iter().find(|variant| variant.name == name).cloned()
    }

    /// The part of the candidates that each variant gets, 0–1, by name. What is not in it gets none.
    pub fn traffic(&self) -> Vec<(&str, f64)> {
        let sum: f64 = self.drawn.iter().map(|(_, share)| share).sum();
        if self.drawn.is_empty() {
            return vec![(&self.default.name, 1.0)];
        }
        self.drawn.iter().map(|(variant, share)| (variant.name.as_str(), share / sum)).collect()
    }
}

/// The number by which a variant takes part in the draw of a candidate: the larger, the better.
fn place(candidate: &CandidateId, variant: &Variant, share: f64) -> f64 {
    let mut hash = Sha256::new();
    hash.update(candidate.0.as_bytes());
    // Stands in no UTF-8 text, so that no candidate's name runs into a variant's.
    hash.update([0xff]);
    hash.update(variant.name.as_bytes());
    let digest = hash.finalize();
    let bits = digest.iter().take(8).fold(0u64, |bits, byte| (bits << 8) | u64::from(*byte));
    // 53 bits, in the middle of their step: neither 0 nor 1.
    let uniform = ((bits >> 11) as f64 + 0.5) / (1u64 << 53) as f64;
    -share / uniform.ln()
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    fn row(name: &str, share: f64) -> VariantRow {
        VariantRow::new(name, share)
    }

    fn drawn(rows: &[VariantRow]) -> HashMap<String, String> {
        let experiment = Experiment::new(rows);
        let candidates = (0..10_000).map(|number| format!("candidate-{number}"));
        candidates
            .map(|name| {
                let variant = experiment.variant_of(&CandidateId(name.clone())).name.clone();
                (name, variant)
            })
            .collect()
    }

    fn count(drawn: &HashMap<String, String>, name: &str) -> usize {
        drawn.values().filter(|variant| *variant == name).count()
    }

    #[test]
    fn each_variant_gets_its_share_of_ten_thousand_candidates() {
        let drawn = drawn(&[row("default", 70.0), row("b", 20.0), row("c", 10.0)]);
        for (name, expected) in [("default", 7000.0), ("b", 2000.0), ("c", 1000.0f64)] {
            // Four standard deviations of a binomial count.
            let noise = 4.0 * (expected * (1.0 - expected / 10_000.0)).sqrt();
            let got = count(&drawn, name) as f64;
            assert!((got - expected).abs() < noise, "{name}: {got} of {expected} ± {noise}");
        }
    }

    #[test]
    fn a_candidate_gets_the_same_variant_each_time_and_on_every_machine() {
        let rows = [row("default", 50.0), row("b", 50.0)];
        assert_eq!(drawn(&rows), drawn(&rows));
        let turned = [row("b", 50.0), row("default", 50.0)];
        assert_eq!(drawn(&rows), drawn(&turned));
        // Stands here so that a change of the hash, which would move everybody, is no accident.
        let first = ["ann", "bob", "eve", "kim", "lou"];
        let experiment = Experiment::new(&rows);
        let names: Vec<String> =
            first.iter().map(|name| experiment.variant_of(&CandidateId::from(*name)).name.clone()).collect();
        assert_eq!(names, ["b", "default", "default", "b", "default"]);
    }

    #[test]
    fn a_changed_share_moves_candidates_to_or_from_that_variant_only() {
        let before = drawn(&[row("default", 80.0), row("b", 10.0), row("c", 10.0)]);
        let after = drawn(&[row("default", 80.0), row("b", 30.0), row("c", 10.0)]);
        let moved: Vec<_> = before.iter().filter(|(name, variant)| after[*name] != **variant).collect();
        assert!(moved.iter().all(|(name, _)| after[*name] == "b"), "somebody moved to another one");
        // From a tenth to a quarter: three in twenty.
        assert!((1300..1700).contains(&moved.len()), "{}", moved.len());
    }

    #[test]
    fn who_had_a_variant_that_is_off_is_spread_over_the_others_and_nobody_else_moves() {
        let mut off = row("b", 20.0);
        off.is_on = false;
        let before = drawn(&[row("default", 60.0), row("b", 20.0), row("c", 20.0)]);
        let after = drawn(&[row("default", 60.0), off, row("c", 20.0)]);
        assert_eq!(count(&after, "b"), 0);
        assert!(before.iter().all(|(name, variant)| variant == "b" || after[name] == *variant));
    }

    #[test]
    fn the_default_stands_in_where_no_variant_is_on() {
        let nobody = drawn(&[row("default", 0.0), row("b", 0.0)]);
        assert_eq!(count(&nobody, "default"), 10_000);
        assert_eq!(Experiment::new(&[]).variant_of(&CandidateId::from("ann")).name, "default");
        assert_eq!(Experiment::new(&[row("default", 0.0)]).traffic(), [("default", 1.0)]);
    }

    #[test]
    fn a_row_that_is_wrong_is_left_out_and_says_everything_that_is_wrong_with_it() {
        let wrong = VariantRow {
            weights: Some(json!({ "skills": -1, "charm": 3, "title": "much" })),
            retrieved_per_cv: Some(0),
            explanation: Some("oracle".into()),
            ..row("b", f64::NAN)
        };
        let faults = read_variant(&wrong).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|fault| fault.field.as_str()).collect();
        let expected =
            ["share", "weights.charm", "weights.skills", "weights.title", "retrieved_per_cv", "explanation"];
        assert_eq!(fields, expected);
        let drawn = drawn(&[row("default", 1.0), VariantRow { share: 99.0, ..wrong }]);
        assert_eq!(count(&drawn, "default"), 10_000);
    }

    #[test]
    fn weights_of_a_row_count_and_those_that_it_leaves_out_are_the_releases() {
        let some = VariantRow { weights: Some(json!({ "skills": 99.5 })), ..row("b", 1.0) };
        let weights = serde_json::to_value(read_variant(&some).unwrap().weights).unwrap();
        let mut expected = serde_json::to_value(Weights::default()).unwrap();
        expected["skills"] = json!(99.5);
        assert_eq!(weights, expected);
    }

    #[test]
    fn weights_that_are_all_zero_are_refused() {
        fn zero(value: &mut Value) {
            match value {
                Value::Object(values) => values.values_mut().for_each(zero),
                other => *other = json!(0),
            }
        }
        let mut weights = serde_json::to_value(Weights::default()).unwrap();
        zero(&mut weights);
        let faults = read_variant(&VariantRow { weights: Some(weights), ..row("b", 1.0) }).unwrap_err();
        assert_eq!(faults.len(), 1);
        assert!(faults[0].message.contains("at least one"), "{}", faults[0]);
    }

    #[test]
    fn a_name_that_cannot_stand_in_an_address_is_refused() {
        for name in ["", "B", "a b", "ä", "a/b", "-a", &"x".repeat(51)] {
            let faults = read_variant(&row(name, 1.0)).unwrap_err();
            assert_eq!(faults[0].field, "name", "{name}");
        }
    }
}
