//! The seven scheduled tasks: the safety net under the queues, and the batch path. Names, times and limits are those of the
//! system that this one replaces.

use std::pin::Pin;
use std::time::Duration;

use uuid::Uuid;

use super::matching::REFRESH_HOURS;
use super::{Pipeline, PipelineError, RunHost, Trigger};
use crate::db::schedule::Begun;
use crate::db::stage::{Claim, Stage};
use crate::db::task_run::RunCounts;
use crate::domain::{Failure, FailureKind, Task};
use crate::queue::QueueName;
use crate::telemetry::instruments;

/// What came of asking for a run of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskOutcome {
    /// It ran.
    Ran(RunCounts),
    /// It did not, and why.
    LeftOut(Begun),
}

impl TaskOutcome {
    /// What it did, if it ran.
    pub fn counts(self) -> Option<RunCounts> {
        match self {
            Self::Ran(counts) => Some(counts),
            Self::LeftOut(_) => None,
        }
    }
}

/// The work of a task. A function's program names that of its own task and is linked to no other's.
pub type TaskWork = fn(Pipeline) -> Pin<Box<dyn Future<Output = Result<RunCounts, PipelineError>> + Send>>;

/// The work of any task.
fn work_of(task: Task) -> TaskWork {
    match task {
        Task::ProcessBatchCvParsing => {
            |pipeline| Box::pin(async move { pipeline.process_batch_cv_parsing().await })
        }
        Task::ComputePendingCvEmbeddings => {
            |pipeline| Box::pin(async move { pipeline.compute_pending_cv_embeddings().await })
        }
        Task::ComputePendingJobEmbeddings => {
            |pipeline| Box::pin(async move { pipeline.compute_pending_job_embeddings().await })
        }
        Task::GenerateMatchesForNewCvs => {
            |pipeline| Box::pin(async move { pipeline.generate_matches_for_new_cvs().await })
        }
        Task::GenerateBatchExplanations => {
            |pipeline| Box::pin(async move { pipeline.generate_batch_explanations().await })
        }
        Task::RetryFailedEmbeddings => {
            |pipeline| Box::pin(async move { pipeline.retry_failed_embeddings().await })
        }
        Task::CleanupOldData => |pipeline| Box::pin(async move { pipeline.cleanup_old_data().await }),
    }
}

impl Pipeline {
    /// Runs a task because a clock says so, unless this tick has been run already, by whichever host, the run before still goes
    /// on, or somebody paused it; and writes down that it ran.
    ///
    /// # Errors
    /// A part fails; what was done until then stays done.
    pub async fn run_scheduled(&self, task: Task, host: RunHost) -> Result<TaskOutcome, PipelineError> {
        self.run_scheduled_by(task, host, work_of(task)).await
    }

    /// The same where the caller names the task's work.
    ///
    /// # Errors
    /// As [`Pipeline::run_scheduled`].
    pub async fn run_scheduled_by(
        &self,
        task: Task,
        host: RunHost,
        work: TaskWork,
    ) -> Result<TaskOutcome, PipelineError> {
        let gap = self.settings.schedules.of(task).shortest_gap();
        self.run_if_begun(task, host, Trigger::Schedule, Some(gap), work).await
    }

    /// Runs a task now because a person says so, unless a run goes on; and writes down that it ran.
    ///
    /// # Errors
    /// As [`Pipeline::run_scheduled`].
    pub async fn run_task(&self, task: Task, host: RunHost) -> Result<TaskOutcome, PipelineError> {
        self.run_if_begun(task, host, Trigger::Manual, None, work_of(task)).await
    }

    async fn run_if_begun(
        &self,
        task: Task,
        host: RunHost,
        trigger: Trigger,
        gap: Option<Duration>,
        work: TaskWork,
    ) -> Result<TaskOutcome, PipelineError> {
        let name = task.as_str();
        let run = match self.db.begin_task(name, host.as_str(), trigger.as_str(), gap).await? {
            Begun::Run(run) => run,
            not_begun => {
                tracing::info!(task = name, ?not_begun, "this run of the task is left out");
                if not_begun == Begun::Overlapping {
                    instruments::task_run(name, instruments::TaskOutcome::Skipped);
                }
                return Ok(TaskOutcome::LeftOut(not_begun));
            }
        };
        let outcome = self.recorded_as(run, name, host, trigger, work).await;
        let ended = match outcome {
            Ok(_) => instruments::TaskOutcome::Completed,
            Err(_) => instruments::TaskOutcome::Failed,
        };
        instruments::task_run(name, ended);
        // The next run waits for this row.
        self.write_records().await;
        match outcome {
            Ok(counts) => {
                let RunCounts { items, succeeded, failed, .. } = counts;
                tracing::info!(task = name, items, succeeded, failed, "a task ran");
                self.log_tuning_hint(task, counts).await;
                Ok(TaskOutcome::Ran(counts))
            }
            Err(error) => {
                tracing::error!(task = name, %error, "a task failed");
                Err(error)
            }
        }
    }

    /// The work of [`Task::ProcessBatchCvParsing`].
    ///
    /// # Errors
    /// A part fails.
    pub async fn process_batch_cv_parsing(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        self.db.close_abandoned_runs(false).await?;
        self.give_up_abandoned(Stage::CvParsing, limits.attempts).await?;
        self.accept_arrived_uploads(limits.parsing_batch).await?;
        Ok(self.parse_cvs(Claim::Any(limits.parsing_batch)).await?.into())
    }

    /// The work of [`Task::ComputePendingCvEmbeddings`].
    ///
    /// # Errors
    /// A part fails.
    pub async fn compute_pending_cv_embeddings(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        self.give_up_abandoned(Stage::CvEmbedding, limits.embedding_attempts).await?;
        Ok(self.embed_cvs(Claim::Any(limits.cv_embedding_batch)).await?.into())
    }

    /// The work of [`Task::ComputePendingJobEmbeddings`].
    ///
    /// # Errors
    /// A part fails.
    pub async fn compute_pending_job_embeddings(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        self.give_up_abandoned(Stage::JobEmbedding, limits.embedding_attempts).await?;
        Ok(self.embed_jobs(Claim::Any(limits.job_embedding_batch)).await?.into())
    }

    /// The work of [`Task::GenerateMatchesForNewCvs`].
    ///
    /// # Errors
    /// A part fails.
    pub async fn generate_matches_for_new_cvs(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        self.give_up_abandoned(Stage::CvMatching, limits.attempts).await?;
        let report = self.match_cvs(Claim::Any(limits.matching_batch)).await?;
        // One run matches few; where more are due, the stage takes them from its queue until the next run.
        let due = self.db.cvs_to_refresh(REFRESH_HOURS, limits.refresh_batch).await?;
        let ids: Vec<Uuid> = due.iter().map(|cv| cv.0).collect();
        self.hint(QueueName::CvMatch, &ids, Duration::ZERO).await;
        Ok(report.into())
    }

    /// The work of [`Task::GenerateBatchExplanations`].
    ///
    /// # Errors
    /// A part fails.
    pub async fn generate_batch_explanations(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        self.give_up_abandoned(Stage::Explanation, limits.attempts).await?;
        Ok(self.explain_matches(Claim::Any(limits.explanation_batch)).await?.into())
    }

    /// The work of [`Task::RetryFailedEmbeddings`].
    ///
    /// # Errors
    /// A part fails.
    pub async fn retry_failed_embeddings(&self) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        let (cvs, jobs) =
            self.db.retry_failed_embeddings(limits.embedding_attempts, limits.retry_batch).await?;
        let ids: Vec<Uuid> = cvs.iter().map(|cv| cv.0).collect();
        self.hint(QueueName::CvEmbed, &ids, Duration::ZERO).await;
        let ids: Vec<Uuid> = jobs.iter().map(|job| job.0).collect();
        self.hint(QueueName::JobEmbed, &ids, Duration::ZERO).await;
        let items = (cvs.len() + jobs.len()) as i32;
        Ok(RunCounts { items, succeeded: items, ..RunCounts::default() })
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
}
