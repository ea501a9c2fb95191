//! What each error of the system is to the caller. Everything that is not the caller's business is logged here, and only here.

use super::problem::{Problem, ProblemKind};
use crate::auth::{AuthError, Denied};
use crate::cache::CacheError;
use crate::db::DbError;
use crate::document::DocumentError;
use crate::pipeline::{IntakeError, PipelineError};
use crate::queue::QueueError;
use crate::storage::StorageError;

/// After how many seconds a caller may try again when a part cannot be reached.
const RETRY_AFTER: u32 = 5;

fn unavailable(part: &'static str, cause: &dyn std::fmt::Display) -> Problem {
    tracing::warn!(part, %cause, "a part cannot be reached");
    Problem::unavailable(RETRY_AFTER)
}

fn defect(part: &'static str, cause: &dyn std::fmt::Display) -> Problem {
    tracing::error!(part, %cause, "a request failed by a defect");
    Problem::internal()
}

impl From<DbError> for Problem {
    fn from(error: DbError) -> Self {
        if error.is_transient() { unavailable("database", &error) } else { defect("database", &error) }
    }
}

impl From<StorageError> for Problem {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Bucket(_) | StorageError::Disk(_) => unavailable("storage", &error),
            StorageError::Missing { .. } | StorageError::Key(_) => defect("storage", &error),
        }
    }
}

impl From<CacheError> for Problem {
    fn from(error: CacheError) -> Self {
        unavailable("cache", &error)
    }
}

impl From<QueueError> for Problem {
    fn from(error: QueueError) -> Self {
        unavailable("queue", &error)
    }
}

impl From<PipelineError> for Problem {
    fn from(error: PipelineError) -> Self {
        match error {
            PipelineError::Db(error) => error.into(),
            PipelineError::Storage(error) => error.into(),
            PipelineError::Queue(error) => error.into(),
            PipelineError::Intake(error) => error.into(),
        }
    }
}

impl From<DocumentError> for Problem {
    fn from(error: DocumentError) -> Self {
        let kind = match error {
            DocumentError::TooLarge { .. } => ProblemKind::TooLarge,
            DocumentError::Unsupported { .. } => ProblemKind::UnsupportedMediaType,
            _ => ProblemKind::Invalid,
        };
        Self::new(kind, error.to_string())
    }
}

impl From<IntakeError> for Problem {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::Document(error) => error.into(),
            IntakeError::Db(error) => error.into(),
            IntakeError::Storage(error) => error.into(),
            IntakeError::Queue(error) => error.into(),
            IntakeError::KeyReused => Self::new(
                ProblemKind::Invalid,
                "This Idempotency-Key was used for another file. Take a new key for a new request.",
            ),
            IntakeError::NotFound => Self::not_found("upload"),
            IntakeError::UploadExpired => {
                Self::new(ProblemKind::Expired, "The time for this upload is over. Ask for a new one.")
            }
            IntakeError::FileMissing => {
                Self::new(ProblemKind::Conflict, "The file has not arrived yet. Send it first.")
            }
            IntakeError::Defect(cause) => defect("pipeline", &cause),
        }
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Missing => Self::unauthenticated(
                "Send a token in the header `Authorization: Bearer …`.",
                r#"Bearer realm="cv-matching""#,
            ),
            AuthError::Expired => Self::unauthenticated(
                "Your token has expired. Get a new one.",
                r#"Bearer realm="cv-matching", error="invalid_token", error_description="the token has expired""#,
            ),
            AuthError::Invalid(reason) => {
                tracing::info!(reason, "a token was refused");
                Self::unauthenticated(
                    "Your token is not valid here. Get a new one.",
                    r#"Bearer realm="cv-matching", error="invalid_token""#,
                )
            }
            AuthError::KeysUnavailable(_) => unavailable("token signer", &error),
            AuthError::NoKey | AuthError::Client(_) => defect("authentication", &error),
        }
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Role(role) => {
                Self::new(ProblemKind::Forbidden, format!("This needs a token with the role `{role}`."))
            }
            Denied::NotYours(what) => {
                Self::new(ProblemKind::Forbidden, format!("This {what} belongs to somebody else."))
            }
            Denied::NotThere(what) => Self::not_found(what),
        }
    }
}
