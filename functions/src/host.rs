//! Runs one function wherever it stands: what the programs in `src/bin` and the command `cv-matching function` call. Each
//! program names its own handler, so that nothing of the other functions is in it.

use std::process::ExitCode;
use std::time::Duration;

use shared::host::{Handler, Hosted, Warm};
use shared::pipeline::{Task, TaskWork};

use crate::function::Function;
use crate::http::{self, Routes};
use crate::migrate;
use crate::schedules::{self, Scheduled};
use crate::stages::{self, Stage};

/// What a function's program begins with. It is named by the functions that need it, so that no other program is linked to it:
/// the engine of the embedding model and the readers of files are most of the code.
#[derive(Clone, Copy, Debug)]
pub struct Start {
    /// What is done before anything else.
    first: Option<fn()>,
    /// What is made before the first call.
    warm: Option<Warm>,
}

impl Start {
    /// Nothing of its own.
    pub const PLAIN: Self = Self { first: None, warm: None };
    /// It reads files, in processes that are made of this same program.
    pub const READS: Self = Self { first: Some(shared::document::fence::serve_if_asked), warm: None };
    /// It embeds: the model is loaded.
    pub const EMBEDS: Self = Self { first: None, warm: Some(shared::host::load_model) };
}

/// Runs a function that answers requests.
pub fn http(function: Function, routes: Routes) -> ExitCode {
    let handler = Handler::Requests(Box::new(move |state| http::router_of(&function, routes, state)));
    run(function, handler, Start::PLAIN)
}

/// Runs a function that works on messages.
pub fn stage(stage: Stage) -> ExitCode {
    match stage.work() {
        Some(work) => run(stage.function, Handler::Messages(work), stage.start),
        None => {
            eprintln!("{} is called by no queue", stage.function.name);
            ExitCode::FAILURE
        }
    }
}

/// Runs a function that a clock calls.
pub fn schedule(scheduled: Scheduled) -> ExitCode {
    run_task(scheduled, Handler::Task)
}

fn run_task(scheduled: Scheduled, handler: fn(Task, TaskWork) -> Handler) -> ExitCode {
    match scheduled.task() {
        Some(task) => run(scheduled.function, handler(task, scheduled.work), scheduled.start),
        None => {
            eprintln!("{} is called by no clock", scheduled.function.name);
            ExitCode::FAILURE
        }
    }
}

/// Runs the migrations.
pub fn migrations() -> ExitCode {
    run(migrate::FUNCTION, Handler::Migrations, Start::PLAIN)
}

/// Runs the function of that name; none if there is none. With `once`, a scheduled function runs its task once and ends.
pub fn by_name(name: &str, once: bool) -> Option<ExitCode> {
    if let Some(routes) = http::routes_of(name) {
        let function = http::ALL.iter().find(|function| function.name == name)?;
        return Some(self::http(*function, routes));
    }
    if let Some(found) = stages::ALL.iter().find(|stage| stage.function.name == name) {
        return Some(stage(*found));
    }
    if let Some(found) = schedules::ALL.iter().find(|one| one.function.name == name) {
        return Some(run_task(*found, if once { Handler::TaskOnce } else { Handler::Task }));
    }
    (name == migrate::FUNCTION.name).then(migrations)
}

/// The one place that every function's program starts from.
fn run(function: Function, handler: Handler, start: Start) -> ExitCode {
    if let Some(first) = start.first {
        first();
    }
    shared::telemetry::init();
    let hosted = Hosted {
        name: function.name,
        handler,
        batch_size: function.batch_size as usize,
        timeout: Duration::from_secs(function.timeout_seconds.into()),
        warm: start.warm,
    };
    match shared::host::run(hosted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", function.name);
            ExitCode::FAILURE
        }
    }
}
