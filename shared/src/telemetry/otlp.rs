//! Sends spans to a collector, by OTLP over HTTP, from a thread of its own. Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` (or
//! `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`) is set; the other variables of the OpenTelemetry specification are heeded too. A
//! collector that is away costs nothing but its spans.

use std::env;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{SpanExporter, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::{Builder, Runtime};

const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
const TIMEOUTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
const TIMEOUT: Duration = Duration::from_secs(10);

/// Whether the collector failed the last time.
static IS_AWAY: AtomicBool = AtomicBool::new(false);

pub(super) fn is_away() -> bool {
    IS_AWAY.load(Ordering::Relaxed)
}

fn variable(names: [&str; 2]) -> Option<String> {
    names.into_iter().find_map(|name| env::var(name).ok().filter(|text| !text.trim().is_empty()))
}

/// What makes spans, and whether they are sent anywhere.
pub(super) fn provider() -> (SdkTracerProvider, bool) {
    let unsent = || (SdkTracerProvider::builder().build(), false);
    let is_disabled =
        env::var("OTEL_SDK_DISABLED").is_ok_and(|text| text.trim().eq_ignore_ascii_case("true"));
    if is_disabled || variable(ENDPOINTS).is_none() {
        return unsent();
    }
    match exporter() {
        Ok(exporter) => {
            let provider =
                SdkTracerProvider::builder().with_resource(resource()).with_batch_exporter(exporter);
            (provider.build(), true)
        }
        Err(reason) => {
            tracing::error!(reason, "spans cannot be sent");
            unsent()
        }
    }
}

fn exporter() -> Result<SpanExporter, String> {
    let client = Client::new().map_err(|error| error.to_string())?;
    SpanExporter::builder().with_http().with_http_client(client).build().map_err(|error| error.to_string())
}

fn resource() -> Resource {
    let is_named = env::var("OTEL_SERVICE_NAME").is_ok_and(|name| !name.is_empty())
        || env::var("OTEL_RESOURCE_ATTRIBUTES").is_ok_and(|all| all.contains("service.name="));
    let resource = Resource::builder()
        .with_attribute(opentelemetry::KeyValue::new("service.version", env!("CARGO_PKG_VERSION")));
    if is_named { resource.build() } else { resource.with_service_name("cv-matching").build() }
}

/// The project's HTTP client, for a thread that is in no runtime.
#[derive(Debug)]
struct Client {
    client: reqwest::Client,
    runtime: Runtime,
}

impl Client {
    fn new() -> Result<Self, HttpError> {
        crate::tls::use_ring();
        let timeout = variable(TIMEOUTS).and_then(|text| text.trim().parse().ok());
        let client = reqwest::Client::builder()
            .timeout(timeout.map_or(TIMEOUT, Duration::from_millis))
            .redirect(reqwest::redirect::Policy::none())
            // Between two batches nobody would see that the other side closes it.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self { client, runtime: Builder::new_current_thread().enable_all().build()? })
    }

    async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let response = self.client.execute(request.try_into()?).await?;
        let mut answer = Response::builder().status(response.status());
        if let Some(headers) = answer.headers_mut() {
            *headers = response.headers().clone();
        }
        Ok(answer.body(response.bytes().await?)?)
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        // The exporter's thread waits for this and does nothing else.
        let sent = self.runtime.block_on(self.send(request));
        let is_away = !sent.as_ref().is_ok_and(|response| response.status().is_success());
        if IS_AWAY.swap(is_away, Ordering::Relaxed) != is_away {
            if is_away {
                let status = sent.as_ref().ok().map(|response| response.status().as_u16());
                tracing::warn!(status, "the collector of traces does not take spans; they are lost");
            } else {
                tracing::info!("the collector of traces takes spans again");
            }
        }
        sent
    }
}
