//! What the routes of dead letters take and answer.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{FieldError, Problem, ProblemKind};
use crate::pipeline::{DeadLetterAction, DeadLetterFilter, DeadLetterOrder, OtherCount};
use crate::queue::{Attributes, QueueName};

/// How full every queue is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueuesAnswer {
    /// The queues, in the order of a CV's way.
    pub queues: Vec<QueueAnswer>,
}

/// How full a queue is. SQS counts approximately.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QueueAnswer {
    /// Its name.
    #[schema(example = "cv-parse")]
    pub queue: &'static str,
    /// Messages that wait.
    pub waiting: usize,
    /// Messages that functions have now.
    pub in_flight: usize,
    /// Messages that are sent and whose time has not come.
    pub delayed: usize,
    /// Dead letters; left out where the queue has no place for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<usize>,
    /// How long the oldest message has been there; left out where there is none, or the queue does not tell (SQS).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_age_seconds: Option<f64>,
}

impl QueueAnswer {
    /// Of a queue.
    pub fn new(queue: QueueName, attributes: &Attributes) -> Self {
        Self {
            queue: queue.as_str(),
            waiting: attributes.waiting,
            in_flight: attributes.in_flight,
            delayed: attributes.delayed,
            dead: attributes.dead,
            oldest_age_seconds: attributes.oldest_age_seconds,
        }
    }
}

/// How many dead letters are asked for.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeadLettersQuery {
    /// At most so many are looked at, 1 to 1000; 100 where it is not said.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u32>,
}

/// What is to be done with dead letters.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct SettleDeadLetters {
    /// `redrive` puts them back into their queue and makes their rows due again where these have failed; `drop` deletes them.
    pub action: DeadLetterAction,
    /// Only these.
    pub ids: Option<Vec<String>>,
    /// Only those of this reason, as the list shows it.
    #[schema(example = "model_missing")]
    pub reason: Option<String>,
    /// Only tell how many it would concern.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub dry_run: bool,
    /// How many the dry run said; needed to do it.
    pub expected_count: Option<usize>,
}

fn yes() -> bool {
    true
}

impl SettleDeadLetters {
    /// The order in it.
    ///
    /// # Errors
    /// It is to be done, and says not with how many.
    pub fn into_order(self) -> Result<DeadLetterOrder, Problem> {
        if !self.dry_run && self.expected_count.is_none() {
            let message = "is missing: take the `count` of a dry run";
            return Err(Problem::invalid(vec![FieldError::new("expected_count", message)]));
        }
        Ok(DeadLetterOrder {
            action: self.action,
            filter: DeadLetterFilter { ids: self.ids, reason: self.reason },
            expected_count: self.expected_count.filter(|_| !self.dry_run),
        })
    }
}

impl From<OtherCount> for Problem {
    fn from(OtherCount { count }: OtherCount) -> Self {
        let detail =
            format!("It would concern {count} dead letters now. Nothing was done: look at them again.");
        Self::new(ProblemKind::Conflict, detail).with_field("expected_count", format!("is {count} now"))
    }
}
