//! Runs one function wherever it stands: what the programs in `src/bin` and the command `cv-matching function` call. Each
//! program names its own handler, so that nothing of the other functions is in it.

use std::process::ExitCode;
use std::time::Duration;

use shared::host::{Handler, Hosted};

use crate::function::{Function, Trigger};
use crate::http::{self, Routes};
use crate::stages::{self, Stage};
use crate::{migrate, schedules};

/// Runs a function that answers requests.
pub fn http(function: Function, routes: Routes) -> ExitCode {
    run(function, Handler::Requests(Box::new(move |state| http::router_of(&function, routes, state))))
}

/// Runs a function that works on messages.
pub fn stage(stage: Stage) -> ExitCode {
    match stage.work() {
        Some(work) => run(stage.function, Handler::Messages(work)),
        None => {
            eprintln!("{} is called by no queue", stage.function.name);
            ExitCode::FAILURE
        }
    }
}

/// Runs a function that a clock calls.
pub fn schedule(function: Function) -> ExitCode {
    match function.trigger {
        Trigger::Schedule(task) => run(function, Handler::Task(task)),
        Trigger::Http(_) | Trigger::Queue(_) | Trigger::Deployment => {
            eprintln!("{} is called by no clock", function.name);
            ExitCode::FAILURE
        }
    }
}

/// Runs the migrations.
pub fn migrations() -> ExitCode {
    run(migrate::FUNCTION, Handler::Migrations)
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
    if let Some(found) = schedules::ALL.iter().find(|function| function.name == name) {
        return Some(match found.trigger {
            Trigger::Schedule(task) if once => run(*found, Handler::TaskOnce(task)),
            _ => schedule(*found),
        });
    }
    (name == migrate::FUNCTION.name).then(migrations)
}

/// The one place that every function's program starts from.
fn run(function: Function, handler: Handler) -> ExitCode {
    shared::document::fence::serve_if_asked();
    shared::telemetry::init();
    let hosted = Hosted {
        name: function.name,
        handler,
        batch_size: function.batch_size as usize,
        timeout: Duration::from_secs(function.timeout_seconds.into()),
        embeds: function.embeds(),
    };
    match shared::host::run(hosted) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", function.name);
            ExitCode::FAILURE
        }
    }
}
