//! The table `audit_log`: what was done by hand, and by whom.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use tokio_postgres::GenericClient;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Db, DbError, params};

/// Something that somebody did.
#[derive(Clone, Debug)]
pub struct Deed<'a> {
    /// Who: the subject of the caller's token.
    pub caller: &'a str,
    /// What, such as `task.run`, `queue.pause` or `dead_letters.redrive`.
    pub action: &'a str,
    /// What it was done to: the name of a task or queue, an id, a filter.
    pub target: &'a str,
    /// Rows, messages or keys that it concerned, where they can be counted.
    pub count: Option<i64>,
    /// What else is to be known. Never a name, an address or the text of a CV.
    pub details: Value,
}

/// A deed as it is kept.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditRow {
    /// Its id; younger ones are greater.
    pub id: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: the subject of the token; of what a schedule did, its name.
    pub caller: String,
    /// What.
    #[schema(example = "retry")]
    pub action: String,
    /// To what.
    pub target: String,
    /// How many it concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
    /// What else is known.
    #[schema(value_type = Object)]
    pub details: Value,
}

impl Db {
    /// Writes down what somebody did.
    ///
    /// # Errors
    /// The database fails.
    pub async fn write_audit(&self, deed: &Deed<'_>) -> Result<(), DbError> {
        insert(&**self.client().await?, deed).await
    }

    /// What was done, the latest first: at most `limit`, before the deed `before` where one is named, and of one action or caller.
    ///
    /// # Errors
    /// The database fails.
    pub async fn audit(
        &self,
        action: Option<&str>,
        caller: Option<&str>,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<AuditRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select id, at, caller, action, target, count, details from audit_log
                where ($1::text is null or action = $1) and ($2::text is null or caller = $2) and ($3::uuid is null or id < $3)
                order by id desc limit $4",
                params![action => TEXT, caller => TEXT, before => UUID, limit => INT8],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(AuditRow {
                    id: row.try_get("id")?,
                    at: row.try_get("at")?,
                    caller: row.try_get("caller")?,
                    action: row.try_get("action")?,
                    target: row.try_get("target")?,
                    count: row.try_get("count")?,
                    details: row.try_get("details")?,
                })
            })
            .collect()
    }
}

/// Writes down what somebody did, in the transaction in which it is done.
///
/// # Errors
/// The database fails.
pub(super) async fn insert(client: &impl GenericClient, deed: &Deed<'_>) -> Result<(), DbError> {
    client
        .execute_typed(
            "insert into audit_log (id, caller, action, target, count, details) values ($1, $2, $3, $4, $5, $6)",
            params![Uuid::now_v7() => UUID, deed.caller => TEXT, deed.action => TEXT, deed.target => TEXT,
                deed.count => INT8, deed.details => JSONB],
        )
        .await?;
    Ok(())
}
