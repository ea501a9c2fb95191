//! What the file commands read: NDJSON lines, CV files, the embedding model.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{Datelike, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use shared::config::{EmbeddingSetting, Settings};
use shared::document::{self, Document, DocumentError, Limits};
use shared::domain::{JobText, PartialDate};
use shared::embedding::Embedder;

/// A job as the file commands take it; unknown fields are ignored.
#[derive(Clone, Debug, Deserialize)]
pub struct JobLine {
    /// As it came: printed the same.
    pub id: serde_json::Value,
    /// What the ad says.
    #[serde(flatten)]
    pub job: JobFields,
}

/// The fields of a job that are compared.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct JobFields {
    title: Option<String>,
    company: Option<String>,
    location: Option<String>,
    text: Option<String>,
}

impl JobFields {
    /// As the modules take it.
    pub fn into_text(self) -> JobText {
        JobText {
            title: self.title.unwrap_or_default(),
            company: self.company,
            location: self.location,
            text: self.text.unwrap_or_default(),
            ..JobText::default()
        }
    }
}

/// The lines of an NDJSON file (`-`: standard input), and whether any was broken: each of those is told on standard error.
pub fn read_lines<T: DeserializeOwned>(file: &Path) -> anyhow::Result<(Vec<T>, bool)> {
    let reader: Box<dyn BufRead> = if file == Path::new("-") {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::new(
            File::open(file).with_context(|| format!("{} cannot be read", file.display()))?,
        ))
    };
    let (mut values, mut broken) = (Vec::new(), false);
    for (number, line) in reader.lines().enumerate() {
        let line = line.with_context(|| format!("{} cannot be read", file.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        match serde_json::from_str(&line) {
            Ok(value) => values.push(value),
            Err(error) => {
                eprintln!("{}, line {}: {error}", file.display(), number + 1);
                broken = true;
            }
        }
    }
    Ok((values, broken))
}

/// The bytes of a file (`-`: standard input), at most what a CV may have and one more.
pub fn read_bytes(file: &Path) -> io::Result<Vec<u8>> {
    let most = Limits::default().max_bytes as u64 + 1;
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Why a CV's file gave no document: `kind` for scripts, a message for people.
pub fn read_document(file: &Path) -> Result<Document, (String, String)> {
    if file.is_dir() {
        return Err(("folder".to_owned(), "This is a folder. Name the files in it.".to_owned()));
    }
    let bytes = read_bytes(file).map_err(|error| ("unreadable".to_owned(), error.to_string()))?;
    document::read(&bytes, &Limits::default())
        .map_err(|error: DocumentError| (error.kind().to_owned(), error.to_string()))
}

/// Today, for what "until now" means.
pub fn today() -> PartialDate {
    let today = Utc::now().date_naive();
    PartialDate { year: today.year() as i16, month: Some(today.month() as u8), day: Some(today.day() as u8) }
}

/// The embedding model of the settings.
pub fn embedder() -> anyhow::Result<Embedder> {
    let settings = Settings::from_env()?;
    if settings.embedding == EmbeddingSetting::Mock {
        return Ok(Embedder::mock());
    }
    let threads = settings.embedding_threads.unwrap_or_else(cores);
    Ok(Embedder::local_with_threads(&settings.model_dir, threads)?)
}

/// Processor cores of this machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A file or folder of this checkout: here, or where this program was built.
pub fn in_checkout(below: &str) -> Option<PathBuf> {
    let here = PathBuf::from(below);
    let built =
        std::env::current_exe().ok().and_then(|program| Some(program.ancestors().nth(3)?.join(below)));
    [Some(here), built].into_iter().flatten().find(|path| fs::exists(path).unwrap_or(false))
}
