//! One function for each HTTP route, stage and schedule: thin, only what is its own. [`all`] is the one table of them, and
//! [`host`] runs one of them wherever it stands.

pub mod function;
pub mod host;
pub mod http;
pub mod migrate;
pub mod schedules;
pub mod stages;

use function::Function;

/// Every function, in the order of the table in the documentation: routes, stages, schedules, and the migrations.
pub fn all() -> Vec<Function> {
    let stages = stages::ALL.iter().map(|stage| stage.function);
    let schedules = schedules::ALL.iter().map(|one| one.function);
    http::ALL.iter().copied().chain(stages).chain(schedules).chain([migrate::FUNCTION]).collect()
}
