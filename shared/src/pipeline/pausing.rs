//! Pauses: an operator stops a queue or a schedule, for every host, until somebody resumes it. The database keeps them.
//!
//! While a queue is paused its messages wait, where the host can leave them there; where it cannot (a Lambda, an event), they
//! are taken and not worked on, which loses nothing: a message is a hint, and resuming hints again at all that waits.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::sync::Mutex;
use uuid::Uuid;

use super::Pipeline;
use crate::db::DbError;
use crate::db::audit_log::Deed;
use crate::db::pause::Pausable;
use crate::db::stage::Stage;
use crate::queue::QueueName;

/// How long the pauses are kept before they are read again: every host follows within it.
const KEPT: TimeDelta = TimeDelta::seconds(2);
/// Rows that resuming a queue hints at; schedules find those beyond.
const HINTED_AT_RESUMING: usize = 10_000;

/// The paused queues as they were last read, and when.
#[derive(Clone, Default)]
pub(super) struct KeptPauses(Arc<Mutex<Option<(DateTime<Utc>, HashSet<String>)>>>);

impl Pipeline {
    /// Whether a queue's messages are not to be worked on now. Where that cannot be known, they are.
    pub async fn is_queue_paused(&self, queue: &str) -> bool {
        let mut kept = self.pauses.0.lock().await;
        let now = Utc::now();
        if let Some((read_at, queues)) = &*kept
            && (TimeDelta::zero()..KEPT).contains(&(now - *read_at))
        {
            return queues.contains(queue);
        }
        match self.db.pauses().await {
            Ok(pauses) => {
                let queues: HashSet<String> = pauses
                    .into_iter()
                    .filter(|pause| pause.kind == Pausable::Queue.as_str())
                    .map(|pause| pause.name)
                    .collect();
                let paused = queues.contains(queue);
                *kept = Some((now, queues));
                paused
            }
            Err(error) => {
                tracing::warn!(%error, "it is not known what is paused");
                kept.as_ref().is_some_and(|(_, queues)| queues.contains(queue))
            }
        }
    }

    /// Pauses a queue or schedule on all hosts, and writes down who did. `false` if it was paused already.
    ///
    /// # Errors
    /// The database fails.
    pub async fn pause(
        &self,
        kind: Pausable,
        name: &str,
        by: &str,
        reason: Option<&str>,
    ) -> Result<bool, DbError> {
        let changed = self.db.pause(kind, name, by, reason).await?;
        *self.pauses.0.lock().await = None;
        let action = format!("{}.pause", kind.as_str());
        let details = json!({ "reason": reason, "changed": changed });
        self.db
            .write_audit(&Deed { caller: by, action: &action, target: name, count: None, details })
            .await?;
        Ok(changed)
    }

    /// Resumes a queue or schedule, hints at what waits for the queue, and writes down who did. `false` if it was not paused.
    ///
    /// # Errors
    /// The database fails.
    pub async fn resume(&self, kind: Pausable, name: &str, by: &str) -> Result<bool, DbError> {
        let resumed = self.db.resume(kind, name).await?;
        *self.pauses.0.lock().await = None;
        let action = format!("{}.resume", kind.as_str());
        let details = json!({ "changed": resumed });
        self.db
            .write_audit(&Deed { caller: by, action: &action, target: name, count: None, details })
            .await?;
        if let (true, Pausable::Queue, Ok(queue)) = (resumed, kind, name.parse::<QueueName>())
            && let Some(stage) = Stage::of_queue(queue)
        {
            let waiting = self.db.waiting(stage, None).await?;
            let ids: Vec<Uuid> = waiting.into_iter().map(|(id, _)| id).take(HINTED_AT_RESUMING).collect();
            self.hint(queue, &ids, Duration::ZERO).await;
        }
        Ok(resumed)
    }
}
