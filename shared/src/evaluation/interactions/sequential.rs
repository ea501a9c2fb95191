//! Whether two variants differ, by a test that may be looked at every day.
//!
//! The interval is an asymptotic confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas, "Time-uniform central limit
//! theory and asymptotic confidence sequences", 2021, theorem 2.2): it holds for all times at once, so that whoever looks early,
//! often, and stops when the answer pleases, is wrong no more often than the interval says. The price is a width some
//! one and a half to two times that of an interval which may be looked at once.
//!
//! What is drawn by chance is the candidate, and one candidate's matches are alike; so candidates are what is counted, and a
//! rate is a ratio of two means over candidates, whose variance is that of the delta method (Deng, Knoblich, Lu, "Applying the
//! delta method in metric analytics", 2018).

use crate::db::interaction_metrics::{CandidateSums, KindSums};

/// Candidates of a variant below which nothing is said: the central limit theorem has to hold from the first look on.
pub const LEAST_CANDIDATES: f64 = 100.0;
/// Candidates with an event, of both variants together, below which nothing is said. Who has many counts as many only if others
/// have as many.
pub const LEAST_EVENTFUL: f64 = 30.0;
/// The number of candidates at which the interval is narrowest. A choice made before any data; others are little wider.
const TUNED_FOR: f64 = 2000.0;
/// Candidates beyond which a difference is not worth waiting for.
const MOST_NEEDED: f64 = 1e8;

/// A variant's rate of one kind of event, from its candidates.
#[derive(Clone, Copy, Debug)]
pub struct Arm {
    candidates: f64,
    /// Events of each shown match.
    pub rate: f64,
    /// The variance of what one candidate adds to the rate.
    variance: f64,
    sum: f64,
    squared: f64,
}

impl Arm {
    /// The rate of `kind` of a variant's candidates; none where nothing was shown.
    pub fn new(sums: &CandidateSums, kind: &KindSums) -> Option<Self> {
        let n = sums.candidates;
        if n < 1.0 || sums.shown <= 0.0 {
            return None;
        }
        let rate = kind.sum / sums.shown;
        // Σ (y − rate·x)²: its mean is 0 by the choice of the rate.
        let scattered = kind.squared - 2.0 * rate * kind.with_shown + rate * rate * sums.shown_squared;
        let mean_shown = sums.shown / n;
        let variance = (scattered.max(0.0) / (n - 1.0).max(1.0)) / (mean_shown * mean_shown);
        Some(Self { candidates: n, rate, variance, sum: kind.sum, squared: kind.squared })
    }
}

/// How two rates differ.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The variant's rate less the baseline's.
    pub difference: f64,
    /// The lower end of what it may be in truth, at any time that one looks.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// Candidates of both.
    pub candidates: f64,
    /// How many more candidates would show a difference as large as this, at the same shares; none where it is shown, or too
    /// small to wait for.
    pub more_needed: Option<f64>,
}

/// Why nothing is said of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooFew {
    /// One of the two has too few candidates.
    Candidates,
    /// Too few candidates of both had an event of the kind.
    Events,
}

/// How `variant` differs from `baseline`, with an interval that is wrong at any time with a chance of at most `alpha`.
///
/// # Errors
/// There is too little to go by.
pub fn difference(variant: &Arm, baseline: &Arm, alpha: f64) -> Result<Difference, TooFew> {
    if variant.candidates < LEAST_CANDIDATES || baseline.candidates < LEAST_CANDIDATES {
        return Err(TooFew::Candidates);
    }
    // Kish's effective number: as many candidates with equally many events would be as uncertain.
    let squared = variant.squared + baseline.squared;
    let eventful = if squared > 0.0 { (variant.sum + baseline.sum).powi(2) / squared } else { 0.0 };
    if eventful < LEAST_EVENTFUL {
        return Err(TooFew::Events);
    }
    let candidates = variant.candidates + baseline.candidates;
    let of_the_mean = variant.variance / variant.candidates + baseline.variance / baseline.candidates;
    let difference = variant.rate - baseline.rate;
    // What one candidate adds, at these shares.
    let deviation = (of_the_mean * candidates).sqrt();
    let half = half_width(deviation, candidates, alpha);
    let shown = difference.abs() > half;
    let more_needed = (!shown).then(|| more_needed(difference.abs(), deviation, candidates, alpha)).flatten();
    Ok(Difference { difference, low: difference - half, high: difference + half, candidates, more_needed })
}

/// The half width after `t` candidates.
fn half_width(deviation: f64, t: f64, alpha: f64) -> f64 {
    let log = -2.0 * alpha.ln();
    let rho_squared = (log + (log + 1.0).ln()) / TUNED_FOR;
    let spread = t * rho_squared + 1.0;
    deviation * (2.0 * spread / (t * t * rho_squared) * (spread.sqrt() / alpha).ln()).sqrt()
}

fn more_needed(difference: f64, deviation: f64, t: f64, alpha: f64) -> Option<f64> {
    let shows = |t: f64| half_width(deviation, t, alpha) < difference;
    if !shows(MOST_NEEDED) {
        return None;
    }
    let (mut few, mut enough) = (t, MOST_NEEDED.max(t));
    while enough - few > 1.0 {
        let middle = (few + enough) / 2.0;
        if shows(middle) { enough = middle } else { few = middle }
    }
    Some((enough - t).ceil())
}
