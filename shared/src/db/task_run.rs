//! The table `task_run`: what the scheduled tasks did and when.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Db, DbError, params};

/// What a run did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RunCounts {
    /// Rows taken.
    pub items: i32,
    /// Rows done.
    pub succeeded: i32,
    /// Rows that failed.
    pub failed: i32,
}

impl Db {
    /// Writes down that a task begins. Returns the run's id; none if another process is running the same task now.
    ///
    /// A run that has not ended after an hour is taken for dead.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin_task_run(&self, name: &str) -> Result<Option<Uuid>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        transaction
            .query_typed(
                "select pg_advisory_xact_lock(hashtextextended('task ' || $1, 0))",
                params![name => TEXT],
            )
            .await?;
        let id = Uuid::now_v7();
        let inserted = transaction
            .execute_typed(
                "insert into task_run (id, name)
                select $1, $2 where not exists (
                    select from task_run where name = $2 and finished_at is null and started_at > now() - interval '1 hour')",
                params![id => UUID, name => TEXT],
            )
            .await?;
        transaction.commit().await?;
        Ok((inserted == 1).then_some(id))
    }

    /// Writes down how a run ended.
    ///
    /// # Errors
    /// The database fails.
    pub async fn end_task_run(
        &self,
        id: Uuid,
        counts: RunCounts,
        error: Option<&str>,
    ) -> Result<(), DbError> {
        let client = self.client().await?;
        client
            .execute_typed(
                "update task_run set finished_at = now(), items = $2, succeeded = $3, failed = $4, error = $5 where id = $1",
                params![id => UUID, counts.items => INT4, counts.succeeded => INT4, counts.failed => INT4, error => TEXT],
            )
            .await?;
        Ok(())
    }

    /// Writes down of every run that never ended that it was broken off: what a process that is alone does at its start.
    ///
    /// # Errors
    /// The database fails.
    pub async fn close_broken_task_runs(&self) -> Result<u64, DbError> {
        let client = self.client().await?;
        Ok(client
            .execute_typed(
                "update task_run set finished_at = now(), error = 'broken off: the process ended' where finished_at is null",
                &[],
            )
            .await?)
    }

    /// When each task last began.
    ///
    /// # Errors
    /// The database fails.
    pub async fn last_task_runs(&self) -> Result<Vec<(String, DateTime<Utc>)>, DbError> {
        let client = self.client().await?;
        let rows =
            client.query_typed("select name, max(started_at) from task_run group by name", &[]).await?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
    }
}
