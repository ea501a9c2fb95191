//! The tables `prediction` and `match`: what an analysis of a CV found, and the state of the matches' explanations.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::{GenericClient, Row};
use uuid::Uuid;

use super::stage::{Claim, Lease};
use super::{Db, DbError, from_json, params, to_json};
use crate::domain::{
    CandidateId, CvId, EmploymentType, Explanation, JobId, MatchId, MustHaveCheck, Part, PredictionId,
    Profile, Remote, Requirements, Score, StageStatus,
};

/// A ranked list of matches that is about to be stored.
#[derive(Clone, Debug)]
pub struct NewPrediction {
    /// Its id.
    pub id: PredictionId,
    /// Whose.
    pub cv_id: CvId,
    /// The scoring variant.
    pub variant: String,
    /// The model of the vectors.
    pub embedding_model: String,
    /// The version of the weights.
    pub weights_version: String,
    /// The matches, the best first.
    pub matches: Vec<NewMatch>,
    /// Jobs that would stand among them but for a condition, the best first.
    pub left_out: Vec<NewLeftOut>,
    /// Cosine distance of the farthest job that was retrieved; none if there were fewer jobs than are retrieved.
    pub reach: Option<f32>,
}

/// A match that is about to be stored.
#[derive(Clone, Debug)]
pub struct NewMatch {
    /// The job.
    pub job_id: JobId,
    /// How well it fits.
    pub score: Score,
    /// How the CV stands to the job's conditions.
    pub must_haves: Vec<MustHaveCheck>,
    /// What the job said when it was scored, by the time of its last change.
    pub job_updated_at: DateTime<Utc>,
}

/// A job that is left out, about to be stored.
#[derive(Clone, Debug)]
pub struct NewLeftOut {
    /// The job.
    pub job_id: JobId,
    /// How well it would fit, 0–100.
    pub score: f32,
    /// The conditions that the CV does not meet.
    pub unmet: Vec<MustHaveCheck>,
    /// As of [`NewMatch`].
    pub job_updated_at: DateTime<Utc>,
}

/// How the matching of a CV ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MatchingEnd {
    /// The prediction is written.
    Done,
    /// The prediction is written, and the CV is to be matched again: a job came that it did not know of.
    Again,
    /// Nothing is written: the lease was lost meanwhile.
    Lost,
}

/// The latest prediction of a CV.
#[derive(Clone, Debug)]
pub struct PredictionRow {
    /// Its id.
    pub id: PredictionId,
    /// The scoring variant.
    pub variant: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Its matches.
    pub matches: i64,
    /// Of these, the ones that are shown: open, saying what they said when they were scored, not dismissed.
    pub shown: i64,
    /// Of these, the open ones that say something else now and are still being read anew.
    pub being_read: i64,
    /// Of these, the open ones that say something else now and were read anew: the CV is to be matched again.
    pub changed: i64,
    /// Whether it is over an hour old.
    pub is_old: bool,
    /// Changes whenever anything changes of which its answer is made: its own explanations, its jobs, what the candidate did.
    pub stamp: String,
}

/// A job that is left out of a prediction, as it is shown.
#[derive(Clone, Debug)]
pub struct LeftOutRow {
    /// The job.
    pub job_id: JobId,
    /// The job's title.
    pub title: String,
    /// The employer.
    pub company: Option<String>,
    /// The place.
    pub location: Option<String>,
    /// How well it would fit, 0–100.
    pub score: f32,
    /// The conditions that the CV does not meet.
    pub unmet: Vec<MustHaveCheck>,
}

/// A match as it is shown, with its job.
#[derive(Clone, Debug)]
pub struct MatchRow {
    /// Its id.
    pub id: MatchId,
    /// The job's id.
    pub job_id: JobId,
    /// 1 is the best.
    pub rank: i32,
    /// 0–100.
    pub score: f32,
    /// 0–100, from the candidate's side.
    pub reverse_score: f32,
    /// What the score is made of.
    pub parts: Vec<Part>,
    /// How the CV stands to the job's conditions.
    pub must_haves: Vec<MustHaveCheck>,
    /// What the candidate did about it: `save`, `apply` or `hired`.
    pub state: Option<String>,
    /// The explanation, once written.
    pub explanation: Option<Explanation>,
    /// How the explanation stands.
    pub explanation_status: StageStatus,
    /// The job's title.
    pub title: String,
    /// The employer.
    pub company: Option<String>,
    /// The place.
    pub location: Option<String>,
    /// Where the work is done.
    pub remote: Option<Remote>,
    /// Kind of contract.
    pub employment_type: Option<EmploymentType>,
}

/// Whose a match is: what recording an interaction needs.
#[derive(Clone, Debug)]
pub struct MatchOwner {
    /// The match's prediction.
    pub prediction_id: PredictionId,
    /// The CV.
    pub cv_id: CvId,
    /// The job.
    pub job_id: JobId,
    /// The candidate whose CV it is.
    pub candidate_id: CandidateId,
    /// Its place in the prediction.
    pub rank: i32,
    /// The scoring variant.
    pub variant: String,
}

/// A match claimed for explanation.
#[derive(Clone, Debug)]
pub struct MatchToExplain {
    /// Which.
    pub id: MatchId,
    /// Of which prediction.
    pub prediction_id: PredictionId,
    /// The CV.
    pub cv_id: CvId,
    /// The job.
    pub job_id: JobId,
    /// The scoring variant of the prediction.
    pub variant: String,
    /// The score to explain.
    pub score: Score,
    /// Claims so far, this one counted.
    pub attempts: i32,
}

/// A CV as an explanation needs it.
#[derive(Clone, Debug)]
pub struct CvToExplain {
    /// Which.
    pub id: CvId,
    /// Its text.
    pub text: String,
    /// What it says.
    pub profile: Profile,
}

/// A job as an explanation needs it.
#[derive(Clone, Debug)]
pub struct JobToExplain {
    /// Which.
    pub id: JobId,
    /// What it says.
    pub text: crate::domain::JobText,
    /// What it asks for.
    pub requirements: Requirements,
}

impl MatchRow {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let status: String = row.try_get("explanation_status")?;
        let explanation: Option<Value> = row.try_get("explanation")?;
        let named = |name: Option<String>| name.map(Value::String);
        Ok(Self {
            id: MatchId(row.try_get("id")?),
            job_id: JobId(row.try_get("job_id")?),
            rank: row.try_get("rank")?,
            score: row.try_get("score")?,
            reverse_score: row.try_get("reverse_score")?,
            parts: from_json("parts", row.try_get("parts")?)?,
            must_haves: from_json("must_haves", row.try_get("must_haves")?)?,
            state: row.try_get("state")?,
            explanation: explanation.map(|value| from_json("explanation", value)).transpose()?,
            explanation_status: StageStatus::from_name(&status).unwrap_or(StageStatus::Pending),
            title: row.try_get("title")?,
            company: row.try_get("company")?,
            location: row.try_get("location")?,
            remote: named(row.try_get("remote")?).map(|value| from_json("remote", value)).transpose()?,
            employment_type: named(row.try_get("employment_type")?)
                .map(|value| from_json("employment_type", value))
                .transpose()?,
        })
    }
}

impl Db {
    /// Writes a prediction in the place of the CV's latest one, and sets the CV free until its next analysis: one
    /// transaction. A CV that was marked by a new job while it was being matched waits to be matched again.
    ///
    /// # Errors
    /// The database fails; then nothing is written.
    pub async fn complete_matching(
        &self,
        prediction: &NewPrediction,
        lease: &Lease,
    ) -> Result<MatchingEnd, DbError> {
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        let held = transaction
            .query_typed_opt(
                "update cv set
                    matching_status = case
                        when matching_next_attempt_at > matching_lease_until - $3 * interval '1 second' then 'pending'
                        else 'completed' end,
                    matching_attempts = 0, matching_failure = null,
                    matching_lease_token = null, matching_lease_until = null, last_analyzed = now(), matching_reach = $4
                where id = $1 and matching_lease_token = $2
                returning matching_status = 'pending'",
                params![prediction.cv_id.0 => UUID, lease.token => UUID, lease.seconds() => FLOAT8,
                    prediction.reach => FLOAT4],
            )
            .await?;
        let Some(held) = held else { return Ok(MatchingEnd::Lost) };
        let marked: bool = held.try_get(0)?;
        transaction
            .execute_typed(
                "update prediction set is_latest = false, superseded_at = now() where cv_id = $1 and is_latest",
                params![prediction.cv_id.0 => UUID],
            )
            .await?;
        transaction
            .execute_typed(
                "insert into prediction (id, cv_id, variant, embedding_model, weights_version) values ($1, $2, $3, $4, $5)",
                params![prediction.id.0 => UUID, prediction.cv_id.0 => UUID, prediction.variant => TEXT,
                    prediction.embedding_model => TEXT, prediction.weights_version => TEXT],
            )
            .await?;
        insert_matches(&*transaction, prediction).await?;
        insert_left_out(&*transaction, prediction).await?;
        transaction.commit().await?;
        Ok(if marked { MatchingEnd::Again } else { MatchingEnd::Done })
    }

    /// The latest prediction of a CV, and how it stands now. To be read before its matches: a stamp that is older than what it
    /// is kept with is never asked for again, the other way round would keep what is stale.
    ///
    /// # Errors
    /// The database fails.
    pub async fn latest_prediction(&self, cv: CvId) -> Result<Option<PredictionRow>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select prediction.id, variant, created_at, created_at < now() - interval '1 hour' as is_old,
                    count(now.id) as matches,
                    count(*) filter (where is_open and not is_changed and not is_dismissed) as shown,
                    count(*) filter (where is_open and is_changed and not is_dismissed
                        and job_embedding_status in ('pending', 'processing')) as being_read,
                    count(*) filter (where is_open and is_changed and not is_dismissed
                        and job_embedding_status = 'completed') as changed,
                    md5(concat(prediction.id, ' ', revision, ' ',
                        string_agg(concat(now.job_id, is_open, is_changed, is_dismissed, state, job_updated_at), ' ' order by rank), ' ',
                        (select string_agg(concat(job.id, job.status, job.updated_at, job.expires_at < now()), ' ' order by job.id)
                            from left_out_job join job on job.id = left_out_job.job_id
                            where left_out_job.prediction_id = prediction.id))) as stamp
                from prediction left join match_now now on now.prediction_id = prediction.id
                where cv_id = $1 and is_latest group by prediction.id",
                params![cv.0 => UUID],
            )
            .await?;
        row.map(|row| {
            Ok(PredictionRow {
                id: PredictionId(row.try_get("id")?),
                variant: row.try_get("variant")?,
                created_at: row.try_get("created_at")?,
                matches: row.try_get("matches")?,
                shown: row.try_get("shown")?,
                being_read: row.try_get("being_read")?,
                changed: row.try_get("changed")?,
                is_old: row.try_get("is_old")?,
                stamp: row.try_get("stamp")?,
            })
        })
        .transpose()
    }

    /// A prediction's matches that are to be shown now, the best first: their jobs take candidates and say what they said when
    /// they were scored, and the candidate did not wave them away.
    ///
    /// # Errors
    /// The database fails.
    pub async fn matches_of(&self, prediction: PredictionId, limit: i64) -> Result<Vec<MatchRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select match.id, match.job_id, match.rank, score, reverse_score, parts, match.must_haves, now.state, explanation,
                    explanation_status, title, company, location, remote, employment_type
                from match_now now join match on match.id = now.id join job on job.id = match.job_id
                where now.prediction_id = $1 and now.is_open and not now.is_changed and not now.is_dismissed
                order by match.rank limit $2",
                params![prediction.0 => UUID, limit => INT8],
            )
            .await?;
        rows.iter().map(MatchRow::from_row).collect()
    }

    /// The open jobs that conditions leave out of a prediction, the best first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn left_out_of(&self, prediction: PredictionId) -> Result<Vec<LeftOutRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select job_id, score, unmet, title, company, location
                from left_out_job join job on job.id = left_out_job.job_id
                where prediction_id = $1 and job.status = 'open' and (job.expires_at is null or job.expires_at > now())
                    and left_out_job.job_updated_at >= job.updated_at
                order by score desc, job_id",
                params![prediction.0 => UUID],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(LeftOutRow {
                    job_id: JobId(row.try_get("job_id")?),
                    title: row.try_get("title")?,
                    company: row.try_get("company")?,
                    location: row.try_get("location")?,
                    score: row.try_get("score")?,
                    unmet: from_json("unmet", row.try_get("unmet")?)?,
                })
            })
            .collect()
    }

    /// Whose a match is.
    ///
    /// # Errors
    /// The database fails.
    pub async fn match_owner(&self, id: MatchId) -> Result<Option<MatchOwner>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select prediction_id, match.cv_id, job_id, candidate_id, rank, variant
                from match join cv on cv.id = match.cv_id join prediction on prediction.id = match.prediction_id
                where match.id = $1",
                params![id.0 => UUID],
            )
            .await?;
        row.map(|row| {
            Ok(MatchOwner {
                prediction_id: PredictionId(row.try_get("prediction_id")?),
                cv_id: CvId(row.try_get("cv_id")?),
                job_id: JobId(row.try_get("job_id")?),
                candidate_id: CandidateId(row.try_get("candidate_id")?),
                rank: row.try_get("rank")?,
                variant: row.try_get("variant")?,
            })
        })
        .transpose()
    }

    /// Claims matches of latest predictions to explain; [`Claim::These`] names predictions, not matches.
    ///
    /// # Errors
    /// The database fails.
    pub async fn claim_matches_to_explain(
        &self,
        claim: Claim<'_>,
        lease: &Lease,
    ) -> Result<Vec<MatchToExplain>, DbError> {
        let limit = match claim {
            Claim::These(_) => i64::MAX,
            Claim::Any(limit) => limit,
        };
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "update match set explanation_status = 'processing', explanation_attempts = explanation_attempts + 1,
                    explanation_lease_token = $3, explanation_lease_until = now() + $4 * interval '1 second',
                    explanation_claimed_at = now()
                where id in (
                    select match.id from match join prediction on prediction.id = match.prediction_id
                    where ($1::uuid[] is null or prediction_id = any ($1)) and prediction.is_latest and explanation_attempts < $5
                        and ((explanation_status = 'pending' and explanation_next_attempt_at <= now())
                            or (explanation_status = 'processing' and explanation_lease_until < now()))
                    order by explanation_next_attempt_at, rank limit $2
                    for update of match skip locked)
                returning id, prediction_id, cv_id, job_id, score, reverse_score, parts, explanation_attempts,
                    (select variant from prediction where prediction.id = prediction_id) as variant",
                params![claim.ids() => UUID_ARRAY, limit => INT8, lease.token => UUID, lease.seconds() => FLOAT8,
                    lease.attempts => INT4],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(MatchToExplain {
                    id: MatchId(row.try_get("id")?),
                    prediction_id: PredictionId(row.try_get("prediction_id")?),
                    cv_id: CvId(row.try_get("cv_id")?),
                    job_id: JobId(row.try_get("job_id")?),
                    variant: row.try_get("variant")?,
                    score: Score {
                        score: row.try_get("score")?,
                        reverse_score: row.try_get("reverse_score")?,
                        parts: from_json("parts", row.try_get("parts")?)?,
                    },
                    attempts: row.try_get("explanation_attempts")?,
                })
            })
            .collect()
    }

    /// CVs as explanations need them.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cvs_to_explain(&self, ids: &[CvId]) -> Result<Vec<CvToExplain>, DbError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select id, text, profile from cv where id = any ($1) and profile is not null",
                params![ids => UUID_ARRAY],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(CvToExplain {
                    id: CvId(row.try_get("id")?),
                    text: row.try_get::<_, Option<String>>("text")?.unwrap_or_default(),
                    profile: from_json("profile", row.try_get("profile")?)?,
                })
            })
            .collect()
    }

    /// Jobs as explanations need them.
    ///
    /// # Errors
    /// The database fails.
    pub async fn jobs_to_explain(&self, ids: &[JobId]) -> Result<Vec<JobToExplain>, DbError> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let client = self.client().await?;
        let rows = client
            .query_typed("select * from job_summary where id = any ($1)", params![ids => UUID_ARRAY])
            .await?;
        rows.iter()
            .map(|row| {
                let requirements: Option<Value> = row.try_get("requirements")?;
                Ok(JobToExplain {
                    id: JobId(row.try_get("id")?),
                    text: super::job::text_from_row(row)?,
                    // An ad that was changed since the match was made is not read yet: nothing is claimed of it then.
                    requirements: requirements
                        .map(|value| from_json("requirements", value))
                        .transpose()?
                        .unwrap_or_default(),
                })
            })
            .collect()
    }

    /// Writes explanations, and the parts with the evidence that was found for them. Returns how many were still leased.
    ///
    /// # Errors
    /// The database fails; then none is written.
    pub async fn complete_explanations(
        &self,
        lease: &Lease,
        explanations: &[(MatchId, Vec<Part>, Explanation)],
    ) -> Result<u64, DbError> {
        let ids: Vec<Uuid> = explanations.iter().map(|(id, ..)| id.0).collect();
        let parts = explanations
            .iter()
            .map(|(_, parts, _)| to_json("parts", parts))
            .collect::<Result<Vec<_>, _>>()?;
        let texts = explanations
            .iter()
            .map(|(.., text)| to_json("explanation", text))
            .collect::<Result<Vec<_>, _>>()?;
        let client = self.client().await?;
        let row = client
            .query_typed_one(
                "with explained as (
                    update match set explanation_status = 'completed', explanation_failure = null, explained_at = now(),
                        explanation_lease_token = null, explanation_lease_until = null,
                        parts = new.parts, explanation = new.explanation
                    from unnest($2::uuid[], $3::jsonb[], $4::jsonb[]) as new (id, parts, explanation)
                    where match.id = new.id and explanation_lease_token = $1
                    returning prediction_id),
                revised as (
                    update prediction set revision = revision + 1 where id in (select prediction_id from explained))
                select count(*) from explained",
                params![lease.token => UUID, ids => UUID_ARRAY, parts => JSONB_ARRAY, texts => JSONB_ARRAY],
            )
            .await?;
        Ok(row.try_get::<_, i64>(0)?.unsigned_abs())
    }
}

/// A job may have been deleted since it was retrieved: such a match is left out.
async fn insert_matches(client: &impl GenericClient, prediction: &NewPrediction) -> Result<(), DbError> {
    let matches = &prediction.matches;
    let ids: Vec<Uuid> = matches.iter().map(|_| MatchId::new().0).collect();
    let jobs: Vec<Uuid> = matches.iter().map(|one| one.job_id.0).collect();
    let ranks: Vec<i32> = (1..).take(matches.len()).collect();
    let scores: Vec<f32> = matches.iter().map(|one| one.score.score).collect();
    let reverse: Vec<f32> = matches.iter().map(|one| one.score.reverse_score).collect();
    let changes: Vec<DateTime<Utc>> = matches.iter().map(|one| one.job_updated_at).collect();
    let (mut parts, mut checks) = (Vec::new(), Vec::new());
    for one in matches {
        parts.push(to_json("parts", &one.score.parts)?);
        checks.push(to_json("must_haves", &one.must_haves)?);
    }
    client
        .execute_typed(
            "insert into match (id, prediction_id, cv_id, job_id, rank, score, reverse_score, parts, must_haves, job_updated_at)
            select new.id, $1, $2, new.job_id, new.rank, new.score, new.reverse_score, new.parts, new.must_haves, new.job_updated_at
            from unnest($3::uuid[], $4::uuid[], $5::integer[], $6::real[], $7::real[], $8::jsonb[], $9::jsonb[], $10::timestamptz[])
                as new (id, job_id, rank, score, reverse_score, parts, must_haves, job_updated_at)
            where exists (select from job where job.id = new.job_id)",
            params![prediction.id.0 => UUID, prediction.cv_id.0 => UUID, ids => UUID_ARRAY, jobs => UUID_ARRAY,
                ranks => INT4_ARRAY, scores => FLOAT4_ARRAY, reverse => FLOAT4_ARRAY, parts => JSONB_ARRAY,
                checks => JSONB_ARRAY, changes => TIMESTAMPTZ_ARRAY],
        )
        .await?;
    Ok(())
}

async fn insert_left_out(client: &impl GenericClient, prediction: &NewPrediction) -> Result<(), DbError> {
    if prediction.left_out.is_empty() {
        return Ok(());
    }
    let jobs: Vec<Uuid> = prediction.left_out.iter().map(|one| one.job_id.0).collect();
    let scores: Vec<f32> = prediction.left_out.iter().map(|one| one.score).collect();
    let changes: Vec<DateTime<Utc>> = prediction.left_out.iter().map(|one| one.job_updated_at).collect();
    let unmet = prediction.left_out.iter().map(|one| to_json("unmet", &one.unmet));
    let unmet = unmet.collect::<Result<Vec<Value>, DbError>>()?;
    client
        .execute_typed(
            "insert into left_out_job (prediction_id, job_id, score, unmet, job_updated_at)
            select $1, new.* from unnest($2::uuid[], $3::real[], $4::jsonb[], $5::timestamptz[])
                as new (job_id, score, unmet, job_updated_at)
            where exists (select from job where job.id = new.job_id)",
            params![prediction.id.0 => UUID, jobs => UUID_ARRAY, scores => FLOAT4_ARRAY, unmet => JSONB_ARRAY,
                changes => TIMESTAMPTZ_ARRAY],
        )
        .await?;
    Ok(())
}
