//! `rank`: the best jobs for CVs, the best CVs for jobs, jobs like jobs, or CVs like CVs.

use std::io::{self, IsTerminal};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::json;
use shared::domain::{MustHaveCheck, Score};
use shared::matching::{self, Alike, CvAsJob, Direction, JobAsCv, LeftOut, Ranked, Ranking, Variant};
use shared::skills::Taxonomy;

use super::documents::{Cvs, Jobs};
use super::inputs::{CvLine, Id, JobLine, embedder, read_lines};
use crate::output::{Lines, progress};

/// Ranks every job for every CV, every CV for every job, or every job or CV for every other, and prints the best of each (NDJSON
/// in and out).
///
/// In: CVs {id, text} or {id, path} (relative to the file's folder) or {id, profile}; jobs {id, title?, company?, location?,
/// text, must_haves?}. Out: {cv_id, results: [{job_id, score, reverse_score, parts}]}, or {job_id, results: [{cv_id, …}]}; for a CV
/// that cannot be read {cv_id, error: {kind, message}}, and the exit code is 1 then. A pair with a condition (`must_haves`) that
/// is not met is no result: it stands under `left_out` with what is unmet; other results of such jobs have `must_haves`. Ids are
/// texts or numbers and come out as they went in. Example: cv-matching rank --cvs cvs.ndjson --jobs samples/jobs.ndjson -k 5 |
/// jq '.results[0]'
#[derive(Args)]
pub struct RankArguments {
    /// NDJSON of CVs; `-` is standard input. Not needed for jobs like jobs.
    #[arg(long, value_name = "FILE", required_unless_present_any = ["jobs"])]
    cvs: Option<PathBuf>,
    /// NDJSON of jobs; `-` is standard input. Not needed for CVs like CVs.
    #[arg(long, value_name = "FILE")]
    jobs: Option<PathBuf>,
    /// How many to print of each.
    #[arg(short, default_value_t = 10, value_parser = clap::value_parser!(u32).range(1..))]
    k: u32,
    /// What is ranked for what.
    #[arg(long, value_enum, default_value_t = Way::JobsForCv)]
    direction: Way,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Way {
    /// For each CV its best jobs.
    JobsForCv,
    /// For each job its best CVs.
    CvsForJob,
    /// For each job the others most like it.
    SimilarJobs,
    /// For each CV the others most like it.
    SimilarCvs,
}

impl Way {
    fn needs_cvs(self) -> bool {
        self != Self::SimilarJobs
    }

    fn needs_jobs(self) -> bool {
        self != Self::SimilarCvs
    }

    /// Whether lines are of CVs, and results are.
    fn of_cvs(self) -> (bool, bool) {
        match self {
            Self::JobsForCv => (true, false),
            Self::CvsForJob => (false, true),
            Self::SimilarJobs => (false, false),
            Self::SimilarCvs => (true, true),
        }
    }
}

/// An id under the name of what it is of.
#[derive(Serialize)]
enum Of<'a> {
    #[serde(rename = "cv_id")]
    Cv(&'a Id),
    #[serde(rename = "job_id")]
    Job(&'a Id),
}

/// What is printed.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    of: Of<'a>,
    results: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<LeftOutEntry<'a>>,
    #[serde(skip_serializing_if = "is_zero")]
    left_out_count: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(flatten)]
    of: Of<'a>,
    #[serde(flatten)]
    score: &'a Score,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    must_haves: &'a [MustHaveCheck],
}

#[derive(Serialize)]
struct LeftOutEntry<'a> {
    #[serde(flatten)]
    of: Of<'a>,
    score: f32,
    unmet: &'a [MustHaveCheck],
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Results that are held at a time: some 200 MB.
const HELD: usize = 200_000;
/// Most that are ranked at a time, so that the first results come soon and the bar moves.
const AT_A_TIME: usize = 500;

pub fn run(arguments: &RankArguments) -> anyhow::Result<ExitCode> {
    let way = arguments.direction;
    let (cvs_file, jobs_file) = (arguments.cvs.as_deref(), arguments.jobs.as_deref());
    for (needed, file, name) in
        [(way.needs_cvs(), cvs_file, "--cvs"), (way.needs_jobs(), jobs_file, "--jobs")]
    {
        if needed && file.is_none() {
            eprintln!("cv-matching: this direction needs {name}");
            return Ok(ExitCode::from(2));
        }
    }
    let stdin = Some(Path::new("-"));
    if cvs_file == stdin && jobs_file == stdin {
        eprintln!("cv-matching: only one of --cvs and --jobs can be standard input");
        return Ok(ExitCode::from(2));
    }
    let (cv_lines, broken_cvs) = match cvs_file.filter(|_| way.needs_cvs()) {
        Some(file) => read_lines::<CvLine>(file)?,
        None => (Vec::new(), 0),
    };
    let (job_lines, broken_jobs) = match jobs_file.filter(|_| way.needs_jobs()) {
        Some(file) => read_lines::<JobLine>(file)?,
        None => (Vec::new(), 0),
    };
    let embedder = embedder()?;
    let folder = cvs_file.and_then(Path::parent).unwrap_or(Path::new(""));
    let cvs = Cvs::read(&cv_lines, folder, &embedder)?;
    let jobs = Jobs::read(&job_lines, &embedder)?;
    write_rankings(way, arguments.k as usize, &cvs, &jobs)?;
    if !cvs.failed.is_empty() {
        eprintln!("{} of {} CVs could not be read; their lines say why", cvs.failed.len(), cv_lines.len());
    }
    let failed = broken_cvs + broken_jobs + cvs.failed.len() > 0;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn write_rankings(way: Way, k: usize, cvs: &Cvs, jobs: &Jobs) -> anyhow::Result<()> {
    let (cv_sides, job_sides) = (cvs.sides(), jobs.sides());
    let (taxonomy, variant) = (Taxonomy::global(), Variant::default());
    let (lines_of_cvs, results_of_cvs) = way.of_cvs();
    let number = |of_cvs: bool| if of_cvs { cv_sides.len() } else { job_sides.len() };
    let (count, results) = (number(lines_of_cvs), number(results_of_cvs));
    let as_cvs: Vec<JobAsCv<'_>> = match way {
        Way::SimilarJobs => job_sides.iter().map(JobAsCv::new).collect(),
        _ => Vec::new(),
    };
    let as_jobs: Vec<CvAsJob<'_>> = match way {
        Way::SimilarCvs => cv_sides.iter().map(CvAsJob::new).collect(),
        _ => Vec::new(),
    };
    let alike = match way {
        Way::SimilarJobs => Some(Alike::of_jobs(&as_cvs, taxonomy)),
        Way::SimilarCvs => Some(Alike::of_cvs(&cv_sides, &as_jobs, taxonomy)),
        Way::JobsForCv | Way::CvsForJob => None,
    };
    let conditions = &jobs.must_haves;
    let rankings = |range: Range<usize>| match &alike {
        Some(alike) => {
            let best = alike.best(range, k, &variant).into_iter();
            best.map(|ranked| Ranking { ranked, ..Ranking::default() }).collect()
        }
        None if way == Way::JobsForCv => {
            let (some, direction) = (&cv_sides[range], Direction::JobsForCv);
            matching::rank_with_must_haves(some, &job_sides, conditions, k, direction, taxonomy, &variant)
        }
        None => {
            let (some, conditions) = (&job_sides[range.clone()], &conditions[range]);
            let direction = Direction::CvsForJob;
            matching::rank_with_must_haves(&cv_sides, some, conditions, k, direction, taxonomy, &variant)
        }
    };
    let of = |is_cv: bool, index: usize| {
        if is_cv { Of::Cv(&cvs.ids[index]) } else { Of::Job(&jobs.ids[index]) }
    };
    let entry = |one: &'_ Ranked| of(results_of_cvs, one.index);
    let left_out_entry = |one: &'_ LeftOut| of(results_of_cvs, one.index);
    let mut lines = Lines::stdout();
    let bar =
        if io::stdout().is_terminal() { ProgressBar::hidden() } else { progress(count as u64, "Ranking") };
    let size = (HELD / k.min(results).max(1)).clamp(1, AT_A_TIME);
    for from in (0..count).step_by(size) {
        let range = from..count.min(from + size);
        for (index, ranking) in range.clone().zip(rankings(range)) {
            let each = ranking.ranked.iter();
            let results = each
                .map(|one| Entry { of: entry(one), score: &one.score, must_haves: &one.must_haves })
                .collect();
            let each = ranking.left_out.iter();
            let left_out = each
                .map(|one| LeftOutEntry { of: left_out_entry(one), score: one.score, unmet: &one.unmet })
                .collect();
            let left_out_count = ranking.left_out_count;
            lines.write(&Line { of: of(lines_of_cvs, index), results, left_out, left_out_count })?;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    for (id, error) in &cvs.failed {
        lines.write(&json!({ "cv_id": id, "error": error }))?;
    }
    Ok(())
}
