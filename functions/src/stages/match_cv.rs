//! Stage match-cv: the CVs that messages name, from vector to a prediction with ranked matches.

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
    name: "match-cv",
    trigger: Trigger::Queue(QueueName::CvMatch),
    batch_size: 10,
    timeout_seconds: 60,
    memory_mb: 512,
    needs: &[Need::Database, Need::Send(QueueName::CvMatch), Need::Send(QueueName::MatchExplain)],
};

/// It with its handler.
pub const STAGE: Stage = Stage { function: FUNCTION, handle, start: Start::PLAIN };

/// Works on the rows that a batch of messages names.
pub fn handle(pipeline: Pipeline, ids: Vec<Uuid>) -> BoxedReport {
    Box::pin(async move { pipeline.match_cvs(Claim::These(&ids)).await })
}
