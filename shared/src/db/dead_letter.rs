//! The rows that dead letters hint at: how they stand in the stage of the letter's queue, and how they are made due again.

use tokio_postgres::types::Json;
use uuid::Uuid;

use super::retrying::{act_as, untried};
use super::stage::Stage;
use super::{Db, DbError, params};
use crate::domain::{Failure, StageStatus};

/// How a row that a message names stands in the stage of the message's queue.
#[derive(Clone, Debug)]
pub struct NamedRow {
    /// The id that the message holds.
    pub id: Uuid,
    /// The row's state; of a prediction, that of its matches: failed if one is.
    pub status: StageStatus,
    /// Attempts made since it last succeeded.
    pub attempts: i32,
    /// Why the last attempt failed, if it did.
    pub failure: Option<Failure>,
}

const CV_PARSING: &str = "
    select id, parsing_status as status, parsing_attempts as attempts, parsing_failure as failure from cv where id = any ($1)";
const CV_EMBEDDING: &str = "
    select id, embedding_status as status, embedding_attempts as attempts, embedding_failure as failure from cv where id = any ($1)";
const CV_MATCHING: &str = "
    select id, matching_status as status, matching_attempts as attempts, matching_failure as failure from cv where id = any ($1)";
const JOB_EMBEDDING: &str = "
    select id, embedding_status as status, embedding_attempts as attempts, embedding_failure as failure from job where id = any ($1)";
const EXPLANATION: &str = "
    select prediction.id,
        case when bool_or(explanation_status = 'failed') then 'failed'
            when bool_or(explanation_status = 'processing') then 'processing'
            when bool_or(explanation_status = 'pending') then 'pending'
            else 'completed' end as status,
        coalesce(max(explanation_attempts), 0) as attempts,
        (array_agg(explanation_failure order by explanation_status = 'failed' desc)
            filter (where explanation_failure is not null))[1] as failure
    from prediction left join match on match.prediction_id = prediction.id
    where prediction.id = any ($1) group by prediction.id";
const UPLOAD: &str = "
    select id, 'pending' as status, 0 as attempts, null::jsonb as failure from upload where id = any ($1)
    union all select id, 'completed', 0, null from cv where id = any ($1)";

/// Sets the failed of the rows that `$1` names free.
macro_rules! failed_due {
    ($table:literal, $stage:literal) => {
        concat!(
            "update ",
            $table,
            " set ",
            untried!($stage),
            " where id = any ($1) and ",
            $stage,
            "_status = 'failed' returning id"
        )
    };
}

const DUE_CV_PARSING: &str = failed_due!("cv", "parsing");
const DUE_CV_EMBEDDING: &str = failed_due!("cv", "embedding");
const DUE_CV_MATCHING: &str = failed_due!("cv", "matching");
const DUE_JOB_EMBEDDING: &str = failed_due!("job", "embedding");
const DUE_EXPLANATION: &str = concat!(
    "with due as (update match set ",
    untried!("explanation"),
    " where prediction_id = any ($1) and explanation_status = 'failed' returning prediction_id)
    select distinct prediction_id from due"
);

impl Db {
    /// How the rows that messages name stand in a stage; with no stage, what became of promised uploads. Ids that name no row are
    /// left out.
    ///
    /// # Errors
    /// The database fails.
    pub async fn named_rows(&self, stage: Option<Stage>, ids: &[Uuid]) -> Result<Vec<NamedRow>, DbError> {
        let statement = match stage {
            Some(Stage::CvParsing) => CV_PARSING,
            Some(Stage::CvEmbedding) => CV_EMBEDDING,
            Some(Stage::CvMatching) => CV_MATCHING,
            Some(Stage::JobEmbedding) => JOB_EMBEDDING,
            Some(Stage::Explanation) => EXPLANATION,
            None => UPLOAD,
        };
        let client = self.client().await?;
        let rows = client.query_typed(statement, params![ids => UUID_ARRAY]).await?;
        rows.iter()
            .map(|row| {
                let name: &str = row.try_get("status")?;
                let failure: Option<Json<Failure>> = row.try_get("failure")?;
                Ok(NamedRow {
                    id: row.try_get("id")?,
                    // The column's check allows no other name; one of a newer version is shown as still waiting.
                    status: StageStatus::from_name(name).unwrap_or(StageStatus::Pending),
                    attempts: row.try_get("attempts")?,
                    failure: failure.map(|failure| failure.0),
                })
            })
            .collect()
    }

    /// Makes rows that failed in a stage due again, as if they had never been tried. Their history says that `actor` had it done.
    /// Returns how many of the ids were concerned.
    ///
    /// # Errors
    /// The database fails; then nothing has changed.
    pub async fn make_failed_due(&self, stage: Stage, ids: &[Uuid], actor: &str) -> Result<usize, DbError> {
        let statement = match stage {
            Stage::CvParsing => DUE_CV_PARSING,
            Stage::CvEmbedding => DUE_CV_EMBEDDING,
            Stage::CvMatching => DUE_CV_MATCHING,
            Stage::JobEmbedding => DUE_JOB_EMBEDDING,
            Stage::Explanation => DUE_EXPLANATION,
        };
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        act_as(&*transaction, actor).await?;
        let due = transaction.query_typed(statement, params![ids => UUID_ARRAY]).await?;
        transaction.commit().await?;
        Ok(due.len())
    }
}
