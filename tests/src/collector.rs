//! The receiving end of OTLP over HTTP: takes spans as a collector does, and shows them to a test.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use prost::Message;
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::PATIENCE;

/// A span as it arrived. Ids are hexadecimal.
#[derive(Clone, Debug)]
pub struct Span {
    /// The `service.name` of who sent it.
    pub service: String,
    /// Its name.
    pub name: String,
    /// Its trace.
    pub trace: String,
    /// Its id.
    pub id: String,
    /// The span that it is below; empty where there is none.
    pub parent: String,
    /// Its attributes.
    pub attributes: BTreeMap<String, String>,
}

impl Span {
    /// An attribute; empty where it has none of the name.
    pub fn attribute(&self, name: &str) -> &str {
        self.attributes.get(name).map(String::as_str).unwrap_or_default()
    }
}

#[derive(Default)]
struct Received {
    spans: Mutex<Vec<Span>>,
    arrived: Notify,
}

/// A collector.
pub struct Collector {
    /// What `OTEL_EXPORTER_OTLP_ENDPOINT` is to be.
    pub endpoint: String,
    received: Arc<Received>,
}

impl Collector {
    /// Starts one on a free port.
    pub async fn start() -> Self {
        Self::start_on(TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free"))
    }

    /// Starts one on this port.
    pub fn start_on(listener: TcpListener) -> Self {
        let endpoint = format!("http://{}", listener.local_addr().expect("it has an address"));
        let received = Arc::new(Received::default());
        let router = Router::new().route("/v1/traces", post(take)).with_state(received.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { endpoint, received }
    }

    /// What has arrived so far.
    pub fn spans(&self) -> Vec<Span> {
        self.received.spans.lock().expect("no panic").clone()
    }

    /// What has arrived, once `done` says that all of it has.
    pub async fn spans_when(&self, done: impl Fn(&[Span]) -> bool) -> Vec<Span> {
        let wait = async {
            loop {
                let arrived = self.received.arrived.notified();
                let spans = self.spans();
                if done(&spans) {
                    return spans;
                }
                arrived.await;
            }
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(spans) => spans,
            Err(_) => panic!("not all spans arrived: {:#?}", self.spans()),
        }
    }
}

async fn take(State(received): State<Arc<Received>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let is_protobuf = headers.get("content-type").is_some_and(|kind| kind == "application/x-protobuf");
    let Ok(request) = ExportTraceServiceRequest::decode(body) else { return StatusCode::BAD_REQUEST };
    if !is_protobuf {
        return StatusCode::UNSUPPORTED_MEDIA_TYPE;
    }
    let mut spans = received.spans.lock().expect("no panic");
    for resource in request.resource_spans {
        let of_resource = attributes(&resource.resource.unwrap_or_default().attributes);
        for span in resource.scope_spans.into_iter().flat_map(|scope| scope.spans) {
            spans.push(Span {
                service: of_resource.get("service.name").cloned().unwrap_or_default(),
                name: span.name,
                trace: hexadecimal(&span.trace_id),
                id: hexadecimal(&span.span_id),
                parent: hexadecimal(&span.parent_span_id),
                attributes: attributes(&span.attributes),
            });
        }
    }
    received.arrived.notify_waiters();
    StatusCode::OK
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn attributes(all: &[KeyValue]) -> BTreeMap<String, String> {
    let text = |one: &KeyValue| match one.value.as_ref().and_then(|value| value.value.as_ref()) {
        Some(any_value::Value::StringValue(text)) => text.clone(),
        Some(any_value::Value::IntValue(number)) => number.to_string(),
        other => format!("{other:?}"),
    };
    all.iter().map(|one| (one.key.clone(), text(one))).collect()
}
