//! The parent's side of one child: starting it, asking it within a time, and telling what it died of.

use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::wire::{self, Answer, FrameError, Request};
use super::{READ, this_program};
use crate::document::DocumentError;

/// More than an answer within the limits has: 400,000 characters with the place of every line, or a picture of a page.
const MAX_ANSWER_BYTES: u64 = 64 << 20;
/// What is read of a dead child's last words.
const MAX_LAST_WORDS: u64 = 4096;

/// A child that reads documents. It is ended when this is dropped.
pub(super) struct Process {
    child: Child,
    stream: UnixStream,
    served: u32,
}

impl Process {
    pub(super) fn start() -> io::Result<Self> {
        let (stream, of_child) = UnixStream::pair()?;
        let mut command = Command::new(this_program());
        command
            .arg0("cv-matching")
            .arg(READ)
            // It needs nothing of it, and no secret shall be where foreign files are read.
            .env_clear()
            // A second arena would reserve address space of the size of the whole limit.
            .env("MALLOC_ARENA_MAX", "1")
            .current_dir("/")
            // A group of its own: Ctrl-C reaches the parent alone, which finishes what it holds.
            .process_group(0)
            .stdin(Stdio::from(OwnedFd::from(of_child)))
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let child = command.spawn()?;
        Ok(Self { child, stream, served: 0 })
    }

    /// Requests answered so far.
    pub(super) fn served(&self) -> u32 {
        self.served
    }

    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Sends a request with its file and waits for the answer. After an error the child is of no more use.
    pub(super) fn ask(
        &mut self,
        request: &Request,
        bytes: &[u8],
        patience: Duration,
    ) -> Result<(Answer, Vec<u8>), DocumentError> {
        let mut timed = Timed { stream: &self.stream, end: Instant::now() + patience };
        let sent = wire::write(&mut timed, request, bytes);
        match sent.and_then(|()| wire::read(&mut timed, MAX_ANSWER_BYTES)) {
            Ok(answer) => {
                self.served += 1;
                Ok(answer)
            }
            Err(FrameError::TimedOut) => Err(DocumentError::TimedOut),
            Err(FrameError::TooLong) => {
                Err(DocumentError::TooMuchText { max_text_chars: request.limits.max_text_chars })
            }
            Err(FrameError::Closed) => Err(self.cause_of_death()),
            Err(error @ (FrameError::Malformed | FrameError::Io(_))) => {
                Err(DocumentError::Unavailable { detail: format!("the reading process fails: {error}") })
            }
        }
    }

    /// What a child died of whose end of the socket is closed.
    fn cause_of_death(&mut self) -> DocumentError {
        let status = match self.child.wait() {
            Ok(status) => status,
            Err(error) => return DocumentError::Unavailable { detail: error.to_string() },
        };
        let mut last_words = Vec::new();
        if let Some(stderr) = self.child.stderr.take() {
            // It is dead, so this ends; what cannot be read says nothing.
            let _ = stderr.take(MAX_LAST_WORDS).read_to_end(&mut last_words);
        }
        let last_words = String::from_utf8_lossy(&last_words);
        tracing::warn!(%status, last_words = last_words.trim(), "a reading process died; it is replaced");
        let signal = status.signal();
        let is = |expected: Signal| signal == Some(expected.as_raw());
        if last_words.contains("memory allocation of") {
            DocumentError::TooMuchMemory
        } else if last_words.contains("overflowed its stack") {
            DocumentError::TooDeep
        } else if is(Signal::XCPU) {
            DocumentError::TimedOut
        } else if signal.is_none() || is(Signal::KILL) || is(Signal::TERM) || is(Signal::INT) {
            // Not by itself: the machine ran out of memory, or somebody ended it. The file may be a good one.
            DocumentError::Unavailable { detail: format!("the reading process was ended: {status}") }
        } else {
            DocumentError::Crashed
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may be dead already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A stream on which everything together has an end in time.
struct Timed<'s> {
    stream: &'s UnixStream,
    end: Instant,
}

impl Timed<'_> {
    fn left(&self) -> io::Result<Option<Duration>> {
        match self.end.checked_duration_since(Instant::now()) {
            Some(left) if !left.is_zero() => Ok(Some(left)),
            _ => Err(io::ErrorKind::TimedOut.into()),
        }
    }
}

impl Read for Timed<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.stream.set_read_timeout(self.left()?)?;
        (&mut self.stream).read(buffer)
    }
}

impl Write for Timed<'_> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        self.stream.set_write_timeout(self.left()?)?;
        (&mut self.stream).write(buffer)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
