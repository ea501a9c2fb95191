//! Answers kept for an hour: in Redis, or in memory. A cache that fails is a cache that has nothing: it slows, and breaks
//! nothing. So that a removal that fails, or a slow writer, never makes a stale answer, a value is kept with the stamp of
//! what it was made from, and is only given out while the database has that same stamp.

mod counting;
mod in_memory;
mod overview;
mod redis;

use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

pub use self::counting::Counts;
pub use self::in_memory::InMemory;
pub use self::overview::{CacheError, CacheOverview, CachePrefix, CacheServer, LookUps};
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
        };
        let kept: Option<Stamped<T>> = text.as_deref().and_then(|text| serde_json::from_str(text).ok());
        match kept {
            Some(kept) if kept.stamp == stamp => {
                self.count(key, "hits");
                Some(kept.value)
            }
            Some(_) => {
                self.count(key, "stale");
                None
            }
            None => {
                self.count(key, "misses");
                None
            }
        }
    }

    fn count(&self, key: &str, what: &'static str) {
        match self {
            Self::InMemory(cache) => cache.count(key, what),
            Self::Redis(cache) => cache.count(key, what),
        }
    }

    /// Keeps a value that was made from what has this `stamp`, for [`TIME_TO_LIVE`].
    pub async fn put<T: Serialize>(&self, key: &str, stamp: &str, value: &T) {
        let Ok(text) = serde_json::to_string(&Stamped { stamp: stamp.to_owned(), value }) else { return };
        self.count(key, "writes");
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

    /// What there is to see of it.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn overview(&self) -> Result<CacheOverview, CacheError> {
        match self {
            Self::InMemory(cache) => Ok(cache.overview()),
            Self::Redis(cache) => cache.overview().await,
        }
    }

    /// How many keys begin with `prefix`; all do with an empty one.
    ///
    /// # Errors
    /// It does not answer.
    pub async fn keys_with(&self, prefix: &str) -> Result<u64, CacheError> {
        match self {
            Self::InMemory(cache) => Ok(cache.keys_with(prefix)),
            Self::Redis(cache) => cache.keys_with(prefix).await,
        }
    }

    /// Forgets all whose key begins with `prefix`. Returns how many that were.
    ///
    /// # Errors
    /// It does not answer; some may be forgotten then.
    pub async fn clear(&self, prefix: &str) -> Result<u64, CacheError> {
        match self {
            Self::InMemory(cache) => Ok(cache.clear(prefix)),
            Self::Redis(cache) => cache.clear(prefix).await,
        }
    }
}
