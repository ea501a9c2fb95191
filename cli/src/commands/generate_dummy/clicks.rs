//! Made-up interactions by the position-based model: a match is clicked if it is looked at, which depends on its rank alone,
//! and if it appeals, which depends on the job and, where a lift is asked for, on the variant.

use std::str::FromStr;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use shared::db::dummy::DummyInteraction;
use shared::db::interaction::InteractionKind;
use shared::domain::CandidateId;
use shared::matching::Experiment;
use shared::pipeline::Pipeline;

use super::chance::Chance;
use super::people;

/// Jobs that a candidate may be shown, and how many of them a prediction shows.
const JOBS: usize = 12;
const SHOWN: usize = 10;
/// How long ago the first predictions were made, unless the variants were changed since.
const DAYS: i64 = 14;
/// Of a candidate's jobs, how appealing the best is on average, and how much of that the next one down keeps.
const BEST_APPEAL: f64 = 0.35;
const NEXT_APPEAL: f64 = 0.85;
/// What becomes of a click.
const SAVED: f64 = 0.3;
const APPLIED: f64 = 0.2;
const HIRED: f64 = 0.1;

/// How much more appealing the matches of a variant are.
#[derive(Clone, Debug)]
pub struct Lift {
    variant: String,
    factor: f64,
}

impl FromStr for Lift {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "must be a variant and a factor between 0 and 2.5, as in b=1.3";
        let (variant, factor) = text.split_once('=').ok_or(wrong)?;
        let factor: f64 = factor.parse().map_err(|_| wrong)?;
        // No appeal may come above 1.
        if !(0.0..=2.5).contains(&factor) || variant.is_empty() {
            return Err(wrong);
        }
        Ok(Self { variant: variant.to_owned(), factor })
    }
}

/// A source of made-up interactions.
pub struct Clicks {
    seed: u64,
    experiment: Arc<Experiment>,
    lifts: Vec<Lift>,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
}

impl Clicks {
    /// Interactions under the variants that the database has, since these were last changed.
    pub async fn new(seed: u64, pipeline: &Pipeline, lifts: &[Lift]) -> anyhow::Result<Self> {
        let stored = pipeline.stored_variants().await?;
        for Lift { variant, .. } in lifts {
            anyhow::ensure!(
                stored.iter().any(|stored| stored.row.name == *variant && stored.traffic > 0.0),
                "no candidate gets the variant {variant}: PUT /api/admin/variants/{variant} with a share first"
            );
        }
        let until = Utc::now();
        let changed = stored.iter().map(|stored| stored.row.changed_at).max().unwrap_or_default();
        // A whole millisecond later, since that is as exact as the time in an id is.
        let from = (until - TimeDelta::days(DAYS)).max(changed + TimeDelta::milliseconds(1)).min(until);
        Ok(Self { seed, experiment: pipeline.experiment().await?, lifts: lifts.to_vec(), from, until })
    }

    /// What candidate `number`, from 0, did.
    pub fn of(&self, number: u32) -> Vec<DummyInteraction> {
        let mut chance = Chance::new(self.seed, "interactions", number);
        let candidate_id = people::name(number);
        let variant = self.experiment.variant_of(&CandidateId::from(candidate_id.as_str())).name.clone();
        let lift = self.lifts.iter().find(|lift| lift.variant == variant).map_or(1.0, |lift| lift.factor);
        let cv_id = chance.id();
        let jobs: Vec<_> = (0..JOBS).map(|_| chance.id()).collect();
        // Some click a lot and some hardly ever.
        let eager = 0.4 + 0.6 * chance.part();
        let appeal = |place: usize| (eager * BEST_APPEAL * NEXT_APPEAL.powi(place as i32) * lift).min(1.0);
        let mut all = Vec::new();
        for _ in 0..1 + chance.below(3) {
            let span = (self.until - self.from).num_milliseconds() as f64;
            let made_at = self.from + TimeDelta::milliseconds((span * chance.part()) as i64);
            let prediction_id = chance.id_made_at(made_at.timestamp_millis().unsigned_abs());
            for (place, job) in shown_jobs(&mut chance).into_iter().enumerate() {
                let match_id = chance.id();
                let mut kinds = vec![InteractionKind::Impression];
                let looked_at = 1.0 / (place as f64 + 1.0).powf(0.7);
                if chance.happens(looked_at * appeal(job)) {
                    kinds.push(InteractionKind::Click);
                    if chance.happens(SAVED) {
                        kinds.push(InteractionKind::Save);
                    }
                    if chance.happens(APPLIED) {
                        kinds.push(InteractionKind::Apply);
                        if chance.happens(HIRED) {
                            kinds.push(InteractionKind::Hired);
                        }
                    }
                }
                all.extend(kinds.into_iter().map(|kind| DummyInteraction {
                    id: chance.id(),
                    candidate_id: candidate_id.clone(),
                    match_id,
                    prediction_id,
                    cv_id,
                    job_id: jobs[job],
                    kind,
                    rank: place as i32 + 1,
                    variant: variant.clone(),
                    created_at: made_at,
                }));
            }
        }
        all
    }
}

/// The jobs of a prediction, the most appealing nearly first, as when jobs come and go between two predictions.
fn shown_jobs(chance: &mut Chance) -> Vec<usize> {
    let mut jobs: Vec<usize> = (0..JOBS).collect();
    for place in 0..JOBS - 1 {
        if chance.once_in(3) {
            jobs.swap(place, place + 1);
        }
    }
    while jobs.len() > SHOWN {
        let gone = chance.below(jobs.len());
        jobs.remove(gone);
    }
    jobs
}
