//! Batches of messages on Lambda. Each message is worked on by itself: one that fails or panics fails alone, and when the
//! time of the call runs out, what is not done is handed back. For this the event source must have
//! `ReportBatchItemFailures`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lambda_runtime::{Context, LambdaEvent};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinSet};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument;

use super::Error;
use super::events::{BatchAnswer, Failure, QueueEvent, source};
use crate::host::{StageWork, probing};
use crate::pipeline::{Pipeline, RunHost, StageReport, Trigger};
use crate::queue::{Hint, Message};
use crate::telemetry::panics;

/// Messages that are worked on at the same time.
const AT_ONCE: usize = 4;
/// The time that is left for the answer when the time of a call runs out.
const MARGIN: Duration = Duration::from_millis(1500);

/// The longest that Lambda lets a call take.
const LONGEST_CALL: Duration = Duration::from_secs(900);

/// Works on the messages of one call, as one run. What was recorded is written before the answer, after which the environment
/// may be frozen.
pub(super) async fn work_on(
    pipeline: &Pipeline,
    stage: StageWork,
    event: LambdaEvent<Value>,
) -> Result<BatchAnswer, Error> {
    if pipeline.is_queue_paused(stage.queue.as_str()).await {
        tracing::info!(function = stage.name, "the queue is paused: its rows wait until it is resumed");
        return Ok(BatchAnswer::default());
    }
    let mut answer = Ok(BatchAnswer::default());
    let recorded = pipeline
        .recorded(stage.name, RunHost::Lambda, Trigger::Queue, async |pipeline: Pipeline| {
            let mut report = StageReport::default();
            answer = work_on_event(&pipeline, stage, event, &mut report).await;
            Ok(report)
        })
        .await;
    pipeline.write_records().await;
    recorded?;
    answer
}

async fn work_on_event(
    pipeline: &Pipeline,
    stage: StageWork,
    event: LambdaEvent<Value>,
    report: &mut StageReport,
) -> Result<BatchAnswer, Error> {
    match source(&event.payload) {
        "aws:sqs" => {
            let batch: QueueEvent = serde_json::from_value(event.payload)?;
            Ok(work_on_batch(pipeline, stage, batch, deadline(&event.context), report).await)
        }
        // A bucket that calls the function itself: the call fails as a whole, and Lambda makes it again.
        "aws:s3" => {
            if let Message::Hint(hint) = Message::read(&event.payload.to_string()) {
                pipeline.continue_traces(&[hint]);
                report.add((stage.handle)(pipeline.clone(), vec![hint.id]).await?);
            }
            Ok(BatchAnswer::default())
        }
        other => Err(format!("an event from \"{other}\" is not what this function takes").into()),
    }
}

/// When the work of a call must end.
fn deadline(context: &Context) -> Instant {
    // A time that was over before the call began is none: emulators do not tell it.
    let left = context.deadline().duration_since(SystemTime::now()).unwrap_or(LONGEST_CALL);
    Instant::now() + left.saturating_sub(MARGIN)
}

async fn work_on_batch(
    pipeline: &Pipeline,
    stage: StageWork,
    batch: QueueEvent,
    deadline: Instant,
    report: &mut StageReport,
) -> BatchAnswer {
    let turns = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let mut names: HashMap<Id, String> = HashMap::new();
    let mut failures = Vec::new();
    let mut hints: Vec<(Hint, String)> = Vec::new();
    for record in batch.records {
        let hint = match Message::read(&record.body) {
            Message::Hint(hint) if probing::answered(pipeline, RunHost::Lambda, stage.name, &hint).await => {
                continue;
            }
            Message::Hint(hint) => hint,
            Message::Nothing => continue,
            Message::Unreadable => {
                tracing::error!(message_id = record.message_id, "a message cannot be read");
                failures.push(record.message_id);
                continue;
            }
        };
        hints.push((hint, record.message_id));
    }
    pipeline.continue_traces(&hints.iter().map(|(hint, _)| *hint).collect::<Vec<_>>());
    for (hint, name) in hints {
        let (pipeline, turns) = (pipeline.clone(), turns.clone());
        let work = async move {
            // The semaphore is never closed: without a turn the work would only be less orderly.
            let _turn = turns.acquire_owned().await.ok();
            (stage.handle)(pipeline, vec![hint.id]).await
        };
        let task = running.spawn(work.in_current_span());
        names.insert(task.id(), name);
    }
    while let Ok(Some(ended)) = timeout_at(deadline, running.join_next_with_id()).await {
        let (id, reason) = match ended {
            Ok((id, Ok(one))) => {
                report.add(one);
                (id, None)
            }
            Ok((id, Err(error))) => (id, Some(error.to_string())),
            Err(error) => (error.id(), Some(panics::of_task(error))),
        };
        let name = names.remove(&id);
        if let (Some(reason), Some(name)) = (reason, name) {
            tracing::error!(message_id = name, reason, "a message was not worked on; it comes again");
            failures.push(name);
        }
    }
    running.abort_all();
    if !names.is_empty() {
        tracing::warn!(
            count = names.len(),
            "the time is over; the messages that are not done are handed back"
        );
    }
    failures.extend(names.into_values());
    BatchAnswer {
        batch_item_failures: failures
            .into_iter()
            .map(|item_identifier| Failure { item_identifier })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use uuid::Uuid;

    use super::*;
    use crate::cache::{self, Cache};
    use crate::config::Settings;
    use crate::db::Db;
    use crate::host::BoxedReport;
    use crate::host::lambda::events::QueueRecord;
    use crate::pipeline::IntakeError;
    use crate::queue::{InMemory, Queue, QueueName};
    use crate::storage::Storage;

    static FAILS: LazyLock<Uuid> = LazyLock::new(Uuid::now_v7);
    static PANICS: LazyLock<Uuid> = LazyLock::new(Uuid::now_v7);
    static HANGS: LazyLock<Uuid> = LazyLock::new(Uuid::now_v7);

    /// A stage that does its work but for three ids.
    fn handle(_: Pipeline, ids: Vec<Uuid>) -> BoxedReport {
        Box::pin(async move {
            if ids == [*FAILS] {
                return Err(IntakeError::NotFound.into());
            }
            assert_ne!(ids, [*PANICS], "a defect");
            if ids == [*HANGS] {
                std::future::pending::<()>().await;
            }
            Ok(StageReport::default())
        })
    }

    /// A pipeline whose parts are never used.
    async fn pipeline() -> Pipeline {
        let db = Db::new("postgres://nobody@127.0.0.1:9/nothing?sslmode=disable", 1).unwrap();
        let storage = Storage::s3("none", Some("http://127.0.0.1:9")).await;
        let cache = Cache::InMemory(cache::InMemory::new());
        Pipeline::new(db, storage, Queue::InMemory(InMemory::new()), cache, Settings::from_env().unwrap())
    }

    async fn handed_back(ids: &[Uuid], time: Duration) -> Vec<String> {
        let records = ids
            .iter()
            .map(|id| {
                let body = format!(r#"{{"version":1,"id":"{id}"}}"#);
                QueueRecord { message_id: id.to_string(), body }
            })
            .collect();
        let deadline = Instant::now() + time;
        let mut report = StageReport::default();
        let batch = QueueEvent { records };
        let stage = StageWork { name: "parse-cv", queue: QueueName::CvParse, handle };
        let answer = work_on_batch(&pipeline().await, stage, batch, deadline, &mut report).await;
        let mut failures: Vec<String> =
            answer.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        failures.sort();
        failures
    }

    #[tokio::test]
    async fn a_record_that_fails_or_panics_fails_alone() {
        let good: Vec<Uuid> = (0..8).map(|_| Uuid::now_v7()).collect();
        let mut all = good.clone();
        all.extend([*FAILS, *PANICS]);
        let mut expected = vec![FAILS.to_string(), PANICS.to_string()];
        expected.sort();
        assert_eq!(handed_back(&all, Duration::from_secs(60)).await, expected);
        assert_eq!(handed_back(&good, Duration::from_secs(60)).await, Vec::<String>::new());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_done_when_the_time_is_over_is_handed_back() {
        let good = Uuid::now_v7();
        assert_eq!(handed_back(&[*HANGS, good], Duration::from_secs(3)).await, [HANGS.to_string()]);
    }
}
