//! Queues of SQS. Everything is sent, received and deleted in batches of ten, the most that SQS takes.

mod attributes;
mod dead_letters;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_sqs::error::DisplayErrorContext;
use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, QueueAttributeName, SendMessageBatchRequestEntry};
use futures_util::future::try_join_all;

use super::{Hint, Message, QueueError, QueueName, Received};

const MOST_IN_A_BATCH: usize = 10;
const LONGEST_DELAY: Duration = Duration::from_secs(900);

/// The queues whose addresses are `url_prefix` with the queue's name behind it. Cheap to clone.
#[derive(Clone)]
pub struct Sqs {
    client: aws_sdk_sqs::Client,
    url_prefix: Arc<str>,
}

fn failed(queue: QueueName) -> impl Fn(String) -> QueueError {
    move |reason| QueueError { queue: queue.as_str(), reason }
}

fn words(error: impl std::error::Error) -> String {
    DisplayErrorContext(error).to_string()
}

impl Sqs {
    /// The queues below `url_prefix`. `endpoint` is set where the service is not Amazon's.
    pub async fn connect(url_prefix: &str, endpoint: Option<&str>) -> Self {
        let configuration = crate::aws::configuration(endpoint).await;
        Self { client: aws_sdk_sqs::Client::new(&configuration), url_prefix: url_prefix.into() }
    }

    /// The address of a queue. It is made, not looked up: emulators answer a look-up with host names that do not resolve.
    fn url(&self, queue: QueueName) -> String {
        format!("{}{}", self.url_prefix, queue.as_str())
    }

    /// Makes all queues, for emulators.
    ///
    /// # Errors
    /// The service fails.
    pub async fn create_queues(&self) -> Result<(), QueueError> {
        for queue in QueueName::ALL {
            let redrive = self.create_dead_letters(queue).await?;
            self.create(queue, &self.url(queue), Some(redrive)).await?;
        }
        Ok(())
    }

    async fn create(&self, queue: QueueName, url: &str, redrive: Option<String>) -> Result<(), QueueError> {
        let attributes = redrive.map(|policy| [(QueueAttributeName::RedrivePolicy, policy)].into());
        self.client
            .create_queue()
            .queue_name(url.rsplit('/').next().unwrap_or_default())
            .set_attributes(attributes)
            .send()
            .await
            .map_err(|error| failed(queue)(words(error)))?;
        Ok(())
    }

    pub(super) async fn send(
        &self,
        queue: QueueName,
        hints: &[Hint],
        delay: Duration,
    ) -> Result<(), QueueError> {
        // Longer delays than SQS has are the schedules' business.
        let delay = delay.min(LONGEST_DELAY).as_secs() as i32;
        let batches = hints.chunks(MOST_IN_A_BATCH).map(|batch| async move {
            let entries = batch
                .iter()
                .enumerate()
                .map(|(index, hint)| {
                    let body = serde_json::to_string(hint).map_err(words)?;
                    SendMessageBatchRequestEntry::builder()
                        .id(index.to_string())
                        .message_body(body)
                        .delay_seconds(delay)
                        .build()
                        .map_err(words)
                })
                .collect::<Result<Vec<_>, String>>()
                .map_err(failed(queue))?;
            let answer = self
                .client
                .send_message_batch()
                .queue_url(self.url(queue))
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| failed(queue)(words(error)))?;
            match answer.failed().first() {
                None => Ok(()),
                Some(entry) => {
                    Err(failed(queue)(entry.message().unwrap_or("a message was refused").to_owned()))
                }
            }
        });
        try_join_all(batches).await.map(|_| ())
    }

    fn at(&self, queue: QueueName) -> SqsQueue {
        SqsQueue { client: self.client.clone(), url: self.url(queue), name: queue.as_str() }
    }

    pub(super) async fn receive(
        &self,
        queue: QueueName,
        most: usize,
        wait: Duration,
        visibility: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        self.at(queue).receive(most, wait, visibility).await
    }

    pub(super) async fn delete(&self, queue: QueueName, messages: &[Received]) -> Result<(), QueueError> {
        self.at(queue).delete(messages).await
    }

    pub(super) async fn depth(&self, queue: QueueName) -> Result<usize, QueueError> {
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(self.url(queue))
            .attribute_names(QueueAttributeName::ApproximateNumberOfMessages)
            .send()
            .await
            .map_err(|error| failed(queue)(words(error)))?;
        let count =
            answer.attributes().and_then(|all| all.get(&QueueAttributeName::ApproximateNumberOfMessages));
        Ok(count.and_then(|count| count.parse().ok()).unwrap_or(0))
    }
}

/// One queue, by its address: what a function that stands alone polls. Cheap to clone.
#[derive(Clone)]
pub struct SqsQueue {
    client: aws_sdk_sqs::Client,
    url: String,
    name: &'static str,
}

impl SqsQueue {
    /// The queue at `url`. `name` is what its errors call it; `endpoint` is set where the service is not Amazon's.
    pub async fn connect(url: &str, name: &'static str, endpoint: Option<&str>) -> Self {
        let configuration = crate::aws::configuration(endpoint).await;
        Self { client: aws_sdk_sqs::Client::new(&configuration), url: url.to_owned(), name }
    }

    /// What errors call it.
    pub fn name(&self) -> &'static str {
        self.name
    }

    fn failed(&self, reason: String) -> QueueError {
        QueueError { queue: self.name, reason }
    }

    /// As [`super::Queue::receive`].
    ///
    /// # Errors
    /// The queue fails.
    pub async fn receive(
        &self,
        most: usize,
        wait: Duration,
        visibility: Duration,
    ) -> Result<Vec<Received>, QueueError> {
        let answer = self
            .client
            .receive_message()
            .queue_url(&self.url)
            .max_number_of_messages(most.clamp(1, MOST_IN_A_BATCH) as i32)
            .wait_time_seconds(wait.as_secs().min(20) as i32)
            .visibility_timeout(visibility.as_secs() as i32)
            .send()
            .await
            .map_err(|error| self.failed(words(error)))?;
        Ok(answer
            .messages()
            .iter()
            .map(|message| {
                let content = Message::read(message.body().unwrap_or_default());
                let receipt = message.receipt_handle().unwrap_or_default().to_owned();
                Received { unreadable: content == Message::Unreadable, hint: content.hint(), receipt }
            })
            .collect())
    }

    /// As [`super::Queue::delete`].
    ///
    /// # Errors
    /// The queue fails.
    pub async fn delete(&self, messages: &[Received]) -> Result<(), QueueError> {
        let batches = messages.chunks(MOST_IN_A_BATCH).map(|batch| async move {
            let entries = batch
                .iter()
                .enumerate()
                .map(|(index, message)| {
                    DeleteMessageBatchRequestEntry::builder()
                        .id(index.to_string())
                        .receipt_handle(&message.receipt)
                        .build()
                        .map_err(words)
                })
                .collect::<Result<Vec<_>, String>>()
                .map_err(|reason| self.failed(reason))?;
            self.client
                .delete_message_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| self.failed(words(error)))
        });
        try_join_all(batches).await.map(|_| ())
    }
}
