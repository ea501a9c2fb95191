//! A row that a stage works on, as its trace and the log see it: a span below the message that hinted at the row, from which
//! the hint to the next stage goes on; and lines in the log that name the trace, the function and the row.

use std::time::{Duration, Instant};

use tracing::field::Empty;
use uuid::Uuid;

use super::{Outcome, Pipeline};
use crate::domain::{CvId, JobId, PredictionId};
use crate::telemetry::TraceParent;
use crate::telemetry::traces::{self, Kind, Span};

/// What a row is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    Cv(CvId),
    Job(JobId),
    /// So many matches of a prediction.
    Matches(PredictionId, CvId, usize),
}

/// A row that is being worked on.
pub(super) struct Item {
    span: Span,
    /// What the lines of the log that belong to it stand in.
    pub(super) log: tracing::Span,
    began: Instant,
}

impl Item {
    /// How long it has been worked on.
    pub(super) fn took(&self) -> Duration {
        self.began.elapsed()
    }

    /// Where those go on that come after it.
    pub(super) fn traceparent(&self) -> TraceParent {
        self.span.traceparent()
    }

    /// The work on it is over. What came of it is said in the log with the words of `done`, unless that was said already.
    pub(super) fn end(mut self, outcome: Outcome, done: Option<&'static str>) {
        self.span.set("outcome", outcome.as_str());
        if matches!(outcome, Outcome::Failed | Outcome::Retrying) {
            self.span.fail("the attempt failed");
        }
        let duration_ms = self.took().as_millis() as u64;
        self.log.in_scope(|| match (outcome, done) {
            (Outcome::Completed, Some(done)) => tracing::info!(duration_ms, "{done}"),
            (Outcome::Lost, _) => tracing::warn!(duration_ms, "the lease ended before the work"),
            _ => {}
        });
    }
}

/// What the lines of the log stand in that belong to a batch as a whole: the only row's, where it has one.
pub(super) fn log_of_all<'a>(items: impl IntoIterator<Item = &'a Item>) -> tracing::Span {
    let mut items = items.into_iter();
    match (items.next(), items.next()) {
        (Some(only), None) => only.log.clone(),
        _ => tracing::Span::current(),
    }
}

impl Pipeline {
    /// Begins the work of `function` on the row that `hinted` names in messages, one of `batch`.
    pub(super) fn begin_item(
        &self,
        function: &'static str,
        hinted: Uuid,
        subject: Subject,
        attempt: Option<i32>,
        batch: usize,
    ) -> Item {
        let of_message = self.run.as_ref().and_then(|run| run.trace_of(hinted));
        let kind = if of_message.is_some() { Kind::Message } else { Kind::Internal };
        let mut span = Span::begin(function, kind, of_message.or_else(traces::current));
        span.set("function", function);
        span.set("batch_size", batch as i64);
        if let Some(attempt) = attempt {
            span.set("attempt", i64::from(attempt));
        }
        let (trace_id, traceparent) = (span.traceparent().trace_id(), span.traceparent());
        // Of the highest level, so that its fields stand in every line that is logged.
        let log = tracing::error_span!(
            "item",
            trace_id,
            function,
            cv_id = Empty,
            job_id = Empty,
            prediction_id = Empty
        );
        let mut is_about = |name: &'static str, id: String| {
            log.record(name, id.as_str());
            span.set(name, id);
        };
        match subject {
            Subject::Cv(cv) => is_about("cv_id", cv.to_string()),
            Subject::Job(job) => is_about("job_id", job.to_string()),
            Subject::Matches(prediction, cv, count) => {
                is_about("cv_id", cv.to_string());
                is_about("prediction_id", prediction.to_string());
                span.set("matches", count as i64);
            }
        }
        if let Some(run) = &self.run {
            span.set("host", run.host().as_str());
            run.go_on(hinted, traceparent);
        }
        Item { span, log, began: Instant::now() }
    }

    /// Has hints at `hinted` go on from an item.
    pub(super) fn go_on_from(&self, item: &Item, hinted: Uuid) {
        if let Some(run) = &self.run {
            run.go_on(hinted, item.traceparent());
        }
    }

    /// The trace that a hint at this row goes on with: that of the run's work on it; outside of runs, the caller's.
    pub(super) fn trace_of(&self, hinted: Uuid) -> Option<TraceParent> {
        match &self.run {
            Some(run) => run.trace_of(hinted),
            None => traces::current(),
        }
    }
}
