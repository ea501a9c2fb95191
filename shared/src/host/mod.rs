//! Runs functions where they stand. This is the host of one process: queues are polled and schedules kept by tasks of the
//! runtime, HTTP is served by one router, and the database may be this process's own.

mod embedded_postgres;
mod polling;
mod recovering;
mod scheduling;
mod stopping;

pub use embedded_postgres::{EmbeddedPostgres, EmbeddedPostgresError};
pub use polling::{BoxedReport, poll};
pub use recovering::recover;
pub use scheduling::keep_schedules;
pub use stopping::Stopping;
