//! Scheduled task `compute_pending_job_embeddings`: every 15 minutes, jobs that wait to be embedded.

use shared::pipeline::Task;
use shared::queue::QueueName;

use super::Scheduled;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "compute-pending-job-embeddings",
    trigger: Trigger::Schedule(Task::ComputePendingJobEmbeddings),
    batch_size: 1,
    timeout_seconds: 300,
    memory_mb: 1024,
    needs: &[Need::Database, Need::Model, Need::Send(QueueName::JobEmbed), Need::Send(QueueName::CvMatch)],
};

/// It with its task.
pub const SCHEDULED: Scheduled = Scheduled {
    function: FUNCTION,
    work: |pipeline| Box::pin(async move { pipeline.compute_pending_job_embeddings().await }),
    start: Start::EMBEDS,
};
