//! What somebody has done again by hand: rows of a stage are set free as if they had never been tried, and their history names who
//! did it.

use tokio_postgres::GenericClient;
use uuid::Uuid;

use super::audit_log::{self, Deed};
use super::stage::Stage;
use super::stage_state::{StateFilter, chosen, moment};
use super::{Db, DbError, params};
use crate::domain::StageStatus;

/// What became of one row that was to be done again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It waits for a worker; hints are to be sent at these.
    Anew(Vec<Uuid>),
    /// It has not come to that stage: what comes before is not done.
    TooEarly,
}

/// A stage's columns as they are before the first attempt. A worker that has the row loses its lease.
macro_rules! untried {
    ($stage:literal) => {
        concat!(
            $stage,
            "_status = 'pending', ",
            $stage,
            "_attempts = 0, ",
            $stage,
            "_next_attempt_at = clock_timestamp(), ",
            $stage,
            "_lease_token = null, ",
            $stage,
            "_lease_until = null"
        )
    };
}

pub(super) use untried;

/// Sets free at most `$7` of the failed rows that a [`StateFilter`] names. Rows that somebody else has locked are left out.
macro_rules! retry_failed {
    ($table:literal, $stage:literal, $hint:literal) => {
        concat!(
            "update ",
            $table,
            " set ",
            untried!($stage),
            " where id in (
                select id from ",
            $table,
            " where ",
            $stage,
            "_status = 'failed' and id in (select row_id from stage_state where ",
            chosen!(),
            ") order by id limit $7 for update skip locked)
            returning ",
            $hint
        )
    };
}

const RETRY_CV_PARSING: &str = retry_failed!("cv", "parsing", "id");
const RETRY_CV_EMBEDDING: &str = retry_failed!("cv", "embedding", "id");
const RETRY_CV_MATCHING: &str = retry_failed!("cv", "matching", "id");
const RETRY_JOB_EMBEDDING: &str = retry_failed!("job", "embedding", "id");
const RETRY_EXPLANATION: &str = retry_failed!("match", "explanation", "prediction_id");

const BEGIN_CV_PARSING: &str = concat!("update cv set ", untried!("parsing"), " where id = $1 returning id");
const BEGIN_CV_EMBEDDING: &str = concat!(
    "update cv set ",
    untried!("embedding"),
    " where id = $1 and parsing_status = 'completed' returning id"
);
const BEGIN_CV_MATCHING: &str = concat!(
    "update cv set ",
    untried!("matching"),
    " where id = $1 and parsing_status = 'completed' and embedding_status = 'completed' returning id"
);
const BEGIN_JOB_EMBEDDING: &str =
    concat!("update job set ", untried!("embedding"), " where id = $1 returning id");
const BEGIN_EXPLANATION: &str = concat!(
    "update match set ",
    untried!("explanation"),
    " where prediction_id = (select id from prediction where cv_id = $1 and is_latest) returning prediction_id"
);

/// Names who acts, for the triggers that write history: until the transaction ends.
pub(super) async fn act_as(transaction: &impl GenericClient, caller: &str) -> Result<(), DbError> {
    transaction
        .query_typed("select set_config('cv_matching.actor', $1, true)", params![caller => TEXT])
        .await?;
    Ok(())
}

impl Db {
    /// Sets free at most `limit` failed rows of the filter's first stage, by hand of `caller`: one transaction. Returns what hints
    /// are to be sent at, a row each.
    ///
    /// # Errors
    /// The database fails; then none is set free.
    pub async fn retry_failed(
        &self,
        filter: &StateFilter<'_>,
        caller: &str,
        limit: i64,
    ) -> Result<Vec<Uuid>, DbError> {
        let Some(stage) = filter.stages.first() else { return Ok(Vec::new()) };
        let statement = match stage {
            Stage::CvParsing => RETRY_CV_PARSING,
            Stage::CvEmbedding => RETRY_CV_EMBEDDING,
            Stage::CvMatching => RETRY_CV_MATCHING,
            Stage::JobEmbedding => RETRY_JOB_EMBEDDING,
            Stage::Explanation => RETRY_EXPLANATION,
        };
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        act_as(&*transaction, caller).await?;
        let rows = transaction
            .query_typed(
                statement,
                params![vec![stage.as_str()] => TEXT_ARRAY, StageStatus::Failed.as_str() => TEXT, filter.reason => TEXT,
                    filter.after => TIMESTAMPTZ, filter.before => TIMESTAMPTZ, filter.ids => UUID_ARRAY, limit => INT8],
            )
            .await?;
        let hints = rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<_, DbError>>()?;
        transaction.commit().await?;
        Ok(hints)
    }

    /// Has one CV or job done again from a stage on, however it stands, and writes that down: one transaction.
    ///
    /// # Errors
    /// The database fails; then nothing has changed.
    pub async fn begin_anew(&self, stage: Stage, id: Uuid, deed: &Deed<'_>) -> Result<Begun, DbError> {
        let statement = match stage {
            Stage::CvParsing => BEGIN_CV_PARSING,
            Stage::CvEmbedding => BEGIN_CV_EMBEDDING,
            Stage::CvMatching => BEGIN_CV_MATCHING,
            Stage::JobEmbedding => BEGIN_JOB_EMBEDDING,
            Stage::Explanation => BEGIN_EXPLANATION,
        };
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        act_as(&*transaction, deed.caller).await?;
        let rows = transaction.query_typed(statement, params![id => UUID]).await?;
        if rows.is_empty() {
            return Ok(Begun::TooEarly);
        }
        let hints = rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<Vec<Uuid>, DbError>>()?;
        audit_log::insert(&*transaction, &Deed { count: Some(hints.len() as i64), ..deed.clone() }).await?;
        transaction.commit().await?;
        Ok(Begun::Anew(hints))
    }
}
