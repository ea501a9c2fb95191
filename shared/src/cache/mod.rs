//! Answers kept for an hour: in Redis, or in memory. A cache that fails is a cache that has nothing: it slows, and breaks
//! nothing. So that a removal that fails, or a slow writer, never makes a stale answer, a value is kept with the stamp of
//! what it was made from, and is only given out while the database has that same stamp.

mod in_memory;
mod redis;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::in_memory::InMemory;
pub use self::redis::Redis;
use crate::telemetry::instruments;

/// How long an answer is kept.
pub const TIME_TO_LIVE: Duration = Duration::from_secs(3600);

/// The cache. Cheap to clone.
#[derive(Clone)]
pub enum Cache {
    /// In memory of this process.
    InMemory(InMemory),
    /// In Redis.
    Redis(Redis),
}

#[derive(Serialize, Deserialize)]
struct Stamped<T> {
    stamp: String,
    value: T,
}

impl Cache {
    /// The value under `key`, if there is one that was made from what has this `stamp`.
    pub async fn get<T: DeserializeOwned>(&self, key: &str, stamp: &str) -> Option<T> {
        let found = self.find(key, stamp).await;
        instruments::cache_lookup(found.is_some());
        found
    }

    async fn find<T: DeserializeOwned>(&self, key: &str, stamp: &str) -> Option<T> {
        let text = match self {
            Self::InMemory(cache) => cache.get(key),
            Self::Redis(cache) => cache.get(key).await,
        }?;
        let kept: Stamped<T> = serde_json::from_str(&text).ok()?;
        (kept.stamp == stamp).then_some(kept.value)
    }

    /// Keeps a value that was made from what has this `stamp`, for [`TIME_TO_LIVE`].
    pub async fn put<T: Serialize>(&self, key: &str, stamp: &str, value: &T) {
        let Ok(text) = serde_json::to_string(&Stamped { stamp: stamp.to_owned(), value }) else { return };
        match self {
            Self::InMemory(cache) => cache.put(key, text),
            Self::Redis(cache) => cache.put(key, text).await,
        }
    }

    /// Forgets values: not needed for truth (the stamp sees to that), but what was erased must not lie about.
    pub async fn forget(&self, keys: &[String]) {
        if keys.is_empty() {
            return;
        }
        match self {
            Self::InMemory(cache) => cache.forget(keys),
            Self::Redis(cache) => cache.forget(keys).await,
        }
    }

    /// Whether the cache answers.
    ///
    /// # Errors
    /// It does not, with the reason.
    pub async fn ping(&self) -> Result<(), String> {
        match self {
            Self::InMemory(_) => Ok(()),
            Self::Redis(cache) => cache.ping().await,
        }
    }
}
