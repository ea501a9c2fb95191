//! Queues between the stages: SQS, or in memory. A message is only a hint that there is work: it holds an id, never data.

mod attributes;
mod dead_letters;
mod in_memory;
mod message;
mod sqs;

use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::telemetry::TraceParent;

pub use attributes::Attributes;
pub use dead_letters::{DeadLetter, DeadLetters, MOST_DEAD_LETTERS_AT_ONCE, MOST_RECEIVES};
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

impl FromStr for QueueName {
    type Err = UnknownQueue;

    fn from_str(name: &str) -> Result<Self, UnknownQueue> {
        Self::ALL.into_iter().find(|queue| queue.as_str() == name).ok_or(UnknownQueue)
    }
}

/// There is no queue of that name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no such queue")]
pub struct UnknownQueue;

/// What a message is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HintKind {
    /// There is work on what it names.
    #[default]
    Work,
    /// It asks whoever receives it to say so: `id` is the question's. A program that does not know of this finds no work on it.
    Probe,
}

impl HintKind {
    fn is_work(&self) -> bool {
        *self == Self::Work
    }
}

/// The content of a message, version 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The version of this form.
    pub version: u8,
    /// What there is work on: a CV, a job or a prediction, by the queue.
    pub id: Uuid,
    /// What it is for; work, where it does not say.
    #[serde(default, skip_serializing_if = "HintKind::is_work")]
    pub kind: HintKind,
    /// The trace that goes on with it, if one does. Programs that do not know of it leave it aside.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "TraceParent::lenient")]
    pub traceparent: Option<TraceParent>,
}

impl Hint {
    /// A hint at `id`.
    pub fn at(id: Uuid) -> Self {
        Self { version: 1, id, kind: HintKind::Work, traceparent: None }
    }

    /// The same as a part of a trace.
    #[must_use]
    pub fn within(self, traceparent: Option<TraceParent>) -> Self {
        Self { traceparent, ..self }
    }

    /// A question whether messages arrive.
    pub fn probe(id: Uuid) -> Self {
        Self { kind: HintKind::Probe, ..Self::at(id) }
    }
}

/// A message that was received and must be deleted when its work is done, else it comes again.
#[derive(Clone, Debug)]
pub struct Received {
    /// Its content; none where the message cannot be read, or says nothing.
    pub hint: Option<Hint>,
    /// Whether it is of no form that this version reads. Then it is not deleted, so that it becomes a dead letter.
    pub unreadable: bool,
    /// What it is deleted by.
    pub receipt: String,
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
        self.send_hints(queue, ids.iter().map(|id| Hint::at(*id)).collect(), delay).await
    }

    /// Sends a question whether messages arrive.
    ///
    /// # Errors
    /// The queue fails.
    pub async fn send_probe(&self, queue: QueueName, id: Uuid) -> Result<(), QueueError> {
        self.send_hints(queue, vec![Hint::probe(id)], Duration::ZERO).await
    }

    /// Sends hints that are made already.
    ///
    /// # Errors
    /// As [`Queue::send`].
    pub async fn send_hints(
        &self,
        queue: QueueName,
        hints: Vec<Hint>,
        delay: Duration,
    ) -> Result<(), QueueError> {
        match self {
            Self::InMemory(queues) => {
                queues.send(queue, hints, delay);
                Ok(())
            }
            Self::Sqs(queues) => queues.send(queue, &hints, delay).await,
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
            Self::InMemory(queues) => Ok(queues.receive(queue, most, wait, visibility).await),
            Self::Sqs(queues) => queues.receive(queue, most, wait, visibility).await,
        }
    }

    /// Deletes messages whose work is done.
    ///
    /// # Errors
    /// The queue fails: the messages come again, which costs nothing but the claim that fails.
    pub async fn delete(&self, queue: QueueName, messages: &[Received]) -> Result<(), QueueError> {
        match self {
            Self::InMemory(queues) => {
                queues.delete(queue, messages);
                Ok(())
            }
            Self::Sqs(queues) => queues.delete(queue, messages).await,
        }
    }

    /// Leaves messages that could not be worked on for later: each at most [`MOST_RECEIVES`] times. In SQS they come again by
    /// themselves.
    pub async fn put_back(&self, queue: QueueName, messages: &[Received]) {
        if let Self::InMemory(queues) = self {
            queues.put_back(queue, messages);
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
}
