//! The figures, as a table and as JSON.

use std::fmt::{self, Display};
use std::fs;
use std::time::Duration;

use serde::Serialize;

use crate::corpus::{Corpus, REAL_CVS, REAL_JOBS, REAL_POOL, nearest};
use crate::loading::Loaded;
use crate::measuring::milliseconds;

/// Milliseconds.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Percentiles {
    p50: f64,
    p95: f64,
    p99: f64,
}

#[derive(Debug, Default, Serialize)]
pub struct Recall {
    /// Of the nearest ten jobs, where ten are asked for.
    pub jobs_few: f64,
    /// Of as many as matching asks for.
    pub jobs_many: f64,
    /// Of the CVs near a job.
    pub cvs_many: f64,
}

#[derive(Debug, Serialize)]
pub struct Throughput {
    pub workers: usize,
    pub per_second: f64,
}

#[derive(Debug, Serialize)]
pub struct Plan {
    pub query: &'static str,
    pub scans: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct BuiltIndex {
    name: &'static str,
    build_seconds: f64,
    megabytes: f64,
}

/// All figures of one size. Times are milliseconds.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub jobs: u32,
    pub cvs: u32,
    pub queries: usize,
    pub rounds: usize,
    pub many: i64,
    pub load_seconds: f64,
    pub table_megabytes: f64,
    pub vectors_megabytes: f64,
    pub indexes: Vec<BuiltIndex>,
    pub jobs_near_cv: Percentiles,
    pub jobs_near_cv_many: Percentiles,
    pub reading: Percentiles,
    pub cvs_near_job: Percentiles,
    pub ranking: Percentiles,
    pub marking: Percentiles,
    pub recall: Recall,
    pub retrieval: Vec<Throughput>,
    pub match_first: Percentiles,
    pub match_again: Percentiles,
    pub matching: Vec<Throughput>,
    pub plans: Vec<Plan>,
    /// Of the machine, at the end.
    pub load_average: String,
}

impl Percentiles {
    pub fn of(times: Vec<Duration>) -> Self {
        let mut times: Vec<f64> = times.into_iter().map(milliseconds).collect();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let place = (share * times.len() as f64).ceil() as usize;
            times.get(place.saturating_sub(1)).copied().unwrap_or(0.0)
        };
        Self { p50: at(0.5), p95: at(0.95), p99: at(0.99) }
    }

    /// Of each the median over the rounds.
    pub fn median(rounds: &[Self]) -> Self {
        let of = |field: fn(&Self) -> f64| {
            let mut values: Vec<f64> = rounds.iter().map(field).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied().unwrap_or(0.0)
        };
        Self { p50: of(|p| p.p50), p95: of(|p| p.p95), p99: of(|p| p.p99) }
    }
}

impl Display for Percentiles {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:.1} / {:.1} / {:.1}", self.p50, self.p95, self.p99)
    }
}

impl Recall {
    pub fn divide(&mut self, by: f64) {
        for share in [&mut self.jobs_few, &mut self.jobs_many, &mut self.cvs_many] {
            *share /= by.max(1.0);
        }
    }
}

impl Report {
    pub fn of(loaded: Loaded) -> Self {
        let megabytes = |bytes: i64| bytes as f64 / 1e6;
        let indexes = loaded.indexes.iter().map(|index| BuiltIndex {
            name: index.name,
            build_seconds: index.build.as_secs_f64(),
            megabytes: megabytes(index.bytes),
        });
        Self {
            jobs: loaded.jobs,
            cvs: loaded.cvs,
            load_seconds: loaded.load.as_secs_f64(),
            table_megabytes: megabytes(loaded.table_bytes),
            vectors_megabytes: megabytes(loaded.vectors_bytes),
            indexes: indexes.collect(),
            ..Self::default()
        }
    }

    fn rows(&self) -> Vec<(String, String)> {
        let index = self.indexes.iter().find(|index| index.name.starts_with("job"));
        let (build, size) = index.map_or((0.0, 0.0), |index| (index.build_seconds, index.megabytes));
        let each = |all: &[Throughput]| {
            let each: Vec<String> =
                all.iter().map(|one| format!("{:.0} ({})", one.per_second * 3600.0, one.workers)).collect();
            each.join(", ")
        };
        let many = self.many;
        vec![
            ("load, s".into(), format!("{:.0}", self.load_seconds)),
            (
                "tables job and job_vector, MB".into(),
                format!("{:.0} + {:.0}", self.table_megabytes, self.vectors_megabytes),
            ),
            ("index: build, s".into(), format!("{build:.1}")),
            ("index: size, MB".into(), format!("{size:.0}")),
            ("10 jobs near a CV, ms p50 / p95 / p99".into(), self.jobs_near_cv.to_string()),
            (format!("{many} jobs near a CV"), self.jobs_near_cv_many.to_string()),
            (format!("{many} jobs near a CV, and what scoring needs of them"), self.reading.to_string()),
            ("recall@10".into(), format!("{:.3}", self.recall.jobs_few)),
            (format!("recall@{many}"), format!("{:.3}", self.recall.jobs_many)),
            (format!("{many} CVs near a job, with profiles, ms"), self.cvs_near_job.to_string()),
            (format!("recall@{many} of CVs"), format!("{:.3}", self.recall.cvs_many)),
            ("rank-candidates, ms".into(), self.ranking.to_string()),
            ("a new job marks its CVs, ms".into(), self.marking.to_string()),
            ("one CV matched, its jobs seen first, ms".into(), self.match_first.to_string()),
            ("one CV matched again, ms".into(), self.match_again.to_string()),
            ("retrieval in batches, CVs/h (workers)".into(), each(&self.retrieval)),
            ("matching in batches, CVs/h (workers)".into(), each(&self.matching)),
            ("load of the machine".into(), self.load_average.clone()),
        ]
    }
}

impl Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "\n{} jobs, {} CVs; {} queries, {} rounds",
            self.jobs, self.cvs, self.queries, self.rounds
        )?;
        for (name, value) in self.rows() {
            writeln!(formatter, "  {name:<56}{value}")?;
        }
        for plan in &self.plans {
            writeln!(formatter, "  plan of {}: {}", plan.query, plan.scans.join("; "))?;
        }
        Ok(())
    }
}

/// All sizes side by side, in Markdown.
pub fn table(reports: &[Report]) -> String {
    let mut lines = vec![
        format!(
            "| jobs | {} |",
            reports.iter().map(|one| one.jobs.to_string()).collect::<Vec<_>>().join(" | ")
        ),
        format!("| --- |{}", " --- |".repeat(reports.len())),
    ];
    let columns: Vec<_> = reports.iter().map(Report::rows).collect();
    for (at, (name, _)) in columns.first().into_iter().flatten().enumerate() {
        let values: Vec<&str> = columns.iter().map(|column| column[at].1.as_str()).collect();
        lines.push(format!("| {name} | {} |", values.join(" | ")));
    }
    lines.join("\n")
}

/// How the generated vectors lie beside the real ones: quantiles of the cosines of the nearest neighbours in a pool of equal size.
pub fn realism(corpus: &Corpus) -> String {
    let jobs: Vec<Vec<f32>> = (0..REAL_POOL).map(|number| corpus.job_vector(number)).collect();
    let cvs: Vec<Vec<f32>> = (0..500).map(|number| corpus.cv_vector(number)).collect();
    let of = |queries: &[Vec<f32>], skip: usize| {
        let near = nearest(queries, REAL_POOL, 101, |number| jobs[number as usize].clone());
        [1, 10, 100].map(|place| {
            let mut cosines: Vec<f32> = near.iter().map(|near| near[place - 1 + skip].1).collect();
            cosines.sort_by(f32::total_cmp);
            [0.1, 0.5, 0.9].map(|share| cosines[(share * (cosines.len() - 1) as f32) as usize])
        })
    };
    let mut text = format!(
        "cosines of the 1st / 10th / 100th neighbour in a pool of {REAL_POOL} ads, at the quantiles 0.1, 0.5, 0.9\n"
    );
    let rows = [
        ("ads, real", REAL_JOBS),
        ("ads, generated", of(&jobs[..500], 1)),
        ("CVs to ads, real", REAL_CVS),
        ("CVs to ads, generated", of(&cvs, 0)),
    ];
    for (name, places) in rows {
        let each: Vec<String> =
            places.iter().map(|quantiles| quantiles.map(|value| format!("{value:.2}")).join(" ")).collect();
        text.push_str(&format!("  {name:<24}{}\n", each.join("  /  ")));
    }
    text
}

/// Of the last 1, 5 and 15 minutes.
pub fn load_average() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")
}
