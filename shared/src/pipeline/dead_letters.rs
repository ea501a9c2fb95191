//! Dead letters as an operator sees and settles them. The database is the truth and the message only a hint, so the reason for a
//! dead letter is that of the row that it names: a row may have failed, may have been done since, or may be gone.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Pipeline, PipelineError};
use crate::db::DbError;
use crate::db::audit_log::Deed;
use crate::db::dead_letter::NamedRow;
use crate::db::stage::Stage;
use crate::domain::{Failure, StageStatus};
use crate::queue::{DeadLetter, HintKind, MOST_DEAD_LETTERS_AT_ONCE, QueueName};

/// The row that a dead letter names.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedByDeadLetter {
    /// `cv`, `job`, `prediction` or `upload`.
    #[schema(example = "cv")]
    pub kind: &'static str,
    /// Its id.
    pub id: Uuid,
    /// How it stands in the stage of this queue; none if it is gone. Of a prediction: `failed` if one of its matches is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StageStatus>,
    /// Attempts made since it last succeeded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempts: Option<i32>,
    /// Why the last attempt failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// A message that was given up.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedDeadLetter {
    /// Its own name, by which it is redriven or dropped.
    pub id: String,
    /// The reason of the row's last failure; else `pending`, `processing` or `completed` as the row is now; `gone` where there is
    /// no such row; `probe` for a test of the queue; `unreadable`; or `empty` where it says that there is nothing to do.
    #[schema(example = "model_missing")]
    pub reason: String,
    /// When it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_at: Option<DateTime<Utc>>,
    /// When it was first received.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_received_at: Option<DateTime<Utc>>,
    /// How often it was received. In SQS each look at the dead letters counts too.
    pub receive_count: u32,
    /// The row that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<NamedByDeadLetter>,
    /// Why it cannot be read, if that is so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "it is a hint of version 2, and this program reads version 1")]
    pub unreadable: Option<String>,
}

/// Dead letters of one queue: a snapshot.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedDeadLetters {
    /// The queue.
    #[schema(example = "cv-parse")]
    pub queue: &'static str,
    /// How many there are in all, approximately.
    pub total: usize,
    /// How many of those that were looked at have which reason.
    pub by_reason: BTreeMap<String, usize>,
    /// Those that were looked at, the oldest first: at most 1000 are.
    pub dead_letters: Vec<ListedDeadLetter>,
}

/// What is to become of dead letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadLetterAction {
    /// They go back into their queue, and rows that failed are due again.
    Redrive,
    /// They are deleted. Rows stay as they are.
    Drop,
}

/// Which dead letters are meant: all, or those that both of these name.
#[derive(Clone, Debug, Default)]
pub struct DeadLetterFilter {
    /// Their names.
    pub ids: Option<Vec<String>>,
    /// Their reason.
    pub reason: Option<String>,
}

impl DeadLetterFilter {
    fn names(&self, letter: &ListedDeadLetter) -> bool {
        self.ids.as_ref().is_none_or(|ids| ids.contains(&letter.id))
            && self.reason.as_ref().is_none_or(|reason| *reason == letter.reason)
    }
}

/// What somebody asks to be done with dead letters.
#[derive(Clone, Debug)]
pub struct DeadLetterOrder {
    /// What.
    pub action: DeadLetterAction,
    /// With which.
    pub filter: DeadLetterFilter,
    /// How many that must be; none to be told how many it would be, and to do nothing.
    pub expected_count: Option<usize>,
}

/// What was done with dead letters, or would be.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DeadLetterOutcome {
    /// The queue.
    #[schema(example = "cv-parse")]
    pub queue: &'static str,
    /// What is done with them.
    pub action: DeadLetterAction,
    /// Whether nothing was done.
    pub dry_run: bool,
    /// How many dead letters it concerns.
    pub count: usize,
    /// How many of them have which reason.
    pub by_reason: BTreeMap<String, usize>,
    /// Rows that had failed and are due again by it.
    pub rows_made_due: usize,
    /// Whether there are more dead letters than one call looks at (1000): call again for those.
    pub more: bool,
}

/// There are not as many dead letters as expected; nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherCount {
    /// How many there are.
    pub count: usize,
}

fn kind_of(queue: QueueName) -> &'static str {
    match queue {
        QueueName::CvUpload => "upload",
        QueueName::CvParse | QueueName::CvEmbed | QueueName::CvMatch => "cv",
        QueueName::MatchExplain => "prediction",
        QueueName::JobEmbed => "job",
    }
}

fn listed(queue: QueueName, letter: &DeadLetter, rows: &HashMap<Uuid, NamedRow>) -> ListedDeadLetter {
    let (reason, names) = match &letter.hint {
        _ if letter.unreadable.is_some() => ("unreadable".to_owned(), None),
        None => ("empty".to_owned(), None),
        Some(hint) if hint.kind == HintKind::Probe => ("probe".to_owned(), None),
        Some(hint) => {
            let row = rows.get(&hint.id);
            let reason = match row {
                None => "gone".to_owned(),
                Some(row) => match &row.failure {
                    Some(failure) if row.status != StageStatus::Completed => failure.reason.clone(),
                    _ => row.status.to_string(),
                },
            };
            let names = NamedByDeadLetter {
                kind: kind_of(queue),
                id: hint.id,
                status: row.map(|row| row.status),
                attempts: row.map(|row| row.attempts),
                failure: row.and_then(|row| row.failure.clone()),
            };
            (reason, Some(names))
        }
    };
    ListedDeadLetter {
        id: letter.id.clone(),
        reason,
        sent_at: letter.sent_at,
        first_received_at: letter.first_received_at,
        receive_count: letter.receives,
        names,
        unreadable: letter.unreadable.clone(),
    }
}

fn counted<'a>(letters: impl IntoIterator<Item = &'a ListedDeadLetter>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for letter in letters {
        *counts.entry(letter.reason.clone()).or_default() += 1;
    }
    counts
}

impl Pipeline {
    /// The dead letters of a queue, the first `most` with all that is known of them.
    ///
    /// # Errors
    /// The queue or the database fails.
    pub async fn dead_letters(
        &self,
        queue: QueueName,
        most: usize,
    ) -> Result<ListedDeadLetters, PipelineError> {
        let held = self.queue.hold_dead_letters(queue, most.min(MOST_DEAD_LETTERS_AT_ONCE)).await?;
        let listed = self.with_rows(queue, &held.letters).await;
        self.release(queue, &held.letters).await;
        let dead_letters = listed?;
        Ok(ListedDeadLetters {
            queue: queue.as_str(),
            total: held.total,
            by_reason: counted(&dead_letters),
            dead_letters,
        })
    }

    /// Redrives or drops dead letters, or tells how many it would be. Of more than 1000 it looks at 1000.
    ///
    /// Rows are made due before their hints are sent, and hints are sent before the letters are deleted: whatever breaks off in
    /// between, nothing is lost.
    ///
    /// # Errors
    /// The queue or the database fails. The inner error: there are not as many as expected, and nothing was done.
    pub async fn settle_dead_letters(
        &self,
        queue: QueueName,
        order: &DeadLetterOrder,
        caller: &str,
    ) -> Result<Result<DeadLetterOutcome, OtherCount>, PipelineError> {
        let held = self.queue.hold_dead_letters(queue, MOST_DEAD_LETTERS_AT_ONCE).await?;
        let listed = match self.with_rows(queue, &held.letters).await {
            Ok(listed) => listed,
            Err(error) => {
                self.release(queue, &held.letters).await;
                return Err(error.into());
            }
        };
        let more = held.total > held.letters.len();
        let (meant, others): (Vec<_>, Vec<_>) =
            held.letters.into_iter().zip(listed).partition(|(_, listed)| order.filter.names(listed));
        let (meant, meant_listed): (Vec<DeadLetter>, Vec<ListedDeadLetter>) = meant.into_iter().unzip();
        let others: Vec<DeadLetter> = others.into_iter().map(|(letter, _)| letter).collect();
        self.release(queue, &others).await;
        let failed: Vec<Uuid> = meant_listed
            .iter()
            .filter_map(|letter| letter.names.as_ref())
            .filter(|row| row.status == Some(StageStatus::Failed))
            .map(|row| row.id)
            .collect();
        let mut outcome = DeadLetterOutcome {
            queue: queue.as_str(),
            action: order.action,
            dry_run: order.expected_count.is_none(),
            count: meant.len(),
            by_reason: counted(&meant_listed),
            rows_made_due: if order.action == DeadLetterAction::Redrive { failed.len() } else { 0 },
            more,
        };
        if order.expected_count != Some(outcome.count) {
            self.release(queue, &meant).await;
            return Ok(match order.expected_count {
                None => Ok(outcome),
                Some(_) => Err(OtherCount { count: outcome.count }),
            });
        }
        let (count, rows) = match self.settle(queue, order, &meant, &failed, caller).await {
            Ok(done) => done,
            Err(error) => {
                self.release(queue, &meant).await;
                return Err(error);
            }
        };
        (outcome.count, outcome.rows_made_due) = (count, rows);
        tracing::info!(queue = queue.as_str(), action = ?order.action, count, rows, "dead letters were settled");
        Ok(Ok(outcome))
    }

    async fn settle(
        &self,
        queue: QueueName,
        order: &DeadLetterOrder,
        letters: &[DeadLetter],
        failed: &[Uuid],
        caller: &str,
    ) -> Result<(usize, usize), PipelineError> {
        // Written first: what cannot be written down is not done.
        let deed = Deed {
            caller,
            action: match order.action {
                DeadLetterAction::Redrive => "dead_letters.redrive",
                DeadLetterAction::Drop => "dead_letters.drop",
            },
            target: queue.as_str(),
            count: Some(letters.len() as i64),
            details: json!({
                "reason": order.filter.reason,
                "by_id": order.filter.ids.is_some(),
                "failed_rows": failed.len(),
            }),
        };
        self.db.write_audit(&deed).await?;
        match order.action {
            DeadLetterAction::Redrive => {
                let rows = match Stage::of_queue(queue) {
                    Some(stage) if !failed.is_empty() => {
                        self.db.make_failed_due(stage, failed, caller).await?
                    }
                    _ => 0,
                };
                Ok((self.queue.redrive_dead_letters(queue, letters).await?, rows))
            }
            DeadLetterAction::Drop => Ok((self.queue.drop_dead_letters(queue, letters).await?, 0)),
        }
    }

    async fn with_rows(
        &self,
        queue: QueueName,
        letters: &[DeadLetter],
    ) -> Result<Vec<ListedDeadLetter>, DbError> {
        let hints = letters.iter().filter_map(|letter| letter.hint.as_ref());
        let ids: Vec<Uuid> = hints.filter(|hint| hint.kind == HintKind::Work).map(|hint| hint.id).collect();
        let rows = if ids.is_empty() {
            Vec::new()
        } else {
            self.db.named_rows(Stage::of_queue(queue), &ids).await?
        };
        let rows: HashMap<Uuid, NamedRow> = rows.into_iter().map(|row| (row.id, row)).collect();
        Ok(letters.iter().map(|letter| listed(queue, letter, &rows)).collect())
    }

    async fn release(&self, queue: QueueName, letters: &[DeadLetter]) {
        if let Err(error) = self.queue.release_dead_letters(queue, letters).await {
            tracing::warn!(%error, "dead letters stay hidden for a minute");
        }
    }
}
