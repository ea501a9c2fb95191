//! `skills`: the skills that texts name.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::skills::{Taxonomy, code_point_offsets};

use super::inputs::read_lines;
use crate::output::Lines;

/// Finds the skills of the taxonomy that texts name. In: {id, text} a line. Out: {id, skills: [{name, id, start, end}]} with
/// offsets in code points.
#[derive(Args)]
pub struct SkillsArguments {
    /// The NDJSON file; `-` is standard input.
    file: PathBuf,
}

#[derive(Deserialize)]
struct TextLine {
    id: Value,
    text: String,
}

pub fn run(arguments: &SkillsArguments) -> anyhow::Result<ExitCode> {
    let (texts, broken) = read_lines::<TextLine>(&arguments.file)?;
    let taxonomy = Taxonomy::global();
    let mut lines = Lines::stdout();
    for line in texts {
        let mentions = taxonomy.find(&line.text);
        let offsets = code_point_offsets(&line.text, &mentions);
        let skills: Vec<Value> = mentions
            .iter()
            .zip(offsets)
            .filter_map(|(mention, (start, end))| {
                let skill = taxonomy.get(&mention.id)?;
                Some(json!({ "name": skill.name, "id": mention.id, "start": start, "end": end }))
            })
            .collect();
        lines.write(&json!({ "id": line.id, "skills": skills }))?;
    }
    Ok(if broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
