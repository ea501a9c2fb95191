//! Logging: JSON lines for machines, text for a terminal. What is logged is ids, counts and durations, never a name, an
//! address, a token or the text of a CV. And metrics: [`instruments`] are the numbers, [`exporting`] hands them out.

pub mod exporting;
pub mod instruments;

use std::env;
use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::FmtSpan;

/// Starts logging to standard error, by `LOG` and `LOG_FORMAT`, and keeping metrics. Call it once, first.
pub fn init() {
    start_logging();
    exporting::start();
}

fn start_logging() {
    let filter = env::var("LOG").unwrap_or_else(|_| "info".to_owned());
    // The table reader of Postgres' protocol and the HTTP stacks say too much at `info`.
    let filter = EnvFilter::try_new(format!(
        "{filter},refinery_core=warn,tokio_postgres=warn,hyper=warn,aws_config=warn"
    ))
    .unwrap_or_else(|_| EnvFilter::new("info"));
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
        subscriber.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    };
}
