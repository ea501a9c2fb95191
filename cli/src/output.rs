//! What the commands print: NDJSON to standard output, progress to a terminal's standard error.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

/// Standard output for one JSON object a line.
pub struct Lines(BufWriter<io::StdoutLock<'static>>);

impl Lines {
    /// Standard output, held until this is dropped.
    pub fn stdout() -> Self {
        Self(BufWriter::new(io::stdout().lock()))
    }

    /// Writes one line, and sends it off so that a reader sees it at once.
    pub fn write(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        serde_json::to_writer(&mut self.0, value)?;
        self.0.write_all(b"\n")?;
        self.0.flush()?;
        Ok(())
    }

    /// Writes one line of text.
    pub fn text(&mut self, line: &str) -> anyhow::Result<()> {
        writeln!(self.0, "{line}")?;
        self.0.flush()?;
        Ok(())
    }
}

/// Whether writing failed because nobody reads any more.
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io == Some(ErrorKind::BrokenPipe) || json == Some(ErrorKind::BrokenPipe)
    })
}

/// A progress bar on standard error, shown only on a terminal and only for what takes longer than a moment.
pub fn progress(length: u64, what: &'static str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(length), ProgressDrawTarget::stderr_with_hz(10));
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} ({eta})");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
