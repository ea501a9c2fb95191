//! The table `probe`: messages that were sent through a queue to see whether they arrive.

use std::time::Instant;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Db, DbError, params};

/// What became of such a message. All times are the database's.
#[derive(Clone, Debug)]
pub struct ProbeRow {
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// When a function had it.
    pub received_at: DateTime<Utc>,
    /// When the function had written so down.
    pub answered_at: DateTime<Utc>,
    /// When this was read.
    pub read_at: DateTime<Utc>,
    /// Where the function ran: `lambda`, `knative`, `polling` or `in_process`.
    pub host: String,
    /// The function.
    pub function: String,
}

impl Db {
    /// Writes down that a message is about to be sent.
    ///
    /// # Errors
    /// The database fails.
    pub async fn begin_probe(&self, id: Uuid, queue: &str) -> Result<(), DbError> {
        let client = self.client().await?;
        client
            .execute_typed(
                "insert into probe (id, queue) values ($1, $2)",
                params![id => UUID, queue => TEXT],
            )
            .await?;
        Ok(())
    }

    /// Writes down that a message was `received`. One that comes twice is answered once, and one that nobody asks for any
    /// more not at all.
    ///
    /// # Errors
    /// The database fails.
    pub async fn answer_probe(
        &self,
        id: Uuid,
        host: &str,
        function: &str,
        received: Instant,
    ) -> Result<(), DbError> {
        let client = self.client().await?;
        let ago = received.elapsed();
        client
            .execute_typed(
                "update probe set answered_at = clock_timestamp(), received_at = clock_timestamp() - $4 * interval '1 second',
                    host = $2, function = $3
                where id = $1 and answered_at is null",
                params![id => UUID, host => TEXT, function => TEXT, ago.as_secs_f64() => FLOAT8],
            )
            .await?;
        Ok(())
    }

    /// The answer to a message; none while there is none.
    ///
    /// # Errors
    /// The database fails.
    pub async fn answered_probe(&self, id: Uuid) -> Result<Option<ProbeRow>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select sent_at, received_at, answered_at, clock_timestamp() as read_at, host, function from probe
                where id = $1 and answered_at is not null",
                params![id => UUID],
            )
            .await?;
        row.map(|row| {
            Ok(ProbeRow {
                sent_at: row.try_get("sent_at")?,
                received_at: row.try_get("received_at")?,
                answered_at: row.try_get("answered_at")?,
                read_at: row.try_get("read_at")?,
                host: row.try_get("host")?,
                function: row.try_get("function")?,
            })
        })
        .transpose()
    }
}
