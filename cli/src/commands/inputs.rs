//! What the file commands read: NDJSON lines, CV files, the embedding model.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use anyhow::Context;
use chrono::{Datelike, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Number, Value};
use shared::api::must_haves::read_must_haves;
use shared::config::{EmbeddingSetting, ReadingSettings, Settings};
use shared::document::{Document, Limits, Reader};
use shared::domain::{JobText, MustHaves, PartialDate, Profile, Remote};
use shared::embedding::Embedder;
use shared::parsing::{self, Parsed};
use shared::skills::Taxonomy;

use super::parallel::cores;

/// The id of a line: a text or a number, printed as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "`id` must be a text or a number")]
pub enum Id {
    /// Such as `"cv-12"`.
    Text(String),
    /// Such as `12`.
    Number(Number),
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => formatter.write_str(text),
            Self::Number(number) => write!(formatter, "{number}"),
        }
    }
}

/// A CV as the file commands take it: one of text, path and profile.
#[derive(Clone, Debug, Deserialize)]
pub struct CvLine {
    /// As it came.
    pub id: Id,
    /// The CV as text.
    #[serde(default)]
    pub text: Option<String>,
    /// The CV's file, relative to the folder of the NDJSON file.
    #[serde(default)]
    pub path: Option<PathBuf>,
    /// What a CV says, as JSON Resume.
    #[serde(default)]
    pub profile: Option<Profile>,
}

/// A job as the file commands take it; unknown fields are ignored.
#[derive(Clone, Debug, Deserialize)]
pub struct JobLine {
    /// As it came.
    pub id: Id,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    company: Option<String>,
    #[serde(default)]
    location: Option<String>,
    #[serde(default)]
    remote: Value,
    text: String,
    /// Its conditions.
    #[serde(default, deserialize_with = "must_haves")]
    pub must_haves: MustHaves,
}

/// Conditions as a job is posted with them; wrong ones are told like a line that is no JSON.
pub fn must_haves<'de, D: Deserializer<'de>>(deserializer: D) -> Result<MustHaves, D::Error> {
    read_must_haves(&Value::deserialize(deserializer)?).map_err(|errors| {
        let told = errors.iter().map(|error| format!("{} {}", error.field, error.message));
        serde::de::Error::custom(told.collect::<Vec<String>>().join("; "))
    })
}

impl JobLine {
    /// As it is compared. An empty field is none.
    pub fn job(&self) -> JobText {
        let filled = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        JobText {
            title: filled(&self.title).unwrap_or_default(),
            company: filled(&self.company),
            location: filled(&self.location),
            // Other systems' words for it are no reason to refuse a job.
            remote: serde_json::from_value::<Remote>(self.remote.clone()).ok(),
            text: self.text.clone(),
            ..JobText::default()
        }
    }
}

/// Why a CV cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// A stable name for scripts.
    pub kind: &'static str,
    /// What is wrong and what to do.
    pub message: String,
}

impl Unreadable {
    /// An error of this kind.
    pub fn new(kind: &'static str, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

/// Gives `take` each line of an NDJSON file (`-`: standard input) as it comes. A line that is no such object is told on
/// standard error with its number and left out. Returns how many those were.
pub fn each_line<T: DeserializeOwned>(
    file: &Path,
    mut take: impl FnMut(T) -> anyhow::Result<()>,
) -> anyhow::Result<usize> {
    let is_stdin = file == Path::new("-");
    let name = if is_stdin { "standard input".to_owned() } else { file.display().to_string() };
    anyhow::ensure!(!file.is_dir(), "{name} is a folder: name an NDJSON file, one JSON object a line");
    let cannot_read = || format!("{name} cannot be read");
    let mut reader: Box<dyn BufRead> = if is_stdin {
        Box::new(BufReader::new(io::stdin()))
    } else {
        Box::new(BufReader::with_capacity(1 << 16, File::open(file).with_context(cannot_read)?))
    };
    let (mut line, mut number, mut broken) = (Vec::new(), 0, 0);
    loop {
        line.clear();
        if reader.read_until(b'\n', &mut line).with_context(cannot_read)? == 0 {
            return Ok(broken);
        }
        number += 1;
        // Some Windows programs begin a file with this mark.
        let text = line.strip_prefix(b"\xef\xbb\xbf").filter(|_| number == 1).unwrap_or(&line).trim_ascii();
        if text.is_empty() {
            continue;
        }
        match serde_json::from_slice(text) {
            Ok(value) => take(value)?,
            Err(error) => {
                broken += 1;
                let reason = error.to_string();
                // The reader counts lines within the one that it was given.
                let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
                eprintln!("{name}, line {number}, column {}: {reason}; the line is left out", error.column());
            }
        }
    }
}

/// All lines of an NDJSON file, and how many are left out; see [`each_line`].
pub fn read_lines<T: DeserializeOwned>(file: &Path) -> anyhow::Result<(Vec<T>, usize)> {
    let mut values = Vec::new();
    let broken = each_line(file, |value| {
        values.push(value);
        Ok(())
    })?;
    Ok((values, broken))
}

/// The bytes of a file (`-`: standard input), at most what a CV may have and one more.
fn read_bytes(file: &Path) -> io::Result<Vec<u8>> {
    let most = Limits::default().max_bytes as u64 + 1;
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().take(most).read_to_end(&mut bytes)?;
    } else {
        File::open(file)?.take(most).read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}

/// Reads a CV's file.
pub fn read_cv(reader: &Reader, file: &Path) -> Result<(Document, Parsed), Unreadable> {
    if file.is_dir() {
        return Err(Unreadable::new("folder", "This is a folder. Name the files in it, as in folder/*.pdf."));
    }
    let bytes = read_bytes(file)
        .map_err(|error| Unreadable::new("unreadable", format!("The file cannot be opened: {error}.")))?;
    let document = reader
        .read(&bytes, &Limits::default())
        .map_err(|error| Unreadable::new(error.kind(), error.to_string()))?;
    let parsed = fenced(|| parsing::parse(&document, Taxonomy::global(), today()))?;
    Ok((document, parsed))
}

/// The reader of the settings. Its processes are started at their first use.
pub fn reader() -> anyhow::Result<Reader> {
    Ok(Reader::new(&ReadingSettings::from_env()?))
}

/// Starts, decodes and loads what reading needs at its first use, so that the first file is not charged for it.
pub fn warm_up(reader: &Reader) {
    reader.warm_up();
    // What is read does not matter.
    let _ = read_cv_text(
        "Ada Byron\nada@example.com, +44 20 7946 0000\n\nExperience\nEngineer, Works, 01/2019 - 02/2020\n",
    );
}

/// Reads a CV's text.
pub fn read_cv_text(text: &str) -> Result<Parsed, Unreadable> {
    if text.trim().is_empty() {
        return Err(Unreadable::new("empty", "This CV has no text."));
    }
    fenced(|| parsing::parse_text(text, Taxonomy::global(), today()))
}

/// One CV that meets a defect of ours must not take the others with it.
fn fenced<T>(read: impl FnOnce() -> T) -> Result<T, Unreadable> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| {
        Unreadable::new(
            "internal",
            "This CV met a defect of this program, shown above. Please report it with the file.",
        )
    })
}

/// Today, for what "until now" means.
pub fn today() -> PartialDate {
    let today = Utc::now().date_naive();
    PartialDate { year: today.year() as i16, month: Some(today.month() as u8), day: Some(today.day() as u8) }
}

/// The embedding model of the settings.
pub fn embedder() -> anyhow::Result<Embedder> {
    let settings = Settings::from_env()?;
    match settings.embedding {
        EmbeddingSetting::Mock => Ok(Embedder::mock()),
        EmbeddingSetting::Api(api) => Ok(Embedder::api(api)?),
        EmbeddingSetting::Local => {
            let threads = settings.embedding_threads.unwrap_or_else(cores);
            Ok(Embedder::local_with_threads(&settings.model_dir, threads)?)
        }
    }
}

/// A file or folder of this checkout: here, or where this program was built.
pub fn in_checkout(below: &str) -> Option<PathBuf> {
    let here = PathBuf::from(below);
    let built =
        std::env::current_exe().ok().and_then(|program| Some(program.ancestors().nth(3)?.join(below)));
    [Some(here), built].into_iter().flatten().find(|path| fs::exists(path).unwrap_or(false))
}

/// Writes the results of an evaluation as JSON, which is returned.
pub fn write_results(file: &Path, results: &impl Serialize) -> anyhow::Result<String> {
    let json = serde_json::to_string_pretty(results)?;
    fs::write(file, &json).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(json)
}
