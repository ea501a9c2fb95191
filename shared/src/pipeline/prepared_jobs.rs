//! Jobs ready to be scored, kept in this process's memory: reading all that is compared from an ad costs much more than to
//! compare it, and a job is near to many CVs. [`PreparedJobs`] holds the last used ones, by id and version, so
//! that a changed job is never scored as it was before.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, Utc};

use crate::db::job::JobToScore;
use crate::db::retrieval::{JobVersion, NearJob};
use crate::domain::{JobId, MustHaves};
use crate::matching::{PreparedJob, in_parallel};
use crate::skills::Taxonomy;

/// The jobs at hand.
pub(super) type Prepared = HashMap<JobId, Arc<JobAtHand>>;

/// A job ready to be scored.
pub(super) struct JobAtHand {
    pub(super) prepared: PreparedJob<'static>,
    pub(super) must_haves: MustHaves,
    /// When what it says last changed.
    pub(super) updated_at: DateTime<Utc>,
}

/// Jobs ready to be scored, at most so many.
pub(super) struct PreparedJobs {
    capacity: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    jobs: HashMap<JobId, Entry>,
    /// Counts the look-ups: the time by which the longest unused are told.
    now: u64,
}

struct Entry {
    version: JobVersion,
    job: Arc<JobAtHand>,
    used: u64,
}

impl PreparedJobs {
    pub(super) fn new(capacity: usize) -> Self {
        Self { capacity, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing that can panic is done while it is locked but to allocate.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those of the jobs that are kept in the version that was retrieved, and the ids of the others.
    pub(super) fn look_up(&self, near: &[NearJob]) -> (Prepared, Vec<JobId>) {
        let (mut prepared, mut unread) = (Prepared::new(), HashSet::new());
        let mut kept = self.kept();
        kept.now += 1;
        let now = kept.now;
        for near in near {
            match kept.jobs.get_mut(&near.job).filter(|entry| entry.version == near.version) {
                Some(entry) => {
                    entry.used = now;
                    prepared.entry(near.job).or_insert_with(|| entry.job.clone());
                }
                None => drop(unread.insert(near.job)),
            }
        }
        (prepared, unread.into_iter().collect())
    }

    /// Prepares the jobs that were read, on all processors, adds them to `prepared` and keeps them. Computes and blocks.
    pub(super) fn prepare(&self, read: Vec<(JobVersion, JobToScore)>, prepared: &mut Prepared) {
        let jobs = in_parallel(&read, |_, (_, job)| {
            Arc::new(JobAtHand {
                prepared: PreparedJob::new(&job.side(), Taxonomy::global()).into_owned(),
                must_haves: job.must_haves.clone(),
                updated_at: job.updated_at,
            })
        });
        let mut kept = self.kept();
        let used = kept.now;
        for ((version, read), job) in read.into_iter().zip(jobs) {
            prepared.insert(read.id, job.clone());
            if self.capacity > 0 {
                kept.jobs.insert(read.id, Entry { version, job, used });
            }
        }
        if kept.jobs.len() > self.capacity {
            kept.forget_to(self.capacity - self.capacity / 4);
        }
    }
}

impl Kept {
    /// Forgets the longest unused, many at a time so that it is seldom done.
    fn forget_to(&mut self, count: usize) {
        let mut used: Vec<u64> = self.jobs.values().map(|entry| entry.used).collect();
        let surplus = used.len().saturating_sub(count);
        if surplus == 0 {
            return;
        }
        let (_, oldest_kept, _) = used.select_nth_unstable(surplus - 1);
        let limit = *oldest_kept;
        let mut surplus = surplus;
        self.jobs.retain(|_, entry| {
            let goes = entry.used <= limit && surplus > 0;
            surplus -= usize::from(goes);
            !goes
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CvId, JobText, Requirements};

    fn job(title: &str) -> JobToScore {
        JobToScore {
            id: JobId::new(),
            text: JobText { title: title.into(), ..JobText::default() },
            requirements: Requirements::default(),
            must_haves: MustHaves::default(),
            updated_at: Utc::now(),
            embedding: Vec::new(),
        }
    }

    fn near(job: JobId, version: &str) -> NearJob {
        NearJob { cv: CvId::new(), job, version: JobVersion::from(version), distance: 0.3 }
    }

    #[test]
    fn a_job_is_prepared_once_until_its_row_changes() {
        let jobs = PreparedJobs::new(10);
        let cook = job("Cook");
        let id = cook.id;
        let (mut prepared, unread) = jobs.look_up(&[near(id, "1"), near(id, "1")]);
        assert_eq!((prepared.len(), unread), (0, vec![id]));
        jobs.prepare(vec![("1".into(), cook)], &mut prepared);
        assert!(prepared.contains_key(&id));
        let (prepared, unread) = jobs.look_up(&[near(id, "1")]);
        assert!(prepared.contains_key(&id) && unread.is_empty());
        let (prepared, unread) = jobs.look_up(&[near(id, "2")]);
        assert_eq!((prepared.len(), unread), (0, vec![id]));
    }

    #[test]
    fn the_longest_unused_are_forgotten_first_and_no_more_are_kept_than_may() {
        let jobs = PreparedJobs::new(8);
        let all: Vec<JobId> = (0..9)
            .map(|number| {
                let one = job(&format!("Cook {number}"));
                let id = one.id;
                jobs.look_up(&[near(id, "1")]);
                jobs.prepare(vec![("1".into(), one)], &mut Prepared::new());
                id
            })
            .collect();
        let found: Vec<bool> = all.iter().map(|id| jobs.look_up(&[near(*id, "1")]).1.is_empty()).collect();
        assert_eq!(found, [false, false, false, true, true, true, true, true, true]);
        let none = PreparedJobs::new(0);
        none.prepare(vec![("1".into(), job("Cook"))], &mut Prepared::new());
        assert!(none.kept().jobs.is_empty());
    }
}
