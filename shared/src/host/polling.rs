//! Polls a queue for a stage: takes messages, has them worked on, and deletes them when that is done.

use std::pin::Pin;
use std::time::Duration;

use uuid::Uuid;

use super::Stopping;
use crate::pipeline::{Pipeline, PipelineError, StageReport};
use crate::queue::{QueueName, Received};

/// What a stage's handler gives back.
pub type BoxedReport = Pin<Box<dyn Future<Output = Result<StageReport, PipelineError>> + Send>>;

/// The longest that SQS lets a poll wait.
const LONG_POLL: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Polls `queue` until the process is asked to end. A batch whose handler fails (the database is away) or panics is left
/// for later, with pauses that grow while it goes on failing.
pub async fn poll(
    pipeline: Pipeline,
    queue: QueueName,
    batch: usize,
    handle: fn(Pipeline, Vec<Uuid>) -> BoxedReport,
    stopping: Stopping,
) {
    // Beyond the lease, so that when a message comes again its row is free to be claimed.
    let visibility = pipeline.settings.limits.lease + Duration::from_secs(5);
    let mut pause = FIRST_PAUSE;
    while !stopping.is_asked() {
        let received = tokio::select! {
            () = stopping.asked() => return,
            received = pipeline.queue.receive(queue, batch, LONG_POLL, visibility) => received,
        };
        let outcome = match received {
            Ok(messages) if messages.is_empty() => continue,
            Ok(messages) => work_on(&pipeline, queue, messages, handle).await,
            Err(error) => Err(error.to_string()),
        };
        match outcome {
            Ok(()) => pause = FIRST_PAUSE,
            Err(reason) => {
                tracing::error!(queue = queue.as_str(), reason, "a batch was not worked on; it comes again");
                tokio::select! {
                    () = stopping.asked() => return,
                    () = tokio::time::sleep(pause) => {}
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

async fn work_on(
    pipeline: &Pipeline,
    queue: QueueName,
    messages: Vec<Received>,
    handle: fn(Pipeline, Vec<Uuid>) -> BoxedReport,
) -> Result<(), String> {
    let ids: Vec<Uuid> = messages.iter().filter_map(|message| Some(message.hint?.id)).collect();
    // In a task of its own, so that a panic ends the batch and not the polling.
    let reason = match tokio::spawn(handle(pipeline.clone(), ids)).await {
        Ok(Ok(_)) => {
            // A message that stays behind comes again, and its claim fails: a warning is enough.
            if let Err(error) = pipeline.queue.delete(queue, &messages).await {
                tracing::warn!(%error, "messages could not be deleted");
            }
            return Ok(());
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    pipeline.queue.put_back(queue, &messages).await;
    Err(reason)
}
