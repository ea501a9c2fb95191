//! Tests of a queue: a message goes the way of all others, and whichever function receives it says so in the database, which all
//! hosts share.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use tokio::time::sleep;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Pipeline, PipelineError};
use crate::db::audit_log::Deed;
use crate::db::pause::Pausable;
use crate::db::probe::ProbeRow;
use crate::queue::QueueName;

const FIRST_LOOK: Duration = Duration::from_millis(10);
const LONGEST_BETWEEN_LOOKS: Duration = Duration::from_millis(250);

/// How long a message's way took, in milliseconds by the database's clock.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
pub struct QueueTestTimes {
    /// From before it was sent until a function had it.
    pub to_function: f64,
    /// From there until the function had written so.
    pub answering: f64,
    /// From before it was sent until its answer was seen: the whole way.
    pub there_and_back: f64,
}

/// A message that went through a queue to a function, and its answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueTest {
    /// The queue.
    #[schema(example = "cv-parse")]
    pub queue: &'static str,
    /// What the message asked for an answer to.
    pub probe_id: Uuid,
    /// Where the function ran that received it: `lambda`, `knative`, `polling` (a process that polls its own queue) or
    /// `in_process`.
    #[schema(example = "polling")]
    pub host: String,
    /// What received it: the function; in one process, whatever polls this queue.
    #[schema(example = "parse-cv")]
    pub function: String,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// When the function had it.
    pub received_at: DateTime<Utc>,
    /// When the function had written so.
    pub answered_at: DateTime<Utc>,
    /// How long it took.
    pub milliseconds: QueueTestTimes,
}

/// Why a queue could not be shown to work.
#[derive(Debug, thiserror::Error)]
pub enum QueueTestError {
    /// Somebody has paused it.
    #[error("the queue has been paused since {since} by {by}")]
    Paused {
        /// Since when.
        since: DateTime<Utc>,
        /// By whom.
        by: String,
    },
    /// No function received the message in time.
    #[error("no function answered within {} s; {waiting} messages wait and {in_flight} are being worked on", .within.as_secs())]
    NoAnswer {
        /// How long it was waited for.
        within: Duration,
        /// Messages that wait in the queue now.
        waiting: usize,
        /// Messages that functions have now.
        in_flight: usize,
    },
    /// A part fails.
    #[error(transparent)]
    Part(#[from] PipelineError),
}

impl From<crate::db::DbError> for QueueTestError {
    fn from(error: crate::db::DbError) -> Self {
        Self::Part(error.into())
    }
}

impl From<crate::queue::QueueError> for QueueTestError {
    fn from(error: crate::queue::QueueError) -> Self {
        Self::Part(error.into())
    }
}

impl Pipeline {
    /// Sends a message through a queue, and waits at most `within` for a function to answer it. `caller` stands in the audit log.
    ///
    /// # Errors
    /// See [`QueueTestError`].
    pub async fn test_queue(
        &self,
        queue: QueueName,
        within: Duration,
        caller: &str,
    ) -> Result<QueueTest, QueueTestError> {
        if let Some(pause) = self.db.pause_of(Pausable::Queue, queue.as_str()).await? {
            return Err(QueueTestError::Paused { since: pause.paused_at, by: pause.paused_by });
        }
        let id = Uuid::now_v7();
        let deed = Deed {
            caller,
            action: "queue.test",
            target: queue.as_str(),
            count: Some(1),
            details: json!({ "probe_id": id }),
        };
        self.db.write_audit(&deed).await?;
        self.db.begin_probe(id, queue.as_str()).await?;
        self.queue.send_probe(queue, id).await?;
        let Some(row) = self.answer_to(id, within).await? else {
            let now = self.queue.attributes(queue).await?;
            return Err(QueueTestError::NoAnswer { within, waiting: now.waiting, in_flight: now.in_flight });
        };
        let between = |from: DateTime<Utc>, to: DateTime<Utc>| (to - from).as_seconds_f64() * 1000.0;
        Ok(QueueTest {
            queue: queue.as_str(),
            probe_id: id,
            milliseconds: QueueTestTimes {
                to_function: between(row.sent_at, row.received_at),
                answering: between(row.received_at, row.answered_at),
                there_and_back: between(row.sent_at, row.read_at),
            },
            host: row.host,
            function: row.function,
            sent_at: row.sent_at,
            received_at: row.received_at,
            answered_at: row.answered_at,
        })
    }

    /// Looks for the answer, less and less often. The database tells nobody by itself: that would need a connection of one's own,
    /// which a pooling proxy does not give.
    async fn answer_to(&self, id: Uuid, within: Duration) -> Result<Option<ProbeRow>, PipelineError> {
        let began = Instant::now();
        let mut pause = FIRST_LOOK;
        loop {
            if let Some(row) = self.db.answered_probe(id).await? {
                return Ok(Some(row));
            }
            let left = within.saturating_sub(began.elapsed());
            if left.is_zero() {
                return Ok(None);
            }
            sleep(pause.min(left)).await;
            pause = (pause * 2).min(LONGEST_BETWEEN_LOOKS);
        }
    }
}
