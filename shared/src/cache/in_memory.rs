//! A cache in the memory of one process, with an end to its size.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use chrono::Utc;

use super::TIME_TO_LIVE;
use super::counting::{self, ByHour};
use super::overview::{self, CacheOverview};

const MOST_VALUES: usize = 10_000;

/// Values with the time until which they are good. Cheap to clone.
#[derive(Clone, Default)]
pub struct InMemory {
    values: Arc<Mutex<HashMap<String, (Instant, String)>>>,
    counts: Arc<Mutex<ByHour>>,
}

impl InMemory {
    /// An empty cache.
    pub fn new() -> Self {
        Self::default()
    }

    fn values(&self) -> MutexGuard<'_, HashMap<String, (Instant, String)>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn get(&self, key: &str) -> Option<String> {
        let values = self.values();
        let (until, text) = values.get(key)?;
        (*until > Instant::now()).then(|| text.clone())
    }

    pub(super) fn put(&self, key: &str, text: String) {
        let now = Instant::now();
        let mut values = self.values();
        if values.len() >= MOST_VALUES {
            values.retain(|_, (until, _)| *until > now);
            if values.len() >= MOST_VALUES {
                values.clear();
            }
        }
        values.insert(key.to_owned(), (now + TIME_TO_LIVE, text));
    }

    pub(super) fn forget(&self, keys: &[String]) {
        let mut values = self.values();
        for key in keys {
            values.remove(key);
        }
    }

    /// Counts what became of a look-up, or a write, of a key.
    pub(super) fn count(&self, key: &str, what: &'static str) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let hour = counting::this_hour();
        if !counts.contains_key(&hour) {
            let kept = Utc::now() - counting::KEPT;
            counts.retain(|hour, _| *hour > kept);
        }
        counts.entry(hour).or_default().entry(counting::prefix_of(key)).or_default().add(what, 1);
    }

    pub(super) fn overview(&self) -> CacheOverview {
        let now = Instant::now();
        let mut keys = BTreeMap::new();
        for (key, (until, _)) in self.values().iter() {
            if *until > now {
                *keys.entry(counting::prefix_of(key)).or_default() += 1;
            }
        }
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        overview::overview("in_memory", &keys, true, &counts, None)
    }

    pub(super) fn keys_with(&self, prefix: &str) -> u64 {
        let now = Instant::now();
        let values = self.values();
        values.iter().filter(|(key, (until, _))| key.starts_with(prefix) && *until > now).count() as u64
    }

    pub(super) fn clear(&self, prefix: &str) -> u64 {
        let now = Instant::now();
        let mut cleared = 0;
        self.values().retain(|key, (until, _)| {
            let goes = key.starts_with(prefix);
            cleared += u64::from(goes && *until > now);
            !goes
        });
        cleared
    }
}
