//! `evaluate-parsing`: how well CVs are read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use serde_json::json;
use shared::evaluation::parsing_quality::{CvQuality, Truth, check, evaluate};
use shared::evaluation::parsing_report::summarise;
use shared::parsing::parse;
use shared::skills::Taxonomy;

use super::inputs::{in_checkout, read_document, today};
use crate::output::progress;

/// Reads CVs whose truth is known, prints how much was found right, and writes it as JSON. Each `FILE.truth.json` in the
/// folder tells the truth about the file beside it (see samples/cvs). With --cv: checks one CV without a truth.
#[derive(Args)]
pub struct EvaluateParsingArguments {
    /// One CV to check: completeness, validity of its fields, order of its dates.
    #[arg(long)]
    cv: Option<PathBuf>,
    /// Folder of CVs with truths [default: the sample CVs of the checkout].
    #[arg(long)]
    truth: Option<PathBuf>,
    /// Where the JSON is written.
    #[arg(long, default_value = "parsing_evaluation_results.json")]
    output: PathBuf,
}

pub fn run(arguments: &EvaluateParsingArguments) -> anyhow::Result<ExitCode> {
    if let Some(cv) = &arguments.cv {
        let document =
            read_document(cv).map_err(|(_, message)| anyhow::anyhow!("{}: {message}", cv.display()))?;
        let checks = check(&parse(&document, Taxonomy::global(), today()).profile);
        let json = serde_json::to_string_pretty(&checks)?;
        write(&arguments.output, &json)?;
        println!("{json}");
        return Ok(ExitCode::SUCCESS);
    }
    let folder = match &arguments.truth {
        Some(folder) => folder.clone(),
        None => {
            in_checkout("samples/cvs").context("there are no sample CVs here: name a folder with --truth")?
        }
    };
    let truths = truths(&folder)?;
    anyhow::ensure!(!truths.is_empty(), "{} holds no *.truth.json", folder.display());
    let mut failed = false;
    let mut cvs: Vec<CvQuality> = Vec::new();
    let bar = progress(truths.len() as u64, "Reading CVs");
    for (file, truth) in truths {
        match read_document(&file) {
            Ok(document) => {
                cvs.push(evaluate(&parse(&document, Taxonomy::global(), today()).profile, &truth))
            }
            Err((_, message)) => {
                eprintln!("{}: {message}", file.display());
                failed = true;
            }
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    let report = summarise(&cvs);
    println!("{report}");
    write(&arguments.output, &serde_json::to_string_pretty(&json!({ "report": report, "cvs": cvs }))?)?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn truths(folder: &Path) -> anyhow::Result<Vec<(PathBuf, Truth)>> {
    let mut truths = Vec::new();
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let Some(file) = path.to_str().and_then(|path| path.strip_suffix(".truth.json")) else { continue };
        let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let truth = serde_json::from_str(&text).with_context(|| format!("{} is no truth", path.display()))?;
        truths.push((PathBuf::from(file), truth));
    }
    truths.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(truths)
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
}
