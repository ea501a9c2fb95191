//! How variants of matching do with candidates: from what was counted of their interactions to rates, corrected rates, and
//! whether a variant is better than another. Pure functions; `docs/experiments.md` says what each number means.

mod intervals;
mod position_bias;
mod sample_ratio;
mod sequential;
mod verdict;

#[cfg(test)]
mod tests;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use intervals::Rate;
pub use position_bias::{PositionBias, RANKS};
pub use sample_ratio::{SampleCount, SampleRatio};
pub use verdict::{Comparison, Metric, Outcome};

use crate::db::interaction_metrics::{CandidateSums, InteractionCounts, RankCounts, VariantCounts};

/// How the variants do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EvaluationMetrics {
    /// What it comes to, in plain words.
    #[schema(
        example = "Too few candidates to compare b with default in clicks: b has 40, default 1200; 100 each are needed."
    )]
    pub verdict: String,
    /// What makes the numbers less than they seem; empty where nothing does.
    pub warnings: Vec<String>,
    /// Interactions of so many days were counted.
    pub days: u32,
    /// The variant that the others are compared with.
    pub baseline: String,
    /// The comparisons count what was predicted after this: the last change of any variant, or the beginning of the time.
    pub compared_since: DateTime<Utc>,
    /// Each variant that showed something, and each that is on.
    pub variants: Vec<VariantMetrics>,
    /// Each other variant against the baseline, in each kind of event.
    pub comparisons: Vec<Comparison>,
    /// Whether the candidates are spread as the shares say; absent where there are too few to tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sample_ratio: Option<SampleRatio>,
    /// How likely each rank is looked at.
    pub position_bias: PositionBias,
}

/// How a variant does. All but `candidates` and the pairs of precision and recall counts matches that were shown: an event of
/// a kind counts once for each, and without an impression not at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct VariantMetrics {
    /// Its name.
    pub variant: String,
    /// The part of the candidates that get it now, 0–1; 0 where it is off.
    pub traffic: f64,
    /// Candidates who were shown a match.
    pub candidates: u64,
    /// Matches that were shown.
    pub impressions: u64,
    /// Whose job was opened (click-through rate).
    pub click: Rate,
    /// That were kept for later.
    pub save: Rate,
    /// That were waved away.
    pub dismiss: Rate,
    /// That were applied to.
    pub apply: Rate,
    /// That led to a job.
    pub hire: Rate,
    /// The click-through rate as if each match had been shown at the first rank: clicks weighted by 1 / propensity of their
    /// rank, at most 10. Absent where nothing was shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position_corrected_click_rate: Option<f64>,
    /// nDCG@10 with the gains click 1, save 2, apply 3, hired 4: the mean over the predictions that have a gain. Absent where
    /// none has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ndcg_at_10: Option<f64>,
    /// Predictions that it is the mean over.
    pub graded_predictions: u64,
    /// Of the pairs of candidate and job shown in the first ten places, those that were applied to.
    pub precision_at_10: Rate,
    /// Of the pairs of candidate and job that were applied to, those shown in the first ten places.
    pub recall_at_10: Rate,
    /// Their harmonic mean; absent where both are unknown or 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub f1_at_10: Option<f64>,
    /// Matches that something was done with, and whose impression was not recorded in the time: left out of all rates.
    pub without_impression: u64,
}

/// What is asked of the counts.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Interactions of so many days were counted.
    pub days: u32,
    /// The variant to compare with.
    pub baseline: &'a str,
    /// The part of the candidates that each variant gets, 0–1, by name.
    pub traffic: &'a [(&'a str, f64)],
    /// What was predicted before this is left out of the comparisons' sums.
    pub compared_since: DateTime<Utc>,
}

/// Works out how the variants do.
pub fn evaluate(counts: &InteractionCounts, question: &Question<'_>) -> EvaluationMetrics {
    let position_bias = PositionBias::estimate(&counts.harvested);
    let traffic =
        |name: &str| question.traffic.iter().find(|(one, _)| *one == name).map_or(0.0, |(_, part)| *part);
    let mut variants: Vec<VariantMetrics> = counts
        .variants
        .iter()
        .map(|one| variant_metrics(one, traffic(&one.variant), &counts.ranks, &position_bias))
        .collect();
    for (name, part) in question.traffic {
        if !variants.iter().any(|variant| variant.variant == *name) {
            let nothing = VariantCounts { variant: (*name).to_owned(), ..VariantCounts::default() };
            variants.push(variant_metrics(&nothing, *part, &counts.ranks, &position_bias));
        }
    }
    variants.sort_by(|a, b| {
        (a.variant != question.baseline, &a.variant).cmp(&(b.variant != question.baseline, &b.variant))
    });

    let sums = |name: &str| -> CandidateSums {
        let found = counts.variants.iter().find(|one| one.variant == name);
        found.and_then(|one| one.compared).unwrap_or_default()
    };
    // What is off takes part in nothing that was drawn since the last change.
    let others: Vec<(&str, CandidateSums)> = question
        .traffic
        .iter()
        .filter(|(name, _)| *name != question.baseline)
        .map(|(name, _)| (*name, sums(name)))
        .collect();
    let comparisons = verdict::compare(question.baseline, &sums(question.baseline), &others);
    let spread: Vec<(&str, u64, f64)> =
        question.traffic.iter().map(|(name, part)| (*name, sums(name).candidates as u64, *part)).collect();
    let sample_ratio = sample_ratio::sample_ratio(&spread);

    EvaluationMetrics {
        verdict: verdict::verdict(&variants, &comparisons, question),
        warnings: verdict::warnings(&variants, sample_ratio.as_ref(), question),
        days: question.days,
        baseline: question.baseline.to_owned(),
        compared_since: question.compared_since,
        variants,
        comparisons,
        sample_ratio,
        position_bias,
    }
}

fn variant_metrics(
    counts: &VariantCounts,
    traffic: f64,
    ranks: &[RankCounts],
    position_bias: &PositionBias,
) -> VariantMetrics {
    let of_shown = |count: u64| Rate::new(count, counts.impressions);
    let precision = Rate::new(counts.shown_and_applied_pairs, counts.shown_pairs);
    let recall = Rate::new(counts.shown_and_applied_pairs, counts.applied_pairs);
    let pairs = counts.shown_pairs + counts.applied_pairs;
    let f1 = 2.0 * counts.shown_and_applied_pairs as f64 / pairs as f64;
    let own_ranks = ranks.iter().filter(|rank| rank.variant == counts.variant);
    VariantMetrics {
        variant: counts.variant.clone(),
        traffic,
        candidates: counts.candidates,
        impressions: counts.impressions,
        click: of_shown(counts.clicks),
        save: of_shown(counts.saves),
        dismiss: of_shown(counts.dismissals),
        apply: of_shown(counts.applications),
        hire: of_shown(counts.hires),
        position_corrected_click_rate: position_bias.corrected_click_rate(own_ranks),
        ndcg_at_10: (counts.graded > 0).then(|| counts.ndcg_sum / counts.graded as f64),
        graded_predictions: counts.graded,
        precision_at_10: precision,
        recall_at_10: recall,
        f1_at_10: (counts.shown_and_applied_pairs > 0).then_some(f1),
        without_impression: counts.without_impression,
    }
}
