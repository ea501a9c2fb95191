//! The table `interaction`: what candidates did with the matches that they were shown.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::prediction::MatchOwner;
use super::{Db, DbError, params};
use crate::domain::{CandidateId, CvId, InteractionId, JobId, MatchId};

/// What somebody did with a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum InteractionKind {
    /// It was shown.
    Impression,
    /// Its job was opened.
    Click,
    /// It was kept for later.
    Save,
    /// It was waved away.
    Dismiss,
    /// The candidate applied.
    Apply,
    /// The candidate got the job.
    Hired,
}

impl InteractionKind {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Impression => "impression",
            Self::Click => "click",
            Self::Save => "save",
            Self::Dismiss => "dismiss",
            Self::Apply => "apply",
            Self::Hired => "hired",
        }
    }
}

impl Db {
    /// Records what a candidate did with a match. Returns the new row's id and time.
    ///
    /// # Errors
    /// The database fails.
    pub async fn record_interaction(
        &self,
        id: MatchId,
        of: &MatchOwner,
        kind: InteractionKind,
    ) -> Result<(InteractionId, DateTime<Utc>), DbError> {
        let interaction = InteractionId::new();
        let client = self.client().await?;
        let row = client
            .query_typed_one(
                "insert into interaction (id, candidate_id, match_id, prediction_id, cv_id, job_id, kind, rank, variant)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning created_at",
                params![interaction.0 => UUID, of.candidate_id.0 => TEXT, id.0 => UUID, of.prediction_id.0 => UUID,
                    of.cv_id.0 => UUID, of.job_id.0 => UUID, kind.as_str() => TEXT, of.rank => INT4, of.variant => TEXT],
            )
            .await?;
        Ok((interaction, row.try_get(0)?))
    }

    /// The candidates who applied to a job, or got it.
    ///
    /// # Errors
    /// The database fails.
    pub async fn applicants(&self, job: JobId) -> Result<Vec<CandidateId>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select candidate_id from interaction where job_id = $1 and kind = 'apply'
                union select candidate_id from interaction where job_id = $1 and kind = 'hired'",
                params![job.0 => UUID],
            )
            .await?;
        rows.iter().map(|row| Ok(CandidateId(row.try_get(0)?))).collect()
    }

    /// Everything that is held on a candidate, by table, as JSON: without the columns that only run the stages (leases, keys of
    /// files) and the vector, which says no more than the text that it was made from.
    ///
    /// # Errors
    /// The database fails.
    pub async fn export_candidate(&self, candidate: &CandidateId) -> Result<Value, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_one(
                "select jsonb_build_object(
                    'cvs', (select coalesce(jsonb_agg(to_jsonb(cv) - '{embedding,file_key,parsing_lease_token,parsing_lease_until,embedding_lease_token,
                        embedding_lease_until,matching_lease_token,matching_lease_until}'::text[] order by version), '[]') from cv
                        where candidate_id = $1),
                    'predictions', (select coalesce(jsonb_agg(to_jsonb(prediction) order by prediction.created_at), '[]')
                        from prediction join cv on cv.id = prediction.cv_id where candidate_id = $1),
                    'matches', (select coalesce(jsonb_agg(to_jsonb(match) - '{explanation_lease_token,explanation_lease_until}'::text[]
                        order by match.prediction_id, rank), '[]')
                        from match join cv on cv.id = match.cv_id where candidate_id = $1),
                    'left_out', (select coalesce(jsonb_agg(to_jsonb(left_out_job)), '[]')
                        from left_out_job join prediction on prediction.id = left_out_job.prediction_id
                        join cv on cv.id = prediction.cv_id where candidate_id = $1),
                    'interactions', (select coalesce(jsonb_agg(to_jsonb(interaction) order by interaction.created_at), '[]')
                        from interaction where candidate_id = $1),
                    'uploads', (select coalesce(jsonb_agg(to_jsonb(upload) - 'file_key' order by upload.created_at), '[]')
                        from upload where candidate_id = $1),
                    'requests', (select coalesce(jsonb_agg(to_jsonb(idempotency_key)), '[]')
                        from idempotency_key where caller = $1))",
                params![candidate.0 => TEXT],
            )
            .await?;
        Ok(row.try_get(0)?)
    }

    /// Deletes everything that is held on a candidate. Returns the ids of the CVs and the keys of the files, which the
    /// caller has to delete next (before they are gone, the schedule `cleanup_old_data` finds them as orphans).
    ///
    /// # Errors
    /// The database fails; then nothing is deleted.
    pub async fn erase_candidate(&self, candidate: &CandidateId) -> Result<Erased, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let cvs = transaction
            .query_typed(
                "delete from cv where candidate_id = $1 returning id, file_key",
                params![candidate.0 => TEXT],
            )
            .await?;
        let uploads = transaction
            .query_typed(
                "delete from upload where candidate_id = $1 returning file_key",
                params![candidate.0 => TEXT],
            )
            .await?;
        let interactions = transaction
            .execute_typed("delete from interaction where candidate_id = $1", params![candidate.0 => TEXT])
            .await?;
        transaction
            .execute_typed("delete from idempotency_key where caller = $1", params![candidate.0 => TEXT])
            .await?;
        transaction.commit().await?;
        let mut erased = Erased { cvs: Vec::new(), file_keys: Vec::new(), interactions };
        for row in cvs {
            erased.cvs.push(CvId(row.try_get("id")?));
            erased.file_keys.push(row.try_get("file_key")?);
        }
        for row in uploads {
            erased.file_keys.push(row.try_get("file_key")?);
        }
        Ok(erased)
    }
}

/// What erasing a candidate removed from the database.
#[derive(Clone, Debug)]
pub struct Erased {
    /// The CVs.
    pub cvs: Vec<CvId>,
    /// The files that are to be deleted.
    pub file_keys: Vec<String>,
    /// How many interactions.
    pub interactions: u64,
}
