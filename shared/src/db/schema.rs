//! Whether the database's tables are those that this program works with, and whether its schedules run.

use super::{Db, DbError, migrations, params};

/// The state of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchemaVersions {
    /// The number of the last migration that the database has had.
    pub database: i64,
    /// The number of the last migration that this program knows.
    pub program: i64,
}

/// How long ago a schedule last ran.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastTick {
    /// Seconds since a scheduled task last began; none if none ever did.
    pub seconds: Option<f64>,
    /// Seconds since the database got its first tables.
    pub seconds_since_creation: f64,
}

impl Db {
    /// The versions of the tables and of the program.
    ///
    /// # Errors
    /// The database fails, or it never had a migration.
    pub async fn schema_versions(&self) -> Result<SchemaVersions, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_one("select coalesce(max(version), 0)::bigint from refinery_schema_history", &[])
            .await?;
        Ok(SchemaVersions { database: row.try_get(0)?, program: migrations::latest_version() })
    }

    /// How long ago the last of these tasks was called by its schedule.
    ///
    /// # Errors
    /// The database fails.
    pub async fn last_tick(&self, tasks: &[&str]) -> Result<LastTick, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_one(
                "select extract(epoch from now() - greatest(
                        (select max(last_tick) from schedule),
                        (select max(began) from unnest($1::text[]) task,
                            lateral (select max(started_at) as began from task_run where name = task) run)))::float8,
                    extract(epoch from now() - (select min(applied_on::timestamptz) from refinery_schema_history))::float8",
                params![tasks => TEXT_ARRAY],
            )
            .await?;
        let created: Option<f64> = row.try_get(1)?;
        Ok(LastTick { seconds: row.try_get(0)?, seconds_since_creation: created.unwrap_or(0.0) })
    }
}
