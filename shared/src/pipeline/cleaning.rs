//! Cleaning: what is past its retention is deleted, in small batches, so that no statement holds its locks for long.

use std::time::Duration;

use chrono::{TimeDelta, Utc};

use super::{Pipeline, PipelineError};
use crate::db::task_run::RunCounts;

/// Rows that one statement of a cleaning deletes, so that none holds its locks for long.
const DELETED_AT_ONCE: i64 = 1000;
/// Files younger than this may belong to a row that is being written.
const ORPHAN_AGE: TimeDelta = TimeDelta::days(1);

impl Pipeline {
    /// Deletes what is past its retention: the task `cleanup_old_data`.
    pub(super) async fn cleanup_old_data(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        let days = |retention: Duration| retention.as_secs_f64() / 86_400.0;
        let mut removed: u64 = 0;
        loop {
            let kept_for = days(limits.retention_superseded_cvs);
            let keys = self.db.delete_superseded_cvs(kept_for, DELETED_AT_ONCE).await?;
            self.storage.delete(&keys).await?;
            removed += keys.len() as u64;
            if (keys.len() as i64) < DELETED_AT_ONCE {
                break;
            }
        }
        let db = &self.db;
        let most = DELETED_AT_ONCE;
        removed +=
            repeat(|| db.delete_superseded_predictions(days(limits.retention_predictions), most)).await?;
        removed += repeat(|| db.delete_old_interactions(days(limits.retention_interactions), most)).await?;
        removed += repeat(|| db.delete_old_task_runs(days(limits.retention_task_runs), most)).await?;
        removed += repeat(|| db.delete_old_chat_calls(days(limits.retention_task_runs), most)).await?;
        removed += repeat(|| db.delete_old_idempotency_keys(most)).await?;
        removed += repeat(|| db.delete_expired_uploads(most)).await?;
        removed += self.delete_orphaned_files().await?;
        let items = i32::try_from(removed).unwrap_or(i32::MAX);
        Ok(RunCounts { items, succeeded: items, failed: 0 })
    }

    /// Deletes files that no row points at: of uploads that came too late, and of deletions that broke off.
    async fn delete_orphaned_files(&self) -> Result<u64, PipelineError> {
        let youngest = Utc::now() - ORPHAN_AGE;
        let mut removed = 0;
        let mut after: Option<String> = None;
        loop {
            let files = self.storage.list(after.as_deref()).await?;
            let Some(last) = files.last() else { return Ok(removed) };
            after = Some(last.key.clone());
            let old: Vec<String> =
                files.into_iter().filter(|file| file.modified < youngest).map(|file| file.key).collect();
            let orphans = self.db.orphaned_files(&old).await?;
            self.storage.delete(&orphans).await?;
            removed += orphans.len() as u64;
        }
    }
}

/// Deletes batch by batch until nothing is left to delete. Returns how many rows went.
async fn repeat<F>(delete: impl Fn() -> F) -> Result<u64, PipelineError>
where
    F: Future<Output = Result<u64, crate::db::DbError>>,
{
    let mut removed = 0;
    loop {
        let batch = delete().await?;
        removed += batch;
        if batch < DELETED_AT_ONCE.unsigned_abs() {
            return Ok(removed);
        }
    }
}
