//! Ranks many CVs and many jobs in memory, either way round, without an index: every pair is scored where they are few, else
//! the pairs that a cheap estimate puts first.

use std::sync::OnceLock;

use crate::domain::{MustHaveCheck, MustHaves, Score};
use crate::skills::Taxonomy;

use super::{CvFacts, CvSide, JobSide, PreparedCv, PreparedJob, Variant};

/// One result of a ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Index of the job (or CV) in the slice that was given.
    pub index: usize,
    /// How well it fits.
    pub score: Score,
    /// How the CV stands to the job's conditions; none of these is not met.
    pub must_haves: Vec<MustHaveCheck>,
}

/// A result that a condition takes out of a ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct LeftOut {
    /// Index of the job (or CV) in the slice that was given.
    pub index: usize,
    /// How well it would fit, 0–100.
    pub score: f32,
    /// The conditions that the CV does not meet.
    pub unmet: Vec<MustHaveCheck>,
}

/// A ranking with what conditions take out of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ranking {
    /// The best, best first.
    pub ranked: Vec<Ranked>,
    /// Those that would stand among them, the best of them.
    pub left_out: Vec<LeftOut>,
    /// How many would.
    pub left_out_count: usize,
}

impl Ranking {
    /// The best `k` of what is scored, each given by its index, equal scores in the order of these; `check` says how one stands
    /// to the conditions, and one of which a condition is not met takes no place.
    pub fn of(
        mut scored: Vec<(usize, Score)>,
        k: usize,
        check: impl Fn(usize) -> Vec<MustHaveCheck>,
    ) -> Self {
        scored.sort_by(|(one, a), (other, b)| b.score.total_cmp(&a.score).then(one.cmp(other)));
        let mut ranking = Self::default();
        for (index, score) in scored {
            if ranking.ranked.len() == k {
                break;
            }
            let must_haves = check(index);
            let unmet = MustHaveCheck::unmet(&must_haves);
            if unmet.is_empty() {
                ranking.ranked.push(Ranked { index, score, must_haves });
                continue;
            }
            ranking.left_out_count += 1;
            if ranking.left_out.len() < MOST_LEFT_OUT {
                ranking.left_out.push(LeftOut { index, score: score.score, unmet });
            }
        }
        ranking
    }
}

/// So many results that are left out are listed.
const MOST_LEFT_OUT: usize = 20;

/// Which of the two is ranked for which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// For each CV its best jobs.
    JobsForCv,
    /// For each job its best CVs.
    CvsForJob,
}

/// Up to so many results every pair is scored in full.
const SCORED_IN_FULL: usize = 3000;

/// The best `k` jobs for each CV, or the best `k` CVs for each job, best first; results with equal scores in the order given.
/// Uses all processors.
pub fn rank(
    cvs: &[CvSide<'_>],
    jobs: &[JobSide<'_>],
    k: usize,
    direction: Direction,
    taxonomy: &Taxonomy,
    variant: &Variant,
) -> Vec<Vec<Ranked>> {
    let rankings = rank_with_must_haves(cvs, jobs, &[], k, direction, taxonomy, variant);
    rankings.into_iter().map(|ranking| ranking.ranked).collect()
}

/// The same with the conditions of each job (none for jobs beyond the end of `must_haves`): a pair of which one is not met
/// takes no place. Scores are the same with and without conditions.
pub fn rank_with_must_haves(
    cvs: &[CvSide<'_>],
    jobs: &[JobSide<'_>],
    must_haves: &[MustHaves],
    k: usize,
    direction: Direction,
    taxonomy: &Taxonomy,
    variant: &Variant,
) -> Vec<Ranking> {
    let facts: Vec<OnceLock<CvFacts<'_>>> = cvs.iter().map(|_| OnceLock::new()).collect();
    let check = |cv: usize, job: usize| match must_haves.get(job) {
        Some(conditions) if !conditions.is_empty() => {
            facts[cv].get_or_init(|| CvFacts::of(&cvs[cv])).check(conditions, taxonomy)
        }
        _ => Vec::new(),
    };
    let cvs: Vec<PreparedCv<'_>> = in_parallel(cvs, |_, cv| PreparedCv::new(cv, taxonomy));
    let jobs: Vec<PreparedJob<'_>> = in_parallel(jobs, |_, job| PreparedJob::new(job, taxonomy));
    match direction {
        Direction::JobsForCv => in_parallel(&cvs, |place, cv| {
            let (estimate, score) =
                (|job: &PreparedJob<'_>| cv.estimate(job), |job: &PreparedJob<'_>| cv.score(job, variant));
            best(&jobs, k, None, estimate, score, |job| check(place, job))
        }),
        Direction::CvsForJob => in_parallel(&jobs, |place, job| {
            let (estimate, score) =
                (|cv: &PreparedCv<'_>| cv.estimate(job), |cv: &PreparedCv<'_>| cv.score(job, variant));
            best(&cvs, k, None, estimate, score, |cv| check(cv, place))
        }),
    }
}

/// The best `k` of `items`, without the one at `left`.
pub(super) fn best<T>(
    items: &[T],
    k: usize,
    left: Option<usize>,
    estimate: impl Fn(&T) -> f32,
    score: impl Fn(&T) -> Score,
    check: impl Fn(usize) -> Vec<MustHaveCheck>,
) -> Ranking {
    let mut candidates: Vec<usize> = (0..items.len()).filter(|index| Some(*index) != left).collect();
    if candidates.len() > SCORED_IN_FULL {
        let estimates: Vec<f32> = items.iter().map(estimate).collect();
        let kept = (10 * k).clamp(500, candidates.len());
        candidates.select_nth_unstable_by(kept - 1, |a, b| estimates[*b].total_cmp(&estimates[*a]));
        candidates.truncate(kept);
    }
    Ranking::of(candidates.into_iter().map(|index| (index, score(&items[index]))).collect(), k, check)
}

/// Maps over all processors, in order, each item with its index.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], map: impl Fn(usize, &T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let size = items.len().div_ceil(threads).max(1);
    let map = &map;
    std::thread::scope(|scope| {
        let handles: Vec<_> = items
            .chunks(size)
            .enumerate()
            .map(|(chunk, part)| {
                let each = move || {
                    let first = chunk * size;
                    part.iter().enumerate().map(|(at, item)| map(first + at, item)).collect::<Vec<R>>()
                };
                scope.spawn(each)
            })
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("scoring does not panic")).collect()
    })
}
