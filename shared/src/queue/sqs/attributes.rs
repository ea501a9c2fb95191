//! How full queues of SQS are.

use aws_sdk_sqs::types::QueueAttributeName;

use super::{Sqs, failed, words};
use crate::queue::{Attributes, QueueError, QueueName};

/// Some counts of one queue.
pub(super) struct Counts {
    pub(super) visible: usize,
    pub(super) in_flight: usize,
    pub(super) delayed: usize,
}

impl Sqs {
    /// The counts of the queue at `url`; none if there is no such queue.
    pub(super) async fn counts(&self, queue: QueueName, url: &str) -> Result<Option<Counts>, QueueError> {
        use QueueAttributeName::{
            ApproximateNumberOfMessages, ApproximateNumberOfMessagesDelayed,
            ApproximateNumberOfMessagesNotVisible,
        };
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(url)
            .attribute_names(ApproximateNumberOfMessages)
            .attribute_names(ApproximateNumberOfMessagesNotVisible)
            .attribute_names(ApproximateNumberOfMessagesDelayed)
            .send()
            .await;
        let answer = match answer {
            Err(error)
                if error.as_service_error().is_some_and(|refused| refused.is_queue_does_not_exist()) =>
            {
                return Ok(None);
            }
            other => other.map_err(|error| failed(queue)(words(error)))?,
        };
        let count = |name| {
            let text = answer.attributes().and_then(|all| all.get(&name));
            text.and_then(|text| text.parse().ok()).unwrap_or(0)
        };
        Ok(Some(Counts {
            visible: count(ApproximateNumberOfMessages),
            in_flight: count(ApproximateNumberOfMessagesNotVisible),
            delayed: count(ApproximateNumberOfMessagesDelayed),
        }))
    }

    pub(in crate::queue) async fn attributes(&self, queue: QueueName) -> Result<Attributes, QueueError> {
        let (url, dead_url) = (self.url(queue), self.dead_letters_url(queue));
        let (counts, dead) = tokio::try_join!(self.counts(queue, &url), self.counts(queue, &dead_url))?;
        let counts = counts.ok_or_else(|| failed(queue)(format!("there is no queue {url}")))?;
        Ok(Attributes {
            waiting: counts.visible,
            in_flight: counts.in_flight,
            delayed: counts.delayed,
            dead: dead.map(|dead| dead.visible + dead.in_flight),
            oldest_age_seconds: None,
        })
    }
}
