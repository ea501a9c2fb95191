//! Answers are as fresh as the rows that they are made of: on a real Postgres, with the cache in memory and in Redis. The stages
//! run when a test says so, which makes every order of events that a busy system meets one that is chosen.

use std::ops::Deref;
use std::time::Duration;

use chrono::{DateTime, Utc};
use cv_matching_tests::operated::Operated;
use cv_matching_tests::outside::variable;
use shared::cache::{Cache, InMemory, Redis};
use shared::config::Settings;
use shared::db::interaction::InteractionKind;
use shared::db::job::NewJob;
use shared::db::prediction::{NewMatch, NewPrediction};
use shared::db::stage::{Claim, Lease, Stage};
use shared::domain::{
    CandidateId, CvId, JobId, JobText, MustHaveOutcome, MustHaves, PredictionId, RecruiterId, Score,
    StageStatus,
};
use shared::pipeline::{Recommendations, RunHost, Task, UnmetMustHaves};
use shared::queue::QueueName;

const NURSE: &str = "Registered nurse for our acute ward: care of patients, wound care, medication administration, infection control.";
const COOK: &str = "Cook for our hotel kitchen: menu planning, food preparation, hygiene, baking, cooking for a hundred guests.";

fn nurse_cv(name: &str, more: &str) -> String {
    format!(
        "{name}\nRegistered Nurse\n{}@example.org\n\nExperience\nRegistered Nurse, Acute Ward, 2018 - 2023\n\
        - Care of patients, wound care, medication administration, infection control\n\nSkills\nwound care, patient care\n\n{more}\n",
        name.to_lowercase().replace(' ', ".")
    )
}

fn cook_cv(name: &str) -> String {
    format!(
        "{name}\nCook\n\nExperience\nCook, Hotel Kitchen, 2018 - 2023\n- Menu planning, food preparation, hygiene, baking\n\n\
        Skills\ncooking, baking, food preparation\n"
    )
}

/// A system whose CVs are named by their texts, and whose jobs are told whole.
struct World(Operated);

impl Deref for World {
    type Target = Operated;

    fn deref(&self) -> &Operated {
        &self.0
    }
}

impl World {
    async fn make(cache: Cache, change: impl FnOnce(&mut Settings)) -> Self {
        Self(Operated::make(cache, change).await)
    }

    async fn upload(&self, candidate: &str, text: String) -> CvId {
        self.pipeline.store_cv(&candidate.into(), "cv.txt", text.into(), None).await.unwrap().cv_id
    }

    fn job(&self, title: &str, text: &str) -> NewJob {
        NewJob {
            id: JobId::new(),
            external_id: None,
            text: JobText { title: title.into(), text: text.into(), ..JobText::default() },
            expires_at: None,
            must_haves: MustHaves::default(),
        }
    }

    async fn post(&self, title: &str, text: &str) -> NewJob {
        let job = self.job(title, text);
        self.pipeline.store_jobs(&RecruiterId::from("rita"), std::slice::from_ref(&job)).await.unwrap();
        job
    }

    async fn recommendations(&self, cv: CvId) -> Recommendations {
        let row = self.pipeline.db.cv(cv).await.unwrap().expect("the CV is there");
        self.pipeline.recommendations(&row, 100).await.unwrap()
    }

    async fn shows(&self, cv: CvId, job: JobId) -> bool {
        shows(&self.recommendations(cv).await, job)
    }

    async fn interact(&self, cv: CvId, job: JobId, kind: InteractionKind) {
        let answer = self.recommendations(cv).await;
        let one = answer.recommendations.iter().find(|one| one.job_id == job).expect("it is recommended");
        let owner = self.pipeline.db.match_owner(one.match_id).await.unwrap().expect("it has an owner");
        self.pipeline.db.record_interaction(one.match_id, &owner, kind).await.unwrap();
    }

    async fn waits_to_be_matched(&self, cv: CvId) -> bool {
        let waiting = self.pipeline.db.waiting(Stage::CvMatching, None).await.unwrap();
        waiting.iter().any(|(id, _)| *id == cv.0)
    }
}

fn shows(answer: &Recommendations, job: JobId) -> bool {
    answer.recommendations.iter().any(|one| one.job_id == job)
}

async fn a_closed_job_leaves_the_next_answer_though_it_is_stored_and_cached(world: &World) {
    let cv = world.upload("closing", nurse_cv("Clara Olsen", "")).await;
    let (one, other) = (world.post("Registered Nurse", NURSE).await, world.post("Staff Nurse", NURSE).await);
    world.work().await;
    let before = world.recommendations(cv).await;
    assert!(shows(&before, one.id) && shows(&before, other.id) && before.status == StageStatus::Completed);
    let stamp = world.pipeline.db.latest_prediction(cv).await.unwrap().unwrap().stamp;
    assert!(world.pipeline.close_job(one.id).await.unwrap());
    let after = world.recommendations(cv).await;
    assert!(!shows(&after, one.id) && shows(&after, other.id));
    // A reader that was slow keeps what it read before the job was closed: nobody gets that.
    world.pipeline.cache.put(&format!("recommendations:{cv}"), &stamp, &before).await;
    assert!(!world.shows(cv, one.id).await);
    // Who looked at a list with a gap has it filled.
    assert!(world.waits_to_be_matched(cv).await);
    world.work().await;
    assert!(!world.waits_to_be_matched(cv).await && !world.shows(cv, one.id).await);
    world.pipeline.close_job(other.id).await.unwrap();
}

async fn a_job_that_expires_leaves_the_next_answer_by_itself(world: &World) {
    let cv = world.upload("expiring", nurse_cv("Elsa Park", "")).await;
    let job = world.post("Registered Nurse, Nights", NURSE).await;
    world.work().await;
    assert!(world.shows(cv, job.id).await && world.shows(cv, job.id).await);
    // As time does it: the row itself is not written to.
    world.sql(&format!("update job set expires_at = now() where id = '{}'", job.id)).await;
    assert!(!world.shows(cv, job.id).await);
}

async fn a_job_that_is_being_closed_while_somebody_reads_is_not_kept(world: &World) {
    let cv = world.upload("racing", nurse_cv("Rosa Lind", "")).await;
    let job = world.post("Registered Nurse, Days", NURSE).await;
    world.work().await;
    let closing = world.pipeline.db.client().await.unwrap();
    let statement =
        format!("begin; update job set status = 'closed', closed_at = now() where id = '{}'", job.id);
    closing.batch_execute(&statement).await.unwrap();
    // Not committed: it is open still, and what is read now goes into the cache.
    assert!(world.shows(cv, job.id).await);
    closing.batch_execute("commit").await.unwrap();
    assert!(!world.shows(cv, job.id).await);
}

async fn a_prediction_written_while_its_jobs_close_or_change_shows_neither(world: &World) {
    let cv = world.upload("writing", nurse_cv("Wilma Frost", "")).await;
    let (closed, mut changed) = (
        world.post("Registered Nurse, Ward 1", NURSE).await,
        world.post("Registered Nurse, Ward 2", NURSE).await,
    );
    world.work().await;
    let db = &world.pipeline.db;
    assert!(db.mark_cv(cv).await.unwrap());
    let lease = Lease::new(Duration::from_secs(60), 4);
    let claimed = db.claim_cvs_to_match(Claim::These(&[cv.0]), &lease, 24.0).await.unwrap();
    assert_eq!(claimed.len(), 1);
    let near: Vec<JobId> = db.jobs_near_cvs(&[cv], 200).await.unwrap().iter().map(|near| near.job).collect();
    let read = db.jobs_to_score(&near).await.unwrap();
    let found = |id: JobId| read.iter().find(|(_, job)| job.id == id).map(|(_, job)| job.updated_at);
    let as_scored = |id: JobId, job_updated_at: DateTime<Utc>| NewMatch {
        job_id: id,
        score: Score { score: 90.0, reverse_score: 90.0, parts: Vec::new() },
        must_haves: Vec::new(),
        job_updated_at,
    };
    let matches = vec![
        as_scored(closed.id, found(closed.id).unwrap()),
        as_scored(changed.id, found(changed.id).unwrap()),
    ];
    // Both happen between what this worker read and what it writes.
    world.pipeline.close_job(closed.id).await.unwrap();
    changed.text.title = "Cook".into();
    changed.text.text = COOK.into();
    assert!(world.pipeline.update_job(&changed).await.unwrap());
    let prediction = NewPrediction {
        id: PredictionId::new(),
        cv_id: cv,
        variant: "default".into(),
        embedding_model: "mock".into(),
        weights_version: "test".into(),
        matches,
        left_out: Vec::new(),
        reach: None,
    };
    db.complete_matching(&prediction, &lease).await.unwrap();
    let answer = world.recommendations(cv).await;
    assert_eq!(answer.prediction_id, Some(prediction.id));
    assert!(!shows(&answer, closed.id) && !shows(&answer, changed.id));
    assert_eq!(answer.status, StageStatus::Processing, "the changed job is being read");
    world.work().await;
    world.recommendations(cv).await;
    world.work().await;
    let answer = world.recommendations(cv).await;
    assert_eq!(answer.status, StageStatus::Completed);
    assert_ne!(
        answer.prediction_id,
        Some(prediction.id),
        "those whose lists name a changed job are matched again"
    );
    assert!(!shows(&answer, closed.id));
    for one in answer.recommendations.iter().filter(|one| one.job_id == changed.id) {
        assert_eq!(one.title, "Cook");
    }
}

async fn a_changed_job_is_never_shown_with_what_it_said_before(world: &World) {
    let cv = world.upload("changing", nurse_cv("Chloe Baum", "")).await;
    let mut job = world.post("Registered Nurse, Surgery", NURSE).await;
    world.work().await;
    assert!(world.shows(cv, job.id).await);
    job.text.title = "Registered Nurse, Theatre".into();
    job.text.text = format!("{NURSE} Theatre work.");
    world.pipeline.update_job(&job).await.unwrap();
    let answer = world.recommendations(cv).await;
    assert!(!shows(&answer, job.id) && answer.status == StageStatus::Processing);
    world.work().await;
    let answer = world.recommendations(cv).await;
    let one = answer.recommendations.iter().find(|one| one.job_id == job.id).expect("it is scored again");
    assert_eq!((one.title.as_str(), answer.status), ("Registered Nurse, Theatre", StageStatus::Completed));
}

async fn a_new_version_answers_and_the_old_one_no_longer(world: &World) {
    let old = world.upload("versions", nurse_cv("Vera Holm", "")).await;
    let job = world.post("Registered Nurse, Clinic", NURSE).await;
    world.work().await;
    assert!(world.shows(old, job.id).await);
    let new = world.upload("versions", nurse_cv("Vera Holm", "Languages\nEnglish (native)")).await;
    let candidate = CandidateId::from("versions");
    let latest = world.pipeline.db.latest_cv(&candidate).await.unwrap().unwrap();
    assert_eq!(latest.id, new);
    let (superseded, pending) = (world.recommendations(old).await, world.recommendations(new).await);
    assert_eq!((superseded.superseded_by, superseded.count), (Some(new), 0));
    assert_eq!((pending.status, pending.count), (StageStatus::Pending, 0));
    world.work().await;
    assert!(world.shows(new, job.id).await);
    // What was posted for the new version alone reaches the old one when that is the latest again.
    let later = world.post("Registered Nurse, Hospice", NURSE).await;
    world.work().await;
    world.recommendations(new).await;
    let key = format!("recommendations:{new}");
    let stamp = world.pipeline.db.latest_prediction(new).await.unwrap().unwrap().stamp;
    let kept = async |stamp: &str| world.pipeline.cache.get::<Recommendations>(&key, stamp).await;
    assert!(kept(&stamp).await.is_some());
    let row = world.pipeline.db.cv(new).await.unwrap().unwrap();
    world.pipeline.delete_cv(&row).await.unwrap();
    assert!(world.pipeline.db.cv(new).await.unwrap().is_none());
    assert!(kept(&stamp).await.is_none(), "nothing of it lies in the cache");
    let again = world.recommendations(old).await;
    assert!(shows(&again, job.id) && again.superseded_by.is_none());
    world.work().await;
    assert!(world.shows(old, later.id).await);
}

async fn what_a_candidate_does_shows_in_the_next_answer(world: &World) {
    let cv = world.upload("doing", nurse_cv("Dora Weiss", "")).await;
    let (waved, kept) =
        (world.post("Registered Nurse, A", NURSE).await, world.post("Registered Nurse, B", NURSE).await);
    world.work().await;
    assert!(world.shows(cv, waved.id).await);
    world.interact(cv, waved.id, InteractionKind::Dismiss).await;
    assert!(!world.shows(cv, waved.id).await, "a job that was waved away");
    world.work().await;
    assert!(!world.shows(cv, waved.id).await, "nor does a new analysis bring it back");
    for (kind, state) in [
        (InteractionKind::Save, "save"),
        (InteractionKind::Apply, "apply"),
        (InteractionKind::Hired, "hired"),
    ] {
        world.interact(cv, kept.id, kind).await;
        let answer = world.recommendations(cv).await;
        let one = answer.recommendations.iter().find(|one| one.job_id == kept.id).unwrap();
        assert_eq!(one.state.as_deref(), Some(state));
    }
    assert_eq!(world.pipeline.db.applicants(kept.id).await.unwrap(), [CandidateId::from("doing")]);
}

async fn a_condition_takes_a_pair_out_on_both_sides_and_leaves_every_score_as_it_is(world: &World) {
    let meets = world.upload("meets", nurse_cv("Mia Stone", "Languages\nEnglish (native), German C1")).await;
    let fails = world.upload("fails", nurse_cv("Finn Stone", "Languages\nEnglish (native), German A2")).await;
    let silent = world.upload("silent", nurse_cv("Sila Stone", "")).await;
    let mut job = world.post("Registered Nurse, German-speaking", NURSE).await;
    world.work().await;
    let row = world.pipeline.db.job(job.id).await.unwrap().unwrap();
    let ranked = world.pipeline.rank_candidates(&row, 100, UnmetMustHaves::Filter).await.unwrap();
    let score = |id: CvId, all: &shared::pipeline::RankedCandidates| {
        all.candidates.iter().find(|one| one.cv_id == id).map(|one| one.score)
    };
    let before = [meets, fails, silent].map(|cv| score(cv, &ranked).expect("ranked"));
    assert!(ranked.left_out.is_empty() && world.shows(fails, job.id).await);

    let language = shared::domain::RequiredLanguage { language: "German".into(), level: Some("B2".into()) };
    job.must_haves.languages = vec![language];
    world.pipeline.update_job(&job).await.unwrap();
    assert!(!world.shows(fails, job.id).await, "at once");
    world.work().await;
    let row = world.pipeline.db.job(job.id).await.unwrap().unwrap();
    assert_eq!(row.must_haves, job.must_haves);
    let ranked = world.pipeline.rank_candidates(&row, 100, UnmetMustHaves::Filter).await.unwrap();
    assert_eq!(score(fails, &ranked), None);
    let left_out = ranked.left_out.iter().find(|one| one.cv_id == fails).expect("told apart");
    assert!(left_out.unmet[0].evidence.as_ref().unwrap().quote.contains("German A2"));
    assert_eq!((left_out.score, ranked.left_out_count), (before[1], 1));
    assert_eq!([score(meets, &ranked), score(silent, &ranked)], [Some(before[0]), Some(before[2])]);
    let open = ranked.candidates.iter().find(|one| one.cv_id == silent).unwrap();
    assert_eq!(open.must_haves[0].outcome, MustHaveOutcome::Unknown);
    assert!(open.must_haves[0].question.is_some());
    let shown = world.pipeline.rank_candidates(&row, 100, UnmetMustHaves::Show).await.unwrap();
    assert_eq!(score(fails, &shown), Some(before[1]));
    assert!(shown.left_out.is_empty());

    let (with, without) = (world.recommendations(meets).await, world.recommendations(fails).await);
    let one = with.recommendations.iter().find(|one| one.job_id == job.id).expect("recommended");
    assert_eq!((one.score, one.must_haves[0].outcome), (before[0], MustHaveOutcome::Met));
    assert!(one.must_haves[0].evidence.as_ref().unwrap().quote.contains("German C1"));
    let one = without.left_out.iter().find(|one| one.job_id == job.id).expect("told to the candidate too");
    assert_eq!((one.score, one.unmet.len()), (before[1], 1));
    // A closed job is not told of either.
    world.pipeline.close_job(job.id).await.unwrap();
    let without = world.recommendations(fails).await;
    assert!(without.left_out.iter().all(|one| one.job_id != job.id));
}

async fn a_day_later_the_schedule_refreshes_the_rest(world: &World) {
    let cvs = [
        world.upload("daily-1", nurse_cv("Dana One", "")).await,
        world.upload("daily-2", nurse_cv("Dana Two", "")).await,
    ];
    world.post("Registered Nurse, Daily", NURSE).await;
    world.work().await;
    world.sql("update cv set last_analyzed = now() - interval '23 hours'").await;
    let counts = world
        .pipeline
        .run_task(Task::GenerateMatchesForNewCvs, RunHost::InProcess)
        .await
        .unwrap()
        .counts()
        .unwrap();
    assert_eq!(counts.items, 0, "what was matched within the day is left alone");
    world
        .sql(&format!(
            "update cv set last_analyzed = now() - interval '25 hours' where id in ('{}', '{}')",
            cvs[0], cvs[1]
        ))
        .await;
    let before = world.pipeline.queue.depth(QueueName::CvMatch).await.unwrap();
    let counts = world
        .pipeline
        .run_task(Task::GenerateMatchesForNewCvs, RunHost::InProcess)
        .await
        .unwrap()
        .counts()
        .unwrap();
    assert_eq!(counts.items, 2);
    assert_eq!(world.pipeline.queue.depth(QueueName::CvMatch).await.unwrap(), before);
    // An old list is matched again by who looks at it, at most once at a time.
    world.work().await;
    assert!(!world.waits_to_be_matched(cvs[0]).await);
    world
        .sql(&format!(
            "update prediction set created_at = now() - interval '61 minutes' where cv_id = '{}'",
            cvs[0]
        ))
        .await;
    world.recommendations(cvs[0]).await;
    assert!(world.waits_to_be_matched(cvs[0]).await && !world.waits_to_be_matched(cvs[1]).await);
}

async fn everything(cache: Cache) {
    let world = World::make(cache, |_| ()).await;
    a_closed_job_leaves_the_next_answer_though_it_is_stored_and_cached(&world).await;
    a_job_that_expires_leaves_the_next_answer_by_itself(&world).await;
    a_job_that_is_being_closed_while_somebody_reads_is_not_kept(&world).await;
    a_prediction_written_while_its_jobs_close_or_change_shows_neither(&world).await;
    a_changed_job_is_never_shown_with_what_it_said_before(&world).await;
    a_new_version_answers_and_the_old_one_no_longer(&world).await;
    what_a_candidate_does_shows_in_the_next_answer(&world).await;
    a_condition_takes_a_pair_out_on_both_sides_and_leaves_every_score_as_it_is(&world).await;
    a_day_later_the_schedule_refreshes_the_rest(&world).await;
}

#[tokio::test]
async fn no_answer_is_stale_with_the_cache_in_memory() {
    everything(Cache::InMemory(InMemory::new())).await;
}

#[tokio::test]
async fn no_answer_is_stale_with_the_cache_in_redis() {
    everything(Cache::Redis(Redis::new(&variable("REDIS_URL")).unwrap())).await;
}

#[tokio::test]
async fn a_new_job_has_those_cvs_matched_again_whose_lists_it_can_enter_and_no_others() {
    let few = |settings: &mut Settings| {
        settings.limits.retrieved_per_cv = 2;
        settings.limits.matches_per_cv = 2;
        settings.limits.rematched_per_job = 2;
    };
    let world = World::make(Cache::InMemory(InMemory::new()), few).await;
    let cook = world.upload("cook", cook_cv("Carl Berg")).await;
    let mut nurses = Vec::new();
    for number in 0..3 {
        nurses.push(world.upload(&format!("nurse-{number}"), nurse_cv("Nora Berg", "")).await);
    }
    for number in 0..2 {
        world.post(&format!("Registered Nurse {number}"), NURSE).await;
        world.post(&format!("Cook {number}"), COOK).await;
    }
    world.work().await;
    let job = world
        .post("Registered Nurse", "Registered Nurse, Acute Ward: wound care, patient care, medication.")
        .await;
    world.pipeline.embed_jobs(Claim::Any(10)).await.unwrap();
    assert!(
        !world.waits_to_be_matched(cook).await,
        "it is farther from the cook than all that was found for them"
    );
    let mut marked = 0;
    for cv in &nurses {
        marked += usize::from(world.waits_to_be_matched(*cv).await);
    }
    assert_eq!(marked, 2, "as many as one job may have matched again");
    // Marked again while it waits, it is matched once.
    world.pipeline.db.mark_cv(nurses[0]).await.unwrap();
    let report = world.pipeline.match_cvs(Claim::Any(100)).await.unwrap();
    assert!(report.claimed <= 3 && report.completed == report.claimed);
    world.work().await;
    assert!(world.shows(nurses[0], job.id).await);
}

#[tokio::test]
async fn more_cvs_than_one_run_takes_are_handed_to_the_queue() {
    let one = |settings: &mut Settings| settings.limits.matching_batch = 1;
    let world = World::make(Cache::InMemory(InMemory::new()), one).await;
    for number in 0..3 {
        world.upload(&format!("nurse-{number}"), nurse_cv("Nora Berg", "")).await;
    }
    world.post("Registered Nurse", NURSE).await;
    world.work().await;
    let queue = &world.pipeline.queue;
    let drain = async || {
        let (wait, hour) = (Duration::from_millis(1), Duration::from_secs(3600));
        queue.receive(QueueName::CvMatch, 100, wait, hour).await.unwrap()
    };
    // What the stages hinted at before was worked off.
    drain().await;
    assert!(drain().await.is_empty());
    world.sql("update cv set last_analyzed = now() - interval '25 hours'").await;
    let counts = world
        .pipeline
        .run_task(Task::GenerateMatchesForNewCvs, RunHost::InProcess)
        .await
        .unwrap()
        .counts()
        .unwrap();
    assert_eq!(counts.items, 1);
    let due = world.pipeline.db.cvs_to_refresh(24.0, 100).await.unwrap();
    let mut hinted: Vec<CvId> = drain().await.iter().map(|one| CvId(one.hint.expect("an id").id)).collect();
    hinted.sort_unstable();
    let mut wanted = due.clone();
    wanted.sort_unstable();
    assert_eq!((hinted.len(), hinted), (2, wanted));
    let ids: Vec<uuid::Uuid> = due.iter().map(|cv| cv.0).collect();
    let report = world.pipeline.match_cvs(Claim::These(&ids)).await.unwrap();
    assert_eq!((report.claimed, report.completed), (2, 2));
}
