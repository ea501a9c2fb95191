//! A cache in the memory of one process, with an end to its size.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::TIME_TO_LIVE;

const MOST_VALUES: usize = 10_000;

/// Values with the time until which they are good. Cheap to clone.
#[derive(Clone, Default)]
pub struct InMemory {
    values: Arc<Mutex<HashMap<String, (Instant, String)>>>,
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
}
