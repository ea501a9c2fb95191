//! How fast work goes, read from what is kept of runs and of each CV's history.

use std::time::Duration;

use super::{Db, DbError, params};

/// What the runs of a function or task did in the last hour, and the time that they took together.
#[derive(Clone, Debug, PartialEq)]
pub struct Pace {
    /// The function or task.
    pub name: String,
    /// Rows done.
    pub items: i64,
    /// Seconds at work.
    pub seconds: f64,
}

const PACES: &str = "
    select name, sum(succeeded)::int8 as items, sum(extract(epoch from finished_at - started_at))::float8 as seconds
    from (select * from task_run
        where started_at > now() - interval '1 hour' and finished_at is not null and succeeded > 0
        order by started_at desc limit 20000) as latest
    group by name";

const WAITS: &str = "
    select extract(epoch from first.at - cv.created_at)::float8
    from (select id, created_at from cv where created_at > now() - $1 * interval '1 second' order by created_at desc limit 10000) as cv
    cross join lateral (
        select at from history where cv_id = cv.id and step = 'explanation' and outcome = 'completed' order by id limit 1) as first";

impl Db {
    /// The paces of the last hour's runs, of the latest 20,000.
    ///
    /// # Errors
    /// The database fails.
    pub async fn paces(&self) -> Result<Vec<Pace>, DbError> {
        let client = self.client().await?;
        let rows = client.query_typed(PACES, &[]).await?;
        rows.iter()
            .map(|row| {
                Ok(Pace {
                    name: row.try_get("name")?,
                    items: row.try_get("items")?,
                    seconds: row.try_get("seconds")?,
                })
            })
            .collect()
    }

    /// How long each of the CVs uploaded in the last `seconds` took from upload to its first explanations; the latest 10,000.
    ///
    /// # Errors
    /// The database fails.
    pub async fn waits_for_explanation(&self, seconds: f64) -> Result<Vec<Duration>, DbError> {
        let client = self.client().await?;
        let rows = client.query_typed(WAITS, params![seconds => FLOAT8]).await?;
        rows.iter().map(|row| Ok(Duration::from_secs_f64(row.try_get::<_, f64>(0)?.max(0.0)))).collect()
    }
}
