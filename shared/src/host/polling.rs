//! Polls a queue for a stage: takes messages, has them worked on, and deletes them when that is done.

use std::time::Duration;

use uuid::Uuid;

use super::{Stopping, Work};
use crate::pipeline::{Pipeline, RunHost};
use crate::queue::{QueueError, QueueName, Received, SqsQueue};

/// The longest that SQS lets a poll wait.
const LONG_POLL: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(500);
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// How often it is looked whether a paused queue was resumed.
const LOOK_AGAIN: Duration = Duration::from_secs(2);

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

    async fn receive(&self, pipeline: &Pipeline, batch: usize) -> Result<Vec<Received>, QueueError> {
        match self {
            Self::Stage(queue) => {
                let visibility = pipeline.settings.limits.visibility;
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

/// Polls `source` until the process is asked to end. A batch whose work fails (the database is away) or panics is left
/// for later, with pauses that grow while it goes on failing. While the queue is paused, its messages stay where they are.
pub async fn poll(
    pipeline: Pipeline,
    source: Source,
    batch: usize,
    work: Work,
    host: RunHost,
    stopping: Stopping,
) {
    let mut pause = FIRST_PAUSE;
    while !stopping.is_asked() {
        if let Some(queue) = work.queue()
            && pipeline.is_queue_paused(queue.as_str()).await
        {
            tokio::select! {
                () = stopping.asked() => return,
                () = tokio::time::sleep(LOOK_AGAIN) => continue,
            }
        }
        let received = tokio::select! {
            () = stopping.asked() => return,
            received = source.receive(&pipeline, batch) => received,
        };
        let outcome = match received {
            Ok(messages) if messages.is_empty() => continue,
            Ok(messages) => work_on(&pipeline, &source, messages, work, host).await,
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
    work: Work,
    host: RunHost,
) -> Result<(), String> {
    let ids: Vec<Uuid> = messages.iter().filter_map(|message| Some(message.hint?.id)).collect();
    // In a task of its own, so that a panic ends the batch and not the polling.
    let reason = match tokio::spawn(work.on(pipeline.clone(), host, ids)).await {
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
