//! The functions of the scheduled tasks. Each runs its [`Task`] and nothing else.

pub mod cleanup_old_data;
pub mod compute_pending_cv_embeddings;
pub mod compute_pending_job_embeddings;
pub mod generate_batch_explanations;
pub mod generate_matches_for_new_cvs;
pub mod process_batch_cv_parsing;
pub mod retry_failed_embeddings;

use shared::pipeline::{Task, TaskWork};

use crate::function::{Function, Trigger};
use crate::host::Start;

/// A scheduled function: what it is, and its task.
#[derive(Clone, Copy, Debug)]
pub struct Scheduled {
    /// What it is.
    pub function: Function,
    /// The work of its task.
    pub work: TaskWork,
    /// What its program begins with.
    pub start: Start,
}

/// All scheduled functions, the most frequent first.
pub const ALL: [Scheduled; 7] = [
    process_batch_cv_parsing::SCHEDULED,
    compute_pending_cv_embeddings::SCHEDULED,
    compute_pending_job_embeddings::SCHEDULED,
    generate_matches_for_new_cvs::SCHEDULED,
    generate_batch_explanations::SCHEDULED,
    retry_failed_embeddings::SCHEDULED,
    cleanup_old_data::SCHEDULED,
];

impl Scheduled {
    /// The task that it runs.
    pub fn task(&self) -> Option<Task> {
        match self.function.trigger {
            Trigger::Schedule(task) => Some(task),
            Trigger::Http(_) | Trigger::Queue(_) | Trigger::Deployment => None,
        }
    }
}
