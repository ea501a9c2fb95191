//! The functions of the scheduled tasks. Each runs its [`Task`](shared::pipeline::Task) and nothing else.

pub mod cleanup_old_data;
pub mod compute_pending_cv_embeddings;
pub mod compute_pending_job_embeddings;
pub mod generate_batch_explanations;
pub mod generate_matches_for_new_cvs;
pub mod process_batch_cv_parsing;
pub mod retry_failed_embeddings;

use crate::function::Function;

/// All scheduled functions, the most frequent first.
pub const ALL: [Function; 7] = [
    process_batch_cv_parsing::FUNCTION,
    compute_pending_cv_embeddings::FUNCTION,
    compute_pending_job_embeddings::FUNCTION,
    generate_matches_for_new_cvs::FUNCTION,
    generate_batch_explanations::FUNCTION,
    retry_failed_embeddings::FUNCTION,
    cleanup_old_data::FUNCTION,
];
