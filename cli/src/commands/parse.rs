//! `parse`: CV files to profiles.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::time::Instant;

use clap::Args;
use serde_json::{Value, json};
use shared::parsing::parse;
use shared::skills::Taxonomy;

use super::inputs::{cores, read_document, today};
use crate::output::Lines;

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
}

pub fn run(arguments: &ParseArguments) -> anyhow::Result<ExitCode> {
    let files = &arguments.files;
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut failed = false;
    std::thread::scope(|scope| {
        for _ in 0..cores().min(files.len()) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(file) = files.get(index) else { return };
                    // The receiver is gone when the output was closed: nothing is left to do then.
                    if sender.send((index, parsed(file, arguments.text))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        // Printed in the order given, whichever is read first.
        let mut lines = Lines::stdout();
        let mut waiting: BTreeMap<usize, Value> = BTreeMap::new();
        let mut printed = 0;
        for (index, line) in receiver {
            waiting.insert(index, line);
            while let Some(line) = waiting.remove(&printed) {
                failed |= line.get("error").is_some();
                lines.write(&line)?;
                printed += 1;
            }
        }
        anyhow::Ok(())
    })?;
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn parsed(file: &Path, with_text: bool) -> Value {
    let started = Instant::now();
    let milliseconds = || (started.elapsed().as_secs_f64() * 100_000.0).round() / 100.0;
    match read_document(file) {
        Ok(document) => {
            let read = parse(&document, Taxonomy::global(), today());
            let mut line = json!({
                "file": file, "profile": read.profile, "pages": document.pages, "columns": document.columns,
                "milliseconds": milliseconds(),
            });
            if with_text {
                line["text"] = read.text.into();
            }
            line
        }
        Err((kind, message)) => json!({
            "file": file, "error": { "kind": kind, "message": message }, "milliseconds": milliseconds(),
        }),
    }
}
