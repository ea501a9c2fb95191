//! Where a row stands in a stage, and why a stage failed.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The state of one row in one stage (parsing, embedding, matching, explanation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StageStatus {
    /// Waits for a worker (perhaps until its next attempt is due).
    Pending,
    /// A worker holds it, until its lease ends.
    Processing,
    /// Done; the result stands in the row.
    Completed,
    /// Given up; the row's failure says why.
    Failed,
}

impl StageStatus {
    /// The name in the database and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Processing => "processing",
            Self::Completed => "completed",
            Self::Failed => "failed",
        }
    }

    /// The status of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Pending, Self::Processing, Self::Completed, Self::Failed]
            .into_iter()
            .find(|s| s.as_str() == name)
    }
}

impl fmt::Display for StageStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Whose fault a failure is, and so whether another attempt can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// The input itself (a broken or empty file): trying again cannot help.
    Input,
    /// Something around it (network, database, model): another attempt may succeed.
    Transient,
    /// A defect of ours (a panic): tried again, in case it was chance.
    Internal,
}

impl FailureKind {
    /// Whether another attempt may succeed.
    pub fn is_retryable(self) -> bool {
        !matches!(self, Self::Input)
    }
}

/// Why a stage failed for a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Failure {
    /// Whose fault it is.
    pub kind: FailureKind,
    /// The reason as a stable name, such as `encrypted` or `model_missing`.
    pub reason: String,
    /// A sentence that a person understands, saying what to do where something can be done.
    pub message: String,
}
