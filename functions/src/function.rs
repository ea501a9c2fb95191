//! What a function is: its name, what calls it, and what it needs. The hosts, the deploy files and the tests that hold them
//! against each other all read it from here.

use shared::pipeline::Task;
use shared::queue::QueueName;

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name, such as `upload-cv`.
    pub name: &'static str,
    /// What calls it.
    pub trigger: Trigger,
    /// Messages, or rows, that one call takes; 1 for a route.
    pub batch_size: u32,
    /// How long a call may take.
    pub timeout_seconds: u32,
    /// Memory, on hosts that assign it.
    pub memory_mb: u32,
}

/// What calls a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Requests: method and path of each route, parameters as `{name}`.
    Http(&'static [(&'static str, &'static str)]),
    /// Messages of a queue.
    Queue(QueueName),
    /// A clock: the task knows its name and when it runs.
    Schedule(Task),
}

impl Function {
    /// A function that answers requests: seconds, and little memory.
    pub const fn http(name: &'static str, routes: &'static [(&'static str, &'static str)]) -> Self {
        Self { name, trigger: Trigger::Http(routes), batch_size: 1, timeout_seconds: 29, memory_mb: 256 }
    }

    /// The same with more memory.
    #[must_use]
    pub const fn with_memory(self, memory_mb: u32) -> Self {
        Self { memory_mb, ..self }
    }

    /// Its routes; none if requests do not call it.
    pub const fn routes(&self) -> &'static [(&'static str, &'static str)] {
        match self.trigger {
            Trigger::Http(routes) => routes,
            Trigger::Queue(_) | Trigger::Schedule(_) => &[],
        }
    }
}
