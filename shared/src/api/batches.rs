//! Requests to the chat API in answers, with what they cost.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::db::chat_call::{ChatCallRow, ChatDayRow};

/// Which requests are shown.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchQuery {
    /// Only those that ended so: `started` (not yet), `answered` or `failed`.
    pub outcome: Option<String>,
    /// Only those to this model.
    pub model: Option<String>,
    /// The sums are those of the last so many days (UTC).
    #[param(minimum = 1, maximum = 365, default = 30)]
    pub days: Option<u32>,
    /// Most requests.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// Requests to the chat API that writes explanations. Money is in the prices' currency.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchList {
    /// Whether a chat API is set up now, and with which limits.
    pub budget: ChatBudget,
    /// The requests, the latest first.
    pub batches: Vec<Batch>,
    /// The next page's cursor; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
    /// Sums by day and model, the latest first.
    pub days: Vec<BatchDay>,
    /// Why requests failed, the most frequent first.
    pub errors: Vec<Counted>,
    /// Why texts that the API wrote were not used, the most frequent first.
    pub faults: Vec<Counted>,
}

/// What may be spent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ChatBudget {
    /// The model that explanations are asked of; absent where none is set up.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Most that is spent in a day (UTC); absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub daily_budget: Option<f64>,
    /// What is spent today, and reserved for requests that are on their way.
    pub spent_today: f64,
    /// What may still be spent today; absent without a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub left_today: Option<f64>,
}

/// One request: the matches of one CV that it asked about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Batch {
    /// Its id.
    pub id: Uuid,
    /// When it was sent.
    pub started_at: DateTime<Utc>,
    /// The model.
    pub model: String,
    /// Matches that it asked about.
    pub matches: i32,
    /// `started`, `answered` or `failed`.
    pub outcome: String,
    /// What kind of error it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// How long it took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i32>,
    /// Tokens of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_tokens: Option<i32>,
    /// Tokens of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_tokens: Option<i32>,
    /// What it was to cost at most.
    pub estimated_cost: f64,
    /// What it cost; absent until it has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<f64>,
    /// Texts that stood the check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<i32>,
    /// Why the others did not.
    pub faults: Vec<String>,
}

/// The requests of a day (UTC) to a model.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchDay {
    /// The day.
    pub day: NaiveDate,
    /// The model.
    pub model: String,
    /// Requests.
    pub calls: i64,
    /// Of these, those that failed.
    pub failed: i64,
    /// Of these, those that never ended: their process was killed, and what was reserved for them stays so for the day.
    pub unended: i64,
    /// Matches that they asked about.
    pub matches: i64,
    /// Texts that stood the check.
    pub accepted: i64,
    /// Tokens of the requests.
    pub input_tokens: i64,
    /// Tokens of the answers.
    pub output_tokens: i64,
    /// What they cost.
    pub cost: f64,
    /// The median of how long an answer took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p50_ms: Option<f64>,
    /// The 95th percentile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p95_ms: Option<f64>,
}

/// How often something was.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Counted {
    /// What.
    #[schema(example = "number_not_in_sources")]
    pub name: String,
    /// How often.
    pub count: i64,
}

/// Millionths as whole units.
pub fn money(micros: i64) -> f64 {
    micros as f64 / 1e6
}

impl From<ChatCallRow> for Batch {
    fn from(row: ChatCallRow) -> Self {
        Self {
            id: row.id,
            started_at: row.started_at,
            model: row.model,
            matches: row.matches,
            outcome: row.outcome,
            error: row.error,
            duration_ms: row.duration_ms,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            estimated_cost: money(row.estimated_micros),
            cost: row.cost_micros.map(money),
            accepted: row.accepted,
            faults: row.faults,
        }
    }
}

impl From<ChatDayRow> for BatchDay {
    fn from(row: ChatDayRow) -> Self {
        Self {
            day: row.day,
            model: row.model,
            calls: row.calls,
            failed: row.failed,
            unended: row.unended,
            matches: row.matches,
            accepted: row.accepted,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            cost: money(row.cost_micros),
            p50_ms: row.duration_ms.map(|[p50, _]| p50),
            p95_ms: row.duration_ms.map(|[_, p95]| p95),
        }
    }
}
