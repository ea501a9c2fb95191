//! How full a queue is.

use futures_util::future::try_join_all;

use super::{Queue, QueueError, QueueName};

/// How many messages a queue has. SQS counts approximately, and a moment late.
#[derive(Clone, Debug, PartialEq)]
pub struct Attributes {
    /// Messages that wait to be received.
    pub waiting: usize,
    /// Messages that were received and are neither deleted nor to be seen again yet.
    pub in_flight: usize,
    /// Messages whose time to be received has not come.
    pub delayed: usize,
    /// Dead letters; none where the queue has no place for them.
    pub dead: Option<usize>,
    /// How long the oldest message that is not dead has been there; none where there is no message, or the queue does not tell (SQS
    /// tells only CloudWatch).
    pub oldest_age_seconds: Option<f64>,
}

impl Queue {
    /// How full every queue is, in the order of a CV's way.
    ///
    /// # Errors
    /// A queue fails.
    pub async fn attributes_of_all(&self) -> Result<Vec<(QueueName, Attributes)>, QueueError> {
        try_join_all(QueueName::ALL.map(async |queue| Ok((queue, self.attributes(queue).await?)))).await
    }

    /// How full a queue is.
    ///
    /// # Errors
    /// The queue fails.
    pub async fn attributes(&self, queue: QueueName) -> Result<Attributes, QueueError> {
        match self {
            Self::InMemory(queues) => Ok(queues.attributes(queue)),
            Self::Sqs(queues) => queues.attributes(queue).await,
        }
    }
}
