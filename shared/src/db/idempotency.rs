//! The table `idempotency_key`: a request that is sent again with the same `Idempotency-Key` gets the answer of the first.

use serde_json::Value;
use tokio_postgres::GenericClient;

use super::cv::{self, NewCv};
use super::{Db, DbError, params};

/// What is known of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum KnownRequest {
    /// This request was answered so.
    Same(Value),
    /// The key was used for another request.
    Different,
}

/// A key as a caller sent it, with what it stands for.
#[derive(Clone, Debug)]
pub struct IdempotentRequest {
    /// Who called.
    pub caller: String,
    /// The header's text.
    pub key: String,
    /// Of the request, in hexadecimal.
    pub sha256: String,
}

impl Db {
    /// What is known of a key.
    ///
    /// # Errors
    /// The database fails.
    pub async fn known_request(&self, request: &IdempotentRequest) -> Result<Option<KnownRequest>, DbError> {
        known(&**self.client().await?, request).await
    }

    /// Inserts a CV and, in the same transaction, the answer under the request's key. If a request with the same key was
    /// faster, nothing is inserted and what is known of the key comes back.
    ///
    /// # Errors
    /// The database fails; then nothing is inserted.
    pub async fn insert_cv(
        &self,
        new: &NewCv,
        request: Option<(&IdempotentRequest, &Value)>,
    ) -> Result<Option<KnownRequest>, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        if let Some((request, response)) = request {
            let inserted = transaction
                .execute_typed(
                    "insert into idempotency_key (caller, key, request_sha256, response) values ($1, $2, $3, $4)
                    on conflict (caller, key) do nothing",
                    params![request.caller => TEXT, request.key => TEXT, request.sha256 => TEXT, response => JSONB],
                )
                .await?;
            if inserted == 0 {
                return known(&*transaction, request).await;
            }
        }
        cv::insert(&*transaction, new).await?;
        transaction.commit().await?;
        Ok(None)
    }
}

async fn known(
    client: &impl GenericClient,
    request: &IdempotentRequest,
) -> Result<Option<KnownRequest>, DbError> {
    let row = client
        .query_typed_opt(
            "select request_sha256, response from idempotency_key where caller = $1 and key = $2",
            params![request.caller => TEXT, request.key => TEXT],
        )
        .await?;
    row.map(|row| {
        let sha256: String = row.try_get("request_sha256")?;
        Ok(if sha256 == request.sha256 {
            KnownRequest::Same(row.try_get("response")?)
        } else {
            KnownRequest::Different
        })
    })
    .transpose()
}
