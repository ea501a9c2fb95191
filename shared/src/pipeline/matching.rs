//! Stage match-cv: retrieve the nearest open jobs, score each, keep the best as the CV's prediction.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::Instrument;
use uuid::Uuid;

use super::item::{Item, Subject, log_of_all};
use super::performance::SEARCH;
use super::prepared_jobs::{JobAtHand, Prepared};
use super::recording::share;
use super::{Outcome, Pipeline, PipelineError, StageReport, computed, defect};
use crate::db::DbError;
use crate::db::cv::CvToMatch;
use crate::db::prediction::{MatchingEnd, NewLeftOut, NewMatch, NewPrediction};
use crate::db::retrieval::NearJob;
use crate::db::stage::{Claim, Stage};
use crate::domain::{CvId, JobId, PredictionId};
use crate::matching::{CvFacts, CvSide, LeftOut, PreparedCv, Ranked, Ranking, Variant, in_parallel};
use crate::queue::QueueName;
use crate::skills::Taxonomy;

/// CVs whose jobs are retrieved in one query.
const BATCH: usize = 16;
/// Age at which the schedule has a latest CV matched anew.
pub(super) const REFRESH_HOURS: f64 = 24.0;
/// Jobs kept for a CV that a condition leaves out.
const LEFT_OUT_KEPT: usize = 10;

impl Pipeline {
    /// Matches the CVs that can be claimed, and hints at the explanation of their matches.
    ///
    /// # Errors
    /// The database fails.
    pub async fn match_cvs(&self, claim: Claim<'_>) -> Result<StageReport, PipelineError> {
        let lease = self.lease();
        let claimed = self.db.claim_cvs_to_match(claim, &lease, REFRESH_HOURS).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|cv| cv.id.0).collect();
        self.hint_at_unclaimed(Stage::CvMatching, QueueName::CvMatch, claim, &ids).await?;
        let mut report = StageReport { claimed: claimed.len(), ..StageReport::default() };
        let model = self.model_name();
        let experiment = self.experiment().await?;
        for batch in claimed.chunks(BATCH) {
            let started = Instant::now();
            let begin = |cv: &CvToMatch| {
                let function = Stage::CvMatching.function();
                self.begin_item(function, cv.id.0, Subject::Cv(cv.id), Some(cv.attempts), batch.len())
            };
            let items: Vec<Item> = batch.iter().map(begin).collect();
            let cvs: Vec<(CvToMatch, Arc<Variant>)> =
                batch.iter().map(|cv| (cv.clone(), experiment.variant_of(&cv.candidate_id))).collect();
            let variants: Vec<Arc<Variant>> = cvs.iter().map(|(_, variant)| variant.clone()).collect();
            let near = self.retrieved(&cvs).await?;
            self.note_items(SEARCH, Outcome::Completed, share(started.elapsed(), cvs.len()), cvs.len());
            let ids: Vec<CvId> = batch.iter().map(|cv| cv.id).collect();
            let dismissed: HashSet<(CvId, JobId)> = self.db.dismissed_jobs(&ids).await?.into_iter().collect();
            let (mut jobs, unread) = self.prepared_jobs.look_up(&near);
            let read = self.db.jobs_to_score(&unread).await?;
            let (keep, most) = (self.settings.limits.matches_per_cv, self.settings.limits.retrieved_per_cv);
            let prepared_jobs = self.prepared_jobs.clone();
            let scored = computed(move || {
                prepared_jobs.prepare(read, &mut jobs);
                best_jobs(&cvs, &near, &jobs, &dismissed, keep, most)
            })
            .instrument(log_of_all(&items))
            .await;
            match scored {
                Ok(scored) => {
                    let (mut predictions, mut again) = (Vec::new(), Vec::new());
                    let rows = batch.iter().zip(&variants).zip(scored);
                    for (((cv, variant), best), item) in rows.zip(items) {
                        let prediction = NewPrediction {
                            id: PredictionId::new(),
                            cv_id: cv.id,
                            variant: variant.name.clone(),
                            embedding_model: model.clone().into_owned(),
                            weights_version: variant.version(),
                            matches: best.matches,
                            left_out: best.left_out,
                            reach: best.reach,
                        };
                        let end = self.db.complete_matching(&prediction, &lease).await?;
                        if end == MatchingEnd::Lost {
                            self.count(
                                &mut report,
                                Stage::CvMatching,
                                Outcome::Lost,
                                share(item.took(), batch.len()),
                            );
                            item.end(Outcome::Lost, None);
                            continue;
                        }
                        predictions.push(prediction.id.0);
                        self.go_on_from(&item, prediction.id.0);
                        self.count(
                            &mut report,
                            Stage::CvMatching,
                            Outcome::Completed,
                            share(item.took(), batch.len()),
                        );
                        item.end(Outcome::Completed, Some("a CV was matched"));
                        if end == MatchingEnd::Again {
                            again.push(cv.id.0);
                        }
                    }
                    self.hint(QueueName::MatchExplain, &predictions, Duration::ZERO).await;
                    // Not at once: while many jobs come in, a CV is matched once for all that came within this time.
                    self.hint(QueueName::CvMatch, &again, Duration::from_secs(1)).await;
                }
                Err(panic) => {
                    let failure = defect(&panic);
                    for (cv, item) in batch.iter().zip(items) {
                        let ids = (cv.id.0, cv.id.0);
                        let outcome = self
                            .fail(Stage::CvMatching, QueueName::CvMatch, ids, &lease, cv.attempts, &failure)
                            .instrument(item.log.clone())
                            .await?;
                        self.count(&mut report, Stage::CvMatching, outcome, share(item.took(), batch.len()));
                        item.end(outcome, None);
                    }
                }
            }
        }
        Ok(report)
    }

    /// The jobs near to each CV, as many as its variant wants: one query for all whose variants want equally many.
    async fn retrieved(&self, cvs: &[(CvToMatch, Arc<Variant>)]) -> Result<Vec<NearJob>, DbError> {
        let mut by_limit: BTreeMap<i64, Vec<CvId>> = BTreeMap::new();
        for (cv, variant) in cvs {
            let limit = variant.retrieved_per_cv.unwrap_or(self.settings.limits.retrieved_per_cv);
            by_limit.entry(limit).or_default().push(cv.id);
        }
        let mut retrieved = Vec::new();
        for (limit, ids) in by_limit {
            retrieved.extend(self.db.jobs_near_cvs(&ids, limit).await?);
        }
        Ok(retrieved)
    }
}

/// What was found for a CV.
struct BestJobs {
    matches: Vec<NewMatch>,
    left_out: Vec<NewLeftOut>,
    reach: Option<f32>,
}

/// For each CV its best jobs among those near to it, without those that its candidate waved away; one that was closed
/// meanwhile is not among `jobs`. A job with a condition that the CV does not meet takes no place.
fn best_jobs(
    cvs: &[(CvToMatch, Arc<Variant>)],
    near: &[NearJob],
    jobs: &Prepared,
    dismissed: &HashSet<(CvId, JobId)>,
    keep: usize,
    most: i64,
) -> Vec<BestJobs> {
    let taxonomy = Taxonomy::global();
    let mut near_to: HashMap<CvId, Vec<&NearJob>> = HashMap::new();
    for near in near {
        near_to.entry(near.cv).or_default().push(near);
    }
    in_parallel(cvs, |_, (cv, variant)| {
        let side = CvSide { text: &cv.text, profile: &cv.profile, embedding: Some(&cv.embedding) };
        let prepared = PreparedCv::new(&side, taxonomy);
        let near: &[&NearJob] = near_to.get(&cv.id).map(Vec::as_slice).unwrap_or_default();
        let most = usize::try_from(variant.retrieved_per_cv.unwrap_or(most)).unwrap_or(usize::MAX);
        // Fewer than were asked for are all there are: then each new job can enter.
        let reach = (near.len() >= most).then(|| near.iter().map(|near| near.distance).fold(0.0, f32::max));
        let wanted = near.iter().map(|near| near.job).filter(|job| !dismissed.contains(&(cv.id, *job)));
        let known: Vec<(JobId, &JobAtHand)> = wanted.filter_map(|id| Some((id, &**jobs.get(&id)?))).collect();
        let scored = known.iter().map(|(_, job)| prepared.score(&job.prepared, variant)).enumerate();
        let facts: OnceCell<CvFacts<'_>> = OnceCell::new();
        let Ranking { ranked, left_out, .. } = Ranking::of(scored.collect(), keep, |index| {
            let conditions = &known[index].1.must_haves;
            if conditions.is_empty() {
                return Vec::new();
            }
            facts.get_or_init(|| CvFacts::of(&side)).check(conditions, taxonomy)
        });
        let matched = |Ranked { index, score, must_haves }| {
            let (job_id, job) = known[index];
            NewMatch { job_id, score, must_haves, job_updated_at: job.updated_at }
        };
        let not_met = |LeftOut { index, score, unmet }| {
            let (job_id, job) = known[index];
            NewLeftOut { job_id, score, unmet, job_updated_at: job.updated_at }
        };
        BestJobs {
            matches: ranked.into_iter().map(matched).collect(),
            left_out: left_out.into_iter().take(LEFT_OUT_KEPT).map(not_met).collect(),
            reach,
        }
    })
}
