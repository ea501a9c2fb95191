//! How long things take, as a histogram: counts by bounds that grow by a constant factor, so that percentiles of any number of
//! processes and minutes come from sums, and are right to a tenth of their value from a millisecond to a quarter of an hour.
//!
//! The method is that of HDR and Prometheus' native histograms with a fixed schema: bucket `i` holds what took at most
//! `FIRST * GROWTH^i`.

use std::time::Duration;

/// Number of buckets. The last one holds everything longer, too.
pub const BUCKETS: usize = 88;
/// The upper bound of the first bucket, in seconds.
const FIRST: f64 = 0.000_25;
/// Four buckets double: 2^(1/4).
const GROWTH: f64 = 1.189_207_115_002_721;

/// Counts of durations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u64>,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BUCKETS] }
    }
}

/// The upper bound of a bucket, in seconds.
fn bound(bucket: usize) -> f64 {
    FIRST * GROWTH.powi(i32::try_from(bucket).unwrap_or(i32::MAX))
}

fn bucket_of(duration: Duration) -> usize {
    let seconds = duration.as_secs_f64();
    if seconds <= FIRST {
        return 0;
    }
    // A value on a bound may fall to either side of it by rounding: both are as right.
    ((seconds / FIRST).log2() * 4.0).ceil().min((BUCKETS - 1) as f64) as usize
}

impl Histogram {
    /// The histogram of stored counts; buckets that are missing are empty.
    pub fn from_counts(counts: &[i64]) -> Self {
        let mut own = Self::default();
        for (own, count) in own.counts.iter_mut().zip(counts) {
            *own = u64::try_from(*count).unwrap_or(0);
        }
        own
    }

    /// The counts as they are stored.
    pub fn counts(&self) -> Vec<i64> {
        self.counts.iter().map(|count| i64::try_from(*count).unwrap_or(i64::MAX)).collect()
    }

    /// Adds `count` things that took so long.
    pub fn add(&mut self, duration: Duration, count: u64) {
        self.counts[bucket_of(duration)] += count;
    }

    /// Adds all that is in another one.
    pub fn merge(&mut self, other: &Self) {
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            *own += other;
        }
    }

    /// How many things are counted.
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The duration below which the share `quantile` (0–1) of all lies, in seconds, interpolated within its bucket; none
    /// where nothing is counted.
    pub fn quantile(&self, quantile: f64) -> Option<f64> {
        let all = self.count();
        if all == 0 {
            return None;
        }
        let rank = quantile.clamp(0.0, 1.0) * all as f64;
        let mut below = 0.0;
        for (bucket, count) in self.counts.iter().enumerate() {
            let count = *count as f64;
            if count > 0.0 && below + count >= rank {
                let lower = if bucket == 0 { 0.0 } else { bound(bucket - 1) };
                let within = ((rank - below) / count).clamp(0.0, 1.0);
                return Some(lower + (bound(bucket) - lower) * within);
            }
            below += count;
        }
        Some(bound(BUCKETS - 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_right_to_a_fifth_over_six_orders_of_magnitude() {
        for scale in [0.001, 0.05, 1.0, 100.0] {
            let mut histogram = Histogram::default();
            for step in 1..=1000 {
                histogram.add(Duration::from_secs_f64(scale * f64::from(step) / 1000.0), 1);
            }
            for quantile in [0.5, 0.95, 0.99] {
                let found = histogram.quantile(quantile).unwrap();
                let wanted = scale * quantile;
                assert!((found / wanted - 1.0).abs() < 0.1, "{quantile} of {scale}: {found}");
            }
        }
    }

    #[test]
    fn one_slow_thing_among_many_is_seen_at_the_end_and_not_in_the_middle() {
        let mut histogram = Histogram::default();
        histogram.add(Duration::from_millis(10), 98);
        histogram.add(Duration::from_secs(30), 2);
        assert!(histogram.quantile(0.5).unwrap() < 0.012);
        assert!(histogram.quantile(0.99).unwrap() > 25.0);
    }

    #[test]
    fn stored_counts_come_back_and_sums_are_those_of_all() {
        let mut one = Histogram::default();
        one.add(Duration::from_millis(3), 4);
        one.add(Duration::from_secs(7200), 1);
        let mut sum = Histogram::from_counts(&one.counts());
        assert_eq!(sum, one);
        sum.merge(&one);
        assert_eq!(sum.count(), 10);
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
