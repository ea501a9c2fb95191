//! The table `upload`: places that were promised to candidates for files too large for one request.

use chrono::{DateTime, Utc};
use std::time::Duration;
use tokio_postgres::Row;

use super::cv::{self, NewCv};
use super::{Db, DbError, params};
use crate::domain::{CandidateId, CvId};

/// A promised place.
#[derive(Clone, Debug)]
pub struct UploadRow {
    /// The id that the CV will have.
    pub id: CvId,
    /// Whose it will be.
    pub candidate_id: CandidateId,
    /// Where the file is to lie.
    pub file_key: String,
    /// The file's name as the candidate has it.
    pub file_name: String,
    /// Until when it may come.
    pub expires_at: DateTime<Utc>,
}

impl UploadRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            id: CvId(row.try_get("id")?),
            candidate_id: CandidateId(row.try_get("candidate_id")?),
            file_key: row.try_get("file_key")?,
            file_name: row.try_get("file_name")?,
            expires_at: row.try_get("expires_at")?,
        })
    }
}

impl Db {
    /// Promises a place. Returns until when.
    ///
    /// # Errors
    /// The database fails.
    pub async fn create_upload(
        &self,
        id: CvId,
        candidate: &CandidateId,
        file_key: &str,
        file_name: &str,
        valid: Duration,
    ) -> Result<DateTime<Utc>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_one(
                "insert into upload (id, candidate_id, file_key, file_name, expires_at)
                values ($1, $2, $3, $4, now() + $5 * interval '1 second') returning expires_at",
                params![id.0 => UUID, candidate.0 => TEXT, file_key => TEXT, file_name => TEXT, valid.as_secs_f64() => FLOAT8],
            )
            .await?;
        Ok(row.try_get(0)?)
    }

    /// A promised place.
    ///
    /// # Errors
    /// The database fails.
    pub async fn upload(&self, id: CvId) -> Result<Option<UploadRow>, DbError> {
        let client = self.client().await?;
        let row = client.query_typed_opt("select * from upload where id = $1", params![id.0 => UUID]).await?;
        row.as_ref().map(UploadRow::from_row).transpose()
    }

    /// Promised places whose file may have come unnoticed, the oldest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open_uploads(&self, limit: i64) -> Result<Vec<UploadRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed("select * from upload order by created_at limit $1", params![limit => INT8])
            .await?;
        rows.iter().map(UploadRow::from_row).collect()
    }

    /// Turns a promised place whose file has come into a CV: one transaction. `false` if another was faster.
    ///
    /// # Errors
    /// The database fails; then nothing has changed.
    pub async fn accept_upload(&self, new: &NewCv) -> Result<bool, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let found =
            transaction.execute_typed("delete from upload where id = $1", params![new.id.0 => UUID]).await?;
        if found == 0 {
            return Ok(false);
        }
        cv::insert(&*transaction, new).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
