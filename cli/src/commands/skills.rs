//! `skills`: the skills that texts name.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Deserialize;
use serde_json::{Value, json};
use shared::skills::{Taxonomy, code_point_offsets};

use super::inputs::{Id, each_line};
use crate::output::Lines;

/// Finds the skills of the taxonomy that texts name (NDJSON in and out, each line answered as it comes).
///
/// In: {id, text} a line. Out: {id, skills: [{name, id, start, end}]}: name and id are the taxonomy's, the offsets count code
/// points. Example: echo '{"id": 1, "text": "Python and wound care"}' | cv-matching skills -
#[derive(Args)]
pub struct SkillsArguments {
    /// The NDJSON file; `-` is standard input.
    file: PathBuf,
}

#[derive(Deserialize)]
struct TextLine {
    id: Id,
    text: String,
}

pub fn run(arguments: &SkillsArguments) -> anyhow::Result<ExitCode> {
    let taxonomy = Taxonomy::global();
    let mut lines = Lines::stdout();
    let broken = each_line(&arguments.file, |line: TextLine| {
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
        lines.write(&json!({ "id": line.id, "skills": skills }))
    })?;
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
