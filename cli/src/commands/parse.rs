//! `parse`: CV files to profiles.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use indicatif::ProgressBar;
use serde::Serialize;
use shared::document::Reader;
use shared::domain::{Profile, Work};

use super::inputs::{Unreadable, read_cv, reader, warm_up};
use super::parallel;
use crate::output::{Lines, progress};

/// Reads CV files (PDF, DOCX, ODT, RTF, HTML, Markdown, text; told apart by content) and prints one JSON object a file:
/// {file, profile | error: {kind, message}, pages, columns, milliseconds}. The profile is JSON Resume 1.0.
///
/// Goes on after a file that cannot be read; the exit code is 1 then. Example: cv-matching parse *.pdf | jq .profile.basics
#[derive(Args)]
pub struct ParseArguments {
    /// The files; `-` is standard input.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Add the text in reading order.
    #[arg(long)]
    text: bool,
    /// Print a summary for people instead of JSON.
    #[arg(long)]
    pretty: bool,
}

#[derive(Serialize)]
struct Line {
    file: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<Profile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Unreadable>,
    /// None where the file cannot be read.
    pages: Option<u32>,
    columns: Option<u8>,
    milliseconds: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

pub fn run(arguments: &ParseArguments) -> anyhow::Result<ExitCode> {
    let reader = reader()?;
    warm_up(&reader);
    let mut failed = false;
    let mut lines = Lines::stdout();
    let bar = if io::stdout().is_terminal() {
        // What is printed shows how far it is.
        ProgressBar::hidden()
    } else {
        progress(arguments.files.len() as u64, "Reading CVs")
    };
    parallel::in_order(
        &arguments.files,
        |file| read(&reader, file, arguments.text),
        |line| {
            failed |= line.error.is_some();
            if arguments.pretty {
                lines.text(&summary(&line))?
            } else {
                lines.write(&line)?
            }
            bar.inc(1);
            Ok(())
        },
    )?;
    bar.finish_and_clear();
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn read(reader: &Reader, file: &Path, with_text: bool) -> Line {
    let started = Instant::now();
    let outcome = read_cv(reader, file);
    let milliseconds = (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
    let file = file.to_owned();
    let mut line =
        Line { file, profile: None, error: None, pages: None, columns: None, milliseconds, text: None };
    match outcome {
        Ok((document, parsed)) => {
            line.pages = Some(document.pages);
            line.columns = Some(document.columns);
            line.text = with_text.then_some(parsed.text);
            line.profile = Some(parsed.profile);
        }
        Err(error) => line.error = Some(error),
    }
    line
}

fn summary(line: &Line) -> String {
    let mut out = vec![format!("{}  ({:.1} ms)", line.file.display(), line.milliseconds)];
    let mut say = |name: &str, value: String| {
        if !value.is_empty() {
            out.push(format!("  {name:<12} {value}"));
        }
    };
    if let Some(error) = &line.error {
        say("error", format!("{} ({})", error.message, error.kind));
    }
    if let Some(profile) = &line.profile {
        let basics = &profile.basics;
        let some = |text: &Option<String>| text.clone().unwrap_or_default();
        say("name", some(&basics.name));
        say("headline", some(&basics.label));
        say("e-mail", some(&basics.email));
        say("phone", some(&basics.phone));
        let place =
            basics.location.iter().flat_map(|place| [&place.city, &place.region, &place.country_code]);
        say("place", place.flatten().map(String::as_str).collect::<Vec<&str>>().join(", "));
        for (index, work) in profile.work.iter().enumerate() {
            let current = profile.analysis.current_work.contains(&index);
            say(if index == 0 { "work" } else { "" }, employment(work, current));
        }
        for (index, school) in profile.education.iter().enumerate() {
            let pieces = [&school.study_type, &school.area, &school.institution];
            let words = pieces.into_iter().flatten().map(String::as_str).collect::<Vec<&str>>().join(", ");
            say(if index == 0 { "education" } else { "" }, words);
        }
        say(
            "skills",
            profile.skills.iter().map(|skill| skill.name.as_str()).collect::<Vec<&str>>().join(", "),
        );
        say(
            "languages",
            profile.languages.iter().map(|known| known.language.as_str()).collect::<Vec<&str>>().join(", "),
        );
        say("warnings", profile.analysis.warnings.join(" "));
    }
    if let Some(text) = &line.text {
        say("text", format!("\n{text}"));
    }
    out.push(String::new());
    out.join("\n")
}

fn employment(work: &Work, current: bool) -> String {
    let date = |date: Option<shared::domain::PartialDate>| date.map(|date| date.to_string());
    let end = date(work.end_date).or_else(|| current.then(|| "present".to_owned()));
    let period = [date(work.start_date), end].into_iter().flatten().collect::<Vec<String>>().join(" – ");
    let words = [&work.position, &work.name]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<&str>>()
        .join(", ");
    format!("{period:<18}  {words}")
}
