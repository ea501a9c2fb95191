//! `rank`: the best jobs for CVs, or the best CVs for jobs.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use serde::Serialize;
use serde_json::json;
use shared::domain::Score;
use shared::matching::{self, Direction, Ranked, Variant};
use shared::skills::Taxonomy;

use super::documents::{Cvs, Jobs};
use super::inputs::{CvLine, Id, JobLine, embedder, read_lines};
use crate::output::{Lines, progress};

/// Ranks every job for every CV, or every CV for every job, and prints the best of each (NDJSON in and out).
///
/// In: CVs {id, text} or {id, path} (relative to the file's folder) or {id, profile}; jobs {id, title?, company?, location?,
/// text}. Out: {cv_id, results: [{job_id, score, reverse_score, parts}]}, or {job_id, results: [{cv_id, …}]}; for a CV that
/// cannot be read {cv_id, error: {kind, message}}, and the exit code is 1 then. Ids are texts or numbers and come out as they
/// went in. Example: cv-matching rank --cvs cvs.ndjson --jobs samples/jobs.ndjson -k 5 | jq '.results[0]'
#[derive(Args)]
pub struct RankArguments {
    /// NDJSON of CVs; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    cvs: PathBuf,
    /// NDJSON of jobs; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    jobs: PathBuf,
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
}

/// What is printed; one of the two ids.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    cv_id: Option<&'a Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<&'a Id>,
    results: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    job_id: Option<&'a Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cv_id: Option<&'a Id>,
    #[serde(flatten)]
    score: &'a Score,
}

impl<'a> Entry<'a> {
    fn job(id: &'a Id, ranked: &'a Ranked) -> Self {
        Self { job_id: Some(id), cv_id: None, score: &ranked.score }
    }

    fn cv(id: &'a Id, ranked: &'a Ranked) -> Self {
        Self { job_id: None, cv_id: Some(id), score: &ranked.score }
    }
}

/// Results that are held at a time: some 200 MB.
const HELD: usize = 200_000;
/// Most that are ranked at a time, so that the first results come soon and the bar moves.
const AT_A_TIME: usize = 500;

pub fn run(arguments: &RankArguments) -> anyhow::Result<ExitCode> {
    if arguments.cvs == Path::new("-") && arguments.jobs == Path::new("-") {
        eprintln!("cv-matching: only one of --cvs and --jobs can be standard input");
        return Ok(ExitCode::from(2));
    }
    let (cv_lines, broken_cvs) = read_lines::<CvLine>(&arguments.cvs)?;
    let (job_lines, broken_jobs) = read_lines::<JobLine>(&arguments.jobs)?;
    let embedder = embedder()?;
    let folder = arguments.cvs.parent().unwrap_or(Path::new(""));
    let cvs = Cvs::read(&cv_lines, folder, &embedder)?;
    let jobs = Jobs::read(&job_lines, &embedder)?;
    let (cv_sides, job_sides) = (cvs.sides(), jobs.sides());
    let k = arguments.k as usize;
    let (taxonomy, variant) = (Taxonomy::global(), Variant::default());
    let mut lines = Lines::stdout();
    let (count, results) = match arguments.direction {
        Way::JobsForCv => (cv_sides.len(), job_sides.len()),
        Way::CvsForJob => (job_sides.len(), cv_sides.len()),
    };
    let bar =
        if io::stdout().is_terminal() { ProgressBar::hidden() } else { progress(count as u64, "Ranking") };
    let size = (HELD / k.min(results).max(1)).clamp(1, AT_A_TIME);
    for from in (0..count).step_by(size) {
        let range = from..count.min(from + size);
        let ranked = match arguments.direction {
            Way::JobsForCv => matching::rank(
                &cv_sides[range.clone()],
                &job_sides,
                k,
                Direction::JobsForCv,
                taxonomy,
                &variant,
            ),
            Way::CvsForJob => matching::rank(
                &cv_sides,
                &job_sides[range.clone()],
                k,
                Direction::CvsForJob,
                taxonomy,
                &variant,
            ),
        };
        for (index, best) in range.zip(ranked) {
            let line = match arguments.direction {
                Way::JobsForCv => Line {
                    cv_id: Some(&cvs.ids[index]),
                    job_id: None,
                    results: best.iter().map(|one| Entry::job(&jobs.ids[one.index], one)).collect(),
                },
                Way::CvsForJob => Line {
                    cv_id: None,
                    job_id: Some(&jobs.ids[index]),
                    results: best.iter().map(|one| Entry::cv(&cvs.ids[one.index], one)).collect(),
                },
            };
            lines.write(&line)?;
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    for (id, error) in &cvs.failed {
        lines.write(&json!({ "cv_id": id, "error": error }))?;
    }
    if !cvs.failed.is_empty() {
        eprintln!("{} of {} CVs could not be read; their lines say why", cvs.failed.len(), cv_lines.len());
    }
    let failed = broken_cvs + broken_jobs + cvs.failed.len() > 0;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
