//! Scheduled task `generate_matches_for_new_cvs`: every 20 minutes, CVs that wait to be matched or were last matched over a day ago.

use shared::pipeline::Task;
use shared::queue::QueueName;

use super::Scheduled;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "generate-matches-for-new-cvs",
    trigger: Trigger::Schedule(Task::GenerateMatchesForNewCvs),
    batch_size: 1,
    timeout_seconds: 300,
    memory_mb: 512,
    needs: &[Need::Database, Need::Send(QueueName::CvMatch), Need::Send(QueueName::MatchExplain)],
};

/// It with its task.
pub const SCHEDULED: Scheduled = Scheduled {
    function: FUNCTION,
    work: |pipeline| Box::pin(async move { pipeline.generate_matches_for_new_cvs().await }),
    start: Start::PLAIN,
};
