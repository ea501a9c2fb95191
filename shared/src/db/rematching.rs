//! Which CVs are to be matched again, and when: after a job came or changed, after somebody looked at a list with gaps, and when
//! a day has passed. Every mark stands in the CV's own row, so that a CV that is marked twice is matched once.

use uuid::Uuid;

use super::{Db, DbError, params};
use crate::domain::{CvId, JobId};

/// Marks the latest CVs that the jobs `$1` concern to be matched again: of the `$2` nearest of each job the `$3` nearest whose lists
/// it can enter, and `$3` whose lists name it.
pub const MARK_CVS_FOR_JOBS: &str = "
    with asked as materialized (
        select embedding_model, embedding::halfvec(384) as embedding from job where id = any ($1) and embedding is not null),
    concerned as materialized (
        select near.cv_id from asked cross join lateral (
            select looked.cv_id from (
                select cv_id, (cv_vector.embedding <=> asked.embedding)::real as distance from cv_vector
                where cv_vector.embedding_model = asked.embedding_model
                order by cv_vector.embedding <=> asked.embedding limit $2) looked
            join cv on cv.id = looked.cv_id
            where cv.matching_reach is null or looked.distance <= cv.matching_reach
            order by looked.distance limit $3) near
        union
        select naming.cv_id from unnest($1) named (id) cross join lateral (
            select prediction.cv_id from match join prediction on prediction.id = match.prediction_id
            where match.job_id = named.id and prediction.is_latest
            order by match.rank limit $3) naming)
    update cv set matching_next_attempt_at = clock_timestamp(),
        matching_attempts = case matching_status when 'processing' then matching_attempts else 0 end,
        matching_status = case matching_status when 'processing' then 'processing' else 'pending' end
    from concerned where cv.id = concerned.cv_id and cv.embedding_status = 'completed' and cv.is_latest
    returning cv.id";

/// How far the CVs that a job may concern are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Reach {
    /// Nearest CVs that are looked at, for each job.
    pub looked_at: i64,
    /// CVs that are marked for being near, for each job; and as many for naming the job in their prediction.
    pub marked: i64,
}

impl Db {
    /// Marks the latest CVs that new or changed jobs concern to be matched again, and returns them: those among the nearest whose
    /// lists the job can enter (it is not farther away than what was retrieved for them), and those whose lists name it. One
    /// that is being matched right now keeps its lease; that it was marked is seen when its worker is done.
    ///
    /// # Errors
    /// The database fails; then none is marked.
    pub async fn mark_cvs_for_jobs(&self, jobs: &[JobId], reach: Reach) -> Result<Vec<CvId>, DbError> {
        let ids: Vec<Uuid> = jobs.iter().map(|job| job.0).collect();
        let parameters = params![ids => UUID_ARRAY, reach.looked_at => INT8, reach.marked => INT8];
        let rows = self.search("cv_vector", reach.looked_at, MARK_CVS_FOR_JOBS, parameters).await?;
        rows.iter().map(|row| Ok(CvId(row.try_get(0)?))).collect()
    }

    /// Marks one CV to be matched again, if it is a latest one that is neither waiting for it nor being matched. Whether it was
    /// marked.
    ///
    /// # Errors
    /// The database fails.
    pub async fn mark_cv(&self, id: CvId) -> Result<bool, DbError> {
        let client = self.client().await?;
        let rows = client
            .execute_typed(
                "update cv set matching_status = 'pending', matching_attempts = 0, matching_next_attempt_at = clock_timestamp()
                where id = $1 and is_latest and embedding_status = 'completed' and matching_status = 'completed'",
                params![id.0 => UUID],
            )
            .await?;
        Ok(rows == 1)
    }

    /// Latest CVs that were last matched over `hours` ago, the longest first.
    ///
    /// # Errors
    /// The database fails.
    pub async fn cvs_to_refresh(&self, hours: f64, limit: i64) -> Result<Vec<CvId>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select id from cv
                where embedding_status = 'completed' and is_latest and matching_status = 'completed'
                    and last_analyzed < now() - $1 * interval '1 hour'
                order by last_analyzed limit $2",
                params![hours => FLOAT8, limit => INT8],
            )
            .await?;
        rows.iter().map(|row| Ok(CvId(row.try_get(0)?))).collect()
    }

    /// The jobs that the candidates of these CVs waved away (and did not come back to): they take no place any more.
    ///
    /// # Errors
    /// The database fails.
    pub async fn dismissed_jobs(&self, cvs: &[CvId]) -> Result<Vec<(CvId, JobId)>, DbError> {
        let ids: Vec<Uuid> = cvs.iter().map(|cv| cv.0).collect();
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select cv.id, decided.job_id from cv cross join lateral (
                    select distinct on (job_id) job_id, kind from interaction
                    where interaction.candidate_id = cv.candidate_id and kind in ('save', 'dismiss', 'apply', 'hired')
                    order by job_id, created_at desc, interaction.id desc) decided
                where cv.id = any ($1) and decided.kind = 'dismiss'",
                params![ids => UUID_ARRAY],
            )
            .await?;
        rows.iter().map(|row| Ok((CvId(row.try_get(0)?), JobId(row.try_get(1)?)))).collect()
    }
}
