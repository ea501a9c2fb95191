//! Whether the parts work, each tried for real.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::ToSchema;

use super::Pipeline;
use crate::queue::QueueName;

const PATIENCE: Duration = Duration::from_secs(5);

/// How well a part, or the whole, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It works.
    Ok,
    /// It does not, and the system goes on without it.
    Degraded,
    /// It does not, and the system cannot go on.
    Down,
}

/// How well one part is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PartHealth {
    /// `database`, `storage`, `queue`, `cache` or `model`.
    pub name: String,
    /// How well it is.
    pub status: Health,
    /// How long the trial took.
    pub milliseconds: f64,
    /// Why it is not well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

async fn tried(name: &str, otherwise: Health, trial: impl Future<Output = Result<(), String>>) -> PartHealth {
    let started = Instant::now();
    let outcome = timeout(PATIENCE, trial)
        .await
        .unwrap_or_else(|_| Err(format!("no answer within {} s", PATIENCE.as_secs())));
    PartHealth {
        name: name.to_owned(),
        status: if outcome.is_ok() { Health::Ok } else { otherwise },
        milliseconds: started.elapsed().as_secs_f64() * 1000.0,
        detail: outcome.err(),
    }
}

impl Pipeline {
    /// Tries each part: a query; a file written, read and deleted; a queue's depth; a ping; the model loaded and asked.
    pub async fn check_parts(&self) -> Vec<PartHealth> {
        let database =
            tried("database", Health::Down, async { self.db.ping().await.map_err(|e| e.to_string()) });
        let storage =
            tried("storage", Health::Down, async { self.storage.check().await.map_err(|e| e.to_string()) });
        // Without queues the schedules still do all the work, only later.
        let queue = tried("queue", Health::Degraded, async {
            self.queue.depth(QueueName::CvParse).await.map(|_| ()).map_err(|e| e.to_string())
        });
        let cache = tried("cache", Health::Degraded, self.cache.ping());
        let model = tried("model", Health::Degraded, async {
            self.embedder().await.map(|_| ()).map_err(|e| e.to_string())
        });
        let (database, storage, queue, cache, model) = tokio::join!(database, storage, queue, cache, model);
        vec![database, storage, queue, cache, model]
    }
}
