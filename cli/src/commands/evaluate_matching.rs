//! `evaluate-matching`: how well matches are ranked.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::Args;
use indicatif::ProgressBar;
use shared::embedding::EmbeddingError;
use shared::evaluation::matching_quality::{LabelledSignals, evaluate, load_sets};
use shared::matching::Variant;
use shared::skills::Taxonomy;

use super::inputs::{embedder, today, write_results};
use crate::output::Lines;

/// Ranks labelled sets of CVs and jobs and prints nDCG@10, MAP, P@10, MRR and AUC with bootstrap intervals, beside TF-IDF,
/// BM25, the embedding alone and the replaced system's formula in the same run; writes the same as JSON. Takes minutes.
///
/// Example: cv-matching evaluate-matching --data labelled-data
#[derive(Args)]
pub struct EvaluateMatchingArguments {
    /// Folder of the labelled sets (fit_pairs/, cvs/, jobs/).
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where the JSON is written.
    #[arg(long, value_name = "FILE", default_value = "matching_evaluation_results.json")]
    output: PathBuf,
    /// Where what is measured of each pair is written, with its label, for scripts/fit-weights.py (NDJSON).
    #[arg(long, value_name = "FILE")]
    signals: Option<PathBuf>,
    /// Print the JSON, too, instead of the table.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &EvaluateMatchingArguments) -> anyhow::Result<ExitCode> {
    let sets = load_sets(&arguments.data)?;
    let embedder = embedder()?;
    // A sign of life on a terminal; how much there is to do is known inside only.
    let bar = ProgressBar::new_spinner().with_message("Embedding and ranking");
    bar.enable_steady_tick(Duration::from_millis(200));
    let mut embed = |texts: &[&str]| -> Result<Vec<_>, EmbeddingError> { embedder.embed(texts) };
    let mut rows: Vec<String> = Vec::new();
    let mut collect = |row: LabelledSignals<'_>| rows.extend(serde_json::to_string(&row));
    let signals: Option<&mut dyn FnMut(LabelledSignals<'_>)> =
        if arguments.signals.is_some() { Some(&mut collect) } else { None };
    let variants = [Variant::default()];
    let report = evaluate(&sets, Some(&mut embed), &variants, Taxonomy::global(), today(), signals)?;
    if let Some(path) = &arguments.signals {
        std::fs::write(path, rows.join("\n") + "\n")
            .with_context(|| format!("cannot write {}", path.display()))?;
    }
    bar.finish_and_clear();
    let json = write_results(&arguments.output, &report)?;
    Lines::stdout().text(&if arguments.json { json } else { report.to_string() })?;
    Ok(ExitCode::SUCCESS)
}
