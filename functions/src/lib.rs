//! One function for each HTTP route, stage and schedule: thin, only what is its own. [`all`] is the one table of them.

pub mod function;
pub mod http;
pub mod schedules;
pub mod stages;

use function::Function;

/// Every function, in the order of the table in the documentation: routes, stages, schedules.
pub fn all() -> Vec<Function> {
    let stages = stages::ALL.iter().map(|stage| stage.function);
    http::ALL.iter().copied().chain(stages).chain(schedules::ALL).collect()
}
