//! The seven scheduled tasks: the safety net under the queues, and the batch path. Names, times and limits are those of the
//! system that this one replaces.

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use uuid::Uuid;

use super::matching::REFRESH_HOURS;
use super::{Pipeline, PipelineError, StageReport};
use crate::db::stage::{Claim, Stage};
use crate::db::task_run::RunCounts;
use crate::domain::{Failure, FailureKind};
use crate::queue::QueueName;

/// A scheduled task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Parses CVs that wait.
    ProcessBatchCvParsing,
    /// Embeds CVs that wait.
    ComputePendingCvEmbeddings,
    /// Embeds jobs that wait.
    ComputePendingJobEmbeddings,
    /// Matches CVs that wait, and those last matched over a day ago.
    GenerateMatchesForNewCvs,
    /// Explains matches that wait.
    GenerateBatchExplanations,
    /// Takes failed embeddings up again.
    RetryFailedEmbeddings,
    /// Deletes what is past its retention.
    CleanupOldData,
}

/// When a task runs, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Every so often.
    Every(Duration),
    /// Each day, so long after midnight.
    Daily(Duration),
}

/// Rows that one statement of a cleaning deletes, so that none holds its locks for long.
const DELETED_AT_ONCE: i64 = 1000;
/// Files younger than this may belong to a row that is being written.
const ORPHAN_AGE: TimeDelta = TimeDelta::days(1);

impl Task {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ProcessBatchCvParsing,
        Self::ComputePendingCvEmbeddings,
        Self::ComputePendingJobEmbeddings,
        Self::GenerateMatchesForNewCvs,
        Self::GenerateBatchExplanations,
        Self::RetryFailedEmbeddings,
        Self::CleanupOldData,
    ];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProcessBatchCvParsing => "process_batch_cv_parsing",
            Self::ComputePendingCvEmbeddings => "compute_pending_cv_embeddings",
            Self::ComputePendingJobEmbeddings => "compute_pending_job_embeddings",
            Self::GenerateMatchesForNewCvs => "generate_matches_for_new_cvs",
            Self::GenerateBatchExplanations => "generate_batch_explanations",
            Self::RetryFailedEmbeddings => "retry_failed_embeddings",
            Self::CleanupOldData => "cleanup_old_data",
        }
    }

    /// The task of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.as_str() == name)
    }

    /// When it runs.
    pub const fn schedule(self) -> Schedule {
        const MINUTE: u64 = 60;
        match self {
            Self::ProcessBatchCvParsing => Schedule::Every(Duration::from_secs(5 * MINUTE)),
            Self::ComputePendingCvEmbeddings => Schedule::Every(Duration::from_secs(10 * MINUTE)),
            Self::ComputePendingJobEmbeddings => Schedule::Every(Duration::from_secs(15 * MINUTE)),
            Self::GenerateMatchesForNewCvs => Schedule::Every(Duration::from_secs(20 * MINUTE)),
            Self::GenerateBatchExplanations => Schedule::Every(Duration::from_secs(30 * MINUTE)),
            Self::RetryFailedEmbeddings => Schedule::Every(Duration::from_secs(60 * MINUTE)),
            Self::CleanupOldData => Schedule::Daily(Duration::from_secs(2 * 60 * MINUTE)),
        }
    }
}

impl Pipeline {
    /// Runs a task now, and writes down that it ran. None if it is running already, here or elsewhere.
    ///
    /// # Errors
    /// A part fails; what was done until then stays done.
    pub async fn run_task(&self, task: Task) -> Result<Option<RunCounts>, PipelineError> {
        match task {
            Task::ProcessBatchCvParsing => self.process_batch_cv_parsing().await,
            Task::ComputePendingCvEmbeddings => self.compute_pending_cv_embeddings().await,
            Task::ComputePendingJobEmbeddings => self.compute_pending_job_embeddings().await,
            Task::GenerateMatchesForNewCvs => self.generate_matches_for_new_cvs().await,
            Task::GenerateBatchExplanations => self.generate_batch_explanations().await,
            Task::RetryFailedEmbeddings => self.retry_failed_embeddings().await,
            Task::CleanupOldData => self.cleanup_old_data().await,
        }
    }

    /// Does the work of a task, unless it is running already, and writes down that it ran.
    async fn recorded(
        &self,
        task: Task,
        work: impl Future<Output = Result<RunCounts, PipelineError>>,
    ) -> Result<Option<RunCounts>, PipelineError> {
        let Some(run) = self.db.begin_task_run(task.as_str()).await? else {
            tracing::info!(task = task.as_str(), "the task is running already; this run is left out");
            return Ok(None);
        };
        let outcome = work.await;
        let (counts, error) = match &outcome {
            Ok(counts) => (*counts, None),
            Err(error) => (RunCounts::default(), Some(error.to_string())),
        };
        self.db.end_task_run(run, counts, error.as_deref()).await?;
        let RunCounts { items, succeeded, failed } = counts;
        tracing::info!(task = task.as_str(), items, succeeded, failed, error, "a task ran");
        outcome.map(Some)
    }

    /// Runs [`Task::ProcessBatchCvParsing`], as [`Pipeline::run_task`] does.
    ///
    /// # Errors
    /// As [`Pipeline::run_task`].
    pub async fn process_batch_cv_parsing(&self) -> Result<Option<RunCounts>, PipelineError> {
        let limits = &self.settings.limits;
        self.recorded(Task::ProcessBatchCvParsing, async {
            self.give_up_abandoned(Stage::CvParsing, limits.attempts).await?;
            self.accept_arrived_uploads(limits.parsing_batch).await?;
            Ok(self.parse_cvs(Claim::Any(limits.parsing_batch)).await?.into())
        })
        .await
    }

    /// Runs [`Task::ComputePendingCvEmbeddings`], as [`Pipeline::run_task`] does.
    ///
    /// # Errors
    /// As [`Pipeline::run_task`].
    pub async fn compute_pending_cv_embeddings(&self) -> Result<Option<RunCounts>, PipelineError> {
        let limits = &self.settings.limits;
        self.recorded(Task::ComputePendingCvEmbeddings, async {
            self.give_up_abandoned(Stage::CvEmbedding, limits.embedding_attempts).await?;
            Ok(self.embed_cvs(Claim::Any(limits.cv_embedding_batch)).await?.into())
        })
        .await
    }

    /// Runs [`Task::ComputePendingJobEmbeddings`], as [`Pipeline::run_task`] does.
    ///
    /// # Errors
    /// As [`Pipeline::run_task`].
    pub async fn compute_pending_job_embeddings(&self) -> Result<Option<RunCounts>, PipelineError> {
        let limits = &self.settings.limits;
        self.recorded(Task::ComputePendingJobEmbeddings, async {
            self.give_up_abandoned(Stage::JobEmbedding, limits.embedding_attempts).await?;
            Ok(self.embed_jobs(Claim::Any(limits.job_embedding_batch)).await?.into())
        })
        .await
    }

    /// Runs [`Task::GenerateMatchesForNewCvs`], as [`Pipeline::run_task`] does.
    ///
    /// # Errors
    /// As [`Pipeline::run_task`].
    pub async fn generate_matches_for_new_cvs(&self) -> Result<Option<RunCounts>, PipelineError> {
        let limits = &self.settings.limits;
        self.recorded(Task::GenerateMatchesForNewCvs, async {
            self.give_up_abandoned(Stage::CvMatching, limits.attempts).await?;
            let report = self.match_cvs(Claim::Any(limits.matching_batch)).await?;
            // One run matches few; where more are due, the stage takes them from its queue until the next run.
            let due = self.db.cvs_to_refresh(REFRESH_HOURS, limits.refresh_batch).await?;
            let ids: Vec<Uuid> = due.iter().map(|cv| cv.0).collect();
            self.hint(QueueName::CvMatch, &ids, Duration::ZERO).await;
            Ok(report.into())
        })
        .await
    }

    /// Runs [`Task::GenerateBatchExplanations`], as [`Pipeline::run_task`] does.
    ///
    /// # Errors
    /// As [`Pipeline::run_task`].
    pub async fn generate_batch_explanations(&self) -> Result<Option<RunCounts>, PipelineError> {
        let limits = &self.settings.limits;
        self.recorded(Task::GenerateBatchExplanations, async {
            self.give_up_abandoned(Stage::Explanation, limits.attempts).await?;
            Ok(self.explain_matches(Claim::Any(limits.explanation_batch)).await?.into())
        })
        .await
    }

    /// Runs [`Task::RetryFailedEmbeddings`], as [`Pipeline::run_task`] does.
    ///
    /// # Errors
    /// As [`Pipeline::run_task`].
    pub async fn retry_failed_embeddings(&self) -> Result<Option<RunCounts>, PipelineError> {
        self.recorded(Task::RetryFailedEmbeddings, self.take_failed_embeddings_up()).await
    }

    /// Runs [`Task::CleanupOldData`], as [`Pipeline::run_task`] does.
    ///
    /// # Errors
    /// As [`Pipeline::run_task`].
    pub async fn cleanup_old_data(&self) -> Result<Option<RunCounts>, PipelineError> {
        self.recorded(Task::CleanupOldData, self.delete_old_data()).await
    }

    async fn give_up_abandoned(&self, stage: Stage, attempts: i32) -> Result<(), PipelineError> {
        let failure = Failure {
            kind: FailureKind::Internal,
            reason: "abandoned".to_owned(),
            message: "The work on this broke off each time that it was tried.".to_owned(),
        };
        let given_up = self.db.give_up_abandoned(stage, attempts, &failure).await?;
        if given_up > 0 {
            tracing::error!(?stage, given_up, "rows were given up: each attempt at them broke off");
        }
        Ok(())
    }

    async fn take_failed_embeddings_up(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        let (cvs, jobs) =
            self.db.retry_failed_embeddings(limits.embedding_attempts, limits.retry_batch).await?;
        let ids: Vec<Uuid> = cvs.iter().map(|cv| cv.0).collect();
        self.hint(QueueName::CvEmbed, &ids, Duration::ZERO).await;
        let ids: Vec<Uuid> = jobs.iter().map(|job| job.0).collect();
        self.hint(QueueName::JobEmbed, &ids, Duration::ZERO).await;
        let items = (cvs.len() + jobs.len()) as i32;
        Ok(RunCounts { items, succeeded: items, failed: 0 })
    }

    async fn delete_old_data(&self) -> Result<RunCounts, PipelineError> {
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

impl From<StageReport> for RunCounts {
    fn from(report: StageReport) -> Self {
        Self {
            items: report.claimed as i32,
            succeeded: report.completed as i32,
            failed: report.failed as i32,
        }
    }
}

impl From<RunCounts> for StageReport {
    fn from(counts: RunCounts) -> Self {
        let count = |number: i32| usize::try_from(number).unwrap_or(0);
        Self {
            claimed: count(counts.items),
            completed: count(counts.succeeded),
            failed: count(counts.failed),
            lost: 0,
        }
    }
}
