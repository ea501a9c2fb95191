//! A cache in Redis. Every call has a short time limit, and a Redis that is down is left alone for a while, so that its
//! death costs each request next to nothing.

use std::collections::{BTreeMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use redis::AsyncCommands;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::TIME_TO_LIVE;
use super::counting::{self, ByHour, Counts};
use super::overview::{self, CacheError, CacheOverview, CacheServer};
use crate::telemetry::instruments;

const PATIENCE: Duration = Duration::from_millis(250);
const LEFT_ALONE: Duration = Duration::from_secs(2);
/// Names of this project's keys, in a Redis that others may use too.
const PREFIX: &str = "cv-matching:1:";
/// Names of the counts, one for each hour: aside of the values, so that clearing does not reach them.
const COUNTS: &str = "cv-matching-counts:1:";
/// Keys that are asked for at once, and in all, before an overview is content with what it has seen.
const KEYS_AT_ONCE: usize = 1000;
const MOST_KEYS: usize = 1_000_000;

/// A Redis. Cheap to clone.
#[derive(Clone)]
pub struct Redis {
    inner: Arc<Inner>,
}

struct Inner {
    client: redis::Client,
    connection: OnceCell<ConnectionManager>,
    /// Not asked again before.
    down_until: Mutex<Option<Instant>>,
    /// Counts that Redis does not have yet: they go with the next command, so that counting costs no round trip of its own. What a
    /// process counted after its last command is lost with it.
    uncounted: Mutex<BTreeMap<String, Counts>>,
}

impl Redis {
    /// A Redis at `url`. Connects at the first use.
    ///
    /// # Errors
    /// A `url` that is none.
    pub fn new(url: &str) -> Result<Self, redis::RedisError> {
        crate::tls::use_ring();
        let inner = Inner {
            client: redis::Client::open(url)?,
            connection: OnceCell::new(),
            down_until: Mutex::default(),
            uncounted: Mutex::default(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    fn down_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.inner.down_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn connection(&self) -> redis::RedisResult<ConnectionManager> {
        let connection = self
            .inner
            .connection
            .get_or_try_init(|| {
                let config = ConnectionManagerConfig::new()
                    .set_number_of_retries(0)
                    .set_connection_timeout(Some(PATIENCE))
                    .set_response_timeout(Some(PATIENCE));
                ConnectionManager::new_with_config(self.inner.client.clone(), config)
            })
            .await?;
        Ok(connection.clone())
    }

    /// Runs a command, unless Redis was down a moment ago.
    async fn attempt<T>(
        &self,
        command: impl AsyncFnOnce(ConnectionManager) -> redis::RedisResult<T>,
    ) -> Option<T> {
        if self.down_until().is_some_and(|until| until > Instant::now()) {
            return None;
        }
        let run = async { command(self.connection().await?).await };
        let reason = match timeout(PATIENCE * 2, run).await {
            Ok(Ok(value)) => {
                *self.down_until() = None;
                return Some(value);
            }
            Ok(Err(error)) => error.to_string(),
            Err(_) => "it does not answer".to_owned(),
        };
        tracing::warn!(reason, "Redis fails; going on without the cache");
        instruments::redis_error();
        *self.down_until() = Some(Instant::now() + LEFT_ALONE);
        None
    }

    /// Counts what became of a look-up, or a write, of a key.
    pub(super) fn count(&self, key: &str, what: &'static str) {
        let mut uncounted = self.inner.uncounted.lock().unwrap_or_else(PoisonError::into_inner);
        uncounted.entry(counting::prefix_of(key)).or_default().add(what, 1);
    }

    /// A pipeline that first adds what was counted to the counts of this hour.
    fn counting_pipeline(&self) -> redis::Pipeline {
        let mut pipeline = redis::pipe();
        let uncounted =
            std::mem::take(&mut *self.inner.uncounted.lock().unwrap_or_else(PoisonError::into_inner));
        if uncounted.is_empty() {
            return pipeline;
        }
        let key = counts_key(counting::this_hour());
        for (prefix, counts) in uncounted {
            for (name, count) in counts.named().into_iter().filter(|(_, count)| *count > 0) {
                pipeline.hincr(&key, format!("{prefix} {name}"), count).ignore();
            }
        }
        pipeline.expire(&key, counting::KEPT.num_seconds()).ignore();
        pipeline
    }

    pub(super) async fn get(&self, key: &str) -> Option<String> {
        let mut pipeline = self.counting_pipeline();
        pipeline.get(format!("{PREFIX}{key}"));
        self.attempt(async |mut connection| pipeline.query_async::<(Option<String>,)>(&mut connection).await)
            .await
            .and_then(|(text,)| text)
    }

    pub(super) async fn put(&self, key: &str, text: String) {
        let mut pipeline = self.counting_pipeline();
        pipeline.set_ex(format!("{PREFIX}{key}"), text, TIME_TO_LIVE.as_secs()).ignore();
        self.attempt(async |mut connection| pipeline.query_async::<()>(&mut connection).await).await;
    }

    pub(super) async fn forget(&self, keys: &[String]) {
        let keys: Vec<String> = keys.iter().map(|key| format!("{PREFIX}{key}")).collect();
        self.attempt(async |mut connection| connection.del::<_, ()>(keys).await).await;
    }

    pub(super) async fn ping(&self) -> Result<(), String> {
        let run = async { self.connection().await?.ping::<String>().await };
        match timeout(PATIENCE * 2, run).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err("it does not answer".to_owned()),
        }
    }

    pub(super) async fn overview(&self) -> Result<CacheOverview, CacheError> {
        let mut connection = self.connection().await.map_err(told)?;
        self.counting_pipeline().query_async::<()>(&mut connection).await.map_err(told)?;
        // Servers that others run may refuse INFO.
        let info = redis::cmd("INFO").query_async::<String>(&mut connection).await;
        let server = info.map(|info| CacheServer::read(&info)).unwrap_or_default();
        let counts = read_counts(&mut connection).await.map_err(told)?;
        let (mut scan, mut seen) = (Keys::with(""), HashSet::new());
        while seen.len() < MOST_KEYS
            && let Some(found) = scan.next(&mut connection).await.map_err(told)?
        {
            seen.extend(found);
        }
        let all_looked_at = scan.cursor.is_none();
        let mut keys = BTreeMap::new();
        for key in &seen {
            *keys.entry(counting::prefix_of(key.strip_prefix(PREFIX).unwrap_or(key))).or_default() += 1;
        }
        Ok(overview::overview("redis", &keys, all_looked_at, &counts, Some(server)))
    }

    pub(super) async fn keys_with(&self, prefix: &str) -> Result<u64, CacheError> {
        let mut connection = self.connection().await.map_err(told)?;
        let (mut scan, mut seen) = (Keys::with(prefix), HashSet::new());
        while let Some(found) = scan.next(&mut connection).await.map_err(told)? {
            seen.extend(found);
        }
        Ok(seen.len() as u64)
    }

    pub(super) async fn clear(&self, prefix: &str) -> Result<u64, CacheError> {
        let mut connection = self.connection().await.map_err(told)?;
        let (mut scan, mut cleared) = (Keys::with(prefix), 0);
        while let Some(found) = scan.next(&mut connection).await.map_err(told)? {
            if !found.is_empty() {
                // UNLINK frees the memory aside, so that a large batch does not hold up the others.
                cleared += connection.unlink::<_, u64>(found).await.map_err(told)?;
            }
        }
        Ok(cleared)
    }
}

fn told(error: redis::RedisError) -> CacheError {
    CacheError(error.to_string())
}

fn counts_key(hour: DateTime<Utc>) -> String {
    format!("{COUNTS}{}", hour.timestamp())
}

/// The counts of the last days.
async fn read_counts(connection: &mut ConnectionManager) -> redis::RedisResult<ByHour> {
    let now = counting::this_hour();
    let hours: Vec<DateTime<Utc>> =
        (0..counting::KEPT.num_hours()).map(|hour| now - chrono::TimeDelta::hours(hour)).collect();
    let mut pipeline = redis::pipe();
    for hour in &hours {
        pipeline.hgetall(counts_key(*hour));
    }
    let fields: Vec<BTreeMap<String, u64>> = pipeline.query_async(connection).await?;
    let mut counts = ByHour::new();
    for (hour, fields) in hours.into_iter().zip(fields) {
        for (field, count) in fields {
            if let Some((prefix, name)) = field.rsplit_once(' ') {
                counts.entry(hour).or_default().entry(prefix.to_owned()).or_default().add(name, count);
            }
        }
    }
    Ok(counts)
}

/// This project's keys that begin so, batch by batch, without holding the server up. A key may be found twice.
struct Keys {
    pattern: String,
    /// Where to go on; none at the end.
    cursor: Option<u64>,
}

impl Keys {
    fn with(prefix: &str) -> Self {
        Self { pattern: format!("{}*", literally(&format!("{PREFIX}{prefix}"))), cursor: Some(0) }
    }

    /// The next batch, which may be empty; none at the end.
    async fn next(&mut self, connection: &mut ConnectionManager) -> redis::RedisResult<Option<Vec<String>>> {
        let Some(cursor) = self.cursor else { return Ok(None) };
        let mut scan = redis::cmd("SCAN");
        scan.arg(cursor).arg("MATCH").arg(&self.pattern).arg("COUNT").arg(KEYS_AT_ONCE);
        let (next, found): (u64, Vec<String>) = scan.query_async(connection).await?;
        self.cursor = (next != 0).then_some(next);
        Ok(Some(found))
    }
}

/// A text as a pattern of Redis that stands for nothing but itself.
fn literally(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if "*?[]\\".contains(character) {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_no_pattern() {
        assert_eq!(literally("a*b?[c]:"), "a\\*b\\?\\[c\\]:");
    }
}
