//! The table `parsing_quality`, and what of the table `cv` an evaluation is made from.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{Db, DbError, from_json, params};
use crate::domain::{CvId, Profile};

/// A CV that was read.
#[derive(Clone, Debug)]
pub struct ReadCv {
    /// Which.
    pub id: CvId,
    /// The file's media type.
    pub media_type: String,
    /// What it says.
    pub profile: Profile,
}

/// How many CVs were read or given up in a time, by reason of failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadCounts {
    /// Read.
    pub parsed: i64,
    /// Given up, by reason, the most frequent first.
    pub failed: Vec<(String, i64)>,
}

/// One evaluation of the past.
#[derive(Clone, Debug)]
pub struct KeptEvaluation {
    /// Which release read the CVs.
    pub release: String,
    /// When it was made.
    pub evaluated_at: DateTime<Utc>,
    /// CVs looked at.
    pub cvs: i32,
    /// CVs given up in its time.
    pub failed: i32,
    /// The sums.
    pub sums: Value,
}

impl Db {
    /// A random sample of the CVs that `release` (any, where it is none) read in the last `days`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn sample_of_read_cvs(
        &self,
        release: Option<&str>,
        days: f64,
        limit: i64,
    ) -> Result<Vec<ReadCv>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select id, media_type, profile from cv
                where id in (
                    select id from cv
                    where parsing_status = 'completed' and parsed_at > now() - $2 * interval '1 day'
                        and ($1::text is null or parsed_by = $1)
                    order by random() limit $3)
                order by id",
                params![release => TEXT, days => FLOAT8, limit => INT8],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(ReadCv {
                    id: CvId(row.try_get::<_, Uuid>("id")?),
                    media_type: row.try_get("media_type")?,
                    profile: from_json("profile", row.try_get("profile")?)?,
                })
            })
            .collect()
    }

    /// How many CVs `release` read in the last `days`, and how many of those uploaded then were given up, by reason.
    ///
    /// # Errors
    /// The database fails.
    pub async fn read_counts(&self, release: Option<&str>, days: f64) -> Result<ReadCounts, DbError> {
        let client = self.client().await?;
        let parsed = client
            .query_typed_one(
                "select count(*) from cv
                where parsing_status = 'completed' and parsed_at > now() - $2 * interval '1 day'
                    and ($1::text is null or parsed_by = $1)",
                params![release => TEXT, days => FLOAT8],
            )
            .await?
            .try_get(0)?;
        let rows = client
            .query_typed(
                "select coalesce(parsing_failure ->> 'reason', 'unknown') as reason, count(*) from cv
                where parsing_status = 'failed' and created_at > now() - $1 * interval '1 day'
                group by reason order by count(*) desc, reason",
                params![days => FLOAT8],
            )
            .await?;
        let failed =
            rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, DbError>>()?;
        Ok(ReadCounts { parsed, failed })
    }

    /// Keeps an evaluation of `release` as today's.
    ///
    /// # Errors
    /// The database fails.
    pub async fn keep_parsing_quality(
        &self,
        release: &str,
        cvs: i32,
        failed: i32,
        sums: &Value,
    ) -> Result<(), DbError> {
        let client = self.client().await?;
        client
            .execute_typed(
                "insert into parsing_quality (release, cvs, failed, sums) values ($1, $2, $3, $4)
                on conflict (release, day) do update
                    set evaluated_at = now(), cvs = excluded.cvs, failed = excluded.failed, sums = excluded.sums",
                params![release => TEXT, cvs => INT4, failed => INT4, sums => JSONB],
            )
            .await?;
        Ok(())
    }

    /// The evaluations kept of the last `days`, the latest first, at most `limit`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn parsing_quality_history(
        &self,
        days: f64,
        limit: i64,
    ) -> Result<Vec<KeptEvaluation>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select release, evaluated_at, cvs, failed, sums from parsing_quality
                where evaluated_at > now() - $1 * interval '1 day' order by evaluated_at desc limit $2",
                params![days => FLOAT8, limit => INT8],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(KeptEvaluation {
                    release: row.try_get("release")?,
                    evaluated_at: row.try_get("evaluated_at")?,
                    cvs: row.try_get("cvs")?,
                    failed: row.try_get("failed")?,
                    sums: row.try_get("sums")?,
                })
            })
            .collect()
    }
}
