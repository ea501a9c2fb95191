//! Dead letters of SQS: the messages of a queue beside each queue, named after it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use aws_sdk_sqs::types::{
    ChangeMessageVisibilityBatchRequestEntry, DeleteMessageBatchRequestEntry, Message as SqsMessage,
    MessageSystemAttributeName, QueueAttributeName, SendMessageBatchRequestEntry,
};
use chrono::{DateTime, Utc};

use super::{MOST_IN_A_BATCH, Sqs, failed, words};
use crate::queue::{DeadLetter, DeadLetters, MOST_RECEIVES, Message, QueueError, QueueName};

/// How long letters are hidden from others while one holds them.
const HELD_FOR: Duration = Duration::from_secs(60);
/// How long letters are gathered: a queue hands out ten at most at a time, and sometimes few, while somebody waits for the answer.
const GATHERED_FOR: Duration = Duration::from_secs(10);

impl DeadLetter {
    fn of_sqs(message: &SqsMessage) -> Self {
        let attribute = |name| message.attributes().and_then(|all| all.get(&name)).map(String::as_str);
        let time = |name| attribute(name)?.parse().ok().and_then(DateTime::<Utc>::from_timestamp_millis);
        let body = message.body().unwrap_or_default().to_owned();
        let content = Message::read(&body);
        Self {
            id: message.message_id().unwrap_or_default().to_owned(),
            unreadable: (content == Message::Unreadable).then(|| Message::fault(&body)),
            hint: content.hint(),
            sent_at: time(MessageSystemAttributeName::SentTimestamp),
            first_received_at: time(MessageSystemAttributeName::ApproximateFirstReceiveTimestamp),
            receives: attribute(MessageSystemAttributeName::ApproximateReceiveCount)
                .and_then(|count| count.parse().ok())
                .unwrap_or(0),
            receipt: message.receipt_handle().unwrap_or_default().to_owned(),
            body,
        }
    }
}

impl Sqs {
    pub(super) fn dead_letters_url(&self, queue: QueueName) -> String {
        format!("{}-dead-letters", self.url(queue))
    }

    /// Makes a queue's place for dead letters; returns the rule by which they get there.
    pub(super) async fn create_dead_letters(&self, queue: QueueName) -> Result<String, QueueError> {
        let url = self.dead_letters_url(queue);
        self.create(queue, &url, None).await?;
        let answer = self
            .client
            .get_queue_attributes()
            .queue_url(&url)
            .attribute_names(QueueAttributeName::QueueArn)
            .send()
            .await
            .map_err(|error| failed(queue)(words(error)))?;
        let arn = answer.attributes().and_then(|all| all.get(&QueueAttributeName::QueueArn));
        let arn = arn.ok_or_else(|| failed(queue)("a queue without ARN".to_owned()))?;
        Ok(serde_json::json!({ "deadLetterTargetArn": arn, "maxReceiveCount": MOST_RECEIVES }).to_string())
    }

    pub(in crate::queue) async fn hold_dead_letters(
        &self,
        queue: QueueName,
        most: usize,
    ) -> Result<DeadLetters, QueueError> {
        let url = self.dead_letters_url(queue);
        let Some(counts) = self.counts(queue, &url).await? else {
            return Err(failed(queue)(format!("there is no queue {url}")));
        };
        let wanted = most.min(counts.visible);
        // By id: one that comes twice, because its time was over, is held by the later receipt.
        let mut held: BTreeMap<String, DeadLetter> = BTreeMap::new();
        let began = Instant::now();
        while held.len() < wanted && began.elapsed() < GATHERED_FOR {
            let answer = self
                .client
                .receive_message()
                .queue_url(&url)
                .max_number_of_messages((wanted - held.len()).min(MOST_IN_A_BATCH) as i32)
                // Asks all servers of the queue, where 0 would ask some.
                .wait_time_seconds(1)
                .visibility_timeout(HELD_FOR.as_secs() as i32)
                .message_system_attribute_names(MessageSystemAttributeName::All)
                .send()
                .await
                .map_err(|error| failed(queue)(words(error)))?;
            if answer.messages().is_empty() {
                break;
            }
            let letters = answer.messages().iter().map(DeadLetter::of_sqs);
            held.extend(letters.map(|letter| (letter.id.clone(), letter)));
        }
        let mut letters: Vec<DeadLetter> = held.into_values().collect();
        letters.sort_by_key(|letter| letter.sent_at);
        Ok(DeadLetters { total: (counts.visible + counts.in_flight).max(letters.len()), letters })
    }

    pub(in crate::queue) async fn release_dead_letters(
        &self,
        queue: QueueName,
        letters: &[DeadLetter],
    ) -> Result<(), QueueError> {
        let url = self.dead_letters_url(queue);
        for batch in letters.chunks(MOST_IN_A_BATCH) {
            let entries = batch.iter().enumerate().map(|(index, letter)| {
                ChangeMessageVisibilityBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(&letter.receipt)
                    .visibility_timeout(0)
                    .build()
                    .map_err(words)
            });
            let entries = entries.collect::<Result<Vec<_>, String>>().map_err(failed(queue))?;
            self.client
                .change_message_visibility_batch()
                .queue_url(&url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| failed(queue)(words(error)))?;
        }
        Ok(())
    }

    pub(in crate::queue) async fn redrive_dead_letters(
        &self,
        queue: QueueName,
        letters: &[DeadLetter],
    ) -> Result<usize, QueueError> {
        let mut count = 0;
        for batch in letters.chunks(MOST_IN_A_BATCH) {
            let entries = batch.iter().enumerate().map(|(index, letter)| {
                SendMessageBatchRequestEntry::builder()
                    .id(index.to_string())
                    .message_body(&letter.body)
                    .build()
                    .map_err(words)
            });
            let entries = entries.collect::<Result<Vec<_>, String>>().map_err(failed(queue))?;
            let answer = self
                .client
                .send_message_batch()
                .queue_url(self.url(queue))
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| failed(queue)(words(error)))?;
            // Only what is back in its queue is taken from the dead.
            let sent: Vec<DeadLetter> = answer
                .successful()
                .iter()
                .filter_map(|entry| batch.get(entry.id().parse::<usize>().ok()?).cloned())
                .collect();
            count += self.drop_dead_letters(queue, &sent).await?;
            if let Some(refused) = answer.failed().first() {
                return Err(failed(queue)(refused.message().unwrap_or("a message was refused").to_owned()));
            }
        }
        Ok(count)
    }

    pub(in crate::queue) async fn drop_dead_letters(
        &self,
        queue: QueueName,
        letters: &[DeadLetter],
    ) -> Result<usize, QueueError> {
        let url = self.dead_letters_url(queue);
        let mut count = 0;
        for batch in letters.chunks(MOST_IN_A_BATCH) {
            let entries = batch.iter().enumerate().map(|(index, letter)| {
                DeleteMessageBatchRequestEntry::builder()
                    .id(index.to_string())
                    .receipt_handle(&letter.receipt)
                    .build()
                    .map_err(words)
            });
            let entries = entries.collect::<Result<Vec<_>, String>>().map_err(failed(queue))?;
            let answer = self
                .client
                .delete_message_batch()
                .queue_url(&url)
                .set_entries(Some(entries))
                .send()
                .await
                .map_err(|error| failed(queue)(words(error)))?;
            count += answer.successful().len();
        }
        Ok(count)
    }
}
