//! How likely a rank is looked at, and click rates that do not depend on it.
//!
//! A click takes two things: that the match is looked at, which depends on its rank, and that it appeals, which depends on the
//! job (the position-based model: Richardson et al. 2007, Craswell et al. 2008). A variant that shows more clicks only because
//! its good matches lie higher, or the other way round, is judged rightly once each click counts 1 / propensity of its rank
//! (inverse propensity weighting: Joachims, Swaminathan, Schnabel, "Unbiased learning-to-rank with biased feedback", 2017).
//!
//! The propensities are estimated without changing what anybody sees, from jobs that the same candidate was shown at
//! different ranks in different predictions: the appeal is the same, so what differs is the rank (intervention harvesting:
//! Agarwal, Zaitsev, Wang, Li, Najork, Joachims, "Estimating position bias without intrusive interventions", 2019). For each
//! pair of ranks this gives clicks at the one and clicks at the other, whose ratio estimates that of the propensities; all
//! pairs together are fitted as contests between ranks (Bradley and Terry 1952, by the iteration of Hunter, "MM algorithms
//! for generalized Bradley–Terry models", 2004). While there is little of that, a prior carries: made-up contests between
//! neighbours with the ratio of 1 / log2(rank + 1), the discount of DCG (Järvelin and Kekäläinen 2002).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::interaction_metrics::{HarvestedPair, RankCounts};

/// Ranks that have a propensity of their own; those below have that of the last.
pub const RANKS: usize = 50;
/// Clicks that the prior is worth, for each pair of neighbours.
const PRIOR_CLICKS: f64 = 10.0;
/// The most that one click may count, so that a lucky click far down does not outweigh all others.
pub const MOST_WEIGHT: f64 = 10.0;
const ROUNDS: usize = 2000;
/// The iteration ends when no propensity moves by more than this part of itself.
const SETTLED: f64 = 1e-7;

/// How likely each rank is looked at, against the first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PositionBias {
    /// Clicks on jobs that a candidate was shown at several ranks: what the estimate rests on. With 0 it is the prior alone.
    pub harvested_clicks: f64,
    /// By rank, from the first.
    pub propensities: Vec<f64>,
}

/// The prior's propensity of a rank.
pub fn prior(rank: usize) -> f64 {
    1.0 / (rank as f64 + 1.0).log2()
}

impl PositionBias {
    /// Estimates the propensities.
    pub fn estimate(harvested: &[HarvestedPair]) -> Self {
        // Contests won by a rank, and contests between two.
        let mut won = vec![0.0; RANKS];
        let mut contests = vec![vec![0.0; RANKS]; RANKS];
        let mut add = |one: usize, other: usize, clicks: f64, other_clicks: f64| {
            won[one] += clicks;
            won[other] += other_clicks;
            contests[one][other] += clicks + other_clicks;
            contests[other][one] += clicks + other_clicks;
        };
        for rank in 1..RANKS {
            let share = prior(rank) / (prior(rank) + prior(rank + 1));
            add(rank - 1, rank, PRIOR_CLICKS * share, PRIOR_CLICKS * (1.0 - share));
        }
        let mut harvested_clicks = 0.0;
        for pair in harvested {
            let (one, other) = (pair.rank as usize, pair.other_rank as usize);
            if (1..=RANKS).contains(&one) && (1..=RANKS).contains(&other) && one != other {
                add(one - 1, other - 1, pair.clicks, pair.other_clicks);
                harvested_clicks += pair.clicks + pair.other_clicks;
            }
        }
        let mut propensities: Vec<f64> = (1..=RANKS).map(prior).collect();
        for _ in 0..ROUNDS {
            let mut moved: f64 = 0.0;
            for rank in 0..RANKS {
                let against: f64 = (0..RANKS)
                    .filter(|other| contests[rank][*other] > 0.0)
                    .map(|other| contests[rank][other] / (propensities[rank] + propensities[other]))
                    .sum();
                let next = won[rank] / against;
                moved = moved.max((next / propensities[rank] - 1.0).abs());
                propensities[rank] = next;
            }
            // Only ratios are known: the first rank is the measure.
            let first = propensities[0];
            propensities.iter_mut().for_each(|propensity| *propensity /= first);
            if moved < SETTLED {
                break;
            }
        }
        Self { harvested_clicks, propensities }
    }

    /// How much a click at a rank counts.
    pub fn weight(&self, rank: u32) -> f64 {
        let place = (rank.max(1) as usize).min(self.propensities.len());
        let propensity = place.checked_sub(1).and_then(|place| self.propensities.get(place)).copied();
        (1.0 / propensity.unwrap_or(1.0)).min(MOST_WEIGHT)
    }

    /// The click rate as if each match had been shown at the first rank; none where nothing was shown. It may be above 1.
    pub fn corrected_click_rate<'a>(&self, ranks: impl Iterator<Item = &'a RankCounts>) -> Option<f64> {
        let (mut clicks, mut impressions) = (0.0, 0.0);
        for rank in ranks {
            clicks += rank.clicks as f64 * self.weight(rank.rank);
            impressions += rank.impressions as f64;
        }
        (impressions > 0.0).then(|| clicks / impressions)
    }
}
