//! Scheduled task `cleanup_old_data`: daily at 02:00 UTC, what is past its retention.

use shared::pipeline::Task;

use super::Scheduled;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "cleanup-old-data",
    trigger: Trigger::Schedule(Task::CleanupOldData),
    batch_size: 1,
    timeout_seconds: 900,
    memory_mb: 512,
    needs: &[Need::Database, Need::DeleteFiles, Need::ListFiles],
};

/// It with its task.
pub const SCHEDULED: Scheduled = Scheduled {
    function: FUNCTION,
    work: |pipeline| Box::pin(async move { pipeline.cleanup_old_data().await }),
    start: Start::PLAIN,
};
