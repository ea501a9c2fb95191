//! Dead letters: messages that were received [`MOST_RECEIVES`] times without being deleted. They are looked at, put back into
//! their queue, or dropped, by the same calls whichever the queue is.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::{Hint, Queue, QueueError, QueueName};

/// How often a message is received before it becomes a dead letter: `maxReceiveCount` of the queues in the deploy files.
pub const MOST_RECEIVES: u32 = 5;

/// The most dead letters that one call takes into its hands.
pub const MOST_DEAD_LETTERS_AT_ONCE: usize = 1000;

/// A message that was given up.
#[derive(Clone, Debug)]
pub struct DeadLetter {
    /// Its own name.
    pub id: String,
    /// What it hints at; none where it cannot be read or says nothing.
    pub hint: Option<Hint>,
    /// Why it cannot be read, if that is so.
    pub unreadable: Option<String>,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was first received.
    pub first_received_at: Option<DateTime<Utc>>,
    /// How often it was received. In SQS looking at dead letters counts too.
    pub receives: u32,
    /// Its text, where the queue keeps texts.
    pub(super) body: String,
    /// What it is deleted by.
    pub(super) receipt: String,
}

/// Dead letters in one's hands: until they are released, or a minute is over, SQS hides them from others.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    /// The letters.
    pub letters: Vec<DeadLetter>,
    /// How many there are in all, approximately.
    pub total: usize,
}

impl Queue {
    /// Takes up to `most` dead letters of a queue into one's hands: a snapshot of some, in no certain order in SQS, and not those
    /// that somebody else holds. Each must be released, redriven or dropped afterwards.
    ///
    /// # Errors
    /// The queue fails.
    pub async fn hold_dead_letters(&self, queue: QueueName, most: usize) -> Result<DeadLetters, QueueError> {
        match self {
            Self::InMemory(queues) => {
                let (letters, total) = queues.dead(queue, most);
                Ok(DeadLetters { letters, total })
            }
            Self::Sqs(queues) => queues.hold_dead_letters(queue, most).await,
        }
    }

    /// Lets others see dead letters again.
    ///
    /// # Errors
    /// The queue fails: the letters are seen again within a minute.
    pub async fn release_dead_letters(
        &self,
        queue: QueueName,
        letters: &[DeadLetter],
    ) -> Result<(), QueueError> {
        match self {
            // In memory nobody hides them.
            Self::InMemory(_) => Ok(()),
            Self::Sqs(queues) => queues.release_dead_letters(queue, letters).await,
        }
    }

    /// Puts dead letters back into their queue, where they count as new. Returns how many.
    ///
    /// # Errors
    /// The queue fails; some may be back then, or be both back and dead, which costs a claim that fails.
    pub async fn redrive_dead_letters(
        &self,
        queue: QueueName,
        letters: &[DeadLetter],
    ) -> Result<usize, QueueError> {
        match self {
            Self::InMemory(queues) => {
                let hints = queues.take_dead(queue, letters);
                let count = hints.len();
                queues.send(queue, hints, Duration::ZERO);
                Ok(count)
            }
            Self::Sqs(queues) => queues.redrive_dead_letters(queue, letters).await,
        }
    }

    /// Deletes dead letters. Returns how many.
    ///
    /// # Errors
    /// The queue fails; some may be deleted then.
    pub async fn drop_dead_letters(
        &self,
        queue: QueueName,
        letters: &[DeadLetter],
    ) -> Result<usize, QueueError> {
        match self {
            Self::InMemory(queues) => Ok(queues.take_dead(queue, letters).len()),
            Self::Sqs(queues) => queues.drop_dead_letters(queue, letters).await,
        }
    }
}
