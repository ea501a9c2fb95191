//! Where the instruments' numbers go: on Lambda into the log as CloudWatch's embedded metric format (EMF), one line for each
//! set of labels at the end of each call; everywhere else they are kept until Prometheus asks for [`own`].

use std::env;
use std::io;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use metrics::{Recorder, Unit, gauge, with_local_recorder};
use metrics_cloudwatch_embedded::Collector;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use super::instruments::{ALL, Instrument, Kind, Scope};

/// Which program it is that gives the numbers.
pub(super) const BUILD_INFO: Instrument = Instrument {
    name: "cv_matching_build_info",
    kind: Kind::Gauge,
    scope: Scope::Process,
    unit: Unit::Count,
    labels: &["version"],
    help: "1, with the version of the program",
};

/// The upper bounds of the histograms' buckets, in seconds: from what a cache answers to what a schedule's run takes, with
/// the design's targets (50 ms, 500 ms) and the limit of the alerts (5 s) among them.
pub const BUCKETS: [f64; 14] =
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0];

/// The content type of Prometheus' text.
pub const PROMETHEUS_TEXT: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The namespace of the metrics in CloudWatch.
const NAMESPACE: &str = "cv-matching";
/// Samples that a histogram of EMF keeps between two lines; what is more is lost.
const MOST_SAMPLES: usize = 100;
/// How often samples are sorted into their buckets where nobody asks for them.
const SORTED_EVERY: Duration = Duration::from_secs(5);

enum Exporter {
    Prometheus(PrometheusHandle),
    Emf(&'static Collector),
}

static EXPORTER: OnceLock<Exporter> = OnceLock::new();
static SAMPLES: AtomicUsize = AtomicUsize::new(0);

fn prometheus() -> PrometheusBuilder {
    let builder = PrometheusBuilder::new();
    // It refuses an empty list only: a histogram without buckets would become a summary, which cannot be added up.
    match builder.set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS) {
        Ok(builder) => builder,
        Err(error) => {
            tracing::error!(%error, "histograms have no buckets");
            PrometheusBuilder::new()
        }
    }
}

fn describe(scope: Scope) {
    for Instrument { name, kind, unit, help, .. } in ALL.into_iter().filter(|one| one.scope == scope) {
        match kind {
            Kind::Counter => metrics::describe_counter!(name, unit, help),
            Kind::Gauge => metrics::describe_gauge!(name, unit, help),
            Kind::Histogram => metrics::describe_histogram!(name, unit, help),
        }
    }
}

/// Starts keeping the process's numbers. Only the first call does something; without one, nothing is kept.
pub(super) fn start() {
    if EXPORTER.get().is_some() {
        return;
    }
    let started =
        if env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() { start_emf() } else { start_prometheus() };
    match started {
        Ok(exporter) => {
            let _ = EXPORTER.set(exporter);
            describe(Scope::Process);
            if !is_on_lambda() {
                gauge!(BUILD_INFO.name, "version" => env!("CARGO_PKG_VERSION")).set(1.0);
            }
        }
        Err(reason) => tracing::error!(reason, "there are no metrics"),
    }
}

fn start_emf() -> Result<Exporter, String> {
    let collector = metrics_cloudwatch_embedded::Builder::new().cloudwatch_namespace(NAMESPACE).init();
    collector.map(Exporter::Emf).map_err(|error| error.to_string())
}

fn start_prometheus() -> Result<Exporter, String> {
    let handle = prometheus().install_recorder().map_err(|error| error.to_string())?;
    let one = handle.clone();
    // Samples lie in a list until they are sorted: it must not grow where nobody scrapes.
    std::thread::Builder::new()
        .name("telemetry".to_owned())
        .spawn(move || {
            loop {
                std::thread::sleep(SORTED_EVERY);
                one.run_upkeep();
            }
        })
        .map_err(|error| error.to_string())?;
    Ok(Exporter::Prometheus(handle))
}

/// Whether this process is a Lambda function's.
pub(super) fn is_on_lambda() -> bool {
    matches!(EXPORTER.get(), Some(Exporter::Emf(_)))
}

/// The process's own numbers as Prometheus' text; none on Lambda, where nobody can ask one process.
pub fn own() -> Option<String> {
    match EXPORTER.get()? {
        Exporter::Prometheus(handle) => Some(handle.render()),
        Exporter::Emf(_) => None,
    }
}

/// The whole system's numbers as Prometheus' text: those that `read` sets, and no others, so that what cannot be read now is
/// absent and not what it was.
pub fn of_system(read: impl FnOnce()) -> String {
    let recorder = prometheus().build_recorder();
    with_local_recorder(&recorder as &dyn Recorder, || {
        describe(Scope::System);
        read();
    });
    recorder.handle().render()
}

/// Writes what a Lambda function's call counted into the log. Does nothing elsewhere. To be called at the end of each call:
/// the environment may be frozen right after it.
pub fn flush() {
    let Some(Exporter::Emf(collector)) = EXPORTER.get() else { return };
    SAMPLES.store(0, Ordering::Relaxed);
    // To a buffer first, so that no line of the log comes between the halves of another.
    let mut lines = Vec::new();
    let written =
        collector.flush(&mut lines).and_then(|()| io::Write::write_all(&mut io::stderr().lock(), &lines));
    if let Err(error) = written {
        tracing::error!(%error, "metrics could not be written");
    }
}

/// Makes room for a sample of a histogram.
pub(super) fn make_room() {
    if is_on_lambda() && SAMPLES.fetch_add(1, Ordering::Relaxed) + 1 >= MOST_SAMPLES {
        flush();
    }
}
