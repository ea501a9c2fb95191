//! The view `stage_state`: how CVs and jobs stand in each stage, as operators list and count them, and choose what is done again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio_postgres::Row;
use utoipa::ToSchema;
use uuid::Uuid;

use super::cv::StageState;
use super::stage::Stage;
use super::{Db, DbError, from_json, params};
use crate::domain::{CvId, Failure, FailureKind, JobId, StageStatus};

/// Which rows are meant. What is left out does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct StateFilter<'a> {
    /// In which stages.
    pub stages: &'a [Stage],
    /// How they stand.
    pub status: Option<StageStatus>,
    /// Why their last attempt failed, by the failure's stable name.
    pub reason: Option<&'a str>,
    /// Failed, or made where they have not failed, at or after this time.
    pub after: Option<DateTime<Utc>>,
    /// And before this one.
    pub before: Option<DateTime<Utc>>,
    /// Of these CVs or jobs.
    pub ids: Option<&'a [Uuid]>,
}

impl StateFilter<'_> {
    pub(super) fn stage_names(&self) -> Vec<&'static str> {
        self.stages.iter().map(|stage| stage.as_str()).collect()
    }

    pub(super) fn status_name(&self) -> Option<&'static str> {
        self.status.map(StageStatus::as_str)
    }
}

/// When a row of `stage_state` failed, or was made where it has not failed.
macro_rules! moment {
    () => {
        "case when status <> 'failed' then created_at else coalesce(
                (select max(at) from history where history.cv_id = stage_state.cv_id and history.step = stage_state.step
                    and history.outcome = 'failed'),
                (select max(at) from history where history.job_id = stage_state.job_id and history.step = stage_state.step
                    and history.outcome = 'failed'),
                next_attempt_at) end"
    };
}
pub(super) use moment;

/// The rows of a [`StateFilter`], whose fields are `$1` to `$6`: the same for all that is listed, counted and changed.
macro_rules! chosen {
    () => {
        concat!(
            "stage = any ($1) and ($2::text is null or status = $2) and ($3::text is null or failure ->> 'reason' = $3)
            and ($4::timestamptz is null or ",
            moment!(),
            " >= $4)
            and ($5::timestamptz is null or ",
            moment!(),
            " < $5)
            and ($6::uuid[] is null or coalesce(cv_id, job_id) = any ($6))"
        )
    };
}
pub(super) use chosen;

/// How many rows stand alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StateCount {
    /// The stage.
    pub stage: Stage,
    /// How they stand.
    pub status: StageStatus,
    /// Whose fault their last failure is, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<FailureKind>,
    /// Why it failed, by the failure's stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "encrypted")]
    pub reason: Option<String>,
    /// How many: CVs, jobs, or, of explanations, matches.
    pub count: i64,
}

/// A CV or job in a list, with the stages in which it stands as was asked.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ListedState {
    /// Its id.
    pub id: Uuid,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
    /// Of a CV whether it is its candidate's latest; of a job whether it is open.
    pub is_current: bool,
    /// How it stands, in the stages that were asked for.
    pub stages: Vec<ListedStage>,
}

/// How a CV or job stands in a stage.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ListedStage {
    /// The stage.
    pub stage: Stage,
    /// Waiting, at work, done or given up.
    pub status: StageStatus,
    /// Rows that stand so: 1, or the number of matches.
    pub items: i64,
    /// Attempts made.
    pub attempts: i32,
    /// Not tried again before.
    pub next_attempt_at: DateTime<Utc>,
    /// Until when a worker has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<DateTime<Utc>>,
    /// When it failed for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failed_at: Option<DateTime<Utc>>,
    /// Why the last attempt failed, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

/// How a row stands in a stage, with who has it and until when.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Standing {
    /// Waiting, at work, done or given up.
    pub status: StageStatus,
    /// Attempts made since it last succeeded, or was asked for.
    pub attempts: i32,
    /// Not tried again before.
    pub next_attempt_at: DateTime<Utc>,
    /// When a worker last took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<DateTime<Utc>>,
    /// Until when a worker has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_until: Option<DateTime<Utc>>,
    /// Why the last attempt failed, if it did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<Failure>,
}

impl Standing {
    fn from_row(row: &Row, prefix: &str) -> Result<Self, DbError> {
        let state = StageState::from_row(row, prefix)?;
        Ok(Self {
            status: state.status,
            attempts: state.attempts,
            next_attempt_at: state.next_attempt_at,
            claimed_at: row.try_get(format!("{prefix}_claimed_at").as_str())?,
            lease_until: row.try_get(format!("{prefix}_lease_until").as_str())?,
            failure: state.failure,
        })
    }
}

/// A CV as an operator sees it: how it stands, and nothing of what it says or whose it is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CvStanding {
    /// Its id.
    pub id: CvId,
    /// Counted from 1 for each candidate.
    pub version: i32,
    /// Whether no later version took its place.
    pub is_latest: bool,
    /// The file's media type.
    pub media_type: String,
    /// Bytes.
    pub file_size: i32,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
    /// The release that read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parsed_by: Option<String>,
    /// The model of its vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// When it was last matched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_analyzed: Option<DateTime<Utc>>,
    /// How parsing stands.
    pub parsing: Standing,
    /// How embedding stands.
    pub embedding: Standing,
    /// How matching stands.
    pub matching: Standing,
    /// How the explanations of its latest matches stand.
    pub explanation: Vec<StateCount>,
}

/// A job as an operator sees it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobStanding {
    /// Its id.
    pub id: JobId,
    /// Its title.
    pub title: String,
    /// Whether it takes candidates.
    pub is_open: bool,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub updated_at: DateTime<Utc>,
    /// When it ends by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// The model of its vector.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub embedding_model: Option<String>,
    /// How embedding stands.
    pub embedding: Standing,
}

/// First which CVs or jobs stand on the page, then what there is to say of these alone.
const LISTED: &str = concat!(
    "with page as materialized (
        select coalesce(cv_id, job_id) as id from stage_state where ",
    chosen!(),
    " and ($7::uuid is null or coalesce(cv_id, job_id) < $7) group by 1 order by 1 desc limit $8),
    alike as (
        select coalesce(cv_id, job_id) as id, cv_id, job_id, stage, step, status, count(*) as items, max(attempts) as attempts,
            min(next_attempt_at) as next_attempt_at, max(lease_until) as lease_until,
            (array_agg(failure order by failure is null))[1] as failure
        from stage_state
        where coalesce(cv_id, job_id) = any (array(select id from page)) and ",
    chosen!(),
    " group by cv_id, job_id, stage, step, status, failure ->> 'reason')
    select id, coalesce((select created_at from cv where cv.id = alike.id), (select created_at from job where job.id = alike.id))
            as created_at,
        coalesce((select is_latest from cv where cv.id = alike.id), (select status = 'open' from job where job.id = alike.id))
            as is_current,
        jsonb_agg(jsonb_build_object('stage', stage, 'status', status, 'items', items, 'attempts', attempts,
            'next_attempt_at', next_attempt_at, 'lease_until', lease_until, 'failure', failure,
            'failed_at', case when status = 'failed' then coalesce(failed_at(cv_id, job_id, step), next_attempt_at) end)
            order by stage, status) as stages
    from alike group by id order by id desc"
);

const COUNTED: &str = concat!(
    "select stage, status, failure ->> 'kind' as kind, failure ->> 'reason' as reason, count(*) as count
    from stage_state where ",
    chosen!(),
    " group by 1, 2, 3, 4 order by 1, 2, 5 desc, 4"
);

impl StateCount {
    fn from_row(row: &Row) -> Result<Self, DbError> {
        let named = |name: String| Value::String(name);
        let kind: Option<String> = row.try_get("kind")?;
        Ok(Self {
            stage: from_json("stage", named(row.try_get("stage")?))?,
            status: from_json("status", named(row.try_get("status")?))?,
            kind: kind.map(|kind| from_json("failure", named(kind))).transpose()?,
            reason: row.try_get("reason")?,
            count: row.try_get("count")?,
        })
    }
}

impl Db {
    /// The CVs and jobs that stand so, the newest first: at most `limit`, those before `before` where it is given.
    ///
    /// # Errors
    /// The database fails.
    pub async fn states(
        &self,
        filter: &StateFilter<'_>,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Vec<ListedState>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                LISTED,
                params![filter.stage_names() => TEXT_ARRAY, filter.status_name() => TEXT, filter.reason => TEXT,
                    filter.after => TIMESTAMPTZ, filter.before => TIMESTAMPTZ, filter.ids => UUID_ARRAY,
                    before => UUID, limit => INT8],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ListedState {
                    id: row.try_get("id")?,
                    created_at: row.try_get("created_at")?,
                    is_current: row.try_get("is_current")?,
                    stages: from_json("stages", row.try_get("stages")?)?,
                })
            })
            .collect()
    }

    /// How many rows stand so, by stage, status and reason.
    ///
    /// # Errors
    /// The database fails.
    pub async fn state_counts(&self, filter: &StateFilter<'_>) -> Result<Vec<StateCount>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                COUNTED,
                params![filter.stage_names() => TEXT_ARRAY, filter.status_name() => TEXT, filter.reason => TEXT,
                    filter.after => TIMESTAMPTZ, filter.before => TIMESTAMPTZ, filter.ids => UUID_ARRAY],
            )
            .await?;
        rows.iter().map(StateCount::from_row).collect()
    }

    /// How a CV stands.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cv_standing(&self, id: CvId) -> Result<Option<CvStanding>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select id, version, is_latest, media_type, file_size, created_at, parsed_by, embedding_model, last_analyzed,
                    parsing_status, parsing_attempts, parsing_next_attempt_at, parsing_claimed_at, parsing_lease_until, parsing_failure,
                    embedding_status, embedding_attempts, embedding_next_attempt_at, embedding_claimed_at, embedding_lease_until,
                    embedding_failure,
                    matching_status, matching_attempts, matching_next_attempt_at, matching_claimed_at, matching_lease_until,
                    matching_failure
                from cv where id = $1",
                params![id.0 => UUID],
            )
            .await?;
        drop(client);
        let Some(row) = row else { return Ok(None) };
        let filter = StateFilter {
            stages: &[Stage::Explanation],
            ids: Some(std::slice::from_ref(&id.0)),
            ..StateFilter::default()
        };
        Ok(Some(CvStanding {
            id: CvId(row.try_get("id")?),
            version: row.try_get("version")?,
            is_latest: row.try_get("is_latest")?,
            media_type: row.try_get("media_type")?,
            file_size: row.try_get("file_size")?,
            created_at: row.try_get("created_at")?,
            parsed_by: row.try_get("parsed_by")?,
            embedding_model: row.try_get("embedding_model")?,
            last_analyzed: row.try_get("last_analyzed")?,
            parsing: Standing::from_row(&row, "parsing")?,
            embedding: Standing::from_row(&row, "embedding")?,
            matching: Standing::from_row(&row, "matching")?,
            explanation: self.state_counts(&filter).await?,
        }))
    }

    /// How a job stands.
    ///
    /// # Errors
    /// The database fails.
    pub async fn job_standing(&self, id: JobId) -> Result<Option<JobStanding>, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_opt(
                "select id, title, status = 'open' and (expires_at is null or expires_at > now()) as is_open, created_at, updated_at,
                    expires_at, embedding_model, embedding_status, embedding_attempts, embedding_next_attempt_at,
                    embedding_claimed_at, embedding_lease_until, embedding_failure
                from job where id = $1",
                params![id.0 => UUID],
            )
            .await?;
        row.map(|row| {
            Ok(JobStanding {
                id: JobId(row.try_get("id")?),
                title: row.try_get("title")?,
                is_open: row.try_get("is_open")?,
                created_at: row.try_get("created_at")?,
                updated_at: row.try_get("updated_at")?,
                expires_at: row.try_get("expires_at")?,
                embedding_model: row.try_get("embedding_model")?,
                embedding: Standing::from_row(&row, "embedding")?,
            })
        })
        .transpose()
    }
}
