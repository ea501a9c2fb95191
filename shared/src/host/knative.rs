//! Takes CloudEvents 1.0 over HTTP, in binary and in structured mode: what Knative's sources send to stages and tasks. An
//! answer of 2xx means done; 5xx has the event sent again; 4xx does not, and hands it to the dead letters where there are any.

use super::{Work, probing};
use crate::pipeline::{Pipeline, RunHost};
use crate::queue::{Hint, Message};
use crate::telemetry::{TraceParent, panics, traces};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;

/// How releases of Knative name the events of messages in SQS: the first of IntegrationSource, its successors.
const SQS_TYPES: [&str; 3] =
    ["dev.knative.connector.event.aws-sqs", "dev.knative.eventing.aws.sqs", "dev.knative.eventing.aws-sqs"];
/// How PingSource names its events.
const PING_TYPE: &str = "dev.knative.sources.ping";

/// What is wrong with an event.
#[derive(Debug, thiserror::Error)]
enum EventError {
    #[error("this is no CloudEvent 1.0: {0}")]
    NoEvent(&'static str),
    #[error("an event of type \"{0}\" is not what this function takes")]
    Type(String),
    #[error("the event's data is no message that this version reads")]
    Data,
}

struct Event {
    kind: String,
    data: Vec<u8>,
    /// The extension `traceparent`, or the header of the request that brought the event.
    traceparent: Option<TraceParent>,
}

#[derive(Deserialize)]
struct Structured {
    specversion: String,
    id: String,
    source: String,
    #[serde(rename = "type")]
    kind: String,
    data: Option<Value>,
    data_base64: Option<String>,
    #[serde(default, deserialize_with = "TraceParent::lenient")]
    traceparent: Option<TraceParent>,
}

impl Event {
    fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, EventError> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let of_request = text(traces::HEADER).parse().ok();
        if text(header::CONTENT_TYPE.as_str()).starts_with("application/cloudevents+json") {
            let event: Structured = serde_json::from_slice(body)
                .map_err(|_| EventError::NoEvent("the body is no event in JSON"))?;
            let data = match (event.data, event.data_base64) {
                (Some(data), _) => data.to_string().into_bytes(),
                (None, Some(data)) => BASE64_STANDARD
                    .decode(data)
                    .map_err(|_| EventError::NoEvent("data_base64 is not base64"))?,
                (None, None) => Vec::new(),
            };
            check(&event.specversion, &event.id, &event.source, &event.kind)?;
            return Ok(Self { kind: event.kind, data, traceparent: event.traceparent.or(of_request) });
        }
        let kind = text("ce-type");
        check(text("ce-specversion"), text("ce-id"), text("ce-source"), kind)?;
        let traceparent = text("ce-traceparent").parse().ok().or(of_request);
        Ok(Self { kind: kind.to_owned(), data: body.to_vec(), traceparent })
    }

    /// The hint that the event's data are; none where there is nothing to do.
    fn hint(&self) -> Result<Option<Hint>, EventError> {
        let text = String::from_utf8_lossy(&self.data);
        // Some releases hand on the message's text as it is, some as a string in JSON.
        let inner: Option<String> = serde_json::from_str(&text).ok();
        match Message::read(inner.as_deref().unwrap_or(&text)) {
            Message::Hint(hint) => Ok(Some(hint.within(hint.traceparent.or(self.traceparent)))),
            Message::Nothing => Ok(None),
            Message::Unreadable => Err(EventError::Data),
        }
    }
}

fn check(version: &str, id: &str, source: &str, kind: &str) -> Result<(), EventError> {
    if version != "1.0" {
        return Err(EventError::NoEvent("specversion must be 1.0"));
    }
    if id.is_empty() || source.is_empty() || kind.is_empty() {
        return Err(EventError::NoEvent("id, source and type must be there"));
    }
    Ok(())
}

/// The route that events are sent to.
pub(super) fn router(pipeline: Pipeline, work: Work) -> Router {
    Router::new().route("/", post(receive)).with_state((pipeline, work))
}

async fn receive(
    State((pipeline, work)): State<(Pipeline, Work)>,
    headers: HeaderMap,
    body: Bytes,
) -> (StatusCode, String) {
    let hint = match Event::read(&headers, &body).and_then(|event| accepted(&event, work)) {
        Ok(hint) => hint,
        Err(error) => {
            tracing::error!(%error, "an event was refused");
            return (StatusCode::BAD_REQUEST, error.to_string());
        }
    };
    let mut hints: Vec<Hint> = Vec::new();
    if let Some(hint) = hint
        && !probing::answered(&pipeline, RunHost::Knative, work.name(), &hint).await
    {
        hints.push(hint);
    }
    if hints.is_empty() && matches!(work, Work::Messages(_)) {
        return (StatusCode::NO_CONTENT, String::new());
    }
    // In a task of its own, so that a panic fails the event and not the connection.
    match tokio::spawn(work.on(pipeline, RunHost::Knative, hints)).await {
        Ok(Ok(_)) => (StatusCode::NO_CONTENT, String::new()),
        Ok(Err(error)) => {
            tracing::error!(%error, "an event was not worked on; it comes again");
            (StatusCode::SERVICE_UNAVAILABLE, "not now".to_owned())
        }
        Err(error) => {
            tracing::error!(error = panics::of_task(error), "an event was not worked on; it comes again");
            (StatusCode::INTERNAL_SERVER_ERROR, "not worked on".to_owned())
        }
    }
}

fn accepted(event: &Event, work: Work) -> Result<Option<Hint>, EventError> {
    let from_queue = SQS_TYPES.contains(&event.kind.as_str());
    match work {
        Work::Messages(_) if from_queue => event.hint(),
        // What a clock, or a rule's message in a queue, says besides does not matter.
        Work::Task(..) if from_queue || event.kind == PING_TYPE => Ok(None),
        _ => Err(EventError::Type(event.kind.clone())),
    }
}
