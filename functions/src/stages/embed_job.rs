//! Stage embed-job: the jobs that messages name, from text to requirements and vector; CVs near to them are matched again.

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
    name: "embed-job",
    trigger: Trigger::Queue(QueueName::JobEmbed),
    batch_size: 10,
    timeout_seconds: 60,
    memory_mb: 1024,
    needs: &[Need::Database, Need::Model, Need::Send(QueueName::JobEmbed), Need::Send(QueueName::CvMatch)],
};

/// It with its handler.
pub const STAGE: Stage = Stage { function: FUNCTION, handle, start: Start::EMBEDS };

/// Works on the rows that a batch of messages names.
pub fn handle(pipeline: Pipeline, ids: Vec<Uuid>) -> BoxedReport {
    Box::pin(async move { pipeline.embed_jobs(Claim::These(&ids)).await })
}
