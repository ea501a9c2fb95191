//! Scheduled task `process_batch_cv_parsing`: every 5 minutes, CVs that wait to be parsed.

use shared::pipeline::Task;
use shared::queue::QueueName;

use super::Scheduled;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "process-batch-cv-parsing",
    trigger: Trigger::Schedule(Task::ProcessBatchCvParsing),
    batch_size: 1,
    timeout_seconds: 300,
    memory_mb: 1024,
    needs: &[Need::Database, Need::ReadFiles, Need::Send(QueueName::CvParse), Need::Send(QueueName::CvEmbed)],
};

/// It with its task.
pub const SCHEDULED: Scheduled = Scheduled {
    function: FUNCTION,
    work: |pipeline| Box::pin(async move { pipeline.process_batch_cv_parsing().await }),
    start: Start::READS,
};
