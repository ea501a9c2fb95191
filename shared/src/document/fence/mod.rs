//! The fence around the readers of foreign formats: a [`Pool`] of child processes that read documents, so that a file on
//! which a reader aborts, overruns its memory or never ends takes nothing with it but its own reading.
//!
//! A child is this same program, started again with an argument that [`serve_if_asked`] knows: every `main` calls that
//! first. It gets no environment, no file and no socket but the one to its parent, sets limits upon itself, and answers
//! requests (a [`Task`], its limits, and the file's bytes) until its parent is gone.
//!
//! Reading happens in the child and parsing does not: parsing is code of this project that works in linear time on a text of
//! bounded length, and loading its taxonomy of skills would let a child start in a tenth of a second instead of two
//! thousandths, and more than double its memory (`make bench-reading`).

mod child;
mod pool;
mod process;
mod wire;
mod within_limits;

use std::sync::atomic::{AtomicBool, Ordering};

pub(super) use pool::Pool;
pub(super) use within_limits::command as command_within_limits;

/// The first argument of a child that reads documents.
const READ: &str = "read-documents";
/// The first argument of a child that limits itself and then becomes another program.
const WITHIN_LIMITS: &str = "run-within-limits";

/// Address space of a child, program and stack included: so its memory in use is below this at any time.
pub const MAX_MEMORY_BYTES: u64 = 512 << 20;

static CAN_START: AtomicBool = AtomicBool::new(false);

/// The beginning of every `main`: where this process was started as a child of the fence, serves as one and never returns.
pub fn serve_if_asked() {
    let mut arguments = std::env::args_os().skip(1);
    let first = arguments.next();
    if first.as_deref().is_some_and(|first| first == READ) {
        child::serve();
    }
    if first.as_deref().is_some_and(|first| first == WITHIN_LIMITS) {
        within_limits::become_program(arguments);
    }
    CAN_START.store(true, Ordering::Relaxed);
}

/// Whether this program's `main` called [`serve_if_asked`], so that children can be made of it. Programs of tests do not.
pub(super) fn can_start() -> bool {
    CAN_START.load(Ordering::Relaxed)
}

/// This program, whatever became of its file since it was started.
fn this_program() -> std::path::PathBuf {
    let link = std::path::PathBuf::from("/proc/self/exe");
    if link.exists() { link } else { std::env::current_exe().unwrap_or(link) }
}
