//! `evaluate-parsing`: how well CVs are read.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use serde::Serialize;
use shared::document::Reader;
use shared::domain::Profile;
use shared::evaluation::parsing_checks::{CheckSums, ProfileChecks, check};
use shared::evaluation::parsing_quality::{Truth, evaluate};
use shared::evaluation::parsing_report::{ParsingReport, Ratio, summarise};

use super::inputs::{Unreadable, in_checkout, read_cv, reader, warm_up, write_results};
use super::parallel;
use crate::output::{Lines, progress};

/// Reads CVs whose truth is known, prints how much was found right, by format and by columns, the worst CVs first, and writes
/// the same as JSON. Each `FILE.truth.json` in the folder tells the truth about the file beside it (see samples/cvs).
///
/// With --cv alone it checks one CV without a truth: completeness, validity, order of dates, duplicates, plausibility.
/// A CV that cannot be read counts as one of which nothing was found, and the exit code is 1 then.
#[derive(Args)]
pub struct EvaluateParsingArguments {
    /// One CV; with --truth it is compared with its truth in that folder, too.
    #[arg(long, value_name = "FILE")]
    cv: Option<PathBuf>,
    /// Folder of CVs with truths [default: the sample CVs of the checkout].
    #[arg(long, value_name = "DIR")]
    truth: Option<PathBuf>,
    /// Where the JSON is written.
    #[arg(long, value_name = "FILE", default_value = "parsing_evaluation_results.json")]
    output: PathBuf,
    /// Print the JSON, too, instead of the table.
    #[arg(long)]
    json: bool,
}

/// What is written as JSON.
#[derive(Serialize)]
struct Results {
    /// Against the truth; none without one.
    #[serde(flatten)]
    report: Option<ParsingReport>,
    checks: Checks,
    time: Time,
    /// Files that could not be read, and why.
    unreadable: BTreeMap<String, Unreadable>,
}

/// What can be said without a truth.
#[derive(Serialize)]
struct Checks {
    #[serde(flatten)]
    sums: CheckSums,
    by_file: BTreeMap<String, ProfileChecks>,
}

/// Milliseconds for reading and parsing one CV.
#[derive(Serialize)]
struct Time {
    p50: f64,
    p95: f64,
}

pub fn run(arguments: &EvaluateParsingArguments) -> anyhow::Result<ExitCode> {
    let cvs = match &arguments.cv {
        Some(cv) => {
            vec![(cv.clone(), arguments.truth.as_deref().map(|folder| truth_of(cv, folder)).transpose()?)]
        }
        None => {
            let folder = match &arguments.truth {
                Some(folder) => folder.clone(),
                None => in_checkout("samples/cvs")
                    .context("there are no sample CVs here: name a folder with --truth")?,
            };
            let truths = truths(&folder)?;
            anyhow::ensure!(!truths.is_empty(), "{} holds no *.truth.json", folder.display());
            truths.into_iter().map(|(file, truth)| (file, Some(truth))).collect()
        }
    };
    let reader = reader()?;
    warm_up(&reader);
    let results = measure(&reader, &cvs)?;
    for (file, error) in &results.unreadable {
        eprintln!("{file}: {}", error.message);
    }
    let json = write_results(&arguments.output, &results)?;
    let mut lines = Lines::stdout();
    if arguments.json {
        lines.text(&json)?;
    } else {
        if let Some(report) = &results.report {
            lines.text(&report.to_string())?;
        }
        lines.text(&table(&results))?;
    }
    Ok(if results.unreadable.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn measure(reader: &Reader, cvs: &[(PathBuf, Option<Truth>)]) -> anyhow::Result<Results> {
    let (mut qualities, mut by_file, mut unreadable) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
    let mut times = Vec::new();
    let bar = progress(cvs.len() as u64, "Reading CVs");
    let mut left = cvs.iter();
    let read = |(file, _): &(PathBuf, Option<Truth>)| {
        let started = Instant::now();
        let outcome = read_cv(reader, file);
        (outcome, started.elapsed().as_secs_f64() * 1000.0)
    };
    parallel::in_order(cvs, read, |(outcome, milliseconds)| {
        bar.inc(1);
        let Some((file, truth)) = left.next() else { return Ok(()) };
        let profile = match outcome {
            Ok((_, parsed)) => {
                by_file.insert(file.display().to_string(), check(&parsed.profile));
                times.push(milliseconds);
                parsed.profile
            }
            Err(error) => {
                unreadable.insert(file.display().to_string(), error);
                Profile::default()
            }
        };
        qualities.extend(truth.as_ref().map(|truth| evaluate(&profile, truth)));
        Ok(())
    })?;
    bar.finish_and_clear();
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        times.get((share * times.len() as f64) as usize).or(times.last()).copied().unwrap_or(0.0)
    };
    let time = Time { p50: at(0.5), p95: at(0.95) };
    let report = (!qualities.is_empty()).then(|| summarise(&qualities));
    Ok(Results {
        report,
        checks: Checks { sums: CheckSums::of(by_file.values()), by_file },
        time,
        unreadable,
    })
}

fn table(results: &Results) -> String {
    let checks = &results.checks.sums;
    let of = |ratio: &Ratio| format!("{}/{}", ratio.right, ratio.of);
    format!(
        "Without a truth: completeness {:.2}, valid e-mail addresses {}, valid phone numbers {}, employments with dates {}, \
        dates in order {}, without duplicates {}, plausible {}.\nTime for a CV: p50 {:.1} ms, p95 {:.1} ms.",
        checks.completeness,
        of(&checks.email_valid),
        of(&checks.phone_valid),
        of(&checks.dated_work),
        of(&checks.dates_in_order),
        of(&checks.without_duplicates),
        of(&checks.plausible),
        results.time.p50,
        results.time.p95,
    )
}

/// The files of a folder that have a truth beside them.
fn truths(folder: &Path) -> anyhow::Result<Vec<(PathBuf, Truth)>> {
    let mut truths = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("the folder {} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let Some(file) = path.to_str().and_then(|path| path.strip_suffix(".truth.json")) else { continue };
        truths.push((PathBuf::from(file), read_truth(&path)?));
    }
    truths.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(truths)
}

fn truth_of(cv: &Path, folder: &Path) -> anyhow::Result<Truth> {
    let mut name = cv.file_name().context("--cv names no file")?.to_owned();
    name.push(OsStr::new(".truth.json"));
    read_truth(&folder.join(name))
}

fn read_truth(path: &Path) -> anyhow::Result<Truth> {
    let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut truth: Truth =
        serde_json::from_str(&text).with_context(|| format!("{} is no truth", path.display()))?;
    if truth.file.is_empty() {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        truth.file = name.trim_end_matches(".truth.json").to_owned();
    }
    Ok(truth)
}
