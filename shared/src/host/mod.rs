//! Runs functions where they stand: on AWS Lambda, as a server of HTTP requests or of Knative's events, polling a queue, or
//! all together in one process, where the database may be this process's own. [`run`] runs one function in the host that the
//! environment tells of.

mod embedded_postgres;
mod http;
mod knative;
mod lambda;
mod parts;
mod polling;
mod probing;
mod recovering;
mod running;
mod scheduling;
mod stopping;
mod working;

pub use embedded_postgres::{EmbeddedPostgres, EmbeddedPostgresError};
pub use parts::{PartsError, pipeline};
pub use polling::{Source, poll};
pub use recovering::recover;
pub use running::{Handler, HostError, Hosted, Warm, load_model, run};
pub use scheduling::keep_schedules;
pub use stopping::Stopping;
pub use working::{BoxedReport, StageWork, Work};
