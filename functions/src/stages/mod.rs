//! The functions of the stages: each is called with a batch of one queue's messages.

pub mod accept_upload;
pub mod embed_cv;
pub mod embed_job;
pub mod explain_matches;
pub mod match_cv;
pub mod parse_cv;

use shared::host::{BoxedReport, StageWork};
use shared::pipeline::Pipeline;
use shared::queue::QueueName;
use uuid::Uuid;

use crate::function::{Function, Trigger};
use crate::host::Start;

/// A stage's function: what it is, and what handles its messages.
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// What it is.
    pub function: Function,
    /// What handles the ids that its messages hold.
    pub handle: fn(Pipeline, Vec<Uuid>) -> BoxedReport,
    /// What its program begins with.
    pub start: Start,
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

    /// It as hosts need to know it.
    pub fn work(&self) -> Option<StageWork> {
        Some(StageWork { name: self.function.name, queue: self.queue()?, handle: self.handle })
    }
}
