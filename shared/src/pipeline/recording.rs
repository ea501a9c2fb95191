//! Writes down what functions do: each batch as a run, and what each stage did as counts and a histogram by minute. It is
//! kept in memory for a moment and written by the dozen, so that a thousand batches a second cost a few statements; a run that
//! takes longer than that moment is seen while it goes on.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::json;
use tracing::Instrument;
use tracing::field::Empty;
use uuid::Uuid;

use crate::db::stage::Stage;
use crate::db::stage_minute::Done;
use crate::db::task_run::{RunCounts, RunNow};
use crate::db::{Db, DbError};

use super::{Outcome, Pipeline, PipelineError, StageReport};
use crate::queue::Hint;
use crate::telemetry::TraceParent;
use crate::telemetry::instruments;
use crate::telemetry::traces::{self, Kind, Span};

/// How often what was recorded is written.
const INTERVAL: Duration = Duration::from_millis(500);
/// How often a run that goes on gives a sign of life.
const SIGN_OF_LIFE: Duration = Duration::from_secs(15);
/// Ended runs that are kept while the database cannot be written to; the oldest beyond are let go.
const MOST_KEPT: usize = 20_000;

/// Where a function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunHost {
    /// AWS Lambda.
    Lambda,
    /// Events over HTTP.
    Knative,
    /// A process that polls a queue of its own.
    Polling,
    /// The process that runs everything.
    InProcess,
}

impl RunHost {
    /// The host of what a request has done in the process that answers it.
    pub fn of_this_process() -> Self {
        if std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some() { Self::Lambda } else { Self::InProcess }
    }

    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lambda => "lambda",
            Self::Knative => "knative",
            Self::Polling => "polling",
            Self::InProcess => "in_process",
        }
    }
}

/// What causes a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Messages.
    Queue,
    /// A clock.
    Schedule,
    /// A person.
    Manual,
}

impl Trigger {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Schedule => "schedule",
            Self::Manual => "manual",
        }
    }
}

/// A batch that is being worked on.
pub struct Run {
    /// Its id, and the token of the leases that it takes: a row's history names the run by it.
    pub(super) id: Uuid,
    name: &'static str,
    host: RunHost,
    trigger: Trigger,
    began: Instant,
    failures: Mutex<BTreeMap<String, u32>>,
    /// The trace that it is a part of by itself.
    trace: Option<TraceParent>,
    /// Where each row's trace stands that the run works on, by what messages name it.
    traces: Mutex<HashMap<Uuid, TraceParent>>,
}

struct Ended {
    run: Arc<Run>,
    at: Instant,
    counts: RunCounts,
    error: Option<String>,
}

#[derive(Default)]
struct Recorded {
    /// Runs that go on, each with the time when it was last written, if it was.
    going_on: HashMap<Uuid, (Arc<Run>, Option<Instant>)>,
    ended: Vec<Ended>,
    done: HashMap<String, Done>,
}

/// What was recorded and is not written yet.
#[derive(Default)]
pub(super) struct Recorder {
    recorded: Mutex<Recorded>,
    is_writing: AtomicBool,
}

impl Recorder {
    fn recorded(&self) -> MutexGuard<'_, Recorded> {
        // A panic while it was held leaves at worst a record too few.
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add_done(&self, function: &str, outcome: Outcome, duration: Duration, count: u64) {
        let mut recorded = self.recorded();
        let done = match recorded.done.get_mut(function) {
            Some(done) => done,
            None => recorded.done.entry(function.to_owned()).or_default(),
        };
        match outcome {
            Outcome::Completed => done.succeeded += count,
            Outcome::Failed => done.failed += count,
            Outcome::Retrying => {
                done.failed += count;
                done.retried += count;
            }
            // Another worker has it, and counts it.
            Outcome::Lost => return,
        }
        done.durations.add(duration, count);
    }

    /// Writes what was recorded. What cannot be written stays for the next time.
    async fn write(&self, db: &Db) -> Result<(), DbError> {
        let now = Instant::now();
        let (runs, ended, done) = {
            let mut recorded = self.recorded();
            let mut runs = Vec::new();
            for (run, written) in recorded.going_on.values_mut() {
                if written.is_none_or(|written| now - written >= SIGN_OF_LIFE) {
                    *written = Some(now);
                    runs.push(run.now(now, None, RunCounts::default(), None));
                }
            }
            (runs, std::mem::take(&mut recorded.ended), std::mem::take(&mut recorded.done))
        };
        let mut rows = runs;
        rows.extend(ended.iter().map(|one| one.run.now(now, Some(one.at), one.counts, one.error.clone())));
        if let Err(error) = db.write_runs(&rows).await {
            let mut recorded = self.recorded();
            let newer = std::mem::replace(&mut recorded.ended, ended);
            recorded.ended.extend(newer);
            let surplus = recorded.ended.len().saturating_sub(MOST_KEPT);
            recorded.ended.drain(..surplus);
            for (_, written) in recorded.going_on.values_mut() {
                *written = None;
            }
            self.give_back(&mut recorded, done);
            return Err(error);
        }
        let done: Vec<(String, Done)> = done.into_iter().collect();
        if let Err(error) = db.add_done(&done).await {
            self.give_back(&mut self.recorded(), done);
            return Err(error);
        }
        Ok(())
    }

    async fn try_to_write(&self, db: &Db) {
        if let Err(error) = self.write(db).await {
            tracing::warn!(%error, "what was recorded of runs could not be written; it is tried again");
        }
    }

    fn give_back(&self, recorded: &mut Recorded, done: impl IntoIterator<Item = (String, Done)>) {
        for (function, done) in done {
            recorded.done.entry(function).or_default().merge(&done);
        }
    }
}

impl Run {
    fn now(&self, now: Instant, ended: Option<Instant>, counts: RunCounts, error: Option<String>) -> RunNow {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        RunNow {
            id: self.id,
            name: self.name,
            host: self.host.as_str(),
            trigger: self.trigger.as_str(),
            trace_id: self.only_trace(),
            began: now - self.began,
            ended: ended.map(|ended| now.saturating_duration_since(ended)),
            counts,
            error_kinds: json!(*failures),
            error,
        }
    }

    pub(super) fn host(&self) -> RunHost {
        self.host
    }

    fn traces(&self) -> MutexGuard<'_, HashMap<Uuid, TraceParent>> {
        self.traces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn trace_of(&self, hinted: Uuid) -> Option<TraceParent> {
        self.traces().get(&hinted).copied()
    }

    /// What comes of this row from now on goes on from there.
    pub(super) fn go_on(&self, hinted: Uuid, from: TraceParent) {
        self.traces().insert(hinted, from);
    }

    /// The trace of all that the run worked on, where it is one.
    fn only_trace(&self) -> Option<String> {
        let traces = self.traces();
        let mut all = self.trace.iter().chain(traces.values());
        let first = all.next()?;
        all.all(|other| other.is_of_trace(first)).then(|| first.trace_id())
    }

    fn note_failure(&self, reason: &str) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        *failures.entry(reason.to_owned()).or_default() += 1;
    }
}

/// Sees to it that a run is written down as ended, also where its work panics or is dropped.
struct Ending {
    pipeline: Pipeline,
    run: Arc<Run>,
    counts: RunCounts,
    error: Option<String>,
}

impl Drop for Ending {
    fn drop(&mut self) {
        let mut recorded = self.pipeline.recorder.recorded();
        recorded.going_on.remove(&self.run.id);
        recorded.ended.push(Ended {
            run: self.run.clone(),
            at: Instant::now(),
            counts: self.counts,
            error: self.error.take(),
        });
    }
}

/// The share of one of `count` items that were worked on together in the time that all of them took.
pub(super) fn share(took: Duration, count: usize) -> Duration {
    took / u32::try_from(count.max(1)).unwrap_or(u32::MAX)
}

impl Pipeline {
    /// Does `work` as a run that is written down: with the pipeline that it is given, its leases are the run's, and what fails
    /// is counted with the run.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn recorded<Report, Work>(
        &self,
        name: &'static str,
        host: RunHost,
        trigger: Trigger,
        work: impl FnOnce(Self) -> Work,
    ) -> Result<Report, PipelineError>
    where
        Report: Copy + Into<RunCounts>,
        Work: Future<Output = Result<Report, PipelineError>>,
    {
        self.recorded_as(Uuid::now_v7(), name, host, trigger, work).await
    }

    /// The same as a run that has an id already.
    pub(super) async fn recorded_as<Report, Work>(
        &self,
        id: Uuid,
        name: &'static str,
        host: RunHost,
        trigger: Trigger,
        work: impl FnOnce(Self) -> Work,
    ) -> Result<Report, PipelineError>
    where
        Report: Copy + Into<RunCounts>,
        Work: Future<Output = Result<Report, PipelineError>>,
    {
        self.keep_writing();
        // What messages name has traces of its own.
        let mut span = (trigger != Trigger::Queue).then(|| {
            let mut span = Span::begin(name, Kind::Internal, traces::current());
            span.set("function", name);
            span.set("host", host.as_str());
            span
        });
        let trace = span.as_ref().map(Span::traceparent);
        let log = tracing::error_span!("run", function = name, run_id = %id, trace_id = Empty);
        if let Some(trace) = trace {
            log.record("trace_id", trace.trace_id());
        }
        let run = Arc::new(Run {
            id,
            name,
            host,
            trigger,
            began: Instant::now(),
            failures: Mutex::default(),
            trace,
            traces: Mutex::default(),
        });
        self.recorder.recorded().going_on.insert(id, (run.clone(), None));
        let mut ending = Ending {
            pipeline: self.clone(),
            run: run.clone(),
            counts: RunCounts::default(),
            error: Some("broken off: it panicked, or its time was over".to_owned()),
        };
        let pipeline = Self { run: Some(run), ..self.clone() };
        let working = async { work(pipeline).await }.instrument(log);
        let outcome = match trace {
            Some(trace) => traces::within(trace, working).await,
            None => working.await,
        };
        if let (Some(span), Err(_)) = (&mut span, &outcome) {
            span.fail("the run broke off");
        }
        ending.error = outcome.as_ref().err().map(ToString::to_string);
        if let Ok(report) = &outcome {
            ending.counts = (*report).into();
        }
        instruments::batch(name, host.as_str(), ending.run.began.elapsed().as_secs_f64());
        outcome
    }

    /// Has the work on what messages named go on with their traces. To be called within the run.
    pub fn continue_traces(&self, hints: &[Hint]) {
        let Some(run) = &self.run else { return };
        for hint in hints {
            if let Some(from) = hint.traceparent {
                run.go_on(hint.id, from);
            }
        }
        if let Some(trace_id) = run.only_trace() {
            tracing::Span::current().record("trace_id", trace_id);
        }
    }

    /// Counts an item of a stage that ended so, in the batch's report and in the stage's sums.
    pub(super) fn count(&self, report: &mut StageReport, stage: Stage, outcome: Outcome, took: Duration) {
        report.count(outcome);
        self.note_items(stage.function(), outcome, took, 1);
    }

    /// Counts items of a stage that ended so, and how long each took.
    pub(super) fn note_items(&self, function: &'static str, outcome: Outcome, took: Duration, count: usize) {
        instruments::items(function, outcome, count);
        if count > 0 && outcome != Outcome::Lost {
            instruments::item_duration(function, took.as_secs_f64());
            self.recorder.add_done(function, outcome, took, count as u64);
        }
    }

    /// Counts a request that was answered, and how long that took.
    pub fn note_request(&self, route: &str, failed: bool, took: Duration) {
        self.keep_writing();
        let outcome = if failed { Outcome::Failed } else { Outcome::Completed };
        self.recorder.add_done(route, outcome, took, 1);
    }

    pub(super) fn note_failure(&self, reason: &str) {
        if let Some(run) = &self.run {
            run.note_failure(reason);
        }
    }

    /// Writes what was recorded now: before a process ends, or is frozen.
    pub async fn write_records(&self) {
        self.recorder.try_to_write(&self.db).await;
    }

    /// Has what is recorded written from time to time, as long as this pipeline is there.
    fn keep_writing(&self) {
        if self.recorder.is_writing.swap(true, Ordering::Relaxed) {
            return;
        }
        let (recorder, db) = (Arc::downgrade(&self.recorder), self.db.clone());
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(INTERVAL);
            interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                interval.tick().await;
                let Some(recorder) = recorder.upgrade() else { return };
                recorder.try_to_write(&db).await;
            }
        });
    }
}

impl From<StageReport> for RunCounts {
    fn from(report: StageReport) -> Self {
        let number = |count: usize| i32::try_from(count).unwrap_or(i32::MAX);
        Self {
            items: number(report.claimed),
            succeeded: number(report.completed),
            failed: number(report.failed),
            retried: number(report.retried),
        }
    }
}
