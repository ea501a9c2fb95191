//! The one set of instruments: [`ALL`] says what there is, and a function for each kind of event says what happened, in one
//! line where it happens. Names follow Prometheus' conventions; labels have few values, never an id. Where the numbers go is
//! [`super::exporting`]'s business. Dashboard, alerts and documentation are held against [`ALL`] by a test.

use metrics::{Unit, counter, gauge, histogram};

/// What kind of number an instrument gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Only grows, from the start of the process.
    Counter,
    /// Goes up and down.
    Gauge,
    /// How many of what size.
    Histogram,
}

/// Whose number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Each process has its own: the whole is their sum.
    Process,
    /// Of the whole system, read from the database and the queues by the function `metrics`.
    System,
}

/// One instrument.
#[derive(Clone, Copy, Debug)]
pub struct Instrument {
    /// Its name.
    pub name: &'static str,
    /// What kind of number it gives.
    pub kind: Kind,
    /// Whose number it is.
    pub scope: Scope,
    /// In what unit.
    pub unit: Unit,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it means.
    pub help: &'static str,
}

const fn counter(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Instrument {
    Instrument { name, kind: Kind::Counter, scope: Scope::Process, unit: Unit::Count, labels, help }
}

const fn seconds(name: &'static str, labels: &'static [&'static str], help: &'static str) -> Instrument {
    Instrument { name, kind: Kind::Histogram, scope: Scope::Process, unit: Unit::Seconds, labels, help }
}

const fn system(
    name: &'static str,
    unit: Unit,
    labels: &'static [&'static str],
    help: &'static str,
) -> Instrument {
    Instrument { name, kind: Kind::Gauge, scope: Scope::System, unit, labels, help }
}

const STAGE_ITEMS: Instrument = counter(
    "cv_matching_stage_items_total",
    &["function", "outcome"],
    "Rows that a stage's function worked on, or a schedule for it. Outcome: completed; retrying, the attempt failed and another follows; failed, for good; lost, the lease ended before the work",
);
const STAGE_BATCH_DURATION: Instrument = seconds(
    "cv_matching_stage_batch_duration_seconds",
    &["function", "host"],
    "How long a function worked on a batch of messages, or on one run of a schedule",
);
const STAGE_ITEM_DURATION: Instrument = seconds(
    "cv_matching_stage_item_duration_seconds",
    &["function"],
    "How long a function worked on one row; of rows that are worked on together each counts with its share",
);
const HTTP_REQUESTS: Instrument = counter(
    "cv_matching_http_requests_total",
    &["method", "route", "status"],
    "Requests by route and class of the answer's status (2xx, 3xx, 4xx, 5xx); probes and scrapes are left out",
);
const HTTP_REQUEST_DURATION: Instrument = seconds(
    "cv_matching_http_request_duration_seconds",
    &["method", "route"],
    "How long requests took to be answered",
);
const CACHE_LOOKUPS: Instrument =
    counter("cv_matching_cache_lookups_total", &["result"], "Lookups in the cache. Result: hit, miss");
const DATABASE_ERRORS: Instrument = counter(
    "cv_matching_database_errors_total",
    &["kind"],
    "Failures of the database. Kind: unreachable, transient (may succeed if it is done again), statement",
);
const REDIS_ERRORS: Instrument = counter(
    "cv_matching_redis_errors_total",
    &[],
    "Commands that Redis failed; while it is left alone after a failure nothing is counted",
);
const TASK_RUNS: Instrument = counter(
    "cv_matching_task_runs_total",
    &["task", "outcome"],
    "Runs of scheduled tasks. Outcome: completed, failed, skipped (the run before went on still)",
);
const CHAT_CALLS: Instrument = counter(
    "cv_matching_chat_calls_total",
    &["outcome"],
    "Requests to the chat API. Outcome: answered, failed, over_budget (not sent)",
);
const CHAT_CALL_DURATION: Instrument =
    seconds("cv_matching_chat_call_duration_seconds", &[], "How long the chat API took");
const CHAT_TOKENS: Instrument = counter(
    "cv_matching_chat_tokens_total",
    &["direction"],
    "Tokens that the chat API charged, as far as it says. Direction: input, output",
);
const CHAT_COST: Instrument = counter(
    "cv_matching_chat_cost_micros_total",
    &[],
    "What the chat API cost, in millionths of the currency of LLM_PRICE_INPUT and LLM_PRICE_OUTPUT",
);
const POOL_CONNECTIONS: Instrument = Instrument {
    scope: Scope::Process,
    ..system(
        "cv_matching_pool_connections",
        Unit::Count,
        &["state"],
        "Connections of this process's pool to the database. State: in_use, idle, awaited (work that waits for one)",
    )
};

/// Rows that a stage has before it.
pub const BACKLOG: Instrument = system(
    "cv_matching_backlog_items",
    Unit::Count,
    &["stage"],
    "Rows that wait for a stage or are worked on, those that wait for their next attempt included",
);
/// How long the first of them is due.
pub const BACKLOG_OLDEST: Instrument = system(
    "cv_matching_backlog_oldest_seconds",
    Unit::Seconds,
    &["stage"],
    "How long the row that waits longest for a stage has been due; 0 where none is due",
);
/// Rows that a stage gave up.
pub const FAILED_ITEMS: Instrument =
    system("cv_matching_failed_items", Unit::Count, &["stage"], "Rows at which a stage failed for good");
/// Messages.
pub const QUEUE_MESSAGES: Instrument = system(
    "cv_matching_queue_messages",
    Unit::Count,
    &["queue", "state"],
    "Messages of a queue. State: waiting, delayed (their time has not come), in_flight, dead (in its dead-letter queue)",
);
/// The age of the first message.
pub const QUEUE_OLDEST: Instrument = system(
    "cv_matching_queue_oldest_message_age_seconds",
    Unit::Seconds,
    &["queue"],
    "How long the oldest message of a queue waits, where the queue tells (SQS tells it CloudWatch only)",
);
/// Whether a queue can be asked.
pub const QUEUE_UP: Instrument =
    system("cv_matching_queue_up", Unit::Count, &["queue"], "1 where a queue answers, else 0");
/// How late a schedule is.
pub const SCHEDULE_LATENESS: Instrument = system(
    "cv_matching_schedule_lateness_seconds",
    Unit::Seconds,
    &["task"],
    "How long ago a scheduled task should have run and did not; 0 where it is in time or paused",
);
/// What is paused.
pub const PAUSED: Instrument = system(
    "cv_matching_paused",
    Unit::Count,
    &["kind"],
    "Queues and schedules that somebody paused. Kind: queue, schedule",
);
/// Whether the database answers.
pub const DATABASE_UP: Instrument =
    system("cv_matching_database_up", Unit::Count, &[], "1 where the database answers, else 0");
/// How large it is.
pub const DATABASE_SIZE: Instrument =
    system("cv_matching_database_size_bytes", Unit::Bytes, &[], "Size of the database with its indexes");
/// How large it may become.
pub const DATABASE_SIZE_LIMIT: Instrument = system(
    "cv_matching_database_size_limit_bytes",
    Unit::Bytes,
    &[],
    "DATABASE_SIZE_LIMIT_GB in bytes; absent where that is not set, for a disk cannot be seen through SQL",
);
/// Sessions on it.
pub const DATABASE_CONNECTIONS: Instrument = system(
    "cv_matching_database_connections",
    Unit::Count,
    &["state"],
    "Sessions on the database. State: active, idle, idle_in_transaction, other",
);
/// How many it takes.
pub const DATABASE_CONNECTIONS_LIMIT: Instrument = system(
    "cv_matching_database_connections_limit",
    Unit::Count,
    &[],
    "Most sessions that the database's server takes",
);
/// Whether Redis answers.
pub const REDIS_UP: Instrument = system(
    "cv_matching_redis_up",
    Unit::Count,
    &[],
    "1 where Redis answers, else 0; absent where none is used",
);

/// Every instrument.
pub const ALL: [Instrument; 29] = [
    STAGE_ITEMS,
    STAGE_BATCH_DURATION,
    STAGE_ITEM_DURATION,
    HTTP_REQUESTS,
    HTTP_REQUEST_DURATION,
    CACHE_LOOKUPS,
    DATABASE_ERRORS,
    REDIS_ERRORS,
    TASK_RUNS,
    CHAT_CALLS,
    CHAT_CALL_DURATION,
    CHAT_TOKENS,
    CHAT_COST,
    POOL_CONNECTIONS,
    BACKLOG,
    BACKLOG_OLDEST,
    FAILED_ITEMS,
    QUEUE_MESSAGES,
    QUEUE_OLDEST,
    QUEUE_UP,
    SCHEDULE_LATENESS,
    PAUSED,
    DATABASE_UP,
    DATABASE_SIZE,
    DATABASE_SIZE_LIMIT,
    DATABASE_CONNECTIONS,
    DATABASE_CONNECTIONS_LIMIT,
    REDIS_UP,
    super::exporting::BUILD_INFO,
];

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemOutcome {
    /// Its work is done.
    Completed,
    /// The attempt failed, and another follows.
    Retrying,
    /// It failed for good.
    Failed,
    /// The lease was lost before the work was done.
    Lost,
}

impl ItemOutcome {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Completed => "completed",
            Self::Retrying => "retrying",
            Self::Failed => "failed",
            Self::Lost => "lost",
        }
    }
}

/// A function worked on rows.
pub fn items(function: &'static str, outcome: ItemOutcome, count: usize) {
    counter!(STAGE_ITEMS.name, "function" => function, "outcome" => outcome.as_str()).increment(count as u64);
}

/// A function worked on a batch for so many seconds. Its rows are counted where they end.
pub fn batch(function: &'static str, host: &'static str, seconds: f64) {
    // All four, so that a rate has a point to begin at before the first failure.
    for outcome in [ItemOutcome::Completed, ItemOutcome::Retrying, ItemOutcome::Failed, ItemOutcome::Lost] {
        items(function, outcome, 0);
    }
    super::exporting::make_room();
    histogram!(STAGE_BATCH_DURATION.name, "function" => function, "host" => host).record(seconds);
}

/// A function worked on one row, for so many seconds.
pub fn item_duration(function: &'static str, seconds: f64) {
    super::exporting::make_room();
    histogram!(STAGE_ITEM_DURATION.name, "function" => function).record(seconds);
}

/// A request to `route` (with parameters as `{name}`) was answered with `status` after so many seconds.
pub fn http_request(method: &str, route: &str, status: u16, seconds: f64) {
    // Methods are the client's words; only the usual ones become labels.
    let method = match method {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "DELETE" => "DELETE",
        "PATCH" => "PATCH",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    };
    let class = match status / 100 {
        2 => "2xx",
        3 => "3xx",
        4 => "4xx",
        _ => "5xx",
    };
    super::exporting::make_room();
    let route = route.to_owned();
    histogram!(HTTP_REQUEST_DURATION.name, "method" => method, "route" => route.clone()).record(seconds);
    counter!(HTTP_REQUESTS.name, "method" => method, "route" => route, "status" => class).increment(1);
}

/// A value was looked for in the cache.
pub fn cache_lookup(hit: bool) {
    counter!(CACHE_LOOKUPS.name, "result" => if hit { "hit" } else { "miss" }).increment(1);
}

/// The database failed. `kind`: `unreachable`, `transient` or `statement`.
pub fn database_error(kind: &'static str) {
    counter!(DATABASE_ERRORS.name, "kind" => kind).increment(1);
}

/// Redis failed.
pub fn redis_error() {
    counter!(REDIS_ERRORS.name).increment(1);
}

/// How a run of a scheduled task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskOutcome {
    /// It did what there was to do; single rows may have failed.
    Completed,
    /// It broke off.
    Failed,
    /// It was left out, for the run before it went on still.
    Skipped,
}

/// A scheduled task ran, or was to run.
pub fn task_run(task: &'static str, outcome: TaskOutcome) {
    let outcome = match outcome {
        TaskOutcome::Completed => "completed",
        TaskOutcome::Failed => "failed",
        TaskOutcome::Skipped => "skipped",
    };
    counter!(TASK_RUNS.name, "task" => task, "outcome" => outcome).increment(1);
}

/// A request was sent to the chat API, and answered or not. Cost in millionths of the prices' currency.
pub fn chat_call(answered: bool, seconds: f64, input_tokens: u64, output_tokens: u64, cost_micros: u64) {
    super::exporting::make_room();
    counter!(CHAT_CALLS.name, "outcome" => if answered { "answered" } else { "failed" }).increment(1);
    histogram!(CHAT_CALL_DURATION.name).record(seconds);
    counter!(CHAT_TOKENS.name, "direction" => "input").increment(input_tokens);
    counter!(CHAT_TOKENS.name, "direction" => "output").increment(output_tokens);
    counter!(CHAT_COST.name).increment(cost_micros);
}

/// A request to the chat API was not sent, for the day's budget is used up.
pub fn chat_call_over_budget() {
    counter!(CHAT_CALLS.name, "outcome" => "over_budget").increment(1);
}

/// How many connections to the database the process's pool has.
pub fn pool_connections(in_use: usize, idle: usize, awaited: usize) {
    for (state, count) in [("in_use", in_use), ("idle", idle), ("awaited", awaited)] {
        gauge!(POOL_CONNECTIONS.name, "state" => state).set(count as f64);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_follow_the_conventions_of_prometheus() {
        let mut names = BTreeSet::new();
        for instrument in ALL {
            let Instrument { name, kind, unit, labels, help, .. } = instrument;
            assert!(names.insert(name), "{name} is there twice");
            assert!(name.starts_with("cv_matching_"), "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert_eq!(kind == Kind::Counter, name.ends_with("_total"), "{name}");
            assert_eq!(unit == Unit::Seconds, name.ends_with("_seconds"), "{name}");
            assert_eq!(unit == Unit::Bytes, name.ends_with("_bytes"), "{name}");
            assert!(labels.len() <= 3, "{name} has many labels");
            assert!(!help.is_empty() && !help.ends_with('.'), "{name}");
        }
    }
}
