//! How fast it is: what each stage and route did in the last hour, day or week, how long that took, and what waits, held against
//! what the replaced system promised and what this one does. Percentiles come from histograms, which add up over processes and
//! minutes; averages would hide what matters.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Pipeline;
use crate::db::DbError;
use crate::db::performance::Pace;
use crate::db::stage::Stage;
use crate::db::stage_minute::{Done, DoneRow};
use crate::db::system::StageBacklog;
use crate::domain::Task;
use crate::durations::Histogram;

/// The name under which the searches by vector are counted, each with the time for one CV.
pub(super) const SEARCH: &str = "vector-search";
/// Within this a backlog is to be cleared when it is said how many workers that takes.
const CLEARED_WITHIN_SECONDS: f64 = 600.0;

/// The time that is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Window {
    /// The last hour.
    #[default]
    #[serde(rename = "1h")]
    Hour,
    /// The last day.
    #[serde(rename = "24h")]
    Day,
    /// The last seven days.
    #[serde(rename = "7d")]
    Week,
}

impl Window {
    /// Its length in seconds.
    pub const fn seconds(self) -> u32 {
        match self {
            Self::Hour => 3600,
            Self::Day => 86_400,
            Self::Week => 7 * 86_400,
        }
    }

    /// The step of its series in seconds: sixty or so steps.
    pub const fn step(self) -> u32 {
        match self {
            Self::Hour => 60,
            Self::Day => 1800,
            Self::Week => 3 * 3600,
        }
    }
}

/// How fast it is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PerformanceDashboard {
    /// The time that is looked at.
    pub window: Window,
    /// Seconds of a step of the series.
    pub step_seconds: u32,
    /// The stages, in the order of a CV's way.
    pub stages: Vec<StagePerformance>,
    /// The search for the nearest jobs of a CV, within matching.
    pub search: Performance,
    /// All routes together.
    pub api: Performance,
    /// Each route that was asked.
    pub routes: BTreeMap<String, Performance>,
    /// From upload to the explanation of the first recommendations: the latest CVs of the window, at most 10,000.
    pub upload_to_explanation: Performance,
}

/// How fast a stage is, and what waits for it.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct StagePerformance {
    /// The stage.
    #[schema(example = "cv_parsing")]
    pub stage: String,
    /// The function that does it.
    #[schema(example = "parse-cv")]
    pub function: String,
    /// What it did.
    #[serde(flatten)]
    pub performance: Performance,
    /// Rows a second while one worker was at it; none where nothing was done in the last hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker_per_second: Option<f64>,
    /// What waits.
    pub backlog: Backlog,
}

/// What waits for a stage.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Backlog {
    /// Rows that wait or are worked on.
    pub waiting: i64,
    /// How long the one that waits longest has been due.
    pub oldest_seconds: f64,
    /// Rows that failed for good.
    pub failed: i64,
    /// Seconds that one worker takes for it, at its pace of the last hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub one_worker_seconds: Option<f64>,
    /// Workers that clear it in ten minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers_for_ten_minutes: Option<i64>,
    /// Seconds that the schedule alone takes for it, with its limit and its period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule_alone_seconds: Option<f64>,
}

/// Counts and times.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
pub struct Performance {
    /// Items, or requests.
    pub count: u64,
    /// Those that failed, attempts that came again among them.
    pub failed: u64,
    /// Of the failed, those that came again.
    pub retried: u64,
    /// The failed of all, 0–1; none where there was nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure_rate: Option<f64>,
    /// Half took less, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    /// 95 % took less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<f64>,
    /// 99 % took less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms: Option<f64>,
    /// Items an hour, over the whole window.
    pub per_hour: f64,
    /// What the replaced system promises, and whether this holds it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub targets: Vec<Target>,
    /// The same step by step; steps in which nothing was done are left out.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub series: Vec<Step>,
}

/// A target.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Target {
    /// What is measured: `p95_ms`, or `worker_per_hour`, which is what one worker does while it has work.
    #[schema(example = "p95_ms")]
    pub measure: String,
    /// What the replaced system promises.
    pub theirs: f64,
    /// What this one is built for, on two cores.
    pub ours: f64,
    /// What it is; none where nothing was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is: Option<f64>,
    /// Whether that is within what the replaced system promises.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meets_theirs: Option<bool>,
    /// Whether that is within what this one is built for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meets_ours: Option<bool>,
}

/// A step of a series.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// When it began.
    pub at: DateTime<Utc>,
    /// Items, or requests.
    pub count: u64,
    /// Those that failed.
    pub failed: u64,
    /// Half took less, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    /// 95 % took less.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<f64>,
}

/// A time within which 95 % are to be: measured, in milliseconds.
fn within(theirs: f64, ours: f64, is: Option<f64>) -> Target {
    Target {
        measure: "p95_ms".to_owned(),
        theirs,
        ours,
        is,
        meets_theirs: is.map(|is| is < theirs),
        meets_ours: is.map(|is| is < ours),
    }
}

/// Items an hour that one worker is to reach.
fn at_least(theirs: f64, ours: f64, is: Option<f64>) -> Target {
    Target {
        measure: "worker_per_hour".to_owned(),
        theirs,
        ours,
        is,
        meets_theirs: is.map(|is| is > theirs),
        meets_ours: is.map(|is| is > ours),
    }
}

fn milliseconds(durations: &Histogram, quantile: f64) -> Option<f64> {
    durations.quantile(quantile).map(|seconds| (seconds * 1e6).round() / 1000.0)
}

impl Performance {
    fn of(rows: &[&DoneRow], window: Window) -> Self {
        let mut all = Done::default();
        let mut steps: BTreeMap<DateTime<Utc>, Done> = BTreeMap::new();
        for row in rows {
            all.merge(&row.done);
            steps.entry(row.at).or_default().merge(&row.done);
        }
        let series = steps.into_iter().map(|(at, done)| Step {
            at,
            count: done.succeeded + done.failed,
            failed: done.failed,
            p50_ms: milliseconds(&done.durations, 0.5),
            p95_ms: milliseconds(&done.durations, 0.95),
        });
        Self { series: series.collect(), ..Self::summed(&all, window) }
    }

    fn summed(all: &Done, window: Window) -> Self {
        let count = all.succeeded + all.failed;
        Self {
            count,
            failed: all.failed,
            retried: all.retried,
            failure_rate: (count > 0).then(|| all.failed as f64 / count as f64),
            p50_ms: milliseconds(&all.durations, 0.5),
            p95_ms: milliseconds(&all.durations, 0.95),
            p99_ms: milliseconds(&all.durations, 0.99),
            per_hour: count as f64 * 3600.0 / f64::from(window.seconds()),
            targets: Vec::new(),
            series: Vec::new(),
        }
    }
}

/// The design's two columns of targets, for a stage that was so fast.
fn targets_of(stage: Stage, p95_ms: Option<f64>, per_second: Option<f64>) -> Vec<Target> {
    let per_hour = per_second.map(|rows| rows * 3600.0);
    match stage {
        Stage::CvParsing => {
            vec![within(3000.0, 50.0, p95_ms), at_least(600.0, 300_000.0, per_hour)]
        }
        Stage::CvEmbedding | Stage::JobEmbedding => vec![within(1000.0, 60.0, p95_ms)],
        Stage::CvMatching => {
            vec![within(2000.0, 50.0, p95_ms), at_least(150.0, 200_000.0, per_hour)]
        }
        Stage::Explanation => Vec::new(),
    }
}

impl Pipeline {
    /// How fast it was in `window`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn performance_dashboard(&self, window: Window) -> Result<PerformanceDashboard, DbError> {
        // What this process did a moment ago is to be seen, too.
        self.write_records().await;
        let rows = self.db.done_series(f64::from(window.seconds()), f64::from(window.step())).await?;
        let backlogs = self.db.backlogs().await?;
        let paces = self.db.paces().await?;
        let of = |function: &str| -> Vec<&DoneRow> {
            rows.iter().filter(|row| row.function == function).collect()
        };
        let stages = Stage::ALL.into_iter().map(|stage| {
            let mut performance = Performance::of(&of(stage.function()), window);
            let per_second = self.pace_of(stage, &paces);
            performance.targets = targets_of(stage, performance.p95_ms, per_second);
            StagePerformance {
                stage: stage.as_str().to_owned(),
                function: stage.function().to_owned(),
                performance,
                worker_per_second: per_second,
                backlog: self.backlog_of(stage, &backlogs, per_second),
            }
        });
        let stages = stages.collect();
        let mut search = Performance::of(&of(SEARCH), window);
        search.targets = vec![within(100.0, 5.0, search.p95_ms)];
        let requests: Vec<&DoneRow> = rows.iter().filter(|row| row.function.contains(" /")).collect();
        let mut api = Performance::of(&requests, window);
        api.targets = vec![within(500.0, 25.0, api.p95_ms)];
        let mut routes: BTreeMap<String, Vec<&DoneRow>> = BTreeMap::new();
        for row in requests {
            routes.entry(row.function.clone()).or_default().push(row);
        }
        let routes = routes.into_iter().map(|(route, rows)| {
            (route, Performance { series: Vec::new(), ..Performance::of(&rows, window) })
        });
        let mut waited = Done::default();
        for wait in self.db.waits_for_explanation(f64::from(window.seconds())).await? {
            waited.succeeded += 1;
            waited.durations.add(wait, 1);
        }
        let mut upload_to_explanation = Performance::summed(&waited, window);
        upload_to_explanation.targets = vec![within(65.0 * 60_000.0, 2000.0, upload_to_explanation.p95_ms)];
        Ok(PerformanceDashboard {
            window,
            step_seconds: window.step(),
            stages,
            search,
            api,
            routes: routes.collect(),
            upload_to_explanation,
        })
    }

    /// Rows a second of one worker at a stage, by its function's and its task's runs of the last hour.
    fn pace_of(&self, stage: Stage, paces: &[Pace]) -> Option<f64> {
        let task = self.task_of(stage);
        let of_stage = paces.iter().filter(|pace| {
            pace.name == stage.function() || task.is_some_and(|task| pace.name == task.as_str())
        });
        let (items, seconds) = of_stage
            .fold((0.0, 0.0), |(items, seconds), pace| (items + pace.items as f64, seconds + pace.seconds));
        (items > 0.0 && seconds > 0.0).then(|| items / seconds)
    }

    fn task_of(&self, stage: Stage) -> Option<Task> {
        Task::ALL.into_iter().find(|task| self.limit_of(*task).is_some_and(|limit| limit.stage == stage))
    }

    fn backlog_of(&self, stage: Stage, backlogs: &[StageBacklog], per_second: Option<f64>) -> Backlog {
        let found = backlogs.iter().find(|backlog| backlog.stage == stage.as_str());
        let waiting = found.map_or(0, |found| found.waiting);
        let one_worker = per_second.map(|per_second| waiting as f64 / per_second);
        let schedule_alone = self.task_of(stage).and_then(|task| {
            let runs = (waiting as f64 / self.limit_of(task)?.rows as f64).ceil();
            Some(runs * self.settings.schedules.of(task).period().as_secs_f64())
        });
        Backlog {
            waiting,
            oldest_seconds: found.map_or(0.0, |found| found.oldest_seconds),
            failed: found.map_or(0, |found| found.failed),
            one_worker_seconds: one_worker.filter(|_| waiting > 0),
            workers_for_ten_minutes: one_worker
                .filter(|_| waiting > 0)
                .map(|seconds| (seconds / CLEARED_WITHIN_SECONDS).ceil() as i64),
            schedule_alone_seconds: schedule_alone.filter(|_| waiting > 0),
        }
    }
}
