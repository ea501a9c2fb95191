//! Polls a queue for a stage: takes messages, has them worked on, and deletes them when that is done.

use std::pin::Pin;
use std::time::Duration;

use uuid::Uuid;

use super::{Stopping, probing};
use crate::pipeline::{Pipeline, PipelineError, StageReport};
use crate::queue::{QueueError, QueueName, Received, SqsQueue};

/// What a stage's handler gives back.
pub type BoxedReport = Pin<Box<dyn Future<Output = Result<StageReport, PipelineError>> + Send>>;

/// The longest that SQS lets a poll wait.
const LONG_POLL: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);

/// Where messages come from.
#[derive(Clone)]
pub enum Source {
    /// A stage's queue, among the pipeline's.
    Stage(QueueName),
    /// The queue of a function that stands alone, and how long what is received stays hidden from others.
    Address(SqsQueue, Duration),
}

impl Source {
    fn name(&self) -> &'static str {
        match self {
            Self::Stage(queue) => queue.as_str(),
            Self::Address(queue, _) => queue.name(),
        }
    }

    fn host(&self) -> &'static str {
        match self {
            Self::Stage(_) => "in_process",
            Self::Address(..) => "polling",
        }
    }

    async fn receive(&self, pipeline: &Pipeline, batch: usize) -> Result<Vec<Received>, QueueError> {
        match self {
            Self::Stage(queue) => {
                // Beyond the lease, so that when a message comes again its row is free to be claimed.
                let visibility = pipeline.settings.limits.lease + Duration::from_secs(5);
                pipeline.queue.receive(*queue, batch, LONG_POLL, visibility).await
            }
            Self::Address(queue, visibility) => queue.receive(batch, LONG_POLL, *visibility).await,
        }
    }

    async fn delete(&self, pipeline: &Pipeline, messages: &[Received]) -> Result<(), QueueError> {
        match self {
            Self::Stage(queue) => pipeline.queue.delete(*queue, messages).await,
            Self::Address(queue, _) => queue.delete(messages).await,
        }
    }

    async fn put_back(&self, pipeline: &Pipeline, messages: &[Received]) {
        if let Self::Stage(queue) = self {
            pipeline.queue.put_back(*queue, messages).await;
        }
    }
}

/// Polls `source` until the process is asked to end. A batch whose handler fails (the database is away) or panics is left
/// for later, with pauses that grow while it goes on failing.
pub async fn poll(
    pipeline: Pipeline,
    source: Source,
    batch: usize,
    handle: impl Fn(Pipeline, Vec<Uuid>) -> BoxedReport + Send + Sync,
    stopping: Stopping,
) {
    let mut pause = FIRST_PAUSE;
    while !stopping.is_asked() {
        let received = tokio::select! {
            () = stopping.asked() => return,
            received = source.receive(&pipeline, batch) => received,
        };
        let outcome = match received {
            Ok(messages) if messages.is_empty() => continue,
            Ok(messages) => work_on(&pipeline, &source, messages, &handle).await,
            Err(error) => Err(error.to_string()),
        };
        match outcome {
            Ok(()) => pause = FIRST_PAUSE,
            Err(reason) => {
                tracing::error!(queue = source.name(), reason, "a batch was not worked on; it comes again");
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
    source: &Source,
    messages: Vec<Received>,
    handle: impl Fn(Pipeline, Vec<Uuid>) -> BoxedReport,
) -> Result<(), String> {
    // What cannot be read is left in the queue, to become a dead letter.
    let (unreadable, messages): (Vec<_>, Vec<_>) =
        messages.into_iter().partition(|message| message.unreadable);
    if !unreadable.is_empty() {
        tracing::error!(queue = source.name(), count = unreadable.len(), "messages cannot be read");
        source.put_back(pipeline, &unreadable).await;
    }
    let mut ids: Vec<Uuid> = Vec::new();
    for hint in messages.iter().filter_map(|message| message.hint.as_ref()) {
        if !probing::answered(pipeline, source.host(), source.name(), hint).await {
            ids.push(hint.id);
        }
    }
    // In a task of its own, so that a panic ends the batch and not the polling.
    let reason = match tokio::spawn(handle(pipeline.clone(), ids)).await {
        Ok(Ok(_)) => {
            // A message that stays behind comes again, and its claim fails: a warning is enough.
            if let Err(error) = source.delete(pipeline, &messages).await {
                tracing::warn!(%error, "messages could not be deleted");
            }
            return Ok(());
        }
        Ok(Err(error)) => error.to_string(),
        Err(error) => error.to_string(),
    };
    source.put_back(pipeline, &messages).await;
    Err(reason)
}
