//! A cache in Redis. Every call has a short time limit, and a Redis that is down is left alone for a while, so that its
//! death costs each request next to nothing.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use redis::AsyncCommands;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use tokio::sync::OnceCell;
use tokio::time::timeout;

use super::TIME_TO_LIVE;
use crate::telemetry::instruments;

const PATIENCE: Duration = Duration::from_millis(250);
const LEFT_ALONE: Duration = Duration::from_secs(2);
/// Names of this project's keys, in a Redis that others may use too.
const PREFIX: &str = "cv-matching:1:";

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

    pub(super) async fn get(&self, key: &str) -> Option<String> {
        let key = format!("{PREFIX}{key}");
        self.attempt(async |mut connection| connection.get::<_, Option<String>>(key).await).await.flatten()
    }

    pub(super) async fn put(&self, key: &str, text: String) {
        let key = format!("{PREFIX}{key}");
        self.attempt(async |mut connection| {
            connection.set_ex::<_, _, ()>(key, text, TIME_TO_LIVE.as_secs()).await
        })
        .await;
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
}
