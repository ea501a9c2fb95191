//! Stage parse-cv: the file's bytes ► text in reading order ► profile.

use std::sync::Arc;
use std::time::Duration;

use chrono::{Datelike, Utc};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use tracing::Instrument;
use uuid::Uuid;

use super::item::{Item, Subject};
use super::{Outcome, Pipeline, PipelineError, StageReport, computed, defect};
use crate::db::cv::CvToParse;
use crate::db::stage::{Claim, Lease, Stage};
use crate::document::{self, DocumentError};
use crate::domain::{Failure, FailureKind, PartialDate};
use crate::parsing::{self, Parsed};
use crate::queue::QueueName;
use crate::skills::Taxonomy;
use crate::storage::StorageError;

/// Files that are read at the same time: reading is computing, and the machine has other stages to serve.
const AT_ONCE: usize = 4;

impl Pipeline {
    /// Parses the CVs that can be claimed, and hints at their embedding.
    ///
    /// # Errors
    /// The database fails. A file that cannot be read is no error: it fails its CV.
    pub async fn parse_cvs(&self, claim: Claim<'_>) -> Result<StageReport, PipelineError> {
        let lease = self.lease();
        let claimed = self.db.claim_cvs_to_parse(claim, &lease).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|cv| cv.id.0).collect();
        self.hint_at_unclaimed(Stage::CvParsing, QueueName::CvParse, claim, &ids).await?;
        let mut report = StageReport { claimed: claimed.len(), ..StageReport::default() };
        let mut outcomes = stream::iter(claimed)
            .map(|cv| self.parse_traced(cv, &lease, ids.len()))
            .buffer_unordered(AT_ONCE);
        while let Some((outcome, took)) = outcomes.try_next().await? {
            self.count(&mut report, Stage::CvParsing, outcome, took);
        }
        Ok(report)
    }

    async fn parse_traced(
        &self,
        cv: CvToParse,
        lease: &Lease,
        batch: usize,
    ) -> Result<(Outcome, Duration), PipelineError> {
        let function = Stage::CvParsing.function();
        let item = self.begin_item(function, cv.id.0, Subject::Cv(cv.id), Some(cv.attempts), batch);
        let outcome = self.parse_cv(cv, lease, &item).instrument(item.log.clone()).await?;
        let took = item.took();
        item.end(outcome, None);
        Ok((outcome, took))
    }

    async fn parse_cv(&self, cv: CvToParse, lease: &Lease, item: &Item) -> Result<Outcome, PipelineError> {
        let limits = document::Limits::default();
        let failure = match self.storage.get(&cv.file_key, limits.max_bytes).await {
            Ok(content) => {
                let reader = self.reader.clone();
                let read = computed(move || {
                    let document = reader.read(&content, &limits)?;
                    Ok::<Parsed, DocumentError>(parsing::parse(&document, Taxonomy::global(), today()))
                });
                match read.await {
                    Ok(Ok(parsed)) => {
                        let parsed = Arc::new(parsed);
                        let release = &self.settings.release;
                        let (text, profile) = (&parsed.text, &parsed.profile);
                        if !self.db.complete_parsing(cv.id, lease, text, profile, release).await? {
                            return Ok(Outcome::Lost);
                        }
                        self.hint(QueueName::CvEmbed, &[cv.id.0], Duration::ZERO).await;
                        tracing::info!(
                            duration_ms = item.took().as_millis() as u64,
                            fields_extracted = parsed.profile.field_count(),
                            "a CV was parsed"
                        );
                        return Ok(Outcome::Completed);
                    }
                    Ok(Err(error)) => unreadable(&error),
                    Err(panic) => defect(&panic),
                }
            }
            Err(StorageError::Missing { .. }) => Failure {
                kind: FailureKind::Transient,
                reason: "file_missing".to_owned(),
                message: "The file of this CV is not in the store. Upload it again.".to_owned(),
            },
            Err(error) => {
                tracing::warn!(%error, "a file could not be fetched");
                Failure {
                    kind: FailureKind::Transient,
                    reason: "storage".to_owned(),
                    message: "The file of this CV could not be fetched. It is tried again by itself."
                        .to_owned(),
                }
            }
        };
        let ids: (Uuid, Uuid) = (cv.id.0, cv.id.0);
        Ok(self.fail(Stage::CvParsing, QueueName::CvParse, ids, lease, cv.attempts, &failure).await?)
    }
}

/// Why a file cannot be read, as its CV's failure.
pub(super) fn unreadable(error: &DocumentError) -> Failure {
    let kind = match error {
        DocumentError::Unavailable { detail } => {
            tracing::error!(detail, "a file could not be read now");
            FailureKind::Transient
        }
        _ => FailureKind::Input,
    };
    Failure { kind, reason: error.kind().to_owned(), message: error.to_string() }
}

fn today() -> PartialDate {
    let today = Utc::now().date_naive();
    PartialDate { year: today.year() as i16, month: Some(today.month() as u8), day: Some(today.day() as u8) }
}
