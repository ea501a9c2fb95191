//! The reader that a host gives to whatever reads CVs: which fence it reads behind, and who recognises text in pictures.

use std::sync::Arc;
use std::sync::mpsc;

use super::fence::{self, Pool};
use super::recognition::Recognition;
use super::task::{self, Outcome, Task};
use super::{Document, DocumentError, Limits, STACK_BYTES};
use super::{limits, recognition};
use crate::config::ReadingSettings;

/// Reads CVs. Cheap to clone; clones share their processes.
#[derive(Clone)]
pub struct Reader {
    fence: Arc<Fence>,
    recognition: Option<Arc<Recognition>>,
}

/// What holds a reader that goes wrong.
pub(super) enum Fence {
    /// A thread of this process: holds panics and, in most places, endless files, but neither aborts nor memory.
    Thread,
    /// Processes with limits: hold everything.
    Processes(Pool),
}

impl Reader {
    /// The reader of the settings: in processes of their own, where `main` called [`fence::serve_if_asked`]; and with text
    /// recognition, where an engine is there.
    pub fn new(settings: &ReadingSettings) -> Self {
        let processes = settings
            .processes
            .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
        let fence = if processes > 0 && fence::can_start() {
            Fence::Processes(Pool::new(processes))
        } else {
            Fence::Thread
        };
        let recognition = Recognition::find(settings).map(Arc::new);
        Self { fence: Arc::new(fence), recognition }
    }

    /// One that reads in threads of this process and recognises nothing in pictures.
    pub fn in_thread() -> Self {
        Self { fence: Arc::new(Fence::Thread), recognition: None }
    }

    /// Starts the processes, so that no document waits for it.
    pub fn warm_up(&self) {
        if let Fence::Processes(pool) = &*self.fence {
            pool.warm_up();
        }
    }

    /// Reads a CV; blocks until it is read, at most for `limits.deadline` and a little more once a process is free, or for
    /// [`recognition::PATIENCE`] where text in pictures is recognised.
    ///
    /// # Errors
    /// One [`DocumentError`] for each way in which a file can be unreadable, or the machine unable to read it.
    pub fn read(&self, bytes: &[u8], limits: &Limits) -> Result<Document, DocumentError> {
        task::refuse_at_once(bytes, limits)?;
        let document = match self.fence.perform(Task::Read, bytes, limits) {
            Ok(Outcome::Document(document)) => document,
            Ok(Outcome::Picture(_)) => return Err(DocumentError::damaged("it was not read")),
            Err(DocumentError::Scanned { pages }) => match &self.recognition {
                Some(recognition) => {
                    recognition::read_pictures(recognition, &self.fence, bytes, pages, limits)?
                }
                None => return Err(DocumentError::Scanned { pages }),
            },
            Err(error) => return Err(error),
        };
        Ok(document)
    }
}

impl Fence {
    pub(super) fn perform(
        &self,
        task: Task,
        bytes: &[u8],
        limits: &Limits,
    ) -> Result<Outcome, DocumentError> {
        match self {
            Self::Thread => perform_in_thread(task, bytes, limits),
            Self::Processes(pool) => pool.perform(task, bytes, limits),
        }
    }
}

/// Performs a task in a thread of its own with a large stack. When the deadline has passed, the caller gets
/// [`DocumentError::TimedOut`] even if the thread has not noticed yet (it looks at the clock at every glyph, element and
/// page, so it ends soon after).
fn perform_in_thread(task: Task, bytes: &[u8], limits: &Limits) -> Result<Outcome, DocumentError> {
    let (sender, receiver) = mpsc::channel();
    let (bytes, own_limits) = (bytes.to_vec(), limits.clone());
    let thread = std::thread::Builder::new()
        .name("read-document".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || {
            // The caller may be gone after its deadline: then nobody wants the outcome.
            let _ = sender.send(task::perform(task, bytes, &own_limits));
        })
        .map_err(|error| DocumentError::Unavailable {
            detail: format!("no thread to read it in: {error}"),
        })?;
    match receiver.recv_timeout(limits.deadline + limits::GRACE) {
        Ok(outcome) => {
            let _ = thread.join();
            outcome
        }
        Err(_) => Err(DocumentError::TimedOut),
    }
}
