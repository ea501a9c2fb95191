//! Whether the candidates are spread over the variants as the shares say. If not, something loses candidates of one variant,
//! and no comparison is to be trusted (Fabijan et al., "Diagnosing sample ratio mismatch in online controlled experiments",
//! KDD 2019).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Below this chance the traffic is called wrong. So small, because it is looked at often.
const ALARM: f64 = 0.001;
/// Candidates that each variant must expect for the chi-squared distribution to hold (Cochran 1954).
const LEAST_EXPECTED: f64 = 5.0;

/// The candidates of each variant against its share.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampleRatio {
    /// By variant.
    pub variants: Vec<SampleCount>,
    /// Pearson's chi-squared.
    pub chi_squared: f64,
    /// The chance of a spread as uneven as this if the shares are kept.
    pub p_value: f64,
    /// Whether it is called wrong: `p_value` is below 0.001.
    pub mismatch: bool,
}

/// The candidates of one variant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SampleCount {
    /// The variant.
    pub variant: String,
    /// How many were shown a match.
    pub candidates: u64,
    /// How many its share makes one expect.
    pub expected: f64,
}

/// Holds candidates against `traffic`, the part of them that each variant is to get. None where there are too few to tell,
/// or nothing to compare.
pub fn sample_ratio(counts: &[(&str, u64, f64)]) -> Option<SampleRatio> {
    let all: u64 = counts.iter().map(|(_, candidates, _)| candidates).sum();
    let variants: Vec<SampleCount> = counts
        .iter()
        .map(|(variant, candidates, traffic)| SampleCount {
            variant: (*variant).to_owned(),
            candidates: *candidates,
            expected: traffic * all as f64,
        })
        .collect();
    if variants.len() < 2 || variants.iter().any(|variant| variant.expected < LEAST_EXPECTED) {
        return None;
    }
    let chi_squared =
        variants.iter().map(|one| (one.candidates as f64 - one.expected).powi(2) / one.expected).sum();
    let p_value = chi_squared_tail(chi_squared, variants.len() - 1);
    Some(SampleRatio { variants, chi_squared, p_value, mismatch: p_value < ALARM })
}

/// The chance that a chi-squared variable of so many degrees of freedom is above `x`: from one or two degrees upwards, two at a
/// time (Abramowitz and Stegun 1964, 26.4.4 and 26.4.5).
fn chi_squared_tail(x: f64, degrees: usize) -> f64 {
    let density = (-x / 2.0).exp();
    let (mut tail, mut term, mut reached) = if degrees.is_multiple_of(2) {
        (density, density * x / 2.0, 2)
    } else {
        (complementary_error((x / 2.0).sqrt()), density * (2.0 * x / std::f64::consts::PI).sqrt(), 1)
    };
    while reached < degrees {
        tail += term;
        reached += 2;
        term *= x / reached as f64;
    }
    tail.clamp(0.0, 1.0)
}

/// erfc for arguments from 0 on: by the series of erf while that is exact enough, then by its continued fraction, whose small
/// values are exact too (Abramowitz and Stegun 1964, 7.1.5 and 7.1.14).
fn complementary_error(x: f64) -> f64 {
    let scale = std::f64::consts::PI.sqrt();
    if x < 2.0 {
        let (mut term, mut sum, mut n) = (x, x, 0.0);
        while term.abs() > 1e-17 && n < 200.0 {
            n += 1.0;
            term *= -x * x / n;
            sum += term / (2.0 * n + 1.0);
        }
        return 1.0 - 2.0 / scale * sum;
    }
    let fraction = (1..=60).rev().fold(0.0, |below, n| f64::from(n) / 2.0 / (x + below));
    (-x * x).exp() / scale / (x + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_that_of_the_printed_tables() {
        // Critical values of any textbook's table.
        let table = [
            (3.841, 1, 0.05),
            (6.635, 1, 0.01),
            (10.828, 1, 0.001),
            (5.991, 2, 0.05),
            (13.816, 2, 0.001),
            (7.815, 3, 0.05),
            (16.266, 3, 0.001),
            (11.070, 5, 0.05),
            (18.307, 10, 0.05),
        ];
        for (x, degrees, expected) in table {
            let tail = chi_squared_tail(x, degrees);
            assert!((tail / expected - 1.0).abs() < 2e-3, "{x} {degrees}: {tail}");
        }
        assert_eq!(chi_squared_tail(0.0, 1), 1.0);
        assert!(chi_squared_tail(1000.0, 1) < 1e-200);
    }

    #[test]
    fn traffic_that_keeps_the_shares_is_right_and_traffic_that_does_not_is_wrong() {
        // 5000 of 10,000 expected, 5050 there: chi-squared is 1.
        let right = sample_ratio(&[("default", 5050, 0.5), ("b", 4950, 0.5)]).unwrap();
        assert!((right.chi_squared - 1.0).abs() < 1e-9 && !right.mismatch);
        assert!((right.p_value - 0.3173).abs() < 1e-4, "{}", right.p_value);
        let wrong = sample_ratio(&[("default", 5200, 0.5), ("b", 4800, 0.5)]).unwrap();
        assert!(wrong.mismatch && wrong.p_value < 1e-4, "{}", wrong.p_value);
    }

    #[test]
    fn nothing_is_said_of_few_candidates_or_one_variant() {
        assert_eq!(sample_ratio(&[("default", 5, 0.5), ("b", 0, 0.5)]), None);
        assert_eq!(sample_ratio(&[("default", 5000, 1.0)]), None);
        assert_eq!(sample_ratio(&[]), None);
    }
}
