//! Typed requests, answers and errors of the HTTP routes. [`ApiState`] is what handlers share; [`Problem`] is how they fail;
//! [`with_layers`] is put around all of them.

pub mod batches;
mod body;
mod causes;
pub mod csv;
pub mod cv;
pub mod dead_letters;
mod extract;
pub mod job;
pub mod job_lines;
mod layers;
pub mod metrics;
pub mod must_haves;
pub mod operating;
mod page;
mod problem;
pub mod quality;
pub mod recommendation;
pub mod responses;
pub mod tasks;
pub mod variant;

#[cfg(test)]
mod tests;

use axum::extract::FromRef;

pub use body::{MOST_BYTES_AT_ONCE, MOST_BYTES_OF_FILE, MOST_BYTES_OF_JSON};
pub use extract::{
    Admin, Candidate, Content, FormFile, IdInPath, IdOf, IdempotencyKey, Json, Query, Recruiter, TwoIds,
    media_type,
};
pub use layers::{REQUEST_ID, of_function, with_layers};
pub use page::{Listed, MOST_ROWS, Page, USUAL_ROWS, limit_of, number_of};
pub use problem::{FieldError, PROBLEM_JSON, Problem, ProblemDetails, ProblemKind};

use crate::auth::Verifier;
use crate::pipeline::Pipeline;

/// What all handlers share. Cheap to clone.
#[derive(Clone)]
pub struct ApiState {
    /// What they call.
    pub pipeline: Pipeline,
    /// Who checks tokens.
    pub verifier: Verifier,
}

impl FromRef<ApiState> for Pipeline {
    fn from_ref(state: &ApiState) -> Self {
        state.pipeline.clone()
    }
}

impl FromRef<ApiState> for Verifier {
    fn from_ref(state: &ApiState) -> Self {
        state.verifier.clone()
    }
}
