//! The functions of the stages: each is called with a batch of one queue's messages.

pub mod accept_upload;
pub mod embed_cv;
pub mod embed_job;
pub mod explain_matches;
pub mod match_cv;
pub mod parse_cv;

use std::env;
use std::time::Instant;

use shared::host::BoxedReport;
use shared::pipeline::{Pipeline, PipelineError, StageReport};
use shared::queue::QueueName;
use shared::telemetry::instruments;
use uuid::Uuid;

use crate::function::{Function, Trigger};

/// A stage's function: what it is, and what handles its messages.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// What it is.
    pub function: Function,
    /// What handles the ids that its messages hold.
    pub handle: fn(Pipeline, Vec<Uuid>) -> BoxedReport,
}

/// All stages, in the order of a CV's way.
pub const ALL: [Stage; 6] = [
    accept_upload::STAGE,
    parse_cv::STAGE,
    embed_cv::STAGE,
    match_cv::STAGE,
    explain_matches::STAGE,
    embed_job::STAGE,
];

impl Stage {
    /// The queue that calls it.
    pub fn queue(&self) -> Option<QueueName> {
        match self.function.trigger {
            Trigger::Queue(queue) => Some(queue),
            Trigger::Http(_) | Trigger::Schedule(_) | Trigger::Deployment => None,
        }
    }
}

/// Does a stage's work, and counts it.
async fn counted(
    function: &Function,
    work: impl Future<Output = Result<StageReport, PipelineError>>,
) -> Result<StageReport, PipelineError> {
    let started = Instant::now();
    let report = work.await?;
    let seconds = started.elapsed().as_secs_f64();
    let StageReport { claimed, completed, failed, lost } = report;
    let host = if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() {
        "lambda"
    } else if env::var_os("QUEUE_URL").is_some() {
        "polling"
    } else if env::var_os("K_SERVICE").is_some() {
        "knative"
    } else {
        "in_process"
    };
    instruments::batch(function.name, host, completed, 0, failed, lost, seconds);
    for _ in 0..claimed {
        instruments::item_duration(function.name, seconds / claimed as f64);
    }
    Ok(report)
}
