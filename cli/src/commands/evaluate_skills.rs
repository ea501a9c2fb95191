//! `evaluate-skills`: how well skills are found.

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use shared::evaluation::skill_finding::{Findings, Sentence, evaluate};
use shared::skills::Taxonomy;

use super::inputs::{read_lines, write_results};
use crate::output::Lines;

/// Finds the skills of sentences in which people have marked them, prints precision, recall and F1 for each set, and writes the
/// same as JSON.
///
/// The folder holds NDJSON files (*.jsonl) of {id, source, text} with `entities` ({start, end, type} in code points: places are
/// compared) or `labels` ({esco}: names are compared). With --predictions another finder's lines, in the form that `skills` writes,
/// are judged beside on the same sentences; scripts/skill-extractor-predictions.py makes them with a finder of the Python world.
#[derive(Args)]
pub struct EvaluateSkillsArguments {
    /// Folder of the labelled sets.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Another finder's findings, NDJSON.
    #[arg(long, value_name = "FILE")]
    predictions: Option<PathBuf>,
    /// Where the JSON is written.
    #[arg(long, value_name = "FILE", default_value = "skills_evaluation_results.json")]
    output: PathBuf,
    /// Print the JSON, too, instead of the table.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &EvaluateSkillsArguments) -> anyhow::Result<ExitCode> {
    let folder = &arguments.data;
    let cannot_read = || format!("the folder {} cannot be read", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(cannot_read)? {
        files.push(entry.with_context(cannot_read)?.path());
    }
    files.retain(|file| file.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    anyhow::ensure!(!files.is_empty(), "{} holds no *.jsonl", folder.display());
    let (mut sentences, mut broken) = (Vec::new(), 0);
    for file in &files {
        let (read, left_out) = read_lines::<Sentence>(file)?;
        sentences.extend(read);
        broken += left_out;
    }
    let other = match &arguments.predictions {
        Some(file) => {
            let (findings, left_out) = read_lines::<Findings>(file)?;
            broken += left_out;
            Some(findings)
        }
        None => None,
    };
    let report = evaluate(&sentences, other.as_deref(), Taxonomy::global());
    let json = write_results(&arguments.output, &report)?;
    Lines::stdout().text(&if arguments.json { json } else { report.to_string() })?;
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
