//! `score`: how well pairs of CV and job fit.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::domain::JobText;
use shared::matching::{CvSide, JobSide, Variant, cv_embedding_text, job_embedding_text, score};
use shared::parsing::parse_text;
use shared::parsing::requirements::read_requirements;
use shared::skills::Taxonomy;

use super::embedding::embed_all;
use super::inputs::{embedder, read_lines, today};
use crate::output::Lines;

/// Scores pairs. In: {id, cv_text, job_title?, job_text} a line. Out: {id, score, reverse_score, parts}.
#[derive(Args)]
pub struct ScoreArguments {
    /// NDJSON of pairs; `-` is standard input.
    #[arg(long)]
    pairs: PathBuf,
}

#[derive(Deserialize)]
struct PairLine {
    id: Value,
    cv_text: String,
    #[serde(default)]
    job_title: Option<String>,
    job_text: String,
}

pub fn run(arguments: &ScoreArguments) -> anyhow::Result<ExitCode> {
    let (pairs, broken) = read_lines::<PairLine>(&arguments.pairs)?;
    let embedder = embedder()?;
    let taxonomy = Taxonomy::global();
    let mut read = Vec::with_capacity(pairs.len());
    let mut texts = Vec::with_capacity(pairs.len() * 2);
    for pair in pairs {
        let cv = parse_text(&pair.cv_text, taxonomy, today());
        let job =
            JobText { title: pair.job_title.unwrap_or_default(), text: pair.job_text, ..JobText::default() };
        texts.push(cv_embedding_text(&cv.profile, &cv.text));
        texts.push(job_embedding_text(&job));
        let requirements = read_requirements(&job, taxonomy);
        read.push((pair.id, cv, job, requirements));
    }
    let vectors = embed_all(&embedder, &texts)?;
    let variant = Variant::default();
    let mut lines = Lines::stdout();
    for ((id, cv, job, requirements), vectors) in read.iter().zip(vectors.chunks(2)) {
        let vector =
            |index: usize| vectors.get(index).and_then(Option::as_ref).map(|vector| vector.as_slice());
        let cv = CvSide { text: &cv.text, profile: &cv.profile, embedding: vector(0) };
        let job = JobSide { job, requirements, embedding: vector(1) };
        let fit = score(&cv, &job, taxonomy, &variant);
        lines.write(&json!({
            "id": id, "score": fit.score, "reverse_score": fit.reverse_score, "parts": fit.parts,
        }))?;
    }
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
