//! What candidates did with what each variant showed them, counted in one pass over the table `interaction`. What follows
//! from the counts is worked out in `evaluation::interactions`.
//!
//! The unit is the match that was shown: however often an event of a kind is recorded, and in whatever order, it counts once.
//! A match without an impression in the time counts in no rate. Everything is read from the interactions themselves, which
//! outlive their matches.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Db, DbError, from_json, params};

/// All counts of a time.
#[derive(Clone, Debug, Default)]
pub struct InteractionCounts {
    /// By variant.
    pub variants: Vec<VariantCounts>,
    /// By variant and rank.
    pub ranks: Vec<RankCounts>,
    /// Jobs that the same candidate was shown at several ranks.
    pub harvested: Vec<HarvestedPair>,
}

/// The counts of a variant.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct VariantCounts {
    /// Its name.
    pub variant: String,
    /// Candidates who were shown a match.
    pub candidates: u64,
    /// Matches that were shown.
    pub impressions: u64,
    /// Those of them whose job was opened.
    pub clicks: u64,
    /// Those that were kept for later.
    pub saves: u64,
    /// Those that were waved away.
    pub dismissals: u64,
    /// Those that were applied to.
    pub applications: u64,
    /// Those that led to a job.
    pub hires: u64,
    /// Matches that something was done with, and whose impression was not recorded.
    pub without_impression: u64,
    /// Predictions of which a match was clicked, saved, applied to or led to a job.
    pub graded: u64,
    /// The sum of their nDCG@10.
    pub ndcg_sum: f64,
    /// Pairs of candidate and job shown in the first ten places.
    pub shown_pairs: u64,
    /// Pairs of candidate and job that were applied to.
    pub applied_pairs: u64,
    /// Pairs that are both.
    pub shown_and_applied_pairs: u64,
    /// What the comparison of variants is made from; none where no candidate counts in it.
    pub compared: Option<CandidateSums>,
}

/// Sums over candidates, who are what is drawn by chance. Only candidates who saw one variant, and only matches of predictions
/// that were made after the variants were last changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct CandidateSums {
    /// Candidates.
    pub candidates: f64,
    /// Σ x, where x is a candidate's shown matches.
    pub shown: f64,
    /// Σ x².
    pub shown_squared: f64,
    /// Clicked ones.
    pub click: KindSums,
    /// Saved ones.
    pub save: KindSums,
    /// Those applied to.
    pub apply: KindSums,
    /// Those that led to a job.
    pub hired: KindSums,
}

/// Sums over candidates of y, the shown matches that an event of a kind was recorded for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub struct KindSums {
    /// Σ y.
    pub sum: f64,
    /// Σ y².
    pub squared: f64,
    /// Σ x y.
    pub with_shown: f64,
}

/// The counts of a rank.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct RankCounts {
    /// The variant.
    pub variant: String,
    /// 1 is the best.
    pub rank: u32,
    /// Matches shown there.
    pub impressions: u64,
    /// Those of them that were clicked.
    pub clicks: u64,
}

/// Pairs of candidate and job that were shown at two ranks, in different predictions.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct HarvestedPair {
    /// The one rank.
    pub rank: u32,
    /// The other, lower one.
    pub other_rank: u32,
    /// Clicks at the one: the sum over the pairs of the part of their showings there that were clicked.
    pub clicks: f64,
    /// The same at the other.
    pub other_clicks: f64,
}

/// Room to group in memory what would be sorted on disk. Compiling the statement takes longer than it saves.
const COUNT_SETTINGS: &str = "set local work_mem = '64MB'; set local jit = off";

/// $1: days; $2: when the variants were last changed; $3: the lowest rank that is harvested.
///
/// A prediction's id is a UUIDv7: its first 48 bits are the milliseconds at which it was made.
const COUNT: &str = "
    with seen as materialized (
        select match_id, prediction_id, candidate_id, job_id, variant, greatest(rank, 1) as rank,
            ('x' || left(replace(prediction_id::text, '-', ''), 12))::bit(48)::bigint > extract(epoch from $2::timestamptz) * 1000
                as since_change,
            bool_or(kind = 'impression') as shown,
            bool_or(kind = 'click')::int as clicked,
            bool_or(kind = 'save')::int as saved,
            bool_or(kind = 'dismiss')::int as dismissed,
            bool_or(kind = 'apply')::int as applied,
            bool_or(kind = 'hired')::int as hired
        from interaction
        where created_at > now() - $1 * interval '1 day'
        group by match_id, prediction_id, candidate_id, job_id, variant, rank
    ),
    by_candidate as (
        select variant, candidate_id, count(*) filter (where shown) as shown, sum(clicked) filter (where shown) as clicks,
            sum(saved) filter (where shown) as saves, sum(dismissed) filter (where shown) as dismissals,
            sum(applied) filter (where shown) as applications, sum(hired) filter (where shown) as hires,
            count(*) filter (where not shown) as without_impression,
            count(*) filter (where shown and since_change)::float8 as x,
            sum(clicked) filter (where shown and since_change)::float8 as click,
            sum(saved) filter (where shown and since_change)::float8 as save,
            sum(applied) filter (where shown and since_change)::float8 as apply,
            sum(hired) filter (where shown and since_change)::float8 as hired
        from seen group by variant, candidate_id
    ),
    totals as (
        select variant, count(*) filter (where shown > 0) as candidates, sum(shown) as impressions,
            coalesce(sum(clicks), 0) as clicks, coalesce(sum(saves), 0) as saves, coalesce(sum(dismissals), 0) as dismissals,
            coalesce(sum(applications), 0) as applications, coalesce(sum(hires), 0) as hires,
            sum(without_impression) as without_impression
        from by_candidate group by variant
    ),
    compared as (
        select variant, jsonb_build_object(
            'candidates', count(*), 'shown', sum(x), 'shown_squared', sum(x * x),
            'click', jsonb_build_object('sum', sum(click), 'squared', sum(click * click), 'with_shown', sum(x * click)),
            'save', jsonb_build_object('sum', sum(save), 'squared', sum(save * save), 'with_shown', sum(x * save)),
            'apply', jsonb_build_object('sum', sum(apply), 'squared', sum(apply * apply), 'with_shown', sum(x * apply)),
            'hired', jsonb_build_object('sum', sum(hired), 'squared', sum(hired * hired), 'with_shown', sum(x * hired))) as sums
        from (select *, count(*) over (partition by candidate_id) as variants from by_candidate where x > 0) as candidates
        where variants = 1 group by variant
    ),
    graded as (
        select variant, prediction_id, rank, gain,
            row_number() over (partition by prediction_id order by gain desc) as best_rank
        from (
            select variant, prediction_id, rank,
                case when hired = 1 then 4 when applied = 1 then 3 when saved = 1 then 2 when clicked = 1 then 1 else 0 end as gain
            from seen where shown) as gains
        where gain > 0
    ),
    ranked as (
        select variant,
            coalesce(sum(gain / ln(rank + 1::float8)) filter (where rank <= 10), 0)
                / sum(gain / ln(best_rank + 1::float8)) filter (where best_rank <= 10) as ndcg
        from graded group by variant, prediction_id
    ),
    ndcg as (select variant, count(*) as graded, sum(ndcg) as ndcg_sum from ranked group by variant),
    placed as (
        select variant, candidate_id, job_id, rank, count(*) filter (where shown) as showings,
            sum(clicked) filter (where shown) as clicks, max(applied) as applied
        from seen group by variant, candidate_id, job_id, rank
    ),
    pairs as (
        select variant, bool_or(showings > 0 and rank <= 10) as shown, bool_or(applied = 1) as applied
        from placed group by variant, candidate_id, job_id
    ),
    coverage as (
        select variant, count(*) filter (where shown) as shown_pairs, count(*) filter (where applied) as applied_pairs,
            count(*) filter (where shown and applied) as shown_and_applied_pairs
        from pairs group by variant
    ),
    places as (
        -- Only jobs that were clicked somewhere: the others say nothing of ranks.
        select candidate_id, job_id, rank, (sum(clicks) / sum(showings))::float8 as clicks
        from placed where showings > 0 and rank <= $3
            and (candidate_id, job_id) in (select candidate_id, job_id from placed where clicks > 0)
        group by candidate_id, job_id, rank
    ),
    harvested as (
        select one.rank, other.rank as other_rank, sum(one.clicks) as clicks, sum(other.clicks) as other_clicks
        from places one join places other using (candidate_id, job_id)
        where one.rank < other.rank
        group by one.rank, other.rank
        having sum(one.clicks + other.clicks) > 0
    )
    select
        (select coalesce(jsonb_agg(to_jsonb(counted) order by counted.variant), '[]') from (
            select totals.*, coalesce(graded, 0) as graded, coalesce(ndcg_sum, 0) as ndcg_sum,
                shown_pairs, applied_pairs, shown_and_applied_pairs, sums as compared
            from totals join coverage using (variant) left join ndcg using (variant) left join compared using (variant)) as counted
        ) as variants,
        (select coalesce(jsonb_agg(to_jsonb(counted)), '[]') from (
            select variant, rank, count(*) as impressions, sum(clicked) as clicks
            from seen where shown group by variant, rank) as counted
        ) as ranks,
        (select coalesce(jsonb_agg(to_jsonb(harvested)), '[]') from harvested) as harvested";

impl Db {
    /// Counts the interactions of the last `days`. The comparison's sums leave out predictions made before `last_change`;
    /// ranks below `lowest_rank` are not harvested.
    ///
    /// # Errors
    /// The database fails.
    pub async fn interaction_counts(
        &self,
        days: f64,
        last_change: DateTime<Utc>,
        lowest_rank: u32,
    ) -> Result<InteractionCounts, DbError> {
        let lowest_rank = i32::try_from(lowest_rank).unwrap_or(i32::MAX);
        let mut client = self.client().await?;
        let transaction = client.transaction().await?;
        transaction.batch_execute(COUNT_SETTINGS).await?;
        let row = transaction
            .query_typed_one(COUNT, params![days => FLOAT8, last_change => TIMESTAMPTZ, lowest_rank => INT4])
            .await?;
        transaction.commit().await?;
        Ok(InteractionCounts {
            variants: rows_of("variants", &row)?,
            ranks: rows_of("ranks", &row)?,
            harvested: rows_of("harvested", &row)?,
        })
    }
}

fn rows_of<T: DeserializeOwned>(column: &'static str, row: &tokio_postgres::Row) -> Result<Vec<T>, DbError> {
    from_json(column, row.try_get(column)?)
}
