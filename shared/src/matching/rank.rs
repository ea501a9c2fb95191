//! Ranks many CVs and many jobs in memory, either way round, without an index: every pair is scored where they are few, else
//! the pairs that a cheap estimate puts first.

use crate::domain::Score;
use crate::skills::Taxonomy;

use super::{CvSide, JobSide, PreparedCv, PreparedJob, Variant};

/// One result of a ranking.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// Index of the job (or CV) in the slice that was given.
    pub index: usize,
    /// How well it fits.
    pub score: Score,
}

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
    let cvs: Vec<PreparedCv<'_>> = in_parallel(cvs, |cv| PreparedCv::new(cv, taxonomy));
    let jobs: Vec<PreparedJob<'_>> = in_parallel(jobs, |job| PreparedJob::new(job, taxonomy));
    match direction {
        Direction::JobsForCv => {
            in_parallel(&cvs, |cv| best(&jobs, k, |job| cv.estimate(job), |job| cv.score(job, variant)))
        }
        Direction::CvsForJob => {
            in_parallel(&jobs, |job| best(&cvs, k, |cv| cv.estimate(job), |cv| cv.score(job, variant)))
        }
    }
}

fn best<T>(items: &[T], k: usize, estimate: impl Fn(&T) -> f32, score: impl Fn(&T) -> Score) -> Vec<Ranked> {
    let mut candidates: Vec<usize> = (0..items.len()).collect();
    if items.len() > SCORED_IN_FULL {
        let estimates: Vec<f32> = items.iter().map(estimate).collect();
        let kept = (10 * k).clamp(500, items.len());
        candidates.select_nth_unstable_by(kept - 1, |a, b| estimates[*b].total_cmp(&estimates[*a]));
        candidates.truncate(kept);
    }
    let mut ranked: Vec<Ranked> =
        candidates.into_iter().map(|index| Ranked { index, score: score(&items[index]) }).collect();
    ranked.sort_by(|a, b| b.score.score.total_cmp(&a.score.score).then(a.index.cmp(&b.index)));
    ranked.truncate(k);
    ranked
}

/// Maps over all processors, in order.
pub(crate) fn in_parallel<T: Sync, R: Send>(items: &[T], map: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let size = items.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let handles: Vec<_> = items
            .chunks(size)
            .map(|chunk| scope.spawn(|| chunk.iter().map(&map).collect::<Vec<R>>()))
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("scoring does not panic")).collect()
    })
}
