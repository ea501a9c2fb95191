//! Rates with Wilson intervals.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The quantile of the normal distribution for 95 %, both sides.
const Z: f64 = 1.959_963_984_540_054;

/// A part of a whole, with its 95 % Wilson interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Rate {
    /// How many.
    pub count: u64,
    /// Of how many.
    pub of: u64,
    /// 0–1; absent where there is nothing to divide by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// The interval's lower end; 0 where nothing is known.
    pub low: f64,
    /// Its upper end; 1 where nothing is known.
    pub high: f64,
}

impl Rate {
    /// `count` of `of`, with the score interval of Wilson (1927): unlike the textbook's it holds near 0 and for few.
    pub fn new(count: u64, of: u64) -> Self {
        if of == 0 {
            return Self { count, of, rate: None, low: 0.0, high: 1.0 };
        }
        let (n, rate) = (of as f64, count as f64 / of as f64);
        let shrunk = 1.0 + Z * Z / n;
        let centre = (rate + Z * Z / (2.0 * n)) / shrunk;
        let half = Z * (rate * (1.0 - rate) / n + Z * Z / (4.0 * n * n)).sqrt() / shrunk;
        // Where all or none are counted the end is exact, and rounding must not push it past.
        let low = if count == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if count >= of { 1.0 } else { (centre + half).min(1.0) };
        Self { count, of, rate: Some(rate), low, high }
    }
}
