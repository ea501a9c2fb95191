//! Answers the messages by which operators test a queue: the one place for all hosts.

use std::time::Instant;

use crate::pipeline::{Pipeline, RunHost};
use crate::queue::{Hint, HintKind};

/// Answers `hint` if it is a test of its queue, and says whether it was one: then there is no work on it. `function` is what
/// received it.
pub(super) async fn answered(pipeline: &Pipeline, host: RunHost, function: &str, hint: &Hint) -> bool {
    if hint.kind != HintKind::Probe {
        return false;
    }
    let received = Instant::now();
    // Who asked is told that there was no answer; the message is done in any case, since nobody waits for it later.
    if let Err(error) = pipeline.db.answer_probe(hint.id, host.as_str(), function, received).await {
        tracing::warn!(%error, function, "a test of the queue could not be answered");
    }
    true
}
