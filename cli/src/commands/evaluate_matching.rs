//! `evaluate-matching`: how well matches are ranked.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use shared::embedding::EmbeddingError;
use shared::evaluation::matching_quality::{evaluate, load_sets};
use shared::matching::Variant;
use shared::skills::Taxonomy;

use super::inputs::{embedder, today};

/// Ranks labelled sets of CVs and jobs and prints nDCG@10, MAP, P@10, MRR and AUC with bootstrap intervals, beside TF-IDF,
/// BM25, the embedding alone and the replaced system's formula in the same run; and writes it as JSON.
#[derive(Args)]
pub struct EvaluateMatchingArguments {
    /// Folder of the labelled sets (fit_pairs/, cvs/, jobs/).
    #[arg(long)]
    data: PathBuf,
    /// Where the JSON is written.
    #[arg(long, default_value = "matching_evaluation_results.json")]
    output: PathBuf,
}

pub fn run(arguments: &EvaluateMatchingArguments) -> anyhow::Result<ExitCode> {
    let sets = load_sets(&arguments.data)?;
    let embedder = embedder()?;
    let mut embed = |texts: &[&str]| -> Result<Vec<_>, EmbeddingError> { embedder.embed(texts) };
    let variants = [Variant::default()];
    let report = evaluate(&sets, Some(&mut embed), &variants, Taxonomy::global(), today())?;
    println!("{report}");
    fs::write(&arguments.output, serde_json::to_string_pretty(&report)?)
        .with_context(|| format!("{} cannot be written", arguments.output.display()))?;
    Ok(ExitCode::SUCCESS)
}
