//! What operators ask for and are answered: how CVs and jobs stand, what is done again, the cache, what was done by hand. Nothing of it
//! says whose a CV is or what stands in it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::page::{Listed, Page};
use super::problem::Problem;
use crate::db::Db;
use crate::db::audit_log::AuditRow;
use crate::db::history::HistoryLine;
use crate::db::stage::Stage;
use crate::db::stage_state::{CvStanding, JobStanding, ListedState, StateCount, StateFilter};
use crate::domain::StageStatus;

/// A list that is ordered by ids of no type of their own: each has a mark, so that a cursor of another is not taken.
macro_rules! listed {
    ($(#[$doc:meta])* $name:ident, $mark:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub Uuid);

        impl Listed for $name {
            const MARK: u8 = $mark;

            fn uuid(self) -> Uuid {
                self.0
            }

            fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }
        }
    };
}

listed!(
    /// A place in a list of how CVs or jobs stand.
    StateAt,
    b's'
);
listed!(
    /// A place in the audit log.
    DeedAt,
    b'd'
);
listed!(
    /// A place in the list of requests to the chat API.
    CallAt,
    b'k'
);

/// A place in a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineAt(pub i64);

impl Listed for LineAt {
    const MARK: u8 = b'h';

    fn uuid(self) -> Uuid {
        Uuid::from_u128(u128::from(self.0.unsigned_abs()))
    }

    fn from_uuid(uuid: Uuid) -> Self {
        Self(i64::try_from(uuid.as_u128()).unwrap_or(i64::MAX))
    }
}

/// Which CVs or jobs are listed.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct StandingQuery {
    /// In this stage; of CVs in any, of which `explanation` is that of the latest matches. Jobs have only `job_embedding`.
    #[param(inline)]
    pub stage: Option<Stage>,
    /// That stand so: `failed`, `pending` or `processing`.
    #[param(inline, default = "failed")]
    pub status: Option<StageStatus>,
    /// Whose last attempt failed for this reason, by the failure's stable name.
    #[param(example = "encrypted")]
    pub reason: Option<String>,
    /// That failed, or were taken in where they have not failed, at or after this time.
    pub after: Option<DateTime<Utc>>,
    /// And before this one.
    pub before: Option<DateTime<Utc>>,
    /// Most rows.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

impl StandingQuery {
    /// What is asked for, of the stages `all` where the query names none of them.
    ///
    /// # Errors
    /// The query names another stage, or what is done: that is nearly all there is.
    fn filter<'a>(&'a self, all: &'a [Stage]) -> Result<StateFilter<'a>, Problem> {
        let stages = match &self.stage {
            None => all,
            Some(stage) if all.contains(stage) => std::slice::from_ref(stage),
            Some(_) => {
                let names: Vec<&str> = all.iter().map(|stage| stage.as_str()).collect();
                return Err(Problem::bad_parameter("stage", format!("must be one of: {}", names.join(", "))));
            }
        };
        let status = self.status.unwrap_or(StageStatus::Failed);
        if status == StageStatus::Completed {
            return Err(Problem::bad_parameter("status", "must be failed, pending or processing"));
        }
        Ok(StateFilter {
            stages,
            status: Some(status),
            reason: self.reason.as_deref(),
            after: self.after,
            before: self.before,
            ids: None,
        })
    }

    /// How those stand that it asks for, of the stages `all` where it names none of them.
    ///
    /// # Errors
    /// The query asks for what it may not, its limit or cursor is none, or the database fails.
    pub async fn list(&self, all: &[Stage], db: &Db) -> Result<StandingList, Problem> {
        let (filter, page) = (self.filter(all)?, Page::new(self.limit, self.cursor.as_deref())?);
        let counts = db.state_counts(&filter).await?;
        let rows = db.states(&filter, page.after.map(|at: StateAt| at.0), page.rows_to_read()).await?;
        let (rows, next_cursor) = page.cut(rows, |row| StateAt(row.id));
        Ok(StandingList { counts, rows, next_cursor })
    }
}

/// How CVs or jobs stand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct StandingList {
    /// How many there are in all, by stage and reason; of explanations, how many matches.
    pub counts: Vec<StateCount>,
    /// The CVs or jobs, the newest first.
    pub rows: Vec<ListedState>,
    /// The next page's cursor; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Which part of a history is shown.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct HistoryQuery {
    /// Most lines.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// How a CV stands, and what happened to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CvInspection {
    /// How it stands.
    pub cv: CvStanding,
    /// What happened to it, the oldest first.
    pub history: Vec<HistoryLine>,
    /// The next page's cursor; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// How a job stands, and what happened to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobInspection {
    /// How it stands.
    pub job: JobStanding,
    /// What happened to it, the oldest first.
    pub history: Vec<HistoryLine>,
    /// The next page's cursor; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What failed and is to be done again.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryRequest {
    /// The stage in which it failed.
    pub stage: Stage,
    /// Only of these CVs or jobs, at most 1000.
    pub ids: Option<Vec<Uuid>>,
    /// Only what failed for this reason, by the failure's stable name.
    #[schema(example = "model_missing")]
    pub reason: Option<String>,
    /// Only what failed at or after this time.
    pub failed_after: Option<DateTime<Utc>>,
    /// Only what failed before this time.
    pub failed_before: Option<DateTime<Utc>>,
    /// Whether it is only counted.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub dry_run: bool,
    /// The count that a dry run gave: needed to have it done.
    pub expected_count: Option<i64>,
}

fn yes() -> bool {
    true
}

impl RetryRequest {
    /// What it names.
    pub fn filter(&self) -> StateFilter<'_> {
        StateFilter {
            stages: std::slice::from_ref(&self.stage),
            status: Some(StageStatus::Failed),
            reason: self.reason.as_deref(),
            after: self.failed_after,
            before: self.failed_before,
            ids: self.ids.as_deref(),
        }
    }
}

/// What is, or would be, done again.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RetryAnswer {
    /// Whether it was only counted.
    pub dry_run: bool,
    /// What the filter named: the number to send as `expected_count`.
    pub count: i64,
    /// The same by reason.
    pub counts: Vec<StateCount>,
    /// What waits for a worker now; less than `count` where others were at work on some.
    pub retried: i64,
}

/// From where on a CV is done again.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetryCvRequest {
    /// The stage; what comes after it follows by itself.
    pub from: Stage,
}

/// What of a CV or job is done again.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct RetryOneAnswer {
    /// From where on.
    pub from: Stage,
    /// Rows that wait for a worker now: 1, or the number of matches.
    pub items: usize,
}

/// What of the cache is forgotten.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ClearCacheQuery {
    /// All whose key begins so; all that this project keeps where it is left out.
    #[param(example = "recommendations:")]
    pub prefix: Option<String>,
    /// Whether it is only counted.
    #[param(default = true)]
    pub dry_run: Option<bool>,
    /// The count that a dry run gave: needed to have it done.
    pub expected_count: Option<i64>,
}

/// What of the cache is, or would be, forgotten.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct ClearCacheAnswer {
    /// Whether it was only counted.
    pub dry_run: bool,
    /// The keys: the number to send as `expected_count`.
    pub count: i64,
    /// Keys that were forgotten.
    pub cleared: u64,
}

/// What of the audit log is shown.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Only this, such as `retry` or `cache.clear`.
    pub action: Option<String>,
    /// Only what this caller did: the subject of the token.
    pub caller: Option<String>,
    /// Most rows.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// What was done by hand.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditList {
    /// The latest first.
    pub deeds: Vec<AuditRow>,
    /// The next page's cursor; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Holds what a caller expects against what there is now.
///
/// # Errors
/// Nothing is expected, or something else: the problem says how many there are now.
pub fn expect_count(expected: Option<i64>, present: i64) -> Result<(), Problem> {
    if expected == Some(present) { Ok(()) } else { Err(Problem::count_differs(expected, present)) }
}
