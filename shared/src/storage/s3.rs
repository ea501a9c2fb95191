//! Files in an S3 bucket.

use std::time::Duration;

use aws_sdk_s3::config::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::ByteStream;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use bytes::{Bytes, BytesMut};
use chrono::{DateTime, Utc};

use super::presign::{self, PresignedPost};
use super::{StorageError, StoredFile};

/// A bucket.
#[derive(Clone)]
pub struct S3 {
    client: aws_sdk_s3::Client,
    bucket: String,
    endpoint: Option<String>,
    credentials: Option<SharedCredentialsProvider>,
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> StorageError {
    StorageError::Bucket(DisplayErrorContext(error).to_string())
}

impl S3 {
    pub(super) async fn connect(bucket: &str, endpoint: Option<&str>) -> Self {
        let configuration = crate::aws::configuration(endpoint).await;
        let credentials = configuration.credentials_provider();
        // Emulators serve buckets by path; Amazon by host name.
        let configuration =
            aws_sdk_s3::config::Builder::from(&configuration).force_path_style(endpoint.is_some()).build();
        Self {
            client: aws_sdk_s3::Client::from_conf(configuration),
            bucket: bucket.to_owned(),
            endpoint: endpoint.map(str::to_owned),
            credentials,
        }
    }

    /// Makes the bucket, for emulators.
    ///
    /// # Errors
    /// The service fails for another reason than that the bucket is there.
    pub async fn create_bucket(&self) -> Result<(), StorageError> {
        match self.client.create_bucket().bucket(&self.bucket).send().await {
            Ok(_) => Ok(()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(|e| e.is_bucket_already_owned_by_you() || e.is_bucket_already_exists()) =>
            {
                Ok(())
            }
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) async fn put(&self, key: &str, content: Bytes, media_type: &str) -> Result<(), StorageError> {
        self.client
            .put_object()
            .bucket(&self.bucket)
            .key(key)
            .content_type(media_type)
            .body(ByteStream::from(content))
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }

    pub(super) async fn get(&self, key: &str, limit: usize) -> Result<Bytes, StorageError> {
        let answer =
            self.client.get_object().bucket(&self.bucket).key(key).send().await.map_err(|error| {
                if error.as_service_error().is_some_and(|e| e.is_no_such_key()) {
                    StorageError::Missing { key: key.to_owned() }
                } else {
                    failed(error)
                }
            })?;
        let mut body = answer.body;
        let mut content = BytesMut::new();
        while let Some(piece) = body.try_next().await.map_err(failed)? {
            let rest = limit + 1 - content.len();
            content.extend_from_slice(&piece[..piece.len().min(rest)]);
            if content.len() > limit {
                break;
            }
        }
        Ok(content.freeze())
    }

    pub(super) async fn exists(&self, key: &str) -> Result<bool, StorageError> {
        match self.client.head_object().bucket(&self.bucket).key(key).send().await {
            Ok(_) => Ok(true),
            Err(error) if error.as_service_error().is_some_and(|e| e.is_not_found()) => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    pub(super) async fn delete(&self, keys: &[String]) -> Result<(), StorageError> {
        for batch in keys.chunks(1000) {
            let objects = batch
                .iter()
                .map(|key| ObjectIdentifier::builder().key(key).build())
                .collect::<Result<Vec<_>, _>>()
                .map_err(failed)?;
            let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build().map_err(failed)?;
            let answer = self
                .client
                .delete_objects()
                .bucket(&self.bucket)
                .delete(delete)
                .send()
                .await
                .map_err(failed)?;
            if let Some(error) = answer.errors().first() {
                return Err(StorageError::Bucket(
                    error.message().unwrap_or("a file could not be deleted").to_owned(),
                ));
            }
        }
        Ok(())
    }

    pub(super) async fn list(&self, after: Option<&str>) -> Result<Vec<StoredFile>, StorageError> {
        let answer = self
            .client
            .list_objects_v2()
            .bucket(&self.bucket)
            .set_start_after(after.map(str::to_owned))
            .send()
            .await
            .map_err(failed)?;
        Ok(answer
            .contents()
            .iter()
            .filter_map(|object| {
                let modified = object.last_modified()?;
                let modified = DateTime::<Utc>::from_timestamp(modified.secs(), modified.subsec_nanos())?;
                Some(StoredFile { key: object.key()?.to_owned(), modified })
            })
            .collect())
    }

    pub(super) async fn presigned_post(
        &self,
        key: &str,
        most_bytes: usize,
        valid: Duration,
    ) -> Result<PresignedPost, StorageError> {
        let no_credentials =
            || StorageError::Bucket("there are no AWS credentials to sign an upload with".to_owned());
        let provider = self.credentials.as_ref().ok_or_else(no_credentials)?;
        let credentials = provider.provide_credentials().await.map_err(failed)?;
        let region = self.client.config().region().map_or("us-east-1", |region| region.as_ref());
        let url = match &self.endpoint {
            Some(endpoint) => format!("{}/{}", endpoint.trim_end_matches('/'), self.bucket),
            None => format!("https://{}.s3.{region}.amazonaws.com", self.bucket),
        };
        let signer = presign::Signer {
            access_key: credentials.access_key_id(),
            secret_key: credentials.secret_access_key(),
            session_token: credentials.session_token(),
            region,
        };
        Ok(signer.post(url, &self.bucket, key, most_bytes, valid, Utc::now()))
    }
}
