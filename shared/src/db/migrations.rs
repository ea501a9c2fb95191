//! Brings the tables up to date. Processes that do so at once take turns by a lock that is held by a transaction, not by a
//! session, so that it works through a transaction-pooling proxy too.

use std::time::Duration;

use refinery::error::Kind;
use refinery::{Migration, Target};
use tokio_postgres::error::SqlState;

use super::{Db, DbError};

/// How often a migration is begun that has to give way to others.
const ATTEMPTS: u32 = 5;
/// How long one waits before it asks for its turn again, or begins again.
const PAUSE: Duration = Duration::from_millis(250);

mod embedded {
    refinery::embed_migrations!("../migrations");
}

/// The number of the last migration that this program knows.
pub(super) fn latest_version() -> i64 {
    let runner = embedded::migrations::runner();
    runner.get_migrations().iter().map(|migration| i64::from(migration.version())).max().unwrap_or(0)
}

impl Db {
    /// Brings the tables up to date; returns the names of the migrations that were applied. Safe to call from many processes
    /// at once: they take turns. Each migration is a transaction. A database that a later version has migrated is left as it is.
    /// Takes two connections.
    ///
    /// # Errors
    /// The database cannot be reached or a migration fails; then nothing of that one stays.
    pub async fn migrate(&self) -> Result<Vec<String>, DbError> {
        self.migrate_up_to(Target::Latest).await
    }

    /// The same, up to one version: what the database of an earlier release is.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrate_to_version(&self, version: i32) -> Result<Vec<String>, DbError> {
        self.migrate_up_to(Target::Version(version)).await
    }

    async fn migrate_up_to(&self, target: Target) -> Result<Vec<String>, DbError> {
        // A connection of its own, because the transaction that holds the lock is open for as long as the migrations'.
        let turns = Db::new(&self.url, 1)?;
        let turn = turns.client().await?;
        while !has_turn(&turn).await? {
            tokio::time::sleep(PAUSE).await;
        }
        let applied = self.apply(target).await;
        // Also after a failure, and not only when the connection's end is noticed: the next one must not wait for it.
        turn.batch_execute("commit").await?;
        applied
    }

    async fn apply(&self, target: Target) -> Result<Vec<String>, DbError> {
        let runner = embedded::migrations::runner().set_target(target);
        let latest = runner.get_migrations().iter().map(Migration::version).max();
        let mut applied = Vec::new();
        for attempt in 1.. {
            let mut client = self.client().await?;
            match runner.run_async(&mut **client as &mut tokio_postgres::Client).await {
                Ok(report) => {
                    applied.extend(report.applied_migrations().iter().map(ToString::to_string));
                    break;
                }
                Err(error) => {
                    let done = error.report().map(|report| report.applied_migrations().as_slice());
                    applied.extend(done.unwrap_or_default().iter().map(ToString::to_string));
                    match error.kind() {
                        // The version that is being replaced starts a process once more: it can work with what is there.
                        Kind::MissingVersion(found) if Some(found.version()) > latest => {
                            tracing::warn!(migration = %found, "the database is that of a later version");
                            break;
                        }
                        kind if gave_way(kind) && attempt < ATTEMPTS => {
                            tracing::warn!(%error, "a migration gave way to others; it begins again");
                            tokio::time::sleep(PAUSE).await;
                        }
                        _ => return Err(error.into()),
                    }
                }
            }
        }
        Ok(applied)
    }
}

/// Asks for the right to change the tables: it lasts until the connection's transaction ends. One that does not get it holds
/// no transaction while it waits, so that those who wait leave a proxy's connections to the one who has it.
async fn has_turn(client: &tokio_postgres::Client) -> Result<bool, DbError> {
    client.batch_execute("begin; set local idle_in_transaction_session_timeout = 0").await?;
    // One number for all processes of this project: the lock's name.
    let row = client.query_typed_one("select pg_try_advisory_xact_lock(7215301)", &[]).await?;
    let has_turn: bool = row.try_get(0)?;
    if !has_turn {
        client.batch_execute("rollback").await?;
    }
    Ok(has_turn)
}

/// Whether the database chose the migration to end a deadlock with the statements of those at work.
fn gave_way(kind: &Kind) -> bool {
    let Kind::Connection(_, source) = kind else { return false };
    let error = source.downcast_ref::<tokio_postgres::Error>();
    error.and_then(tokio_postgres::Error::code) == Some(&SqlState::T_R_DEADLOCK_DETECTED)
}
