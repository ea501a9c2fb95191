//! `match`: the best jobs for one CV, for people to read.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use shared::domain::{JobText, PartKind, Score};
use shared::explanation::explain;
use shared::matching::{Direction, Variant, evidence, rank};
use shared::skills::Taxonomy;

use super::documents::{CvLine, Cvs, Jobs};
use super::inputs::{JobLine, embedder, in_checkout, read_lines};
use crate::output::Lines;

const WIDTH: usize = 96;

/// Prints the jobs that fit one CV best, each with its score, the score's parts and an explanation. Needs no server.
///
/// Example: cv-matching match my-cv.pdf --jobs samples/jobs.ndjson -k 5
#[derive(Args)]
pub struct MatchArguments {
    /// The CV: PDF, DOCX, ODT, RTF, HTML, Markdown or text.
    cv: PathBuf,
    /// NDJSON of jobs [default: the sample jobs of the checkout].
    #[arg(long)]
    jobs: Option<PathBuf>,
    /// How many jobs.
    #[arg(short, long, default_value_t = 5)]
    k: usize,
    /// Print NDJSON.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &MatchArguments) -> anyhow::Result<ExitCode> {
    let file = match &arguments.jobs {
        Some(file) => file.clone(),
        None => in_checkout("samples/jobs.ndjson")
            .context("there are no sample jobs here: name a file with --jobs")?,
    };
    let (job_lines, broken) = read_lines::<JobLine>(&file)?;
    let path = std::path::absolute(&arguments.cv)?;
    let line: CvLine = serde_json::from_value(json!({ "id": arguments.cv, "path": path }))?;
    let embedder = embedder()?;
    let cvs = Cvs::read(vec![line], std::path::Path::new(""), &embedder)?;
    if let Some((_, _, message)) = cvs.failed.first() {
        anyhow::bail!("{}: {message}", arguments.cv.display());
    }
    let jobs = Jobs::read(job_lines, &embedder)?;
    let (cv_sides, job_sides) = (cvs.sides(), jobs.sides());
    let ranked = rank(
        &cv_sides,
        &job_sides,
        arguments.k,
        Direction::JobsForCv,
        Taxonomy::global(),
        &Variant::default(),
    );
    let mut lines = Lines::stdout();
    for (place, mut one) in ranked.into_iter().flatten().enumerate() {
        let (cv, job) = (&cv_sides[0], &job_sides[one.index]);
        evidence(cv, job, &mut one.score);
        let explanation = explain(cv, job, &one.score);
        if arguments.json {
            lines.write(&json!({
                "job_id": jobs.ids[one.index], "title": job.job.title, "company": job.job.company, "rank": place + 1,
                "score": one.score.score, "reverse_score": one.score.reverse_score, "parts": one.score.parts,
                "explanation": explanation,
            }))?;
        } else {
            lines.text(&shown(place + 1, job.job, &one.score, &explanation))?;
        }
    }
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn shown(rank: usize, job: &JobText, score: &Score, explanation: &shared::domain::Explanation) -> String {
    let mut text = format!("{rank:>2}. {:>3.0}  {}\n", score.score, job.title);
    let place: Vec<&str> = [job.company.as_deref(), job.location.as_deref()].into_iter().flatten().collect();
    // Writing into a string cannot fail.
    let _ = writeln!(text, "         {}", place.join(" · "));
    for part in score.parts.iter().filter(|part| part.has_data) {
        let filled = (part.score / 10.0).round() as usize;
        let bar = format!("{}{}", "█".repeat(filled.min(10)), "·".repeat(10 - filled.min(10)));
        let mut words = String::new();
        if part.kind == PartKind::Skills {
            let _ = write!(words, "  {}", part.matched.join(", "));
            if !part.missing.is_empty() {
                let _ = write!(words, " (not shown: {})", part.missing.join(", "));
            }
        }
        let line = format!("         {:<11}{bar} {:>3.0}{words}", part.kind.as_str(), part.score);
        let _ = writeln!(text, "{}", wrapped(&line, "                           "));
    }
    let _ = writeln!(text, "{}", wrapped(&format!("         {}", explanation.summary), "         "));
    for strength in &explanation.strengths {
        let _ = writeln!(text, "{}", wrapped(&format!("         + {strength}"), "           "));
    }
    for gap in &explanation.gaps {
        let _ = writeln!(text, "{}", wrapped(&format!("         - {gap}"), "           "));
    }
    text
}

/// Breaks a line between words; the lines after the first begin with `indent`.
fn wrapped(line: &str, indent: &str) -> String {
    let start = line.len() - line.trim_start().len();
    let mut text = line[..start].to_owned();
    let mut width = start;
    for (index, word) in line[start..].split(' ').enumerate() {
        let length = word.chars().count();
        if width + length + 1 > WIDTH && index > 0 {
            text.push('\n');
            text.push_str(indent);
            width = indent.len();
        } else if index > 0 {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += length;
    }
    text
}
