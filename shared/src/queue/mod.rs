//! Queues between the stages: SQS, or in memory. A message is only a hint that there is work: it holds an id, never data.

mod in_memory;
mod message;
mod sqs;

use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use in_memory::InMemory;
pub use message::{Message, UPLOAD_PREFIX};
pub use sqs::{Sqs, SqsQueue};

/// The queues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum QueueName {
    /// Files of promised uploads that have arrived: the bucket itself sends these messages.
    CvUpload,
    /// CVs to parse.
    CvParse,
    /// CVs to embed.
    CvEmbed,
    /// CVs to match.
    CvMatch,
    /// Predictions whose matches are to be explained.
    MatchExplain,
    /// Jobs to embed.
    JobEmbed,
}

impl QueueName {
    /// All of them, in the order of a CV's way.
    pub const ALL: [Self; 6] =
        [Self::CvUpload, Self::CvParse, Self::CvEmbed, Self::CvMatch, Self::MatchExplain, Self::JobEmbed];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CvUpload => "cv-upload",
            Self::CvParse => "cv-parse",
            Self::CvEmbed => "cv-embed",
            Self::CvMatch => "cv-match",
            Self::MatchExplain => "match-explain",
            Self::JobEmbed => "job-embed",
        }
    }
}

/// The content of a message, version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The version of this form.
    pub version: u8,
    /// What there is work on: a CV, a job or a prediction, by the queue.
    pub id: Uuid,
}

impl Hint {
    /// A hint at `id`.
    pub fn at(id: Uuid) -> Self {
        Self { version: 1, id }
    }
}

/// A message that was received and must be deleted when its work is done, else it comes again.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its content; none where the message cannot be read, or says nothing.
    pub hint: Option<Hint>,
    /// What it is deleted by.
    pub receipt: String,
}

/// How a queue stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueAttributes {
    /// Messages that can be received.
    pub waiting: usize,
    /// Messages that were received and not deleted yet.
    pub in_flight: usize,
    /// Messages in its dead-letter queue; none where there is no such queue.
    pub dead: Option<usize>,
    /// How long the oldest message waits; none where none does or the queue does not tell.
    pub oldest: Option<Duration>,
}

/// The queues' place. Cheap to clone.
#[derive(Clone)]
pub enum Queue {
    /// In memory of this process.
    InMemory(InMemory),
    /// SQS.
    Sqs(Sqs),
}

/// The queues cannot be reached or refuse.
#[derive(Debug, thiserror::Error)]
#[error("the queue {queue} fails: {reason}")]
pub struct QueueError {
    /// Which.
    pub queue: &'static str,
    /// Why.
    pub reason: String,
}

impl Queue {
    /// Sends hints, to be received after `delay`.
    ///
    /// # Errors
    /// The queue fails; some may be sent then.
    pub async fn send(&self, queue: QueueName, ids: &[Uuid], delay: Duration) -> Result<(), QueueError> {
        match self {
            Self::InMemory(queues) => {
                queues.send(queue, ids, delay);
                Ok(())
            }
            Self::Sqs(queues) => queues.send(queue, ids, delay).await,
        }
    }

    /// Waits up to `wait` for messages and takes at most `most` (SQS: 10). They stay hidden from others for `visibility`.
    ///
    /// # Errors
    /// The queue fails.
    pub async fn receive(
        &self,
        queue: QueueName,
        most: usize,
        wait: Duration,
        visibility: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        match self {
            Self::InMemory(queues) => Ok(queues.receive(queue, most, wait).await),
            Self::Sqs(queues) => queues.receive(queue, most, wait, visibility).await,
        }
    }

    /// Deletes messages whose work is done.
    ///
    /// # Errors
    /// The queue fails: the messages come again, which costs nothing but the claim that fails.
    pub async fn delete(&self, queue: QueueName, messages: &[Received]) -> Result<(), QueueError> {
        match self {
            // In memory a message is gone when it is received: it dies with the process, as the row's lease does.
            Self::InMemory(_) => Ok(()),
            Self::Sqs(queues) => queues.delete(queue, messages).await,
        }
    }

    /// Leaves messages that could not be worked on for later. In SQS they come again by themselves.
    pub async fn put_back(&self, queue: QueueName, messages: &[Received]) {
        if let Self::InMemory(queues) = self {
            let ids: Vec<Uuid> = messages.iter().filter_map(|message| Some(message.hint?.id)).collect();
            queues.send(queue, &ids, Duration::from_secs(1));
        }
    }

    /// How many messages wait.
    ///
    /// # Errors
    /// The queue fails.
    pub async fn depth(&self, queue: QueueName) -> Result<usize, QueueError> {
        match self {
            Self::InMemory(queues) => Ok(queues.depth(queue)),
            Self::Sqs(queues) => queues.depth(queue).await,
        }
    }

    /// How a queue stands.
    ///
    /// # Errors
    /// The queue fails.
    pub async fn attributes(&self, queue: QueueName) -> Result<QueueAttributes, QueueError> {
        match self {
            Self::InMemory(queues) => Ok(queues.attributes(queue)),
            Self::Sqs(queues) => queues.attributes(queue).await,
        }
    }
}
