//! How often the cache had what was asked for: by the hour and by the first word of the key, kept for eight days.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// How long counts are kept.
pub(super) const KEPT: TimeDelta = TimeDelta::days(8);

/// What became of look-ups, and how often something was kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// It was there.
    pub hits: u64,
    /// It was not there.
    pub misses: u64,
    /// It was there, but made of what is not so any more: as good as a miss.
    pub stale: u64,
    /// Something was kept.
    pub writes: u64,
}

impl Counts {
    /// The part of the look-ups that were answered, 0–1; none before the first.
    pub fn hit_rate(&self) -> Option<f64> {
        let all = self.hits + self.misses + self.stale;
        (all > 0).then(|| self.hits as f64 / all as f64)
    }

    /// Each with its name.
    pub(super) fn named(&self) -> [(&'static str, u64); 4] {
        [("hits", self.hits), ("misses", self.misses), ("stale", self.stale), ("writes", self.writes)]
    }

    /// Adds to the one of that name.
    pub(super) fn add(&mut self, name: &str, count: u64) {
        match name {
            "hits" => self.hits += count,
            "misses" => self.misses += count,
            "stale" => self.stale += count,
            "writes" => self.writes += count,
            _ => {}
        }
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        for (name, count) in other.named() {
            self.add(name, count);
        }
    }
}

/// Counts by hour, and in it by the first word of the key.
pub(super) type ByHour = BTreeMap<DateTime<Utc>, BTreeMap<String, Counts>>;

/// The hour that it is.
pub(super) fn this_hour() -> DateTime<Utc> {
    let now = Utc::now();
    now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now)
}

/// The first word of a key, with its colon: `recommendations:` of `recommendations:0199…`.
pub(super) fn prefix_of(key: &str) -> String {
    key.split_once(':').map_or_else(|| key.to_owned(), |(first, _)| format!("{first}:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_answer_counts_as_none() {
        let counts = Counts { hits: 3, misses: 2, stale: 1, writes: 3 };
        assert_eq!(counts.hit_rate(), Some(0.5));
        assert_eq!(Counts::default().hit_rate(), None);
    }

    #[test]
    fn keys_are_told_apart_by_their_first_word() {
        assert_eq!(prefix_of("recommendations:0199:x"), "recommendations:");
        assert_eq!(prefix_of("plain"), "plain");
    }
}
