//! The table `pause`: queues whose messages are not worked on and schedules that do not run until somebody resumes them.

use chrono::{DateTime, Utc};

use super::{Db, DbError, params};

/// What can be paused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Pausable {
    /// A queue.
    Queue,
    /// A schedule.
    Schedule,
}

impl Pausable {
    /// Its word in the table.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Schedule => "schedule",
        }
    }
}

/// Something that is paused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PauseRow {
    /// `queue` or `schedule`.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Since when.
    pub paused_at: DateTime<Utc>,
    /// By whom.
    pub paused_by: String,
    /// Why.
    pub reason: Option<String>,
}

impl Db {
    /// Pauses something. `false` if it was paused already; then who did it first stays.
    ///
    /// # Errors
    /// The database fails.
    pub async fn pause(
        &self,
        kind: Pausable,
        name: &str,
        by: &str,
        reason: Option<&str>,
    ) -> Result<bool, DbError> {
        let client = self.client().await?;
        let paused = client
            .execute_typed(
                "insert into pause (kind, name, paused_by, reason) values ($1, $2, $3, $4) on conflict do nothing",
                params![kind.as_str() => TEXT, name => TEXT, by => TEXT, reason => TEXT],
            )
            .await?;
        Ok(paused == 1)
    }

    /// Resumes something. `false` if it was not paused.
    ///
    /// # Errors
    /// The database fails.
    pub async fn resume(&self, kind: Pausable, name: &str) -> Result<bool, DbError> {
        let client = self.client().await?;
        let resumed = client
            .execute_typed(
                "delete from pause where kind = $1 and name = $2",
                params![kind.as_str() => TEXT, name => TEXT],
            )
            .await?;
        Ok(resumed == 1)
    }

    /// All that is paused.
    ///
    /// # Errors
    /// The database fails.
    pub async fn pauses(&self) -> Result<Vec<PauseRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select kind, name, paused_at, paused_by, reason from pause order by kind, name",
                &[],
            )
            .await?;
        rows.iter().map(read_pause).collect()
    }

    /// The pause of a queue or schedule; none if it is not paused.
    ///
    /// # Errors
    /// The database fails.
    pub async fn pause_of(&self, kind: Pausable, name: &str) -> Result<Option<PauseRow>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select kind, name, paused_at, paused_by, reason from pause where kind = $1 and name = $2",
                params![kind.as_str() => TEXT, name => TEXT],
            )
            .await?;
        row.as_ref().map(read_pause).transpose()
    }
}

fn read_pause(row: &tokio_postgres::Row) -> Result<PauseRow, DbError> {
    Ok(PauseRow {
        kind: row.try_get("kind")?,
        name: row.try_get("name")?,
        paused_at: row.try_get("paused_at")?,
        paused_by: row.try_get("paused_by")?,
        reason: row.try_get("reason")?,
    })
}
