//! Where the CVs' files lie: an S3 bucket, or a folder. [`Storage`] is the one client of both.

mod folder;
mod presign;
mod s3;

use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};

pub use presign::PresignedPost;

/// The files' place. Cheap to clone.
#[derive(Clone)]
pub enum Storage {
    /// A folder on this machine.
    Folder(folder::Folder),
    /// An S3 bucket.
    S3(s3::S3),
}

/// A file's key and when it was written.
#[derive(Clone, Debug)]
pub struct StoredFile {
    /// Its key.
    pub key: String,
    /// When it was last written.
    pub modified: DateTime<Utc>,
}

/// What goes wrong with files.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// There is no such file.
    #[error("there is no file {key}")]
    Missing {
        /// Its key.
        key: String,
    },
    /// A key that leaves the folder, or is empty.
    #[error("\"{0}\" is no key of a file")]
    Key(String),
    /// The folder's disk fails.
    #[error("the folder of the files fails: {0}")]
    Disk(#[from] std::io::Error),
    /// The bucket cannot be reached or refuses.
    #[error("the bucket of the files fails: {0}")]
    Bucket(String),
}

impl Storage {
    /// Files in `folder`, which is made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub async fn folder(folder: &Path) -> Result<Self, StorageError> {
        Ok(Self::Folder(folder::Folder::open(folder).await?))
    }

    /// Files in an S3 bucket.
    pub async fn s3(bucket: &str, endpoint: Option<&str>) -> Self {
        Self::S3(s3::S3::connect(bucket, endpoint).await)
    }

    /// Writes a file; one of the same key is replaced.
    ///
    /// # Errors
    /// The place fails.
    pub async fn put(&self, key: &str, content: Bytes, media_type: &str) -> Result<(), StorageError> {
        match self {
            Self::Folder(folder) => folder.put(key, content).await,
            Self::S3(bucket) => bucket.put(key, content, media_type).await,
        }
    }

    /// Reads a file, at most `limit` bytes of it (one byte more is read where there is more, so that the caller sees it).
    ///
    /// # Errors
    /// There is none, or the place fails.
    pub async fn get(&self, key: &str, limit: usize) -> Result<Bytes, StorageError> {
        match self {
            Self::Folder(folder) => folder.get(key, limit).await,
            Self::S3(bucket) => bucket.get(key, limit).await,
        }
    }

    /// Whether there is such a file.
    ///
    /// # Errors
    /// The place fails.
    pub async fn exists(&self, key: &str) -> Result<bool, StorageError> {
        match self {
            Self::Folder(folder) => folder.exists(key).await,
            Self::S3(bucket) => bucket.exists(key).await,
        }
    }

    /// Deletes files. One that is not there is no error.
    ///
    /// # Errors
    /// The place fails; some may be deleted then.
    pub async fn delete(&self, keys: &[String]) -> Result<(), StorageError> {
        match self {
            Self::Folder(folder) => folder.delete(keys).await,
            Self::S3(bucket) => bucket.delete(keys).await,
        }
    }

    /// The files after the key `after` in the order of their keys, at most 1000.
    ///
    /// # Errors
    /// The place fails.
    pub async fn list(&self, after: Option<&str>) -> Result<Vec<StoredFile>, StorageError> {
        match self {
            Self::Folder(folder) => folder.list(after).await,
            Self::S3(bucket) => bucket.list(after).await,
        }
    }

    /// A form that lets a browser put a file of at most `most_bytes` under `key` by itself; none where the place has no
    /// such thing, and the file has to come through this system.
    ///
    /// # Errors
    /// No credentials are to be had.
    pub async fn presigned_post(
        &self,
        key: &str,
        most_bytes: usize,
        valid: Duration,
    ) -> Result<Option<PresignedPost>, StorageError> {
        match self {
            Self::Folder(_) => Ok(None),
            Self::S3(bucket) => bucket.presigned_post(key, most_bytes, valid).await.map(Some),
        }
    }

    /// Writes, reads and deletes a small file: whether the place works.
    ///
    /// # Errors
    /// It does not.
    pub async fn check(&self) -> Result<(), StorageError> {
        let key = format!("check/{}", uuid::Uuid::now_v7());
        self.put(&key, Bytes::from_static(b"check"), "text/plain").await?;
        let read = self.get(&key, 16).await;
        self.delete(&[key]).await?;
        read.map(|_| ())
    }
}
