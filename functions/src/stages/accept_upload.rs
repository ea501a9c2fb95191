//! Stage accept-upload: files of promised uploads that the bucket says to have arrived become CVs.

use shared::host::BoxedReport;
use shared::pipeline::Pipeline;
use shared::queue::QueueName;
use uuid::Uuid;

use super::Stage;
use crate::function::{Function, Need, Trigger};
use crate::host::Start;

/// This function.
pub const FUNCTION: Function = Function {
    name: "accept-upload",
    trigger: Trigger::Queue(QueueName::CvUpload),
    batch_size: 10,
    timeout_seconds: 30,
    memory_mb: 256,
    needs: &[Need::Database, Need::ReadFiles, Need::Send(QueueName::CvParse)],
};

/// It with its handler.
pub const STAGE: Stage = Stage { function: FUNCTION, handle, start: Start::PLAIN };

/// Takes in the uploads that a batch of messages names.
pub fn handle(pipeline: Pipeline, ids: Vec<Uuid>) -> BoxedReport {
    Box::pin(async move { pipeline.accept_uploads(&ids).await })
}
