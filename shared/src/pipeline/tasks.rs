//! The seven scheduled tasks: the safety net under the queues, and the batch path. Names, times and limits are those of the
//! system that this one replaces.

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

impl Pipeline {
    /// Runs a task because a clock says so, unless this tick has been run already, by whichever host, the run before still goes
    /// on, or somebody paused it; and writes down that it ran.
    ///
    /// # Errors
    /// A part fails; what was done until then stays done.
    pub async fn run_scheduled(&self, task: Task, host: RunHost) -> Result<TaskOutcome, PipelineError> {
        let gap = self.settings.schedules.of(task).shortest_gap();
        self.run_if_begun(task, host, Trigger::Schedule, Some(gap)).await
    }

    /// Runs a task now because a person says so, unless a run goes on; and writes down that it ran.
    ///
    /// # Errors
    /// As [`Pipeline::run_scheduled`].
    pub async fn run_task(&self, task: Task, host: RunHost) -> Result<TaskOutcome, PipelineError> {
        self.run_if_begun(task, host, Trigger::Manual, None).await
    }

    async fn run_if_begun(
        &self,
        task: Task,
        host: RunHost,
        trigger: Trigger,
        gap: Option<Duration>,
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
        let outcome =
            self.recorded_as(run, name, host, trigger, |pipeline: Self| async move {
                pipeline.work_on(task).await
            })
            .await;
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

    async fn work_on(&self, task: Task) -> Result<RunCounts, PipelineError> {
        let limits = &self.settings.limits;
        let report = match task {
            Task::ProcessBatchCvParsing => {
                self.give_up_abandoned(Stage::CvParsing, limits.attempts).await?;
                self.accept_arrived_uploads(limits.parsing_batch).await?;
                self.parse_cvs(Claim::Any(limits.parsing_batch)).await?
            }
            Task::ComputePendingCvEmbeddings => {
                self.give_up_abandoned(Stage::CvEmbedding, limits.embedding_attempts).await?;
                self.embed_cvs(Claim::Any(limits.cv_embedding_batch)).await?
            }
            Task::ComputePendingJobEmbeddings => {
                self.give_up_abandoned(Stage::JobEmbedding, limits.embedding_attempts).await?;
                self.embed_jobs(Claim::Any(limits.job_embedding_batch)).await?
            }
            Task::GenerateMatchesForNewCvs => {
                self.give_up_abandoned(Stage::CvMatching, limits.attempts).await?;
                let report = self.match_cvs(Claim::Any(limits.matching_batch)).await?;
                // One run matches few; where more are due, the stage takes them from its queue until the next run.
                let due = self.db.cvs_to_refresh(REFRESH_HOURS, limits.refresh_batch).await?;
                let ids: Vec<Uuid> = due.iter().map(|cv| cv.0).collect();
                self.hint(QueueName::CvMatch, &ids, Duration::ZERO).await;
                report
            }
            Task::GenerateBatchExplanations => {
                self.give_up_abandoned(Stage::Explanation, limits.attempts).await?;
                self.explain_matches(Claim::Any(limits.explanation_batch)).await?
            }
            Task::RetryFailedEmbeddings => return self.retry_failed_embeddings().await,
            Task::CleanupOldData => return self.cleanup_old_data().await,
        };
        Ok(report.into())
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

    async fn retry_failed_embeddings(&self) -> Result<RunCounts, PipelineError> {
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
}
