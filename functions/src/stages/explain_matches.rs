//! Stage explain-matches: the matches of the predictions that messages name, each with its explanation.

use shared::db::stage::Claim;
use shared::host::BoxedReport;
use shared::pipeline::Pipeline;
use shared::queue::QueueName;
use uuid::Uuid;

use super::Stage;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "explain-matches",
    trigger: Trigger::Queue(QueueName::MatchExplain),
    batch_size: 10,
    timeout_seconds: 60,
    memory_mb: 512,
    needs: &[Need::Database, Need::Chat, Need::Send(QueueName::MatchExplain)],
};

/// It with its handler.
pub const STAGE: Stage = Stage { function: FUNCTION, handle, start: Start::PLAIN };

/// Works on the rows that a batch of messages names.
pub fn handle(pipeline: Pipeline, ids: Vec<Uuid>) -> BoxedReport {
    Box::pin(async move { pipeline.explain_matches(Claim::These(&ids)).await })
}
