//! The events that call a function which works on messages: a batch of a queue's, or a bucket's notification.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A batch of messages.
#[derive(Deserialize)]
pub(super) struct QueueEvent {
    #[serde(rename = "Records")]
    pub(super) records: Vec<QueueRecord>,
}

/// One message.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct QueueRecord {
    pub(super) message_id: String,
    pub(super) body: String,
}

/// The answer to a batch: which messages are to come again. All others are deleted.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct BatchAnswer {
    pub(super) batch_item_failures: Vec<Failure>,
}

/// One message that is to come again.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Failure {
    pub(super) item_identifier: String,
}

/// The service that an event's first record comes from, such as `aws:sqs`.
pub(super) fn source(event: &Value) -> &str {
    event["Records"][0]["eventSource"].as_str().unwrap_or_default()
}
