//! What an operator sees of the cache, and the clearing of it.

use chrono::{TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::counting::{ByHour, Counts};

/// The cache cannot be asked.
#[derive(Debug, thiserror::Error)]
#[error("the cache fails: {0}")]
pub struct CacheError(pub String);

/// The cache as it stands.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CacheOverview {
    /// `redis`, which all processes share, or `in_memory` of the one process that answers.
    #[schema(example = "redis")]
    pub kind: &'static str,
    /// This project's keys.
    pub keys: u64,
    /// Whether all keys were looked at; if not, there may be more.
    pub all_keys_looked_at: bool,
    /// Look-ups by time.
    pub look_ups: Vec<LookUps>,
    /// Keys and the look-ups of 24 h by the first word of the key.
    pub prefixes: Vec<CachePrefix>,
    /// The server, which others may use too; absent where the cache is in memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<CacheServer>,
}

/// The look-ups of some time.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LookUps {
    /// `1h` (this hour and the one before), `24h` or `7d`.
    #[schema(example = "24h")]
    pub window: &'static str,
    /// It was there.
    pub hits: u64,
    /// It was not there.
    pub misses: u64,
    /// It was there, but made of what is not so any more.
    pub stale: u64,
    /// Something was kept.
    pub writes: u64,
    /// The part of the look-ups that were answered, 0–1; absent where there was none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hit_rate: Option<f64>,
}

/// The keys that begin with one word.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CachePrefix {
    /// The word.
    #[schema(example = "recommendations:")]
    pub prefix: String,
    /// How many.
    pub keys: u64,
    /// Their look-ups of 24 h.
    pub look_ups: LookUps,
}

/// What Redis tells of itself. What it, or who is in front of it, does not tell is absent.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct CacheServer {
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// For how long it has been up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uptime_seconds: Option<u64>,
    /// Memory that it uses.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
    /// Most memory that it may use; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_memory_bytes: Option<u64>,
    /// What it does when that is used up.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "allkeys-lru")]
    pub eviction_policy: Option<String>,
    /// Keys that it threw out for want of memory, since it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evicted_keys: Option<u64>,
    /// Keys whose time was over, since it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expired_keys: Option<u64>,
    /// Connections.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connections: Option<u64>,
}

impl CacheServer {
    /// Reads what the command `INFO` says.
    pub(super) fn read(info: &str) -> Self {
        let value = |name: &str| {
            info.lines().find_map(|line| line.trim().strip_prefix(name)?.strip_prefix(':').map(str::to_owned))
        };
        let number = |name: &str| value(name)?.parse().ok();
        Self {
            version: value("valkey_version").or_else(|| value("redis_version")),
            uptime_seconds: number("uptime_in_seconds"),
            memory_bytes: number("used_memory"),
            max_memory_bytes: number("maxmemory").filter(|most| *most > 0),
            eviction_policy: value("maxmemory_policy"),
            evicted_keys: number("evicted_keys"),
            expired_keys: number("expired_keys"),
            connections: number("connected_clients"),
        }
    }
}

impl LookUps {
    pub(super) fn of(window: &'static str, counts: Counts) -> Self {
        let Counts { hits, misses, stale, writes } = counts;
        Self { window, hits, misses, stale, writes, hit_rate: counts.hit_rate() }
    }
}

/// Sums of the last so many hours, of all keys or of those that begin with one word.
pub(super) fn sum(counts: &ByHour, hours: i64, prefix: Option<&str>) -> Counts {
    let since = Utc::now() - TimeDelta::hours(hours + 1);
    let mut sum = Counts::default();
    for by_prefix in counts.range(since..).map(|(_, by_prefix)| by_prefix) {
        for (name, counts) in by_prefix {
            if prefix.is_none_or(|prefix| prefix == name) {
                sum += *counts;
            }
        }
    }
    sum
}

/// What the keys and the counts say.
pub(super) fn overview(
    kind: &'static str,
    keys: &std::collections::BTreeMap<String, u64>,
    all_keys_looked_at: bool,
    counts: &ByHour,
    server: Option<CacheServer>,
) -> CacheOverview {
    let mut names: Vec<&String> = keys.keys().chain(counts.values().flat_map(|hour| hour.keys())).collect();
    names.sort_unstable();
    names.dedup();
    let prefixes = names
        .into_iter()
        .map(|name| CachePrefix {
            prefix: name.clone(),
            keys: keys.get(name).copied().unwrap_or_default(),
            look_ups: LookUps::of("24h", sum(counts, 24, Some(name))),
        })
        .collect();
    let windows = [("1h", 1), ("24h", 24), ("7d", 7 * 24)];
    CacheOverview {
        kind,
        keys: keys.values().sum(),
        all_keys_looked_at,
        look_ups: windows.map(|(name, hours)| LookUps::of(name, sum(counts, hours, None))).into(),
        prefixes,
        server,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_redis_does_not_tell_is_absent() {
        let told = CacheServer::read(
            "# Server\r\nredis_version:7.2.4\r\n# Memory\r\nused_memory:1048576\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n",
        );
        assert_eq!(told.version.as_deref(), Some("7.2.4"));
        assert_eq!((told.memory_bytes, told.max_memory_bytes), (Some(1_048_576), None));
        assert_eq!(told.eviction_policy.as_deref(), Some("noeviction"));
        assert_eq!((told.evicted_keys, told.connections), (None, None));
    }
}
