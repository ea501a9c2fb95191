//! Cleaning: what is past its retention is deleted, in small batches, so that no statement holds its locks for long; and what it
//! would delete now, for who wants to know beforehand.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Pipeline, PipelineError, Task};
use crate::db::audit_log::Deed;
use crate::db::cleaning::Kept;
use crate::db::task_run::RunCounts;

/// Files younger than this may belong to a row that is being written.
const ORPHAN_AGE: TimeDelta = TimeDelta::days(1);
/// A preview looks at files for so long.
const PREVIEW_TIME: Duration = Duration::from_secs(10);
/// What the audit log calls a run.
const ACTION: &str = "cleanup.run";
const ORPHANED_FILES: &str = "orphaned_files";

/// What the cleaning would delete now.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CleaningPreview {
    /// By kind, in the order in which it is done.
    pub kinds: Vec<CleaningKind>,
    /// Files that no row points at.
    pub orphaned_files: u64,
    /// Whether all files were looked at; if not, there may be more orphaned ones.
    pub all_files_looked_at: bool,
    /// All of it.
    pub total: u64,
    /// What the last run removed; absent before the first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_run: Option<PastCleaning>,
}

/// A kind of rows that are kept for a while only.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CleaningKind {
    /// The kind.
    pub kind: Kept,
    /// How long such rows are kept, in days.
    #[schema(example = 30)]
    pub kept_for_days: f64,
    /// Those that are older.
    pub count: u64,
}

/// A run of the cleaning.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PastCleaning {
    /// When it ended.
    pub at: DateTime<Utc>,
    /// What it removed, by kind.
    #[schema(value_type = Object, example = json!({ "superseded_cvs": 3 }))]
    pub removed: Value,
}

impl Pipeline {
    /// How many days rows of a kind are kept.
    fn kept_for(&self, kind: Kept) -> f64 {
        let limits = &self.settings.limits;
        let retention = match kind {
            Kept::SupersededPredictions => limits.retention_predictions,
            Kept::Interactions => limits.retention_interactions,
            Kept::TaskRuns | Kept::StageMinutes | Kept::History | Kept::ChatCalls | Kept::Probes => {
                limits.retention_task_runs
            }
            Kept::AuditLog => limits.retention_audit_log,
            Kept::IdempotencyKeys => Duration::from_secs(24 * 3600),
            // A file that comes this late is an orphan.
            Kept::ExpiredUploads => Duration::from_secs(3600),
            Kept::SupersededCvs => limits.retention_superseded_cvs,
        };
        retention.as_secs_f64() / 86_400.0
    }

    /// What [`Pipeline::clean`] would delete now. Changes nothing.
    ///
    /// # Errors
    /// The database or the files fail.
    pub async fn cleaning_preview(&self) -> Result<CleaningPreview, PipelineError> {
        let mut kinds = Vec::new();
        for kind in Kept::ALL {
            let kept_for_days = self.kept_for(kind);
            let count = self.db.count_past_retention(kind, kept_for_days).await?.unsigned_abs();
            kinds.push(CleaningKind { kind, kept_for_days, count });
        }
        let until = Instant::now() + PREVIEW_TIME;
        let (mut orphaned_files, mut after) = (0, None);
        let all_files_looked_at = loop {
            let Some((orphans, last)) = self.orphans_after(after.as_deref()).await? else { break true };
            orphaned_files += orphans.len() as u64;
            after = Some(last);
            if Instant::now() > until {
                break false;
            }
        };
        let total = kinds.iter().map(|kind| kind.count).sum::<u64>() + orphaned_files;
        let last_run = self.db.audit(Some(ACTION), None, None, 1).await?.pop();
        let last_run =
            last_run.map(|row| PastCleaning { at: row.at, removed: row.details["removed"].clone() });
        Ok(CleaningPreview { kinds, orphaned_files, all_files_looked_at, total, last_run })
    }

    /// Deletes what is past its retention: the task `cleanup_old_data`.
    pub async fn cleanup_old_data(&self) -> Result<RunCounts, PipelineError> {
        let removed = self.clean().await?;
        let items = i32::try_from(removed.values().sum::<u64>()).unwrap_or(i32::MAX);
        Ok(RunCounts { items, succeeded: items, ..RunCounts::default() })
    }

    /// Deletes what is past its retention, and writes into the audit log what that was. Returns how many went of each kind that
    /// anything went of.
    ///
    /// # Errors
    /// The database or the files fail; what was deleted until then stays deleted.
    pub async fn clean(&self) -> Result<BTreeMap<&'static str, u64>, PipelineError> {
        let mut removed = BTreeMap::new();
        for kind in Kept::ALL {
            let count = self.clean_kind(kind).await?;
            if count > 0 {
                removed.insert(kind.as_str(), count);
            }
        }
        let orphans = self.delete_orphaned_files().await?;
        if orphans > 0 {
            removed.insert(ORPHANED_FILES, orphans);
        }
        let total: u64 = removed.values().sum();
        let details = json!({ "removed": removed });
        tracing::info!(total, %details, "old data were deleted");
        let task = Task::CleanupOldData.as_str();
        let count = Some(i64::try_from(total).unwrap_or(i64::MAX));
        self.db.write_audit(&Deed { caller: task, action: ACTION, target: task, count, details }).await?;
        Ok(removed)
    }

    /// Batch by batch, until nothing is left to delete.
    async fn clean_kind(&self, kind: Kept) -> Result<u64, PipelineError> {
        let days = self.kept_for(kind);
        let mut removed = 0;
        loop {
            let deleted = self.db.delete_past_retention(kind, days).await?;
            if !deleted.file_keys.is_empty() {
                self.storage.delete(&deleted.file_keys).await?;
            }
            removed += deleted.rows;
            if deleted.was_locked_out {
                tracing::warn!(kind = kind.as_str(), "old rows are in use; the next run deletes them");
            }
            if deleted.was_locked_out || deleted.rows < kind.at_once().unsigned_abs() {
                return Ok(removed);
            }
        }
    }

    /// Deletes files that no row points at: of uploads that came too late, and of deletions that broke off.
    async fn delete_orphaned_files(&self) -> Result<u64, PipelineError> {
        let mut removed = 0;
        let mut after: Option<String> = None;
        while let Some((orphans, last)) = self.orphans_after(after.as_deref()).await? {
            after = Some(last);
            self.storage.delete(&orphans).await?;
            removed += orphans.len() as u64;
        }
        Ok(removed)
    }

    /// Of the next files after a key, those that no row points at, and the last key that was looked at; none after the last file.
    async fn orphans_after(
        &self,
        after: Option<&str>,
    ) -> Result<Option<(Vec<String>, String)>, PipelineError> {
        let youngest = Utc::now() - ORPHAN_AGE;
        let files = self.storage.list(after).await?;
        let Some(last) = files.last().map(|file| file.key.clone()) else { return Ok(None) };
        let old: Vec<String> =
            files.into_iter().filter(|file| file.modified < youngest).map(|file| file.key).collect();
        Ok(Some((self.db.orphaned_files(&old).await?, last)))
    }
}
