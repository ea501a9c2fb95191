//! Postgres. All SQL of the project stands in this module, by table, as text that one can paste into psql.
//!
//! [`Db`] is the pool. Statements are sent with their types (`query_typed`), never prepared by name, so that they work
//! through a transaction-pooling proxy; session state is only set with `set local`.

pub mod audit_log;
pub mod chat_call;
pub mod cleaning;
pub mod cv;
pub mod dead_letter;
pub mod dummy;
pub mod history;
pub mod idempotency;
pub mod interaction;
pub mod interaction_metrics;
pub mod job;
pub mod match_variant;
mod migrations;
pub mod monitoring;
pub mod parsing_quality;
pub mod pause;
pub mod performance;
pub mod prediction;
pub mod probe;
pub mod rematching;
pub mod retrieval;
pub mod retrying;
pub mod schedule;
pub mod schema;
pub mod similar;
pub mod stage;
pub mod stage_minute;
pub mod stage_state;
pub mod system;
pub mod task_run;
mod tls;
pub mod upload;

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Hook, HookError, Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime, Timeouts,
};
use tokio::sync::OnceCell;
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_postgres::types::{Kind, Type};

use crate::telemetry::instruments;

/// How long a connection that is tried may take to answer.
const CHECK_PATIENCE: Duration = Duration::from_secs(2);

/// A pool of connections to the database. Cheap to clone.
#[derive(Clone)]
pub struct Db {
    url: Arc<str>,
    pool: Pool,
    vector_type: Arc<OnceCell<Type>>,
}

/// What goes wrong with the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection was to be had.
    #[error("the database cannot be reached: {0}")]
    Unreachable(String),
    /// The address is no address.
    #[error("DATABASE_URL is wrong: {0}")]
    Url(tokio_postgres::Error),
    /// A statement failed.
    #[error("the database refused a statement: {}", with_detail(.0))]
    Statement(#[source] tokio_postgres::Error),
    /// The tables could not be brought up to date.
    #[error("the migrations failed: {0}")]
    Migration(#[from] refinery::Error),
    /// A value in the database is not of the form that this version writes.
    #[error("the column {column} holds what this version cannot read{}", place(source))]
    Value {
        /// Which column.
        column: &'static str,
        /// Why not. Its words may hold the value.
        source: serde_json::Error,
    },
    /// TLS could not be set up.
    #[error("TLS to the database cannot be set up: {0}")]
    Tls(String),
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        let error = Self::Statement(error);
        instruments::database_error(if error.is_transient() { "transient" } else { "statement" });
        error
    }
}

impl DbError {
    /// Whether the same statement may succeed later, with nothing changed but time.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Statement(error) => match error.code() {
                // Connection lost, deadlock or serialisation failure, resources, shutdown.
                Some(code) => ["08", "40", "53", "57"].iter().any(|class| code.code().starts_with(class)),
                None => true,
            },
            Self::Url(_) | Self::Migration(_) | Self::Value { .. } | Self::Tls(_) => false,
        }
    }
}

fn place(error: &serde_json::Error) -> String {
    if error.line() == 0 { String::new() } else { format!(" at byte {}", error.column()) }
}

/// The server's own words, which `Display` of the error leaves out; never those of its detail, which hold the row. The words of
/// data exceptions (class 22) hold the value.
fn with_detail(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(detail) if detail.code().code().starts_with("22") => {
            format!("a value was not of the form that it must have ({})", detail.code().code())
        }
        Some(detail) => format!("{} ({})", detail.message(), detail.code().code()),
        None => error.to_string(),
    }
}

/// Pairs values with the types that they are sent as.
macro_rules! params {
    ($($value:expr => $kind:ident),* $(,)?) => {
        &[$((&$value as &(dyn tokio_postgres::types::ToSql + Sync), tokio_postgres::types::Type::$kind)),*]
    };
}
pub(crate) use params;

impl Db {
    /// A pool of at most `connections` connections to `url`. Connects at the first use. A connection that lay idle for
    /// seconds is tried before it is used again.
    ///
    /// # Errors
    /// A `url` that is none, or TLS that cannot be set up.
    pub fn new(url: &str, connections: usize) -> Result<Self, DbError> {
        Self::with_check(url, connections, Duration::from_secs(5))
    }

    /// The same for a process that may be frozen at any time and cannot tell for how long (its clock may have stood still
    /// too): every connection is tried before it is used again, which costs a round trip.
    ///
    /// # Errors
    /// As [`Db::new`].
    pub fn new_for_freezing(url: &str, connections: usize) -> Result<Self, DbError> {
        Self::with_check(url, connections, Duration::ZERO)
    }

    fn with_check(url: &str, connections: usize, check_after: Duration) -> Result<Self, DbError> {
        let mut config: tokio_postgres::Config = url.parse().map_err(DbError::Url)?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        if config.get_application_name().is_none() {
            config.application_name("cv-matching");
        }
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = match (config.get_ssl_mode(), tls::connector()) {
            (SslMode::Disable, _) => Manager::from_config(config, NoTls, recycling),
            (_, Ok(connector)) => Manager::from_config(config, connector, recycling),
            (SslMode::Prefer, Err(_)) => Manager::from_config(config, NoTls, recycling),
            (_, Err(error)) => return Err(error),
        };
        let wait = Some(Duration::from_secs(10));
        let check = Hook::async_fn(move |client: &mut ClientWrapper, metrics| {
            let due = metrics.last_used() >= check_after;
            Box::pin(async move {
                if !due {
                    return Ok(());
                }
                // No answer in time is a connection whose other end is gone: it is dropped and another one made.
                match tokio::time::timeout(CHECK_PATIENCE, client.simple_query("")).await {
                    Ok(Ok(_)) => Ok(()),
                    Ok(Err(error)) => Err(HookError::Backend(error)),
                    Err(_) => Err(HookError::message("the connection does not answer")),
                }
            })
        });
        let pool = Pool::builder(manager)
            .pre_recycle(check)
            .max_size(connections)
            .timeouts(Timeouts { wait, create: wait, recycle: wait })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| DbError::Unreachable(error.to_string()))?;
        Ok(Self { url: url.into(), pool, vector_type: Arc::new(OnceCell::new()) })
    }

    /// A connection.
    ///
    /// # Errors
    /// None could be had within 10 s.
    pub async fn client(&self) -> Result<Object, DbError> {
        self.pool.get().await.map_err(|error| {
            instruments::database_error("unreachable");
            DbError::Unreachable(error.to_string())
        })
    }

    /// Tells the instruments how many connections there are.
    pub fn count_connections(&self) {
        let status = self.pool.status();
        let in_use = status.size.saturating_sub(status.available);
        instruments::pool_connections(in_use, status.available, status.waiting);
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), DbError> {
        self.client().await?.query_typed("select 1", &[]).await?;
        Ok(())
    }

    /// The type of pgvector's vectors, whose number differs from database to database.
    async fn vector_type(&self, client: &tokio_postgres::Client) -> Result<Type, DbError> {
        let found = self
            .vector_type
            .get_or_try_init(async || {
                let row = client.query_typed_one("select 'vector'::regtype::oid", &[]).await?;
                Ok::<_, DbError>(Type::new("vector".into(), row.try_get(0)?, Kind::Simple, "public".into()))
            })
            .await?;
        Ok(found.clone())
    }
}

/// A JSON column as the type that it holds.
fn from_json<T: serde::de::DeserializeOwned>(
    column: &'static str,
    value: serde_json::Value,
) -> Result<T, DbError> {
    serde_json::from_value(value).map_err(|source| DbError::Value { column, source })
}

/// A type as the JSON that its column holds.
fn to_json<T: serde::Serialize>(column: &'static str, value: &T) -> Result<serde_json::Value, DbError> {
    serde_json::to_value(value).map_err(|source| DbError::Value { column, source })
}
