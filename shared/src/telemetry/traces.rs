//! Traces: one upload is one trace, from the request through every stage to the explanation. [`Span`] is one piece of work in
//! it. Where each stands travels as a [`TraceParent`] in requests, events and messages, and within a process with the work
//! itself ([`within`], [`current`]). Spans leave the process only where a collector is set (`OTEL_EXPORTER_OTLP_ENDPOINT`); ids
//! are there in any case, for the log and the record of runs.

use std::sync::LazyLock;
use std::time::Duration;

use opentelemetry::trace::{Span as _, SpanKind, Status, TraceContextExt, Tracer, TracerProvider};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use super::otlp;
use super::trace_parent::TraceParent;

/// How long the end of a process or of a Lambda function's call waits for the collector.
const PATIENCE: Duration = Duration::from_secs(1);

/// The header of requests and events.
pub const HEADER: &str = "traceparent";

struct Traces {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    is_exported: bool,
}

static TRACES: LazyLock<Traces> = LazyLock::new(|| {
    let (provider, is_exported) = otlp::provider();
    Traces { tracer: provider.tracer("cv-matching"), provider, is_exported }
});

tokio::task_local! {
    static CURRENT: TraceParent;
}

/// What a span is to those before and behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It answers a request.
    Request,
    /// It works on what a message hinted at.
    Message,
    /// It runs by itself, or as a part of another.
    Internal,
}

/// A piece of work that goes on. It ends when it is dropped.
pub struct Span {
    span: opentelemetry_sdk::trace::Span,
}

impl Span {
    /// Begins one below `parent`; without, it begins a trace.
    pub fn begin(
        name: impl Into<std::borrow::Cow<'static, str>>,
        kind: Kind,
        parent: Option<TraceParent>,
    ) -> Self {
        let kind = match kind {
            Kind::Request => SpanKind::Server,
            Kind::Message => SpanKind::Consumer,
            Kind::Internal => SpanKind::Internal,
        };
        let before = match parent {
            Some(parent) => Context::new().with_remote_span_context(parent.remote()),
            None => Context::new(),
        };
        let tracer = &TRACES.tracer;
        Self { span: tracer.span_builder(name).with_kind(kind).start_with_context(tracer, &before) }
    }

    /// One that goes nowhere, of a trace that nobody asked for: a probe's.
    pub fn unrecorded() -> Self {
        let unsampled = TraceParent::unsampled();
        Self::begin("unrecorded", Kind::Internal, Some(unsampled))
    }

    /// Where those go on that come after it.
    pub fn traceparent(&self) -> TraceParent {
        self.span.span_context().into()
    }

    /// Says something of it. No name, address or text of a person may be in it.
    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        self.span.set_attribute(KeyValue::new(key, value));
    }

    /// Says that it failed.
    pub fn fail(&mut self, reason: &'static str) {
        self.span.set_status(Status::error(reason));
    }
}

/// The work with everything that it sends on as a part of the trace.
pub async fn within<T>(trace: TraceParent, work: impl Future<Output = T>) -> T {
    CURRENT.scope(trace, work).await
}

/// Where the work that is going on stands in its trace, if it is in one.
pub fn current() -> Option<TraceParent> {
    CURRENT.try_with(|trace| *trace).ok()
}

/// Makes what traces need, so that a wrong setting is told of at the start.
pub(super) fn start() {
    LazyLock::force(&TRACES);
}

/// Sends what has ended to the collector, if there is one and it answered the last time. Waits a second for it at most.
pub(super) async fn flush() {
    if !TRACES.is_exported || otlp::is_away() {
        return;
    }
    let sent = tokio::task::spawn_blocking(|| TRACES.provider.force_flush());
    // In vain or not: what could not be sent is lost, and nothing else.
    let _ = tokio::time::timeout(PATIENCE, sent).await;
}

/// Sends what has ended, and ends the sending: before the process does.
pub(super) fn stop() {
    if TRACES.is_exported {
        let _ = TRACES.provider.shutdown_with_timeout(PATIENCE);
    }
}
