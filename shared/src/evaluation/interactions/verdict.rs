//! What the numbers come to, in plain words.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::sample_ratio::SampleRatio;
use super::sequential::{Arm, Difference, LEAST_CANDIDATES, LEAST_EVENTFUL, TooFew, difference};
use super::{Question, VariantMetrics};
use crate::db::interaction_metrics::{CandidateSums, KindSums};

/// How often a comparison may be wrong, over all times and all variants compared with the baseline.
const ALPHA: f64 = 0.05;

/// The kind of event that variants are compared in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Clicks for each match shown.
    Click,
    /// Saves for each match shown.
    Save,
    /// Applications for each match shown.
    Apply,
    /// Hires for each match shown.
    Hired,
}

impl Metric {
    /// All of them; the first decides.
    pub const ALL: [Self; 4] = [Self::Click, Self::Save, Self::Apply, Self::Hired];

    fn words(self) -> &'static str {
        match self {
            Self::Click => "clicks",
            Self::Save => "saves",
            Self::Apply => "applications",
            Self::Hired => "hires",
        }
    }

    fn of(self, sums: &CandidateSums) -> &KindSums {
        match self {
            Self::Click => &sums.click,
            Self::Save => &sums.save,
            Self::Apply => &sums.apply,
            Self::Hired => &sums.hired,
        }
    }
}

/// What a comparison shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The variant has more events than the baseline, and that is no chance.
    More,
    /// It has fewer, and that is no chance.
    Fewer,
    /// It may be either.
    Undecided,
    /// There is too little to say anything.
    TooFew,
}

/// A variant against the baseline in one kind of event, candidate by candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// The variant.
    pub variant: String,
    /// The kind of event.
    pub metric: Metric,
    /// What it shows.
    pub outcome: Outcome,
    /// The same in plain words.
    pub sentence: String,
    /// Candidates of the variant.
    pub candidates: u64,
    /// Candidates of the baseline.
    pub baseline_candidates: u64,
    /// The variant's rate less the baseline's; absent where there is too little to say anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference: Option<f64>,
    /// The lower end of its interval, which holds however often one looks: 95 % for all variants together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<f64>,
    /// How many more candidates would show a difference as large as this one; absent where it is shown, or too small to wait for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub candidates_needed: Option<u64>,
}

/// Compares each of `others` with the baseline, in each kind of event. The error is split over the variants (Bonferroni).
pub fn compare(baseline: &str, base: &CandidateSums, others: &[(&str, CandidateSums)]) -> Vec<Comparison> {
    let alpha = ALPHA / others.len().max(1) as f64;
    others
        .iter()
        .flat_map(|(name, sums)| {
            Metric::ALL.map(|metric| compare_one((name, sums), (baseline, base), metric, alpha))
        })
        .collect()
}

fn compare_one(
    (name, sums): (&str, &CandidateSums),
    (baseline, base): (&str, &CandidateSums),
    metric: Metric,
    alpha: f64,
) -> Comparison {
    let arms = (Arm::new(sums, metric.of(sums)), Arm::new(base, metric.of(base)));
    let found = match &arms {
        (Some(variant), Some(baseline)) => difference(variant, baseline, alpha),
        _ => Err(TooFew::Candidates),
    };
    let (outcome, sentence) = match (&found, &arms) {
        (Ok(found), (Some(variant), Some(base))) => {
            let rates =
                format!("{} against {} of the matches shown", percent(variant.rate), percent(base.rate));
            said(found, name, baseline, metric, &rates)
        }
        (Err(TooFew::Events), _) => (
            Outcome::TooFew,
            format!(
                "Too few {} to compare {name} with {baseline}: some {LEAST_EVENTFUL} candidates must have one.",
                metric.words()
            ),
        ),
        _ => (
            Outcome::TooFew,
            format!(
                "Too few candidates to compare {name} with {baseline} in {}: {name} has {}, {baseline} {}; \
                 {LEAST_CANDIDATES} each are needed.",
                metric.words(),
                sums.candidates,
                base.candidates
            ),
        ),
    };
    let found = found.ok();
    Comparison {
        variant: name.to_owned(),
        metric,
        outcome,
        sentence,
        candidates: sums.candidates as u64,
        baseline_candidates: base.candidates as u64,
        difference: found.map(|found| found.difference),
        low: found.map(|found| found.low),
        high: found.map(|found| found.high),
        candidates_needed: found.and_then(|found| found.more_needed).map(|needed| needed as u64),
    }
}

fn said(found: &Difference, name: &str, baseline: &str, metric: Metric, rates: &str) -> (Outcome, String) {
    let what = metric.words();
    let interval = format!(
        "{} points (between {} and {})",
        points(found.difference),
        points(found.low),
        points(found.high)
    );
    let candidates = found.candidates;
    if found.low > 0.0 {
        let sentence = format!(
            "{name} gets more {what} than {baseline}: {rates}, {interval}, after {candidates} candidates. The difference is real."
        );
        (Outcome::More, sentence)
    } else if found.high < 0.0 {
        let sentence = format!(
            "{name} gets fewer {what} than {baseline}: {rates}, {interval}, after {candidates} candidates. The difference is real."
        );
        (Outcome::Fewer, sentence)
    } else {
        let rest = match found.more_needed {
            Some(needed) => {
                format!("if it is as large as it looks, some {needed:.0} more candidates would show it.")
            }
            None => "there may be none that is worth waiting for.".to_owned(),
        };
        let sentence = format!(
            "Whether {name} and {baseline} differ in {what} is not decided: {rates}, {interval}, after {candidates} candidates; {rest}"
        );
        (Outcome::Undecided, sentence)
    }
}

/// The sentences that stand on top.
pub fn verdict(variants: &[VariantMetrics], comparisons: &[Comparison], question: &Question<'_>) -> String {
    if variants.iter().all(|variant| variant.impressions == 0) {
        return format!(
            "No match was shown in the last {} days, so there is nothing to tell.",
            question.days
        );
    }
    let decisive: Vec<&str> = comparisons
        .iter()
        .filter(|comparison| comparison.metric == Metric::ALL[0])
        .map(|comparison| comparison.sentence.as_str())
        .collect();
    if decisive.is_empty() {
        return "No other variant is on: there is nothing to compare.".to_owned();
    }
    decisive.join(" ")
}

/// What makes the numbers less than they seem.
pub fn warnings(
    variants: &[VariantMetrics],
    sample_ratio: Option<&SampleRatio>,
    question: &Question<'_>,
) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(ratio) = sample_ratio.filter(|ratio| ratio.mismatch) {
        let counts: Vec<String> = ratio
            .variants
            .iter()
            .map(|one| {
                format!(
                    "{} has {} where {:.0} were to be expected",
                    one.variant, one.candidates, one.expected
                )
            })
            .collect();
        warnings.push(format!(
            "The candidates are not spread as the shares say: {}. By chance this happens once in {:.0} times. Do not trust the \
             comparison until the cause is found.",
            counts.join(", "),
            (1.0 / ratio.p_value).min(1e12)
        ));
    }
    if !question.traffic.iter().any(|(name, _)| *name == question.baseline) {
        warnings.push(format!(
            "The baseline {} gets no candidates now, so nothing is compared with it.",
            question.baseline
        ));
    }
    for variant in variants {
        let lost = variant.without_impression;
        if lost * 20 > variant.impressions && lost >= 20 {
            warnings.push(format!(
                "{}: {lost} matches were acted on without an impression (it shows {}). Impressions may get lost on their way.",
                variant.variant, variant.impressions
            ));
        }
    }
    warnings
}

fn percent(rate: f64) -> String {
    format!("{:.2} %", rate * 100.0)
}

fn points(difference: f64) -> String {
    format!("{:+.2}", difference * 100.0)
}
