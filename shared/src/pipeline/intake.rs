//! What comes in: CVs, promised uploads and jobs; and what goes out for good: deleted CVs, erased candidates.

use std::time::Duration;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use tracing::Instrument;
use utoipa::ToSchema;
use uuid::Uuid;

use super::item::Subject;
use super::recommending::cache_key;
use super::{Outcome, Pipeline, PipelineError, StageReport};
use crate::db::DbError;
use crate::db::cv::{CvRow, NewCv};
use crate::db::idempotency::{IdempotentRequest, KnownRequest};
use crate::db::job::{NewJob, StoredJob};
use crate::db::upload::UploadRow;
use crate::document::{self, DocumentError, Format};
use crate::domain::{CandidateId, CvId, JobId, RecruiterId};
use crate::queue::{QueueError, QueueName, UPLOAD_PREFIX};
use crate::storage::{PresignedPost, StorageError};

/// How long a promised upload may take.
pub const UPLOAD_VALID: Duration = Duration::from_secs(15 * 60);

/// A CV that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredCv {
    /// Its id.
    pub cv_id: CvId,
    /// Whether the same request was answered before, and this is that answer.
    pub repeated: bool,
}

/// A place that was promised for a file.
#[derive(Clone, Debug)]
pub struct PromisedUpload {
    /// The id that the CV will have.
    pub cv_id: CvId,
    /// The form that puts the file into the bucket; none where the file has to come through this system.
    pub post: Option<PresignedPost>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// What erasing a candidate removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ErasedCandidate {
    /// CVs, with their predictions and matches.
    pub cvs: usize,
    /// Files.
    pub files: usize,
    /// Interactions.
    pub interactions: u64,
}

/// Why something was not taken in or given out.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// The file is refused at once.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The idempotency key was used for another request.
    #[error("this Idempotency-Key was used for another file; take a new key for a new request")]
    KeyReused,
    /// There is no such thing, or not for this caller.
    #[error("there is no such upload")]
    NotFound,
    /// The promised upload ran out.
    #[error("this upload has run out; ask for a new one")]
    UploadExpired,
    /// The file of a promised upload has not come.
    #[error("the file has not arrived yet; send it first")]
    FileMissing,
    /// The database fails.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The files fail.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// A queue fails.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A defect of ours.
    #[error("a defect: {0}")]
    Defect(String),
}

fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The name as it is kept and shown: without folders and control characters, and not endless.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if plain.trim().is_empty() { "cv".to_owned() } else { plain.trim().to_owned() }
}

fn new_cv(
    id: CvId,
    candidate: &CandidateId,
    name: &str,
    key: String,
    content: &[u8],
    format: Format,
) -> NewCv {
    NewCv {
        id,
        candidate_id: candidate.clone(),
        file_key: key,
        file_name: plain_name(name),
        media_type: format.media_type().to_owned(),
        // The limits of the routes are far below what the column holds.
        file_size: i32::try_from(content.len()).unwrap_or(i32::MAX),
        file_sha256: sha256(content),
    }
}

impl Pipeline {
    /// Takes a CV in: file, then row, then hint. The same `idempotency_key` with the same file gives the same CV.
    ///
    /// # Errors
    /// The file is empty, too large or of no format that is read; or a part fails: then nothing but an orphaned file stays,
    /// which `cleanup_old_data` finds.
    pub async fn store_cv(
        &self,
        candidate: &CandidateId,
        file_name: &str,
        content: Bytes,
        idempotency_key: Option<&str>,
    ) -> Result<StoredCv, IntakeError> {
        let format = check(&content)?;
        let request = idempotency_key.map(|key| IdempotentRequest {
            caller: candidate.0.clone(),
            key: key.to_owned(),
            sha256: sha256(&content),
        });
        if let Some(request) = &request
            && let Some(known) = self.db.known_request(request).await?
        {
            return repeated(&known);
        }
        let id = CvId::new();
        let key = format!("cv/{id}.{}", format.extension());
        self.storage.put(&key, content.clone(), format.media_type()).await?;
        let cv = new_cv(id, candidate, file_name, key, &content, format);
        let response = json!({ "cv_id": id });
        let known = self.db.insert_cv(&cv, request.as_ref().map(|request| (request, &response))).await?;
        if let Some(known) = known {
            // The same request came twice at the same time: this one was slower, and its file is one too many.
            self.storage.delete(&[cv.file_key]).await?;
            return repeated(&known);
        }
        self.hint(QueueName::CvParse, &[id.0], Duration::ZERO).await;
        tracing::info!(cv_id = %id, bytes = content.len(), format = ?format, "a CV was taken in");
        Ok(StoredCv { cv_id: id, repeated: false })
    }

    /// Promises a place for a file that is too large for one request.
    ///
    /// # Errors
    /// A part fails.
    pub async fn create_upload(
        &self,
        candidate: &CandidateId,
        file_name: &str,
    ) -> Result<PromisedUpload, IntakeError> {
        let cv_id = CvId::new();
        let key = format!("{UPLOAD_PREFIX}{cv_id}");
        let most = document::Limits::default().max_bytes;
        let post = self.storage.presigned_post(&key, most, UPLOAD_VALID).await?;
        let name = plain_name(file_name);
        let expires_at = self.db.create_upload(cv_id, candidate, &key, &name, UPLOAD_VALID).await?;
        Ok(PromisedUpload { cv_id, post, expires_at })
    }

    /// Takes the file of a promised upload that was sent to this system, where there is no bucket to send it to.
    ///
    /// # Errors
    /// There is no such upload, it ran out, the file is refused, or a part fails.
    pub async fn receive_upload(
        &self,
        candidate: &CandidateId,
        cv_id: CvId,
        content: Bytes,
    ) -> Result<(), IntakeError> {
        let upload = self.promised(candidate, cv_id).await?;
        let format = check(&content)?;
        self.storage.put(&upload.file_key, content, format.media_type()).await?;
        self.accept(&upload).await
    }

    /// Makes a CV of a promised upload whose file is in the bucket. Does nothing if that was done before.
    ///
    /// # Errors
    /// There is no such upload, its file has not come or is refused, or a part fails.
    pub async fn accept_upload(&self, candidate: &CandidateId, cv_id: CvId) -> Result<(), IntakeError> {
        if self.db.cv(cv_id).await?.is_some_and(|cv| cv.candidate_id == *candidate) {
            return Ok(());
        }
        let upload = self.promised(candidate, cv_id).await?;
        self.accept(&upload).await
    }

    /// Makes CVs of the promised uploads whose files the bucket says to be there. One that is not promised, or was taken in
    /// before, is left alone; a file that is refused stays until the upload runs out.
    ///
    /// # Errors
    /// The database or the store fails.
    pub async fn accept_uploads(&self, ids: &[Uuid]) -> Result<StageReport, PipelineError> {
        let mut report = StageReport::default();
        for id in ids {
            let Some(upload) = self.db.upload(CvId(*id)).await? else { continue };
            report.claimed += 1;
            match self.accept_traced(&upload).await {
                Ok(()) => report.completed += 1,
                Err(IntakeError::FileMissing | IntakeError::Document(_)) => report.failed += 1,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(report)
    }

    /// Makes CVs of promised uploads whose files came unnoticed. Returns how many.
    ///
    /// # Errors
    /// The database or the store fails.
    pub(super) async fn accept_arrived_uploads(&self, limit: i64) -> Result<usize, IntakeError> {
        let mut accepted = 0;
        for upload in self.db.open_uploads(limit).await? {
            match self.accept_traced(&upload).await {
                Ok(()) => accepted += 1,
                Err(IntakeError::FileMissing | IntakeError::Document(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(accepted)
    }

    /// The same outside of a request. A bucket's notification has no trace: the upload's begins here.
    async fn accept_traced(&self, upload: &UploadRow) -> Result<(), IntakeError> {
        let item = self.begin_item("accept-upload", upload.id.0, Subject::Cv(upload.id), None, 1);
        let accepted = self.accept(upload).instrument(item.log.clone()).await;
        item.end(if accepted.is_ok() { Outcome::Completed } else { Outcome::Failed }, None);
        accepted
    }

    async fn promised(&self, candidate: &CandidateId, cv_id: CvId) -> Result<UploadRow, IntakeError> {
        let upload = self.db.upload(cv_id).await?.filter(|upload| upload.candidate_id == *candidate);
        let upload = upload.ok_or(IntakeError::NotFound)?;
        if upload.expires_at < Utc::now() {
            return Err(IntakeError::UploadExpired);
        }
        Ok(upload)
    }

    async fn accept(&self, upload: &UploadRow) -> Result<(), IntakeError> {
        let most = document::Limits::default().max_bytes;
        let content = match self.storage.get(&upload.file_key, most).await {
            Ok(content) => content,
            Err(StorageError::Missing { .. }) => return Err(IntakeError::FileMissing),
            Err(error) => return Err(error.into()),
        };
        let format = check(&content)?;
        let key = upload.file_key.clone();
        let cv = new_cv(upload.id, &upload.candidate_id, &upload.file_name, key, &content, format);
        if self.db.accept_upload(&cv).await? {
            self.hint(QueueName::CvParse, &[cv.id.0], Duration::ZERO).await;
            tracing::info!(cv_id = %cv.id, bytes = content.len(), format = ?format, "an upload was taken in");
        }
        Ok(())
    }

    /// Deletes a CV with its file, its predictions and what is cached of it.
    ///
    /// # Errors
    /// A part fails. What is left then is found by `cleanup_old_data`.
    pub async fn delete_cv(&self, cv: &CvRow) -> Result<(), IntakeError> {
        if let Some(deleted) = self.db.delete_cv(cv.id).await? {
            self.cache.forget(&[cache_key(cv.id)]).await;
            // The version before it knows nothing of the jobs that came since it was superseded.
            let again: Vec<Uuid> = deleted.latest.iter().map(|cv| cv.0).collect();
            self.hint(QueueName::CvMatch, &again, Duration::ZERO).await;
            self.storage.delete(&[deleted.file_key]).await?;
        }
        Ok(())
    }

    /// Deletes everything that is held on a candidate: rows, files, cached answers.
    ///
    /// # Errors
    /// A part fails. Calling again goes on where it failed; files that are left are found by `cleanup_old_data`.
    pub async fn erase_candidate(&self, candidate: &CandidateId) -> Result<ErasedCandidate, IntakeError> {
        let erased = self.db.erase_candidate(candidate).await?;
        let keys: Vec<String> = erased.cvs.iter().map(|cv| cache_key(*cv)).collect();
        self.cache.forget(&keys).await;
        self.storage.delete(&erased.file_keys).await?;
        Ok(ErasedCandidate {
            cvs: erased.cvs.len(),
            files: erased.file_keys.len(),
            interactions: erased.interactions,
        })
    }

    /// Takes jobs in and hints at their embedding. One that is there already and says the same costs nothing.
    ///
    /// # Errors
    /// The database fails; then none was taken in.
    pub async fn store_jobs(
        &self,
        recruiter: &RecruiterId,
        jobs: &[NewJob],
    ) -> Result<Vec<StoredJob>, IntakeError> {
        let stored = self.db.store_jobs(recruiter, jobs).await?;
        let changed: Vec<Uuid> = stored.iter().filter(|job| job.changed).map(|job| job.id.0).collect();
        self.hint(QueueName::JobEmbed, &changed, Duration::ZERO).await;
        Ok(stored)
    }

    /// Sets what a job says; it is open again and embedded anew. `false` if there is no such job.
    ///
    /// # Errors
    /// The database fails.
    pub async fn update_job(&self, job: &NewJob) -> Result<bool, IntakeError> {
        let found = self.db.update_job(job).await?;
        if found {
            self.hint(QueueName::JobEmbed, &[job.id.0], Duration::ZERO).await;
        }
        Ok(found)
    }

    /// Closes a job: it disappears from all recommendations at once. `false` if there is no such open job.
    ///
    /// # Errors
    /// The database fails.
    pub async fn close_job(&self, id: JobId) -> Result<bool, IntakeError> {
        Ok(self.db.close_job(id).await?)
    }
}

/// What can be told of a file at once, before it waits for its turn.
fn check(content: &[u8]) -> Result<Format, IntakeError> {
    let most = document::Limits::default().max_bytes;
    if content.is_empty() {
        return Err(DocumentError::Empty.into());
    }
    if content.len() > most {
        return Err(DocumentError::TooLarge { bytes: content.len() as u64, max_bytes: most as u64 }.into());
    }
    Ok(document::detect(content)?)
}

fn repeated(known: &KnownRequest) -> Result<StoredCv, IntakeError> {
    match known {
        KnownRequest::Different => Err(IntakeError::KeyReused),
        KnownRequest::Same(response) => {
            let id = response.get("cv_id").and_then(|id| id.as_str()).and_then(|id| id.parse().ok());
            let cv_id = id.ok_or_else(|| IntakeError::Defect("a stored answer has no cv_id".to_owned()))?;
            Ok(StoredCv { cv_id, repeated: true })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_name_is_kept_without_folders_and_control_characters() {
        assert_eq!(plain_name("C:\\Users\\me\\My CV.pdf"), "My CV.pdf");
        assert_eq!(plain_name("../../etc/passwd"), "passwd");
        assert_eq!(plain_name("a\0b\n.pdf"), "ab.pdf");
        assert_eq!(plain_name(" / "), "cv");
        assert_eq!(plain_name(&"x".repeat(1000)).len(), 200);
    }
}
