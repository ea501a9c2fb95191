//! What a file may cost, and the fence that holds a reader to it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use super::DocumentError;

/// What a file may cost. The defaults are generous for a CV and small for a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Bytes of the file.
    pub max_bytes: usize,
    /// Pages of a PDF.
    pub max_pages: u32,
    /// Characters of text, hidden text included.
    pub max_text_chars: usize,
    /// Bytes of all compressed parts once unpacked (pictures in a PDF, which are never unpacked, excepted).
    pub max_inflated_bytes: u64,
    /// Elements, groups or tags inside each other.
    pub max_depth: u32,
    /// Time for the whole file.
    pub deadline: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_bytes: 10 << 20,
            max_pages: 50,
            max_text_chars: 400_000,
            max_inflated_bytes: 64 << 20,
            max_depth: 64,
            deadline: Duration::from_millis(4500),
        }
    }
}

/// How long the caller waits past the deadline for the reader to notice it by itself. Together they are below five seconds.
pub(super) const GRACE: Duration = Duration::from_millis(300);

/// The running deadline of one file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Watch {
    end: Instant,
}

impl Watch {
    pub(super) fn start(limits: &Limits) -> Self {
        Self { end: Instant::now() + limits.deadline }
    }

    pub(super) fn expired(&self) -> bool {
        Instant::now() >= self.end
    }

    pub(super) fn check(&self) -> Result<(), DocumentError> {
        if self.expired() { Err(DocumentError::TimedOut) } else { Ok(()) }
    }
}

/// Leaves a third-party parser from inside one of its callbacks: unwinds to [`fenced`] without a panic message.
pub(super) fn leave(error: DocumentError) -> ! {
    resume_unwind(Box::new(error))
}

/// Runs a reader; [`leave`] becomes its error and any panic becomes [`DocumentError::Damaged`].
pub(super) fn fenced<T>(reader: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    match catch_unwind(AssertUnwindSafe(reader)) {
        Ok(outcome) => outcome,
        Err(payload) => Err(error_of_panic(payload)),
    }
}

fn error_of_panic(payload: Box<dyn Any + Send>) -> DocumentError {
    match payload.downcast::<DocumentError>() {
        Ok(error) => *error,
        Err(_) => DocumentError::damaged("its structure contradicts itself"),
    }
}
