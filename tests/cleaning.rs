//! The cleaning of old data deletes what its preview said, holds nobody up, and leaves alone what candidates are shown: on a real
//! Postgres.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use cv_matching_tests::operated::Operated;
use serde_json::{Value, json};
use shared::cache::{Cache, InMemory};
use shared::domain::CvId;
use shared::pipeline::{RunHost, Task};

const NURSE: &str = "Registered nurse for our acute ward: care of patients, wound care, medication administration, infection control.";
const CV: &str = "Clara Olsen\nRegistered Nurse\n\nExperience\nRegistered Nurse, Acute Ward, 2018 - 2023\n\
    - Care of patients, wound care, medication administration\n\nSkills\nwound care, patient care\n";

async fn world() -> Operated {
    Operated::make(Cache::InMemory(InMemory::new()), |_| {}).await
}

/// Rows of every kind, past their retention and not.
async fn fill(world: &Operated) {
    world
        .sql(
            "insert into task_run (id, name, started_at, finished_at, alive_until)
                select gen_random_uuid(), 'x', now() - n * interval '10 days', now(), now() from generate_series(1, 7) n;
            -- It says that it runs still, though it is old.
            insert into task_run (id, name, started_at, alive_until)
                values (gen_random_uuid(), 'x', now() - interval '90 days', now() + interval '1 minute');
            insert into stage_minute (function, minute, slot, succeeded, failed, retried, durations)
                select 'parse-cv', now() - n * interval '10 days', 0, 1, 0, 0, '{1}' from generate_series(1, 6) n;
            insert into audit_log (id, at, caller, action, target)
                select gen_random_uuid(), now() - n * interval '300 days', 'olga', 'x', 'x' from generate_series(1, 4) n;
            insert into idempotency_key
                select 'x', n::text, 'x', '{}', now() - n * interval '10 hours' from generate_series(1, 5) n;
            insert into upload
                select gen_random_uuid(), 'x', n::text, 'x', now(), now() - n * interval '25 minutes' from generate_series(1, 5) n;
            insert into probe (id, queue, sent_at)
                select gen_random_uuid(), 'cv-parse', now() - n * interval '10 days' from generate_series(1, 5) n;
            insert into chat_day values (current_date, 0);
            insert into chat_call (id, day, started_at, model, matches, estimated_input_tokens, estimated_micros)
                select gen_random_uuid(), current_date, now() - n * interval '10 days', 'x', 1, 1, 1 from generate_series(1, 4) n;",
        )
        .await;
}

fn removed_of(preview: &Value) -> BTreeMap<String, u64> {
    let kinds = preview["kinds"].as_array().expect("kinds").iter();
    let mut removed: BTreeMap<String, u64> = kinds
        .map(|kind| {
            (kind["kind"].as_str().expect("a kind").to_owned(), kind["count"].as_u64().expect("a count"))
        })
        .filter(|(_, count)| *count > 0)
        .collect();
    match preview["orphaned_files"].as_u64().expect("a count") {
        0 => {}
        count => drop(removed.insert("orphaned_files".to_owned(), count)),
    }
    removed
}

/// What the candidate is shown.
async fn shown(world: &Operated, cv: CvId) -> Value {
    let row = world.pipeline.db.cv(cv).await.unwrap().expect("the CV is there");
    serde_json::to_value(world.pipeline.recommendations(&row, 100).await.unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_removes_what_the_preview_said_and_nothing_that_is_shown() {
    let world = world().await;
    let kept = world.post("Registered Nurse", NURSE).await;
    let dismissed = world.post("Staff Nurse", NURSE).await;
    let old = world.upload("clara", "a.txt", CV.as_bytes()).await;
    let cv = world.upload("clara", "b.txt", format!("{CV}\nMore").as_bytes()).await;
    world.work().await;
    // Two years ago the candidate saved a job, and dismissed another; both stand in the list that is shown now.
    let owners = format!(
        "insert into interaction (id, candidate_id, match_id, prediction_id, cv_id, job_id, kind, rank, variant, created_at)
        select gen_random_uuid(), 'clara', match.id, prediction_id, cv_id, job_id, decided.kind, 1, 'default', now() - interval '800 days'
        from match join (values ('{kept}'::uuid, 'save'), ('{kept}', 'click'), ('{dismissed}', 'dismiss')) decided (job, kind)
            on job = job_id where cv_id = '{cv}'"
    );
    world.sql(&owners).await;
    world.sql(
        "insert into interaction (id, candidate_id, match_id, prediction_id, cv_id, job_id, kind, rank, variant, created_at)
            select gen_random_uuid(), 'gone', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'save', 1,
                'default', now() - n * interval '300 days' from generate_series(1, 5) n").await;
    // Everything about this candidate is old, but for what is in force.
    world.sql(&format!(
        "update cv set created_at = now() - interval '400 days';
        update prediction set created_at = now() - interval '300 days';
        update history set at = now() - interval '300 days';
        insert into prediction (id, cv_id, is_latest, variant, embedding_model, weights_version, superseded_at)
            select gen_random_uuid(), '{cv}', false, 'default', 'x', 'x', now() - n * interval '7 days' from generate_series(1, 8) n;
        insert into history (cv_id, step, outcome) values ('{cv}', 'matching', 'completed')")).await;
    fill(&world).await;
    let files = world.folder.path().join("files");
    for (name, days) in [("cv/orphan-1.txt", 3), ("cv/orphan-2.txt", 2), ("cv/young.txt", 0)] {
        let path = files.join(name);
        std::fs::write(&path, "x").unwrap();
        let modified = SystemTime::now() - Duration::from_secs(days * 86_400 + 60);
        std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    }
    let before = shown(&world, cv).await;
    assert_eq!(before["recommendations"].as_array().unwrap().len(), 1, "{before}");
    assert_eq!(before["recommendations"][0]["state"], "save", "{before}");

    let preview = world.get("/api/admin/cleanup").await;
    let expected = removed_of(&preview);
    assert_eq!(preview["total"], expected.values().sum::<u64>());
    assert!(preview.get("last_run").is_none(), "{preview}");
    for (kind, count) in [
        ("superseded_cvs", 1),
        ("superseded_predictions", 4),
        ("interactions", 4),
        ("task_runs", 5),
        ("stage_minutes", 4),
        ("audit_log", 2),
        ("idempotency_keys", 3),
        ("expired_uploads", 3),
        ("chat_calls", 2),
        ("probes", 3),
        ("orphaned_files", 2),
    ] {
        assert_eq!(expected.get(kind), Some(&count), "{kind}: {preview}");
    }
    assert!(expected["history"] > 4, "{preview}");
    assert_eq!(world.get("/api/admin/cleanup").await["total"], preview["total"], "a preview changes nothing");

    let counts = world.pipeline.run_task(Task::CleanupOldData, RunHost::InProcess).await.unwrap();
    let counts = counts.counts().expect("it ran");
    assert_eq!(counts.succeeded as u64, expected.values().sum::<u64>());
    let after = world.get("/api/admin/cleanup").await;
    assert_eq!(after["total"], 0, "{after}");
    assert_eq!(after["last_run"]["removed"], json!(expected));
    assert_eq!(shown(&world, cv).await, before, "what is shown is as it was");
    assert!(world.pipeline.db.cv(old).await.unwrap().is_none());
    assert!(files.join("cv/young.txt").is_file() && !files.join("cv/orphan-1.txt").exists());
    assert_eq!(
        world.number("select count(*) from task_run where finished_at is null").await,
        1,
        "the one that runs"
    );
    assert_eq!(world.number(&format!("select count(*) from history where cv_id = '{cv}'")).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_does_a_writer_wait_for_the_cleaning_nor_the_cleaning_for_a_writer() {
    let world = world().await;
    let cv = world.upload("clara", "a.txt", CV.as_bytes()).await;
    world
        .sql(&format!(
            "insert into prediction (id, cv_id, is_latest, variant, embedding_model, weights_version, superseded_at)
                select gen_random_uuid(), '{cv}', false, n::text, 'x', 'x', now() - interval '90 days' from generate_series(1, 1100) n;
            insert into history (cv_id, step, outcome, at)
                select '{cv}', 'matching', 'completed', now() - interval '90 days' from generate_series(1, 2500) n"
        ))
        .await;
    let db = &world.pipeline.db;
    // A writer holds two old rows, and does not end.
    let writer = db.client().await.unwrap();
    writer
        .batch_execute("begin; update prediction set revision = 1 where variant in ('7', '1099')")
        .await
        .unwrap();
    let removed = tokio::time::timeout(Duration::from_secs(20), world.pipeline.clean()).await;
    let removed = removed.expect("it does not wait for the writer").unwrap();
    assert_eq!((removed["superseded_predictions"], removed["history"]), (1098, 2500));
    writer.batch_execute("commit").await.unwrap();

    // And while a batch is deleted and not yet committed, others write and read what they need.
    let cleaner = db.client().await.unwrap();
    cleaner
        .batch_execute("begin; delete from prediction where superseded_at < now() - interval '30 days'")
        .await
        .unwrap();
    let work = tokio::time::timeout(Duration::from_secs(20), world.work()).await;
    work.expect("the stages do not wait for the cleaning");
    cleaner.batch_execute("commit").await.unwrap();
    assert_eq!(world.pipeline.clean().await.unwrap(), BTreeMap::new());
}
