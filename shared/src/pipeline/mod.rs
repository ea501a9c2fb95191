//! What the functions do: taking CVs and jobs in, the five stages, the seven scheduled tasks, and the answers that are made
//! from their results. [`Pipeline`] holds the parts that all of it works with.
//!
//! The database is the truth and a queue's message only a hint: every stage claims its rows by lease, writes the result and
//! the new status in one statement or transaction, and only then hands a hint to the next stage. A hint that gets lost
//! costs a delay (a scheduled task finds the row), a doubled one a claim that fails.

mod chatting;
mod cleaning;
mod dead_letters;
mod embedding;
mod experiments;
mod explaining;
mod health;
mod intake;
mod item;
mod matching;
mod overview;
mod parsing;
mod pausing;
mod performance;
mod prepared_jobs;
mod probing;
mod ranking;
mod reading_quality;
mod recommending;
mod recording;
mod retry;
mod retrying;
mod similar;
mod system_metrics;
mod tasks;
mod tuning;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::cache::Cache;
use crate::config::{EmbeddingSetting, Settings};
use crate::db::stage::{Claim, Lease, NextAttempt, Stage};
use crate::db::task_run::RunCounts;
use crate::db::{Db, DbError};
use crate::document::Reader;
use crate::domain::{Failure, FailureKind};
use crate::embedding::{Embedder, EmbeddingError, LOCAL_MODEL, MOCK_MODEL, api_model};
use crate::explanation::chat::Chat;
use crate::queue::{Hint, Queue, QueueError, QueueName};
use crate::storage::{Storage, StorageError};
use crate::telemetry::{TraceParent, panics};

use experiments::KeptVariants;
use pausing::KeptPauses;
use prepared_jobs::PreparedJobs;
use recording::Recorder;
use system_metrics::KeptSystemMetrics;

use crate::telemetry::instruments::ItemOutcome as Outcome;

pub use cleaning::{CleaningKind, CleaningPreview, PastCleaning};
pub use dead_letters::{
    DeadLetterAction, DeadLetterFilter, DeadLetterOrder, DeadLetterOutcome, ListedDeadLetter,
    ListedDeadLetters, NamedByDeadLetter, OtherCount,
};
pub use experiments::{StoredVariant, SwitchedOff, UnknownBaseline};
pub use health::{Health, PartHealth};
pub use intake::{ErasedCandidate, IntakeError, PromisedUpload, StoredCv};
pub use overview::{PauseInfo, QueueOverview, RunInfo, ScheduleOverview, TasksOverview};
pub use performance::{Backlog, Performance, PerformanceDashboard, StagePerformance, Step, Target, Window};
pub use probing::{QueueTest, QueueTestError, QueueTestTimes};
pub use ranking::{LeftOutCandidate, RankedCandidate, RankedCandidates, UnmetMustHaves};
pub use reading_quality::{Fall, FaultyCv, ParsingQuality, PastQuality};
pub use recommending::{LeftOutJob, Recommendation, Recommendations};
pub use recording::{Run, RunHost, Trigger};
pub use similar::{SimilarCandidate, SimilarCandidates, SimilarJob, SimilarJobs};
pub use tasks::{TaskOutcome, TaskWork};
pub use tuning::TaskLimit;

pub use crate::domain::{Schedule, Task};

/// The parts that stages, tasks and answers work with. Cheap to clone.
#[derive(Clone)]
pub struct Pipeline {
    /// The truth.
    pub db: Db,
    /// The CVs' files.
    pub storage: Storage,
    /// The hints.
    pub queue: Queue,
    /// Answers kept for a while.
    pub cache: Cache,
    /// What was set from outside.
    pub settings: Arc<Settings>,
    /// Reads the CVs' files.
    pub reader: Reader,
    variants: KeptVariants,
    embedder: Arc<OnceCell<Embedder>>,
    /// Who writes explanations, where it is not this program.
    chat: Option<Arc<Chat>>,
    prepared_jobs: Arc<PreparedJobs>,
    pauses: KeptPauses,
    recorder: Arc<Recorder>,
    /// The run that works with this pipeline, if one does.
    run: Option<Arc<Run>>,
    system_metrics: KeptSystemMetrics,
}

/// What stops a stage as a whole: its rows stay claimable, and its messages come again.
#[derive(Debug, thiserror::Error)]
pub enum PipelineError {
    /// The database fails.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The files fail.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A queue fails.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// An upload could not be looked at.
    #[error(transparent)]
    Intake(#[from] IntakeError),
}

impl PipelineError {
    /// Whether the same work may succeed later, with nothing changed but time. If not, one of the rows may be the cause.
    pub fn is_transient(&self) -> bool {
        let storage = |error: &StorageError| matches!(error, StorageError::Bucket(_) | StorageError::Disk(_));
        match self {
            Self::Db(error) | Self::Intake(IntakeError::Db(error)) => error.is_transient(),
            Self::Storage(error) | Self::Intake(IntakeError::Storage(error)) => storage(error),
            Self::Queue(_) | Self::Intake(IntakeError::Queue(_)) => true,
            Self::Intake(_) => false,
        }
    }
}

/// What a stage did with the rows that it was given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StageReport {
    /// Rows that were claimed. The others were done already, not due, or another worker's.
    pub claimed: usize,
    /// Rows done.
    pub completed: usize,
    /// Rows whose attempt failed.
    pub failed: usize,
    /// Of these, the rows that are tried again.
    pub retried: usize,
    /// Rows whose lease was lost before they were done; another worker has them.
    pub lost: usize,
}

impl StageReport {
    /// The report of a task's counts.
    pub fn of(counts: RunCounts) -> Self {
        let number = |count: i32| usize::try_from(count).unwrap_or(0);
        Self {
            claimed: number(counts.items),
            completed: number(counts.succeeded),
            failed: number(counts.failed),
            retried: number(counts.retried),
            lost: 0,
        }
    }

    /// Adds another batch's.
    pub fn add(&mut self, other: Self) {
        self.claimed += other.claimed;
        self.completed += other.completed;
        self.failed += other.failed;
        self.retried += other.retried;
        self.lost += other.lost;
    }

    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Completed => self.completed += 1,
            Outcome::Failed => self.failed += 1,
            Outcome::Retrying => {
                self.failed += 1;
                self.retried += 1;
            }
            Outcome::Lost => self.lost += 1,
        }
    }
}

impl Pipeline {
    /// Puts the parts together. The embedding model is loaded, and the processes that read files are started, at their first
    /// use.
    pub fn new(db: Db, storage: Storage, queue: Queue, cache: Cache, settings: Settings) -> Self {
        let chat = settings.chat.clone().and_then(|chat| match Chat::new(chat) {
            Ok(chat) => Some(Arc::new(chat)),
            Err(error) => {
                tracing::error!(%error, "the chat API cannot be used; matches are explained locally");
                None
            }
        });
        Self {
            db,
            storage,
            queue,
            cache,
            reader: Reader::new(&settings.reading),
            prepared_jobs: Arc::new(PreparedJobs::new(settings.limits.prepared_jobs)),
            settings: Arc::new(settings),
            variants: KeptVariants::default(),
            system_metrics: KeptSystemMetrics::default(),
            embedder: Arc::new(OnceCell::new()),
            chat,
            pauses: KeptPauses::default(),
            recorder: Arc::default(),
            run: None,
        }
    }

    /// The embedding model, loaded at the first call.
    ///
    /// # Errors
    /// The model is missing or damaged; the next call tries again.
    pub async fn embedder(&self) -> Result<&Embedder, EmbeddingError> {
        self.embedder
            .get_or_try_init(async || match &self.settings.embedding {
                EmbeddingSetting::Mock => Ok(Embedder::mock()),
                EmbeddingSetting::Api(api) => Embedder::api(api.clone()),
                EmbeddingSetting::Local => {
                    let model = self.settings.model_dir.clone();
                    let threads = self.settings.embedding_threads.unwrap_or_else(|| {
                        std::thread::available_parallelism()
                            .map_or(crate::embedding::DEFAULT_THREADS, usize::from)
                    });
                    computed(move || Embedder::local_with_threads(&model, threads))
                        .await
                        .unwrap_or_else(|panic| Err(EmbeddingError::Inference(panic)))
                }
            })
            .await
    }

    /// The name that is stored beside vectors of the model in use. Matching compares vectors without loading the model.
    fn model_name(&self) -> Cow<'static, str> {
        match &self.settings.embedding {
            EmbeddingSetting::Local => LOCAL_MODEL.into(),
            EmbeddingSetting::Mock => MOCK_MODEL.into(),
            EmbeddingSetting::Api(api) => api_model(&api.model).into(),
        }
    }

    fn lease(&self) -> Lease {
        self.lease_of(self.settings.limits.attempts)
    }

    fn embedding_lease(&self) -> Lease {
        self.lease_of(self.settings.limits.embedding_attempts)
    }

    /// A lease under the run's id, so that a row's history tells which run had it.
    fn lease_of(&self, attempts: i32) -> Lease {
        let lease = Lease::new(self.settings.limits.lease, attempts);
        Lease { token: self.run.as_ref().map_or(lease.token, |run| run.id), ..lease }
    }

    /// Hands hints on. One that cannot be sent is only logged: the row says what is to be done, and a schedule finds it.
    async fn hint(&self, queue: QueueName, ids: &[Uuid], delay: Duration) {
        self.hint_within(queue, ids, delay, |id| self.trace_of(id)).await;
    }

    /// The same, each as a part of the trace that `trace_of` gives it.
    async fn hint_within(
        &self,
        queue: QueueName,
        ids: &[Uuid],
        delay: Duration,
        trace_of: impl Fn(Uuid) -> Option<TraceParent>,
    ) {
        let hints = ids.iter().map(|id| Hint::at(*id).within(trace_of(*id))).collect();
        if let Err(error) = self.queue.send_hints(queue, hints, delay).await {
            tracing::warn!(%error, count = ids.len(), "hints could not be sent; the schedules will find their rows");
        }
    }

    /// Hints again at rows that messages named and that could not be claimed though they still wait: another transaction
    /// had them locked for an instant, another worker has them and may die, or their next attempt is not due yet.
    async fn hint_at_unclaimed(
        &self,
        stage: Stage,
        queue: QueueName,
        claim: Claim<'_>,
        claimed: &[Uuid],
    ) -> Result<(), DbError> {
        let Claim::These(ids) = claim else { return Ok(()) };
        let unclaimed: Vec<Uuid> = ids.iter().filter(|id| !claimed.contains(id)).copied().collect();
        if unclaimed.is_empty() {
            return Ok(());
        }
        for (id, seconds) in self.db.waiting(stage, Some(&unclaimed)).await? {
            self.hint(queue, &[id], Duration::from_secs_f64(seconds) + Duration::from_secs(1)).await;
        }
        Ok(())
    }

    /// Writes down a failed attempt, and hints at the next one where there is to be one soon.
    async fn fail(
        &self,
        stage: Stage,
        queue: QueueName,
        (row, hint): (Uuid, Uuid),
        lease: &Lease,
        attempts: i32,
        failure: &Failure,
    ) -> Result<Outcome, DbError> {
        let next = retry::next_attempt(stage, failure.kind, attempts, &self.settings.limits);
        tracing::warn!(
            ?stage, id = %row, attempts, reason = failure.reason, ?next,
            "an attempt failed"
        );
        if !self.db.fail(stage, row, lease, failure, next).await? {
            return Ok(Outcome::Lost);
        }
        self.note_failure(&failure.reason);
        match next {
            NextAttempt::After(delay) => {
                // A second more, so that the row is due when the hint comes.
                self.hint(queue, &[hint], delay + Duration::from_secs(1)).await;
                Ok(Outcome::Retrying)
            }
            NextAttempt::FailedUntil(_) => Ok(Outcome::Failed),
        }
    }
}

/// Runs what computes or blocks on a thread of its own. A panic comes back as those of its words that may be logged.
async fn computed<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, String> {
    let span = tracing::Span::current();
    tokio::task::spawn_blocking(move || span.in_scope(work)).await.map_err(|error| {
        match error.try_into_panic() {
            Ok(panic) => panics::words(&*panic).to_owned(),
            Err(_) => "the process is stopping".to_owned(),
        }
    })
}

/// A defect of ours, as the row's failure. The words of the panic go to the log, not to the person.
fn defect(panic: &str) -> Failure {
    tracing::error!(panic, "a stage panicked");
    Failure {
        kind: FailureKind::Internal,
        reason: "internal".to_owned(),
        message: "Something went wrong on our side. It is tried again by itself.".to_owned(),
    }
}
