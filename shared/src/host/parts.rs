//! Puts the parts together as the settings say: embedded ones, or outside ones.

use crate::cache::{self, Cache};
use crate::config::Settings;
use crate::db::Db;
use crate::pipeline::Pipeline;
use crate::queue::{InMemory, Queue, Sqs};
use crate::storage::{Storage, StorageError};

/// A part that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum PartsError {
    /// The files' place.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The cache's address.
    #[error("REDIS_URL is wrong: {0}")]
    Cache(String),
}

/// A pipeline on `db` and the other parts of the settings.
///
/// # Errors
/// A part cannot be had.
pub async fn pipeline(db: Db, settings: Settings) -> Result<Pipeline, PartsError> {
    let endpoint = settings.aws_endpoint_url.as_deref();
    let storage = match &settings.s3_bucket {
        Some(bucket) => Storage::s3(bucket, endpoint).await,
        None => Storage::folder(&settings.data_dir.join("files")).await?,
    };
    let queue = match &settings.sqs_queue_url_prefix {
        Some(prefix) => Queue::Sqs(Sqs::connect(prefix, endpoint).await),
        None => Queue::InMemory(InMemory::new()),
    };
    let cache = match &settings.redis_url {
        Some(url) => {
            Cache::Redis(cache::Redis::new(url).map_err(|error| PartsError::Cache(error.to_string()))?)
        }
        None => Cache::InMemory(cache::InMemory::new()),
    };
    Ok(Pipeline::new(db, storage, queue, cache, settings))
}
