//! Polls a queue for a stage: takes messages, has them worked on, and deletes them when that is done.

use std::time::Duration;

use super::{Stopping, Work, probing};
use crate::pipeline::{Pipeline, RunHost};
use crate::queue::{Hint, QueueError, QueueName, Received, SqsQueue};
use crate::telemetry::panics;

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

    /// A message that stays behind comes again, and its claim fails: a warning is enough.
    async fn done_with(&self, pipeline: &Pipeline, messages: &[Received]) {
        if let Err(error) = self.delete(pipeline, messages).await {
            tracing::warn!(%error, "messages could not be deleted");
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
    // What cannot be read is left in the queue, to become a dead letter.
    let (unreadable, messages): (Vec<_>, Vec<_>) =
        messages.into_iter().partition(|message| message.unreadable);
    if !unreadable.is_empty() {
        tracing::error!(queue = source.name(), count = unreadable.len(), "messages cannot be read");
        source.put_back(pipeline, &unreadable).await;
    }
    let mut hints: Vec<Hint> = Vec::new();
    for hint in messages.iter().filter_map(|message| message.hint.as_ref()) {
        if !probing::answered(pipeline, host, work.name(), hint).await {
            hints.push(*hint);
        }
    }
    let failed = match attempt(pipeline, work, host, hints).await {
        Ok(()) => {
            source.done_with(pipeline, &messages).await;
            return Ok(());
        }
        Err(failed) => failed,
    };
    if !failed.may_be_of_one || messages.len() < 2 {
        source.put_back(pipeline, &messages).await;
        return Err(failed.reason);
    }
    // One message must not take those to the dead letters that came in the same batch.
    let mut reason = None;
    for message in messages {
        match attempt(pipeline, work, host, message.hint.into_iter().collect()).await {
            Ok(()) => source.done_with(pipeline, &[message]).await,
            Err(failed) => {
                source.put_back(pipeline, &[message]).await;
                reason = Some(failed.reason);
            }
        }
    }
    reason.map_or(Ok(()), Err)
}

/// Why a batch was not worked on.
struct Failed {
    reason: String,
    /// Whether a single message may be the cause, so that the others can be worked on without it.
    may_be_of_one: bool,
}

async fn attempt(pipeline: &Pipeline, work: Work, host: RunHost, hints: Vec<Hint>) -> Result<(), Failed> {
    // In a task of its own, so that a panic ends the batch and not the polling.
    match tokio::spawn(work.on(pipeline.clone(), host, hints)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(Failed { may_be_of_one: !error.is_transient(), reason: error.to_string() }),
        Err(error) => Err(Failed { may_be_of_one: true, reason: panics::of_task(error) }),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{LazyLock, Mutex};

    use tokio::time::timeout;
    use uuid::Uuid;

    use super::*;
    use crate::cache::{self, Cache};
    use crate::config::Settings;
    use crate::db::Db;
    use crate::host::{BoxedReport, StageWork};
    use crate::pipeline::StageReport;
    use crate::queue::{InMemory, Queue};
    use crate::storage::Storage;

    static PANICS: LazyLock<Uuid> = LazyLock::new(Uuid::now_v7);
    static DONE: Mutex<Vec<Uuid>> = Mutex::new(Vec::new());

    fn handle(_: Pipeline, ids: Vec<Uuid>) -> BoxedReport {
        Box::pin(async move {
            assert!(!ids.contains(&PANICS), "a defect");
            DONE.lock().unwrap().extend(ids);
            Ok(StageReport::default())
        })
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_takes_its_worker_down_dies_alone() {
        let db = Db::new("postgres://nobody@127.0.0.1:9/nothing?sslmode=disable", 1).unwrap();
        let storage = Storage::s3("none", Some("http://127.0.0.1:9")).await;
        let queue = Queue::InMemory(InMemory::new());
        let cache = Cache::InMemory(cache::InMemory::new());
        let pipeline = Pipeline::new(db, storage, queue.clone(), cache, Settings::from_env().unwrap());
        let good = [Uuid::now_v7(), Uuid::now_v7()];
        queue.send(QueueName::CvParse, &[good[0], *PANICS, good[1]], Duration::ZERO).await.unwrap();
        let stage = StageWork { name: "parse-cv", queue: QueueName::CvParse, handle };
        let (source, work) = (Source::Stage(QueueName::CvParse), Work::Messages(stage));
        let polling = poll(pipeline, source, 10, work, RunHost::InProcess, Stopping::new());
        timeout(Duration::from_secs(600), polling).await.unwrap_err();
        assert_eq!(*DONE.lock().unwrap(), good, "each once");
        let left = queue.attributes(QueueName::CvParse).await.unwrap();
        assert_eq!((left.waiting, left.in_flight, left.delayed, left.dead), (0, 0, 0, Some(1)));
    }
}
