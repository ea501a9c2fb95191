//! `rank`: the best jobs for CVs, or the best CVs for jobs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use shared::matching::{Direction, Variant, rank};
use shared::skills::Taxonomy;

use super::documents::{CvLine, Cvs, Jobs};
use super::inputs::{JobLine, embedder, read_lines};
use crate::output::Lines;

/// Ranks every job for every CV, or every CV for every job, and prints the best of each.
///
/// In: CVs {id, text} or {id, path} (relative to the file) or {id, profile}; jobs {id, title?, company?, location?, text}.
/// Out: {cv_id, results: [{job_id, score, reverse_score, parts}]}, or {job_id, results: [{cv_id, …}]}.
#[derive(Args)]
pub struct RankArguments {
    /// NDJSON of CVs.
    #[arg(long)]
    cvs: PathBuf,
    /// NDJSON of jobs.
    #[arg(long)]
    jobs: PathBuf,
    /// How many to print of each.
    #[arg(short, long, default_value_t = 10)]
    k: usize,
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

pub fn run(arguments: &RankArguments) -> anyhow::Result<ExitCode> {
    let (cv_lines, broken_cvs) = read_lines::<CvLine>(&arguments.cvs)?;
    let (job_lines, broken_jobs) = read_lines::<JobLine>(&arguments.jobs)?;
    let embedder = embedder()?;
    let folder = arguments.cvs.parent().unwrap_or(Path::new(""));
    let cvs = Cvs::read(cv_lines, folder, &embedder)?;
    let jobs = Jobs::read(job_lines, &embedder)?;
    let (direction, of, of_ids, result, result_ids) = match arguments.direction {
        Way::JobsForCv => (Direction::JobsForCv, "cv_id", &cvs.ids, "job_id", &jobs.ids),
        Way::CvsForJob => (Direction::CvsForJob, "job_id", &jobs.ids, "cv_id", &cvs.ids),
    };
    let ranked =
        rank(&cvs.sides(), &jobs.sides(), arguments.k, direction, Taxonomy::global(), &Variant::default());
    let mut lines = Lines::stdout();
    for (id, best) in of_ids.iter().zip(ranked) {
        let results: Vec<Value> = best
            .into_iter()
            .map(|one| {
                json!({
                    result: result_ids[one.index], "score": one.score.score, "reverse_score": one.score.reverse_score,
                    "parts": one.score.parts,
                })
            })
            .collect();
        lines.write(&json!({ of: id, "results": results }))?;
    }
    for (id, kind, message) in &cvs.failed {
        lines.write(&json!({ "cv_id": id, "error": { "kind": kind, "message": message } }))?;
    }
    let failed = broken_cvs || broken_jobs || !cvs.failed.is_empty();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
