//! Scheduled task `retry_failed_embeddings`: every hour, embeddings that failed.

use shared::pipeline::Task;
use shared::queue::QueueName;

use super::Scheduled;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "retry-failed-embeddings",
    trigger: Trigger::Schedule(Task::RetryFailedEmbeddings),
    batch_size: 1,
    timeout_seconds: 60,
    memory_mb: 512,
    needs: &[Need::Database, Need::Send(QueueName::CvEmbed), Need::Send(QueueName::JobEmbed)],
};

/// It with its task.
pub const SCHEDULED: Scheduled = Scheduled {
    function: FUNCTION,
    work: |pipeline| Box::pin(async move { pipeline.retry_failed_embeddings().await }),
    start: Start::PLAIN,
};
