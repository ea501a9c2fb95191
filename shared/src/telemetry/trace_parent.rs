//! Where a piece of work stands in its trace, as it travels between processes: the `traceparent` of W3C Trace Context, in the
//! headers of requests and events and in the messages of queues. Its companion `tracestate` is not handed on.

use std::fmt;
use std::str::FromStr;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A span of a trace, as those see it that go on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceParent {
    trace: TraceId,
    span: SpanId,
    flags: TraceFlags,
}

/// It is no `traceparent`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no traceparent as W3C Trace Context has it")]
pub struct NoTraceParent;

impl TraceParent {
    /// A new trace that is not kept.
    pub(super) fn unsampled() -> Self {
        let id = uuid::Uuid::new_v4().into_bytes();
        let span = [id[0], id[1], id[2], id[3], id[4], id[5], id[9], 1];
        Self {
            trace: TraceId::from_bytes(id),
            span: SpanId::from_bytes(span),
            flags: TraceFlags::NOT_SAMPLED,
        }
    }

    /// The trace, in 32 hexadecimal digits.
    pub fn trace_id(&self) -> String {
        self.trace.to_string()
    }

    /// Whether both are of the same trace.
    pub fn is_of_trace(&self, other: &Self) -> bool {
        self.trace == other.trace
    }

    /// The field of a message, where one that cannot be read is none: a trace is no reason to leave work undone.
    ///
    /// # Errors
    /// The field is no JSON.
    pub fn lenient<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(value.as_str().and_then(|text| text.parse().ok()))
    }

    pub(super) fn remote(self) -> SpanContext {
        SpanContext::new(self.trace, self.span, self.flags, true, TraceState::default())
    }
}

impl From<&SpanContext> for TraceParent {
    fn from(context: &SpanContext) -> Self {
        Self { trace: context.trace_id(), span: context.span_id(), flags: context.trace_flags() }
    }
}

impl fmt::Display for TraceParent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Of the flags only that of sampling is ours to hand on.
        write!(formatter, "00-{}-{}-{:02x}", self.trace, self.span, u8::from(self.flags.is_sampled()))
    }
}

impl FromStr for TraceParent {
    type Err = NoTraceParent;

    fn from_str(text: &str) -> Result<Self, NoTraceParent> {
        let text = text.trim();
        let is_hex = |part: &str| part.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        let mut parts = text.split('-');
        let mut next = |length: usize| {
            parts.next().filter(|part| part.len() == length && is_hex(part)).ok_or(NoTraceParent)
        };
        let (version, trace, span, flags) = (next(2)?, next(32)?, next(16)?, next(2)?);
        // Later versions may have more behind it; this one has not.
        if version == "ff" || (version == "00" && text.len() != 55) {
            return Err(NoTraceParent);
        }
        let trace = TraceId::from_hex(trace).map_err(|_| NoTraceParent)?;
        let span = SpanId::from_hex(span).map_err(|_| NoTraceParent)?;
        if trace == TraceId::INVALID || span == SpanId::INVALID {
            return Err(NoTraceParent);
        }
        let flags = u8::from_str_radix(flags, 16).map_err(|_| NoTraceParent)?;
        Ok(Self { trace, span, flags: TraceFlags::new(flags) })
    }
}

impl Serialize for TraceParent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    #[test]
    fn a_traceparent_is_read_and_written_as_it_was() {
        let one: TraceParent = GOOD.parse().unwrap();
        assert_eq!(one.to_string(), GOOD);
        assert_eq!(one.trace_id(), "4bf92f3577b34da6a3ce929d0e0e4736");
        let unsampled = GOOD.replace("-01", "-00");
        assert_eq!(unsampled.parse::<TraceParent>().unwrap().to_string(), unsampled);
    }

    #[test]
    fn a_later_version_may_say_more_and_this_one_may_not() {
        assert!(GOOD.replacen("00", "cc", 1).parse::<TraceParent>().is_ok());
        assert!(format!("{}-more", GOOD.replacen("00", "cc", 1)).parse::<TraceParent>().is_ok());
        assert!(format!("{GOOD}-more").parse::<TraceParent>().is_err());
    }

    #[test]
    fn what_is_no_traceparent_is_refused() {
        for text in [
            "",
            "00",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
            "00-anna@example.org00000000000000é-00f067aa0ba902b7-01",
        ] {
            assert_eq!(text.parse::<TraceParent>(), Err(NoTraceParent), "{text}");
        }
    }
}
