//! Children that stand ready, and how many there may be.

use std::io;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::process::Process;
use super::wire::{Answer, Request};
use crate::document::limits::GRACE;
use crate::document::task::{Outcome, Picture, Task};
use crate::document::{DocumentError, Limits};

/// Requests after which a child is replaced, so that nothing that a reader leaves behind adds up.
const MAX_SERVED: u32 = 500;

/// Up to a number of children, each of which reads one document at a time.
pub(in crate::document) struct Pool {
    size: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Process>,
    /// Those that are idle, at work, or being started.
    started: usize,
}

impl Pool {
    /// A pool of at most `size` children, none of them started yet.
    pub(in crate::document) fn new(size: usize) -> Self {
        Self { size: size.max(1), state: Mutex::default(), changed: Condvar::new() }
    }

    /// Starts all children that are not there, so that no document waits for it. One that cannot be started is told by the
    /// first document that needs it.
    pub(in crate::document) fn warm_up(&self) {
        while self.reserve() {
            if !self.start_reserved() {
                return;
            }
        }
    }

    /// Performs a task in a child: waits for a free one, then at most for the deadline and a little more.
    pub(in crate::document) fn perform(
        &self,
        task: Task,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Outcome, DocumentError> {
        let mut process = self.take().map_err(|error| DocumentError::Unavailable {
            detail: format!("no process to read it in: {error}"),
        })?;
        let request = Request { task, limits: limits.clone() };
        match process.ask(&request, bytes, limits.deadline + GRACE) {
            Ok((answer, body)) => {
                if process.served() < MAX_SERVED {
                    self.give_back(process);
                } else {
                    self.replace(process);
                }
                match answer {
                    Answer::Document(document) => Ok(Outcome::Document(document)),
                    Answer::Picture(width, height) => {
                        Ok(Outcome::Picture(Some(Picture { width, height, grey: body })))
                    }
                    Answer::NoPicture => Ok(Outcome::Picture(None)),
                    Answer::Error(error) => Err(error),
                }
            }
            Err(error) => {
                self.replace(process);
                Err(error)
            }
        }
    }

    fn take(&self) -> io::Result<Process> {
        let mut state = self.lock();
        loop {
            // The one that worked last is the warmest.
            while let Some(mut process) = state.idle.pop() {
                if process.is_alive() {
                    return Ok(process);
                }
                state.started -= 1;
            }
            if state.started < self.size {
                state.started += 1;
                drop(state);
                return Process::start().inspect_err(|_| self.forget_one());
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn give_back(&self, process: Process) {
        self.lock().idle.push(process);
        self.changed.notify_one();
    }

    /// Ends a child and starts another in its place.
    fn replace(&self, process: Process) {
        drop(process);
        self.start_reserved();
    }

    /// Takes a place for a new child, if there is one.
    fn reserve(&self) -> bool {
        let mut state = self.lock();
        let free = state.started < self.size;
        state.started += usize::from(free);
        free
    }

    /// Starts the child whose place is taken; where that fails the place is given up.
    fn start_reserved(&self) -> bool {
        match Process::start() {
            Ok(process) => {
                self.give_back(process);
                true
            }
            Err(error) => {
                tracing::error!(%error, "a reading process cannot be started");
                self.forget_one();
                false
            }
        }
    }

    fn forget_one(&self) {
        self.lock().started -= 1;
        self.changed.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that holds the lock can leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
