//! The program `tesseract`: finding it, and running it on one picture within limits.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::config::{ReadingSettings, Recogniser};
use crate::document::fence;
use crate::document::task::Picture;

/// Address space of the engine: its models and the picture take some hundred megabytes.
const MAX_MEMORY_BYTES: u64 = 1 << 30;
/// More than a page of words with their places has.
const MAX_OUTPUT_BYTES: u64 = 8 << 20;
/// How often it is looked whether the engine has ended.
const GLANCE: Duration = Duration::from_millis(5);

/// A text recognition engine that is there.
#[derive(Debug)]
pub(in crate::document) struct Recognition {
    program: OsString,
    languages: String,
}

/// Why the engine gave no words.
#[derive(Debug, thiserror::Error)]
pub(super) enum EngineError {
    /// It took too long and was ended.
    #[error("it takes too long")]
    TimedOut,
    /// It failed, and said why.
    #[error("{0}")]
    Failed(String),
    /// It cannot be run.
    #[error("it cannot be run: {0}")]
    Io(#[from] io::Error),
}

impl Recognition {
    /// The engine of the settings; none where it is switched off, or not named and not on the `PATH`.
    pub(in crate::document) fn find(settings: &ReadingSettings) -> Option<Self> {
        let program = match &settings.recogniser {
            Recogniser::Off => return None,
            Recogniser::Program(program) => program.clone(),
            Recogniser::IfOnPath => on_path("tesseract")?,
        };
        Some(Self { program: program.into_os_string(), languages: settings.recognised_languages.clone() })
    }

    /// The words of a page as `tesseract` lists them (tab-separated, with their places), within `patience`.
    pub(super) fn words(&self, picture: &Picture, patience: Duration) -> Result<String, EngineError> {
        let end = Instant::now() + patience;
        let mut command = fence::command_within_limits(&self.program, MAX_MEMORY_BYTES, patience);
        command
            // Threads of its own make one page hardly faster and all pages together slower.
            .env("OMP_THREAD_LIMIT", "1")
            .envs(std::env::var_os("TESSDATA_PREFIX").map(|folder| ("TESSDATA_PREFIX", folder)))
            .args(["stdin", "stdout", "-l", &self.languages, "--psm", "3", "tsv"])
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut engine = Running(command.spawn()?);
        let (input, output, errors) = (engine.0.stdin.take(), engine.0.stdout.take(), engine.0.stderr.take());
        thread::scope(|scope| {
            scope.spawn(move || {
                if let Some(mut input) = input {
                    let header = format!("P5\n{} {}\n255\n", picture.width, picture.height);
                    // An engine that ends early does not read it all: its status tells.
                    let _ = input.write_all(header.as_bytes()).and_then(|()| input.write_all(&picture.grey));
                }
            });
            let output = scope.spawn(move || all_of(output));
            let errors = scope.spawn(move || all_of(errors));
            let status = loop {
                if let Some(status) = engine.0.try_wait()? {
                    break status;
                }
                if Instant::now() >= end {
                    engine.end();
                    return Err(EngineError::TimedOut);
                }
                thread::sleep(GLANCE);
            };
            let text = |read: thread::ScopedJoinHandle<'_, Vec<u8>>| {
                String::from_utf8_lossy(&read.join().unwrap_or_default()).into_owned()
            };
            if status.success() {
                Ok(text(output))
            } else {
                Err(EngineError::Failed(format!("{status}: {}", text(errors).trim())))
            }
        })
    }
}

/// A running engine; it is ended when this is dropped.
struct Running(Child);

impl Running {
    fn end(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end();
    }
}

fn all_of(stream: Option<impl Read>) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(stream) = stream {
        // What cannot be read is missing in the words, which then are none.
        let _ = stream.take(MAX_OUTPUT_BYTES).read_to_end(&mut bytes);
    }
    bytes
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}
