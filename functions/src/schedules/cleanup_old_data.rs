//! Scheduled task `cleanup_old_data`: daily at 02:00 UTC, what is past its retention.

use shared::pipeline::Task;

use crate::function::{Function, Need, Trigger};

/// This function.
pub const FUNCTION: Function = Function {
    name: "cleanup-old-data",
    trigger: Trigger::Schedule(Task::CleanupOldData),
    batch_size: 1,
    timeout_seconds: 900,
    memory_mb: 512,
    needs: &[Need::Database, Need::DeleteFiles, Need::ListFiles],
};
