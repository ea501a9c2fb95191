//! A queue for the processor: callers get their turn in the order in which they asked, one at a time. A plain mutex
//! would hand the turn back to whoever has just had it, and a caller with one text would wait for one with a thousand.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// The queue. See [`Turns::wait`].
#[derive(Default)]
pub(super) struct Turns {
    tickets: Mutex<Tickets>,
    changed: Condvar,
}

#[derive(Default)]
struct Tickets {
    next: u64,
    serving: u64,
}

/// The turn: it ends when this is dropped.
pub(super) struct Turn<'turns>(&'turns Turns);

impl Turns {
    /// Blocks until all who came before have had their turn.
    pub(super) fn wait(&self) -> Turn<'_> {
        let mut tickets = self.lock();
        let mine = tickets.next;
        tickets.next += 1;
        while tickets.serving != mine {
            tickets = self.changed.wait(tickets).unwrap_or_else(PoisonError::into_inner);
        }
        Turn(self)
    }

    /// Counting is never left half done, so a panic elsewhere while the lock was held does no harm.
    fn lock(&self) -> MutexGuard<'_, Tickets> {
        self.tickets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().serving += 1;
        self.0.changed.notify_all();
    }
}
