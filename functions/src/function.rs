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
    /// What it works with: it is allowed nothing else where a host can see to that.
    pub needs: &'static [Need],
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
    /// Whoever deploys, once before each new version takes over.
    Deployment,
}

/// Something that a function works with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The database.
    Database,
    /// Reads files of the bucket.
    ReadFiles,
    /// Writes files into the bucket.
    WriteFiles,
    /// Deletes files of the bucket.
    DeleteFiles,
    /// Lists the files of the bucket.
    ListFiles,
    /// Sends messages to a queue.
    Send(QueueName),
    /// Asks how many messages a queue has, and how many dead letters.
    Measure(QueueName),
    /// Looks at a queue's dead letters.
    ReadDeadLetters(QueueName),
    /// Puts a queue's dead letters back into it, or deletes them.
    Redrive(QueueName),
    /// The cache.
    Cache,
    /// The embedding model.
    Model,
    /// The chat API that writes explanations, where one is set up.
    Chat,
}

impl Need {
    /// How tables show it: a word, for a queue with the queue's name behind it.
    pub fn text(self) -> String {
        match self {
            Self::Database => "database".to_owned(),
            Self::ReadFiles => "read-files".to_owned(),
            Self::WriteFiles => "write-files".to_owned(),
            Self::DeleteFiles => "delete-files".to_owned(),
            Self::ListFiles => "list-files".to_owned(),
            Self::Send(queue) => format!("send {}", queue.as_str()),
            Self::Measure(queue) => format!("measure {}", queue.as_str()),
            Self::ReadDeadLetters(queue) => format!("read-dead-letters {}", queue.as_str()),
            Self::Redrive(queue) => format!("redrive {}", queue.as_str()),
            Self::Cache => "cache".to_owned(),
            Self::Model => "model".to_owned(),
            Self::Chat => "chat".to_owned(),
        }
    }
}

impl Function {
    /// A function that answers requests: seconds, little memory, and the database.
    pub const fn http(name: &'static str, routes: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            name,
            trigger: Trigger::Http(routes),
            batch_size: 1,
            timeout_seconds: 29,
            memory_mb: 256,
            needs: &[Need::Database],
        }
    }

    /// The same with more memory.
    #[must_use]
    pub const fn with_memory(self, memory_mb: u32) -> Self {
        Self { memory_mb, ..self }
    }

    /// The same with other needs.
    #[must_use]
    pub const fn with_needs(self, needs: &'static [Need]) -> Self {
        Self { needs, ..self }
    }

    /// Its routes; none if requests do not call it.
    pub const fn routes(&self) -> &'static [(&'static str, &'static str)] {
        match self.trigger {
            Trigger::Http(routes) => routes,
            Trigger::Queue(_) | Trigger::Schedule(_) | Trigger::Deployment => &[],
        }
    }

    /// Whether it needs the embedding model.
    pub fn embeds(&self) -> bool {
        self.needs.contains(&Need::Model)
    }
}
