//! Stage explain-matches: evidence from CV and job ► an explanation for each match, by the chat API where one is set, else by this
//! program, which also writes all that the API does not.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tracing::Instrument;
use uuid::Uuid;

use super::item::{Item, Subject, log_of_all};
use super::recording::share;
use super::{Outcome, Pipeline, PipelineError, StageReport, computed, defect};
use crate::db::prediction::{CvToExplain, JobToExplain, MatchToExplain};
use crate::db::stage::{Claim, Stage};
use crate::domain::{CvId, Explanation, JobId, MatchId, PredictionId, Score};
use crate::explanation::chat::{Chat, ToExplain};
use crate::explanation::explain;
use crate::matching::{self, CvSide, ExplanationWriter, JobSide};
use crate::queue::QueueName;

/// With a chat API: no further prediction is begun when so much time has passed, within which the calls of one must end too. What is
/// left comes again by its message, or with the next schedule. Functions of queues may take 60 s, those of schedules 300 s.
const TIME_OF_MESSAGES: Duration = Duration::from_secs(50);
const TIME_OF_SCHEDULE: Duration = Duration::from_secs(240);
/// With a chat API: matches that the schedule claims at once.
const CHAT_BATCH: i64 = 20;

/// A match with its explanation.
#[derive(Clone, Debug)]
pub(super) struct Explained {
    pub(super) id: MatchId,
    pub(super) cv_id: CvId,
    pub(super) job_id: JobId,
    /// The scoring variant of the prediction.
    variant: String,
    /// With the evidence.
    pub(super) score: Score,
    pub(super) explanation: Explanation,
}

/// The CVs and jobs of the matches.
pub(super) struct Sources {
    cvs: HashMap<CvId, CvToExplain>,
    jobs: HashMap<JobId, JobToExplain>,
}

impl Sources {
    fn sides(&self, cv: CvId, job: JobId) -> Option<(CvSide<'_>, JobSide<'_>)> {
        let (cv, job) = (self.cvs.get(&cv)?, self.jobs.get(&job)?);
        let cv = CvSide { text: &cv.text, profile: &cv.profile, embedding: None };
        Some((cv, JobSide { job: &job.text, requirements: &job.requirements, embedding: None }))
    }

    /// The matches as the chat API's request and check take them.
    pub(super) fn to_explain<'a>(&'a self, matches: &'a [Explained]) -> Vec<ToExplain<'a>> {
        let one = |one: &'a Explained| {
            let (cv, job) = self.sides(one.cv_id, one.job_id)?;
            Some(ToExplain { cv, job, score: &one.score, local: &one.explanation })
        };
        matches.iter().filter_map(one).collect()
    }
}

impl Pipeline {
    /// Explains the matches that can be claimed; [`Claim::These`] names predictions.
    ///
    /// # Errors
    /// The database fails.
    pub async fn explain_matches(&self, claim: Claim<'_>) -> Result<StageReport, PipelineError> {
        let Some(chat) = &self.chat else { return self.explain_claimed(claim, None).await };
        let started = Instant::now();
        let has_time = |time: Duration| started.elapsed() + chat.settings.timeout < time;
        let mut report = StageReport::default();
        match claim {
            // One by one, so that no lease begins before its work does.
            Claim::These(ids) => {
                for (index, id) in ids.iter().enumerate() {
                    if index > 0 && !has_time(TIME_OF_MESSAGES) {
                        let rest = Claim::These(&ids[index..]);
                        self.hint_at_unclaimed(Stage::Explanation, QueueName::MatchExplain, rest, &[])
                            .await?;
                        break;
                    }
                    report.add(self.explain_claimed(Claim::These(&[*id]), Some(chat)).await?);
                }
            }
            Claim::Any(limit) => {
                let mut left = limit;
                while left > 0 && (left == limit || has_time(TIME_OF_SCHEDULE)) {
                    let batch = self.explain_claimed(Claim::Any(left.min(CHAT_BATCH)), Some(chat)).await?;
                    report.add(batch);
                    left -= CHAT_BATCH;
                    if batch.claimed == 0 {
                        break;
                    }
                }
            }
        }
        Ok(report)
    }

    async fn explain_claimed(
        &self,
        claim: Claim<'_>,
        chat: Option<&Arc<Chat>>,
    ) -> Result<StageReport, PipelineError> {
        let started = Instant::now();
        let lease = self.lease();
        let claimed = self.db.claim_matches_to_explain(claim, &lease).await?;
        let ids: Vec<Uuid> = claimed.iter().map(|one| one.prediction_id.0).collect();
        self.hint_at_unclaimed(Stage::Explanation, QueueName::MatchExplain, claim, &ids).await?;
        let mut report = StageReport { claimed: claimed.len(), ..StageReport::default() };
        if claimed.is_empty() {
            return Ok(report);
        }
        let mut items = self.begin_explaining(&claimed);
        let log = log_of_all(items.values());
        let mut cv_ids: Vec<CvId> = claimed.iter().map(|one| one.cv_id).collect();
        cv_ids.sort_unstable();
        cv_ids.dedup();
        let mut job_ids: Vec<JobId> = claimed.iter().map(|one| one.job_id).collect();
        job_ids.sort_unstable();
        job_ids.dedup();
        let cvs = self.db.cvs_to_explain(&cv_ids).await?;
        let jobs = self.db.jobs_to_explain(&job_ids).await?;
        let sources = Arc::new(Sources {
            cvs: cvs.into_iter().map(|cv| (cv.id, cv)).collect(),
            jobs: jobs.into_iter().map(|job| (job.id, job)).collect(),
        });
        let (matches, of) = (claimed.clone(), sources.clone());
        match computed(move || explanations(matches, &of)).instrument(log.clone()).await {
            Ok(mut explained) => {
                if let Some(chat) = chat {
                    let deadline = started + chat.settings.timeout;
                    let (mut by_chat, mut local) = (Vec::new(), Vec::new());
                    for one in explained {
                        match self.explanation_writer(&one.variant).await? {
                            ExplanationWriter::Chat => by_chat.push(one),
                            ExplanationWriter::Local => local.push(one),
                        }
                    }
                    self.explain_by_chat(chat, &sources, &mut by_chat, deadline).instrument(log).await;
                    by_chat.extend(local);
                    explained = by_chat;
                }
                let rows: Vec<_> =
                    explained.into_iter().map(|one| (one.id, one.score.parts, one.explanation)).collect();
                let completed = self.db.complete_explanations(&lease, &rows).await? as usize;
                let stage = Stage::Explanation.function();
                let each = share(started.elapsed(), claimed.len());
                self.note_items(stage, Outcome::Completed, each, completed);
                report.completed = completed;
                report.lost = claimed.len() - completed;
                let outcome = if completed > 0 { Outcome::Completed } else { Outcome::Lost };
                items.into_values().for_each(|item| item.end(outcome, Some("matches were explained")));
            }
            Err(panic) => {
                let failure = defect(&panic);
                for one in &claimed {
                    let ids = (one.id.0, one.prediction_id.0);
                    let outcome = self
                        .fail(
                            Stage::Explanation,
                            QueueName::MatchExplain,
                            ids,
                            &lease,
                            one.attempts,
                            &failure,
                        )
                        .instrument(log.clone())
                        .await?;
                    self.count(
                        &mut report,
                        Stage::Explanation,
                        outcome,
                        share(started.elapsed(), claimed.len()),
                    );
                    // The first match says what became of its prediction's.
                    if let Some(item) = items.remove(&one.prediction_id) {
                        item.end(outcome, None);
                    }
                }
            }
        }
        Ok(report)
    }

    /// Begins the work on each prediction of which matches were claimed.
    fn begin_explaining(&self, claimed: &[MatchToExplain]) -> BTreeMap<PredictionId, Item> {
        let mut counts: BTreeMap<PredictionId, (&MatchToExplain, usize)> = BTreeMap::new();
        for one in claimed {
            counts.entry(one.prediction_id).or_insert((one, 0)).1 += 1;
        }
        let batch = counts.len();
        let begin = |(prediction, (first, count)): (PredictionId, (&MatchToExplain, usize))| {
            let subject = Subject::Matches(prediction, first.cv_id, count);
            let function = Stage::Explanation.function();
            (prediction, self.begin_item(function, prediction.0, subject, Some(first.attempts), batch))
        };
        counts.into_iter().map(begin).collect()
    }
}

/// The explanation of each match whose CV and job are still there.
fn explanations(matches: Vec<MatchToExplain>, sources: &Sources) -> Vec<Explained> {
    matches
        .into_iter()
        .filter_map(|one| {
            let (cv, job) = sources.sides(one.cv_id, one.job_id)?;
            let mut score = one.score;
            matching::evidence(&cv, &job, &mut score);
            let explanation = explain(&cv, &job, &score);
            Some(Explained {
                id: one.id,
                cv_id: one.cv_id,
                job_id: one.job_id,
                variant: one.variant,
                score,
                explanation,
            })
        })
        .collect()
}
