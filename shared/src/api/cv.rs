//! CVs in requests and answers.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::db::cv::{CvRow, StageState};
use crate::domain::{CvId, Failure, Profile, StageStatus};
use crate::pipeline::PromisedUpload;

/// The answer to a CV that was taken in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UploadAnswer {
    /// Its id.
    pub cv_id: CvId,
    /// Always `pending`: it waits to be read.
    #[schema(value_type = String, example = "pending")]
    pub status: StageStatus,
    /// What comes next, for a person.
    #[schema(example = "Your CV was received. Recommendations follow in a few seconds.")]
    pub message: String,
}

impl UploadAnswer {
    /// The answer for this CV.
    pub fn received(cv_id: CvId) -> Self {
        Self {
            cv_id,
            status: StageStatus::Pending,
            message: "Your CV was received. Recommendations follow in a few seconds.".to_owned(),
        }
    }
}

/// The form of an upload in one request.
#[derive(ToSchema)]
#[expect(dead_code, reason = "it is the description of a form, which is read part by part")]
pub struct UploadForm {
    /// PDF, DOCX, ODT, RTF, HTML, Markdown or plain text; told by content.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// What is to be uploaded.
#[derive(Clone, Debug, Deserialize, ToSchema)]
pub struct CreateUploadRequest {
    /// The file's name.
    #[schema(example = "Ann Lee CV.pdf", min_length = 1, max_length = 255)]
    pub file_name: String,
}

/// A place for a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CreateUploadAnswer {
    /// The id that the CV will have.
    pub cv_id: CvId,
    /// How to send the file.
    pub upload: UploadTarget,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// How to send a file: a form (`multipart/form-data`) of all `fields` and then the file as `file`. Where `url` has no host,
/// it is of this API and needs the token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct UploadTarget {
    /// Where to.
    #[schema(example = "https://bucket.s3.eu-central-1.amazonaws.com/")]
    pub url: String,
    /// Always `POST`.
    #[schema(example = "POST")]
    pub method: String,
    /// What the form holds before the file.
    pub fields: BTreeMap<String, String>,
}

impl From<PromisedUpload> for CreateUploadAnswer {
    fn from(promised: PromisedUpload) -> Self {
        let (url, fields) = match promised.post {
            Some(post) => (post.url, post.fields),
            None => (format!("/api/candidate/uploads/{}/file", promised.cv_id), BTreeMap::new()),
        };
        Self {
            cv_id: promised.cv_id,
            upload: UploadTarget { url, method: "POST".to_owned(), fields },
            expires_at: promised.expires_at,
        }
    }
}

/// How something stands in a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StageAnswer {
    /// Waiting, at work, done or given up.
    pub status: StageStatus,
    /// Attempts made since it last succeeded.
    pub attempts: i32,
    /// Why the last attempt failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl From<&StageState> for StageAnswer {
    fn from(state: &StageState) -> Self {
        Self { status: state.status, attempts: state.attempts, failure: state.failure.clone() }
    }
}

/// How a CV stands in each stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct CvStages {
    /// The file is read into a profile.
    pub parsing: StageAnswer,
    /// The profile becomes a vector.
    pub embedding: StageAnswer,
    /// Jobs are found, scored and ranked.
    pub matching: StageAnswer,
}

/// A CV in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CvSummary {
    /// Its id.
    pub cv_id: CvId,
    /// Counted from 1.
    #[schema(example = 1)]
    pub version: i32,
    /// Whether no later version took its place.
    pub is_latest: bool,
    /// The file's name.
    #[schema(example = "Ann Lee CV.pdf")]
    pub file_name: String,
    /// The file's media type, told by content.
    #[schema(example = "application/pdf")]
    pub media_type: String,
    /// Bytes.
    #[schema(example = 81234)]
    pub file_size: i32,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// All stages in one word: `completed` once there are recommendations, `failed` if a stage gave up.
    pub status: StageStatus,
    /// Each stage.
    pub stages: CvStages,
    /// When it was last matched.
    pub last_analyzed: Option<DateTime<Utc>>,
}

/// A CV with what it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CvAnswer {
    /// What a list says of it.
    #[serde(flatten)]
    pub summary: CvSummary,
    /// What it says, once it was read (JSON Resume).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Profile>,
}

/// A page of CVs, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CvList {
    /// The CVs.
    pub cvs: Vec<CvSummary>,
    /// Where the next page begins; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Which page.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CvListQuery {
    /// Rows of a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// All stages in one word. A CV that has recommendations is `completed` though it may be matched again just now: what the
/// candidate waits for is there.
fn one_word(stages: [&StageState; 3], analyzed: bool) -> StageStatus {
    let all = |status| stages.iter().all(|stage| stage.status == status);
    if stages.iter().any(|stage| stage.status == StageStatus::Failed) {
        StageStatus::Failed
    } else if all(StageStatus::Completed) || (analyzed && stages[0].status == StageStatus::Completed) {
        StageStatus::Completed
    } else if all(StageStatus::Pending) && stages[0].attempts == 0 {
        StageStatus::Pending
    } else {
        StageStatus::Processing
    }
}

impl From<CvRow> for CvSummary {
    fn from(row: CvRow) -> Self {
        Self {
            cv_id: row.id,
            version: row.version,
            is_latest: row.is_latest,
            file_name: row.file_name,
            media_type: row.media_type,
            file_size: row.file_size,
            created_at: row.created_at,
            status: one_word([&row.parsing, &row.embedding, &row.matching], row.last_analyzed.is_some()),
            stages: CvStages {
                parsing: (&row.parsing).into(),
                embedding: (&row.embedding).into(),
                matching: (&row.matching).into(),
            },
            last_analyzed: row.last_analyzed,
        }
    }
}

impl From<CvRow> for CvAnswer {
    fn from(mut row: CvRow) -> Self {
        Self { profile: row.profile.take(), summary: row.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_word_says_what_the_candidate_waits_for() {
        use StageStatus::{Completed, Failed, Pending, Processing};
        let stage =
            |status, attempts| StageState { status, attempts, next_attempt_at: Utc::now(), failure: None };
        let word = |statuses: [StageStatus; 3], attempts, analyzed| {
            let [parsing, embedding, matching] = statuses.map(|status| stage(status, attempts));
            one_word([&parsing, &embedding, &matching], analyzed)
        };
        assert_eq!(word([Pending, Pending, Pending], 0, false), Pending);
        assert_eq!(
            word([Pending, Pending, Pending], 1, false),
            Processing,
            "it waits for its second attempt"
        );
        assert_eq!(word([Processing, Pending, Pending], 1, false), Processing);
        assert_eq!(word([Completed, Pending, Pending], 0, false), Processing);
        assert_eq!(word([Completed, Completed, Completed], 0, true), Completed);
        assert_eq!(word([Completed, Completed, Pending], 0, true), Completed, "it is only matched again");
        assert_eq!(word([Failed, Pending, Pending], 4, false), Failed);
        assert_eq!(word([Completed, Failed, Pending], 4, false), Failed);
    }

    #[test]
    fn a_received_cv_is_answered_with_exactly_three_fields() {
        let id = CvId::new();
        let answer = serde_json::to_value(UploadAnswer::received(id)).unwrap();
        let expected = serde_json::json!({
            "cv_id": id, "status": "pending", "message": "Your CV was received. Recommendations follow in a few seconds."
        });
        assert_eq!(answer, expected);
    }

    #[test]
    fn without_a_bucket_the_file_is_sent_to_this_api() {
        let cv_id = CvId::new();
        let promised = PromisedUpload { cv_id, post: None, expires_at: Utc::now() };
        let answer = CreateUploadAnswer::from(promised);
        assert_eq!(answer.upload.url, format!("/api/candidate/uploads/{cv_id}/file"));
        assert!(answer.upload.fields.is_empty());
    }
}
