//! Logging: JSON lines for machines, text for a terminal. What is logged is ids, counts and durations, never a name, an
//! address, a token or the text of a CV. Metrics: [`instruments`] are the numbers, [`exporting`] hands them out. And
//! [`traces`].

pub mod exporting;
pub mod instruments;
mod json_lines;
mod otlp;
pub mod panics;
mod trace_parent;
pub mod traces;

use std::env;
use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{FmtSpan, JsonFields};

pub use trace_parent::{NoTraceParent, TraceParent};

use json_lines::JsonLines;

/// The crates of this project, as the log's targets name them.
const OUR_CRATES: [&str; 3] = ["shared", "functions", "cv_matching"];
/// Libraries that say too much at `info`: the table reader of Postgres' protocol, and the HTTP stacks.
const QUIET: &str = "refinery_core=warn,tokio_postgres=warn,hyper=warn,aws_config=warn";

/// Starts logging to standard error, by `LOG` and `LOG_FORMAT`, keeping metrics, and sending traces where a collector is set.
/// Call it once, first.
pub fn init() {
    start_logging();
    panics::log();
    exporting::start();
    traces::start();
}

/// To be called at the end of each call of a Lambda function: the environment may be frozen right after it. Does nothing
/// elsewhere.
pub async fn end_call() {
    exporting::flush();
    if exporting::is_on_lambda() {
        traces::flush().await;
    }
}

/// To be called at the end of a process that was told to stop.
pub async fn stop() {
    // It waits on a thread, for a second at most.
    let _ = tokio::task::spawn_blocking(traces::stop).await;
}

/// What `LOG` says. A level by itself is that of this project: at `debug` and below, libraries write what they send and receive.
fn filter(log: &str) -> String {
    match log.trim().to_ascii_lowercase().as_str() {
        level @ ("debug" | "trace") => {
            let ours = OUR_CRATES.map(|name| format!("{name}={level}")).join(",");
            format!("info,{ours},{QUIET}")
        }
        _ => format!("{log},{QUIET}"),
    }
}

fn start_logging() {
    let log = env::var("LOG").unwrap_or_else(|_| "info".to_owned());
    let filter = EnvFilter::try_new(filter(&log)).unwrap_or_else(|_| EnvFilter::new("info"));
    let text = match env::var("LOG_FORMAT").as_deref() {
        Ok("text") => true,
        Ok("json") => false,
        _ => io::stderr().is_terminal(),
    };
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_span_events(FmtSpan::NONE);
    // A second call (in tests) finds a subscriber in place: that one stays.
    let _ = if text {
        subscriber.with_target(false).try_init()
    } else {
        subscriber.fmt_fields(JsonFields::new()).event_format(JsonLines).try_init()
    };
}
