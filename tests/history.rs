//! What happened to CVs and jobs is kept step by step, and is done again by hand: on a real Postgres, through the routes that
//! operators use.

use std::time::Duration;

use cv_matching_tests::operated::Operated;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::Role;
use shared::cache::{Cache, InMemory};
use shared::db::stage::{Claim, Lease, Stage};
use shared::domain::CvId;
use shared::queue::QueueName;

const NURSE: &str = "Registered nurse for our acute ward: care of patients, wound care, medication administration, infection control.";
const CV: &str = "Clara Olsen\nRegistered Nurse\nclara.olsen@example.org\n\nExperience\nRegistered Nurse, Acute Ward, 2018 - 2023\n\
    - Care of patients, wound care, medication administration, infection control\n\nSkills\nwound care, patient care\n";
/// What no operator is shown of it.
const PRIVATE: [&str; 6] =
    ["Clara", "Olsen", "example.org", "secret-file-name", "clara-the-candidate", "wound"];

async fn world() -> Operated {
    Operated::make(Cache::InMemory(InMemory::new()), |_| {}).await
}

/// The history that a route shows, as `step outcome attempt`.
async fn lines(world: &Operated, path: &str) -> Vec<String> {
    let answer = world.get(&format!("{path}?limit=100")).await;
    let history = answer["history"].as_array().expect("a history").clone();
    history.iter().map(line).collect()
}

fn line(line: &Value) -> String {
    let mut words = vec![text(&line["step"]), text(&line["outcome"])];
    words.extend(line["attempt"].as_i64().map(|attempt| attempt.to_string()));
    words.extend(line["failure"]["reason"].as_str().map(str::to_owned));
    words.extend(line["actor"].as_str().map(|actor| format!("by {actor}")));
    words.join(" ")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a word").to_owned()
}

async fn hinted(world: &Operated, queue: QueueName) -> Vec<uuid::Uuid> {
    let queues = &world.pipeline.queue;
    let mut ids = Vec::new();
    while queues.depth(queue).await.unwrap() > 0 {
        let received = queues.receive(queue, 100, Duration::ZERO, Duration::from_secs(60)).await.unwrap();
        ids.extend(received.iter().filter_map(|message| Some(message.hint?.id)));
        queues.delete(queue, &received).await.unwrap();
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cvs_history_tells_each_attempt_that_was_made() {
    let world = world().await;
    let db = &world.pipeline.db;
    world.post("Registered Nurse", NURSE).await;
    world.post("Staff Nurse", NURSE).await;
    let cv = world.upload("clara-the-candidate", "secret-file-name.txt", CV.as_bytes()).await;
    let path = format!("/api/admin/cvs/{cv}");

    // The file is away for a moment: that attempt fails, and another one follows.
    let key = db.cv(cv).await.unwrap().unwrap().file_key;
    let file = world.folder.path().join("files").join(&key);
    std::fs::rename(&file, file.with_extension("away")).unwrap();
    world.pipeline.parse_cvs(Claim::Any(10)).await.unwrap();
    std::fs::rename(file.with_extension("away"), &file).unwrap();
    let due = format!("update cv set parsing_next_attempt_at = now() where id = '{cv}'");
    world.sql(&due).await;

    // A worker dies with it: its lease ends at once here.
    let dead = Lease::new(Duration::ZERO, 4);
    let claimed = db.claim_cvs_to_parse(Claim::These(&[cv.0]), &dead).await.unwrap();
    assert_eq!(claimed.len(), 1);

    world.work().await;
    let expected = [
        "creation completed",
        "parsing retrying 1 file_missing",
        "parsing abandoned 2",
        "parsing completed 3",
        "embedding completed 1",
        "matching completed 1",
        "explanation completed 1",
    ];
    assert_eq!(lines(&world, &path).await, expected);
    let answer = world.get(&format!("{path}?limit=100")).await;
    assert_eq!(answer["history"][6]["items"], 2, "both matches, in one line: {answer}");
    for line in &answer["history"].as_array().unwrap()[1..] {
        assert!(line["duration_ms"].is_u64(), "each attempt says how long it took: {line}");
    }
    assert_eq!(answer["cv"]["parsing"]["status"], "completed");
    assert_eq!(answer["cv"]["explanation"][0]["count"], 2);

    // Somebody has it embedded again: what comes after follows, and names nobody.
    hinted(&world, QueueName::CvEmbed).await;
    let (status, answer) =
        world.send(Method::POST, &format!("{path}/retry"), Some(json!({ "from": "cv_embedding" }))).await;
    assert_eq!((status, &answer["items"]), (StatusCode::OK, &json!(1)), "{answer}");
    assert_eq!(hinted(&world, QueueName::CvEmbed).await, [cv.0]);
    world.work().await;
    let again = lines(&world, &path).await;
    let expected = [
        "embedding requested by olga",
        "embedding completed 1",
        "matching completed 1",
        "explanation completed 1",
    ];
    assert_eq!(again[7..], expected);

    // By pages of three the same lines come, each once.
    let (mut paged, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.get(&format!("{path}?limit=3&cursor={cursor}")).await;
        paged.extend(page["history"].as_array().unwrap().iter().map(line));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(paged, again);

    // Nothing says whose it is or what stands in it.
    let shown = world.get(&format!("{path}?limit=100")).await.to_string();
    let listed = world.get("/api/admin/cvs?status=pending").await.to_string();
    let audited = world.get("/api/admin/audit_log").await.to_string();
    for private in PRIVATE {
        for answer in [&shown, &listed, &audited] {
            assert!(!answer.contains(private), "{private} is shown: {answer}");
        }
    }
    let deed = &world.get("/api/admin/audit_log?action=cv.retry").await["deeds"][0];
    assert_eq!((&deed["caller"], &deed["target"]), (&json!("olga"), &json!(cv)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_attempt_did_is_shown_with_the_run_that_made_it() {
    let world = world().await;
    let db = &world.pipeline.db;
    let job = world.post("Registered Nurse", NURSE).await;
    // A run whose id is the lease's token, as its recorder writes it.
    let lease = Lease::new(Duration::from_secs(60), 4);
    world
        .sql(&format!(
            "insert into task_run (id, name, host, trigger, trace_id) values ('{}', 'embed-job', 'polling', 'queue', 'abc')",
            lease.token
        ))
        .await;
    let claimed = db.claim_jobs_to_embed(Claim::These(&[job.0]), &lease, None).await.unwrap();
    assert_eq!(claimed.len(), 1);
    world
        .sql(&format!("update job set embedding_claimed_at = now() - interval '1500 ms' where id = '{job}'"))
        .await;
    let failure = shared::domain::Failure {
        kind: shared::domain::FailureKind::Transient,
        reason: "model_busy".into(),
        message: "It is tried again by itself.".into(),
    };
    let next = shared::db::stage::NextAttempt::FailedUntil(Duration::ZERO);
    assert!(db.fail(Stage::JobEmbedding, job.0, &lease, &failure, next).await.unwrap());
    let answer = world.get(&format!("/api/admin/jobs/{job}")).await;
    let failed = &answer["history"][1];
    assert_eq!(line(failed), "embedding failed 1 model_busy");
    let run = json!({ "id": lease.token, "function": "embed-job", "host": "polling", "trigger": "queue", "trace_id": "abc" });
    assert_eq!(failed["run"], run);
    let duration = failed["duration_ms"].as_i64().expect("a duration");
    assert!((1500..60_000).contains(&duration), "{duration}");
    assert_eq!(answer["job"]["embedding"]["failure"]["reason"], "model_busy");

    let listed = world.get("/api/admin/jobs").await;
    assert_eq!(
        listed["counts"],
        json!([
        { "stage": "job_embedding", "status": "failed", "kind": "transient", "reason": "model_busy", "count": 1 }])
    );
    assert_eq!(listed["rows"][0]["id"], json!(job));

    let (status, _) = world.send(Method::POST, &format!("/api/admin/jobs/{job}/retry"), None).await;
    assert_eq!(status, StatusCode::OK);
    world.work().await;
    let expected = [
        "creation completed",
        "embedding failed 1 model_busy",
        "embedding requested by olga",
        "embedding completed 1",
    ];
    assert_eq!(lines(&world, &format!("/api/admin/jobs/{job}")).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_that_failed_for_a_reason_is_done_again_after_a_dry_run_that_counted_it() {
    let world = world().await;
    let mut broken = Vec::new();
    for number in 0..3 {
        broken
            .push(world.upload(&format!("broken {number}"), "a.pdf", b"%PDF-1.7\nnothing that is one").await);
    }
    let whole = world.upload("whole", "a.txt", CV.as_bytes()).await;
    world.work().await;

    let listed = world.get("/api/admin/cvs").await;
    let counts = listed["counts"].as_array().unwrap();
    assert_eq!(counts.len(), 1, "{listed}");
    assert_eq!((&counts[0]["stage"], &counts[0]["count"]), (&json!("cv_parsing"), &json!(3)));
    assert_eq!(counts[0]["kind"], "input");
    let reason = text(&counts[0]["reason"]);
    let ids: Vec<String> = listed["rows"].as_array().unwrap().iter().map(|row| text(&row["id"])).collect();
    let newest_first: Vec<String> = broken.iter().rev().map(ToString::to_string).collect();
    assert_eq!(ids, newest_first);
    assert_eq!(listed["rows"][0]["stages"][0]["failure"]["reason"], json!(reason));
    let page = world.get("/api/admin/cvs?limit=2").await;
    let cursor = text(&page["next_cursor"]);
    let rest = world.get(&format!("/api/admin/cvs?limit=2&cursor={cursor}")).await;
    assert_eq!((&rest["rows"][0]["id"], rest.get("next_cursor")), (&json!(broken[0]), None));
    let none = world.get("/api/admin/cvs?reason=encrypted").await;
    assert_eq!((&none["counts"], &none["rows"]), (&json!([]), &json!([])));
    let later = chrono::Utc::now() + chrono::TimeDelta::minutes(1);
    let none = world.get(&format!("/api/admin/cvs?after={}", later.format("%Y-%m-%dT%H:%M:%SZ"))).await;
    assert_eq!(none["rows"], json!([]));

    // A dry run changes nothing, and is what it is unless the request says otherwise.
    let retry = async |more: Value| {
        let mut body = json!({ "stage": "cv_parsing", "reason": reason, "failed_before": later });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        world.send(Method::POST, "/api/admin/retry", Some(body)).await
    };
    let (status, answer) = retry(json!({})).await;
    assert_eq!((status, &answer["count"], &answer["retried"]), (StatusCode::OK, &json!(3), &json!(0)));
    assert_eq!(world.get("/api/admin/cvs").await["counts"][0]["count"], 3);
    for wrong in [json!({ "dry_run": false }), json!({ "dry_run": false, "expected_count": 2 })] {
        let (status, answer) = retry(wrong).await;
        assert_eq!(status, StatusCode::CONFLICT, "{answer}");
        assert_eq!(answer["errors"][0], json!({ "field": "expected_count", "message": "is 3 now" }));
    }
    assert_eq!(world.get("/api/admin/audit_log?action=retry").await["deeds"], json!([]));

    hinted(&world, QueueName::CvParse).await;
    // One by id, then those that are left.
    let (_, answer) = retry(json!({ "dry_run": false, "expected_count": 1, "ids": [broken[1]] })).await;
    assert_eq!(answer["retried"], 1, "{answer}");
    assert_eq!(hinted(&world, QueueName::CvParse).await, [broken[1].0]);
    let (_, answer) = retry(json!({ "dry_run": false, "expected_count": 2 })).await;
    assert_eq!(answer["retried"], 2, "{answer}");
    let mut hints = hinted(&world, QueueName::CvParse).await;
    hints.sort_unstable();
    assert_eq!(hints, [broken[0].0, broken[2].0]);

    world.work().await;
    let expected = [
        "creation completed".to_owned(),
        format!("parsing failed 1 {reason}"),
        "parsing requested by olga".to_owned(),
        format!("parsing failed 1 {reason}"),
    ];
    assert_eq!(lines(&world, &format!("/api/admin/cvs/{}", broken[0])).await, expected);
    let deeds = world.get("/api/admin/audit_log?action=retry&caller=olga").await["deeds"].take();
    let counts: Vec<&Value> = deeds.as_array().unwrap().iter().map(|deed| &deed["count"]).collect();
    assert_eq!(counts, [2, 1]);
    assert!(lines(&world, &format!("/api/admin/cvs/{whole}")).await.len() >= 4);

    let candidate =
        world.server.send_as("eve", &[Role::Candidate], Method::GET, "/api/admin/cvs", None).await;
    assert_eq!(candidate.status(), StatusCode::FORBIDDEN);
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_one_batch_is_done_again_and_rows_that_somebody_holds_are_left_out() {
    let world = world().await;
    world
        .sql(
            "insert into cv (id, candidate_id, version, is_latest, file_key, file_name, media_type, file_size, file_sha256, parsing_status,
                parsing_failure)
            select gen_random_uuid(), n::text, 1, true, n::text, 'x', 'text/plain', 1, 'x', 'failed',
                '{\"kind\": \"transient\", \"reason\": \"storage\", \"message\": \"x\"}' from generate_series(1, 1203) n",
        )
        .await;
    let holder = world.pipeline.db.client().await.unwrap();
    holder
        .batch_execute("begin; select from cv where candidate_id in ('1', '2', '3') for update")
        .await
        .unwrap();
    let body = json!({ "stage": "cv_parsing", "dry_run": false, "expected_count": 1203 });
    let (status, answer) = world.send(Method::POST, "/api/admin/retry", Some(body)).await;
    assert_eq!((status, &answer["retried"]), (StatusCode::OK, &json!(1200)), "{answer}");
    holder.batch_execute("rollback").await.unwrap();
    assert_eq!(world.number("select count(*) from cv where parsing_status = 'failed'").await, 3);
    assert_eq!(
        world.number("select count(*) from history where outcome = 'requested' and actor = 'olga'").await,
        1200
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_works_on_what_a_cv_said_before_cannot_write_after_it_was_parsed_again() {
    let world = world().await;
    let db = &world.pipeline.db;
    world.post("Registered Nurse", NURSE).await;
    let cv = world.upload("clara", "a.txt", CV.as_bytes()).await;
    let path = format!("/api/admin/cvs/{cv}");
    let (status, answer) =
        world.send(Method::POST, &format!("{path}/retry"), Some(json!({ "from": "cv_matching" }))).await;
    assert_eq!(status, StatusCode::CONFLICT, "it is not parsed yet: {answer}");
    world.pipeline.parse_cvs(Claim::Any(10)).await.unwrap();
    // A worker embeds it while somebody has it parsed again.
    let slow = Lease::new(Duration::from_secs(60), 4);
    assert_eq!(db.claim_cvs_to_embed(Claim::These(&[cv.0]), &slow, None).await.unwrap().len(), 1);
    let (status, _) =
        world.send(Method::POST, &format!("{path}/retry"), Some(json!({ "from": "cv_parsing" }))).await;
    assert_eq!(status, StatusCode::OK);
    world.pipeline.parse_cvs(Claim::Any(10)).await.unwrap();
    assert!(!db.complete_cv_embedding(cv, &slow, &[0.0; 384], "mock").await.unwrap(), "its lease is lost");
    world.work().await;
    let expected = [
        "creation completed",
        "parsing completed 1",
        "parsing requested by olga",
        "embedding requested",
        "parsing completed 1",
        "embedding completed 1",
        "matching completed 1",
        "explanation completed 1",
    ];
    let mut found = lines(&world, &path).await;
    // The two lines of one moment come in the order in which the trigger writes them.
    found[3..5].sort();
    assert_eq!(found, expected);
    let (status, _) = world.send(Method::GET, &format!("/api/admin/cvs/{}", CvId::new()), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}
