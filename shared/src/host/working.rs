//! What a host has done when it is called: a stage's function on the rows that messages name, or a scheduled task. Every host
//! comes through here, so that every batch is recorded, and a paused queue pauses everywhere.

use std::pin::Pin;

use uuid::Uuid;

use crate::pipeline::{Pipeline, PipelineError, RunHost, StageReport, Task, TaskOutcome, TaskWork, Trigger};
use crate::queue::{Hint, QueueName};

/// What a stage's handler gives back.
pub type BoxedReport = Pin<Box<dyn Future<Output = Result<StageReport, PipelineError>> + Send>>;

/// A stage's function, as a host needs to know it.
#[derive(Clone, Copy)]
pub struct StageWork {
    /// The function's name.
    pub name: &'static str,
    /// Whose messages it works on.
    pub queue: QueueName,
    /// Works on the rows of these ids.
    pub handle: fn(Pipeline, Vec<Uuid>) -> BoxedReport,
}

/// What is done with a message, an event or a call.
#[derive(Clone, Copy)]
pub enum Work {
    /// A stage works on the rows that messages name.
    Messages(StageWork),
    /// A task runs, whatever the message says.
    Task(Task, TaskWork),
}

impl Work {
    /// Does it, as a recorded run. A task needs no hints. While its queue is paused a stage takes messages and leaves their rows
    /// alone: they are hinted at again when it is resumed.
    pub(super) fn on(self, pipeline: Pipeline, host: RunHost, hints: Vec<Hint>) -> BoxedReport {
        Box::pin(async move {
            match self {
                Self::Messages(stage) => {
                    if pipeline.is_queue_paused(stage.queue.as_str()).await {
                        tracing::info!(function = stage.name, count = hints.len(), "the queue is paused");
                        return Ok(StageReport::default());
                    }
                    let handle = stage.handle;
                    pipeline
                        .recorded(stage.name, host, Trigger::Queue, move |pipeline| async move {
                            pipeline.continue_traces(&hints);
                            handle(pipeline, hints.iter().map(|hint| hint.id).collect()).await
                        })
                        .await
                }
                Self::Task(task, work) => {
                    let outcome = pipeline.run_scheduled_by(task, host, work).await?;
                    Ok(match outcome {
                        TaskOutcome::Ran(counts) => StageReport::of(counts),
                        TaskOutcome::LeftOut(_) => StageReport::default(),
                    })
                }
            }
        })
    }

    /// The function or task.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Messages(stage) => stage.name,
            Self::Task(task, _) => task.as_str(),
        }
    }

    /// The queue by whose pause it is held.
    pub(super) fn queue(self) -> Option<QueueName> {
        match self {
            Self::Messages(stage) => Some(stage.queue),
            Self::Task(..) => None,
        }
    }
}
