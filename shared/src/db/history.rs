//! The table `history`: what happened to a CV or a job, step by step. Triggers write it, in the transaction of the work itself;
//! here it is read, with the run in which each thing happened.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Db, DbError, from_json, params};
use crate::domain::{CvId, Failure, JobId};

/// Something that happened to a CV or a job.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryLine {
    /// Orders the lines.
    #[serde(skip)]
    pub id: i64,
    /// When.
    pub at: DateTime<Utc>,
    /// `creation`, `parsing`, `embedding`, `matching` or `explanation`.
    #[schema(example = "parsing")]
    pub step: String,
    /// `completed`, `failed`, `retrying` (it failed, and another attempt follows), `abandoned` (its worker died), or `requested`
    /// (somebody, or a schedule, had it done again).
    #[schema(example = "completed")]
    pub outcome: String,
    /// Which attempt it was, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attempt: Option<i32>,
    /// How long the attempt took, from its worker's claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<i32>,
    /// Matches that it concerned, of explanations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<i32>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
    /// Who had it done, where a person did: the subject of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// The batch in which it happened; its further fields are absent where the batch's record is past its retention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub run: Option<HistoryRun>,
}

/// The batch in which something happened.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HistoryRun {
    /// Its id.
    pub id: Uuid,
    /// The function that worked, or the scheduled task.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "parse-cv")]
    pub function: Option<String>,
    /// Where it ran: `lambda`, `knative`, `polling` or `in_process`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// What caused it: `queue`, `schedule` or `manual`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger: Option<String>,
    /// Under which the log knows more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

/// Whose history.
#[derive(Clone, Copy, Debug)]
pub enum HistoryOf {
    /// A CV's.
    Cv(CvId),
    /// A job's.
    Job(JobId),
}

const OF_CV: &str = "
    select history.id, at, step, outcome, attempt, duration_ms, history.items, failure, actor, run_id,
        task_run.name as function, task_run.host, task_run.trigger, task_run.trace_id
    from history left join task_run on task_run.id = run_id
    where cv_id = $1 and ($2::bigint is null or history.id > $2) order by history.id limit $3";
const OF_JOB: &str = "
    select history.id, at, step, outcome, attempt, duration_ms, history.items, failure, actor, run_id,
        task_run.name as function, task_run.host, task_run.trigger, task_run.trace_id
    from history left join task_run on task_run.id = run_id
    where job_id = $1 and ($2::bigint is null or history.id > $2) order by history.id limit $3";

impl Db {
    /// What happened to a CV or a job, the oldest first: at most `limit` lines, those after the line `after` where one is named.
    ///
    /// # Errors
    /// The database fails.
    pub async fn history(
        &self,
        of: HistoryOf,
        after: Option<i64>,
        limit: i64,
    ) -> Result<Vec<HistoryLine>, DbError> {
        let (statement, id) = match of {
            HistoryOf::Cv(id) => (OF_CV, id.0),
            HistoryOf::Job(id) => (OF_JOB, id.0),
        };
        let client = self.client().await?;
        let rows = client.query_typed(statement, params![id => UUID, after => INT8, limit => INT8]).await?;
        rows.iter()
            .map(|row| {
                let failure: Option<Value> = row.try_get("failure")?;
                let run: Option<Uuid> = row.try_get("run_id")?;
                let run = match run {
                    Some(id) => Some(HistoryRun {
                        id,
                        function: row.try_get("function")?,
                        host: row.try_get("host")?,
                        trigger: row.try_get("trigger")?,
                        trace_id: row.try_get("trace_id")?,
                    }),
                    None => None,
                };
                Ok(HistoryLine {
                    id: row.try_get("id")?,
                    at: row.try_get("at")?,
                    step: row.try_get("step")?,
                    outcome: row.try_get("outcome")?,
                    attempt: row.try_get("attempt")?,
                    duration_ms: row.try_get("duration_ms")?,
                    items: row.try_get("items")?,
                    failure: failure.map(|value| from_json("failure", value)).transpose()?,
                    actor: row.try_get("actor")?,
                    run,
                })
            })
            .collect()
    }
}
