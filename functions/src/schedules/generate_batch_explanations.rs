//! Scheduled task `generate_batch_explanations`: every 30 minutes, matches that wait to be explained.

use shared::pipeline::Task;
use shared::queue::QueueName;

use super::Scheduled;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "generate-batch-explanations",
    trigger: Trigger::Schedule(Task::GenerateBatchExplanations),
    batch_size: 1,
    timeout_seconds: 300,
    memory_mb: 512,
    needs: &[Need::Database, Need::Chat, Need::Send(QueueName::MatchExplain)],
};

/// It with its task.
pub const SCHEDULED: Scheduled = Scheduled {
    function: FUNCTION,
    work: |pipeline| Box::pin(async move { pipeline.generate_batch_explanations().await }),
    start: Start::PLAIN,
};
