//! Running the system over its routes: what is going on, how fast it is, running tasks by hand, pausing and resuming; with the
//! built program, on embedded parts.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use cv_matching_tests::{PATIENCE, SECRET, Server, checkout, folder, program};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::Role;

const CV: &str = "Rosa Diaz\nPastry Chef\nrosa@example.org\n\nExperience\nPastry Chef, Hotel Kitchen, 2018 - 2023\n\
    - Baking, menu planning, food preparation, hygiene\n\nSkills\nbaking, cooking, food preparation\n";

fn named<'a>(list: &'a Value, name: &str) -> &'a Value {
    let rows = list.as_array().unwrap_or_else(|| panic!("no list: {list}"));
    rows.iter().find(|row| row["name"] == name).unwrap_or_else(|| panic!("no {name} in {list}"))
}

async fn post(server: &Server, path: &str) -> (StatusCode, Value) {
    let answer = server.send("olga", Method::POST, path, Some(json!({}))).await;
    (answer.status(), answer.json().await.unwrap_or(Value::Null))
}

#[tokio::test]
async fn an_operator_sees_what_each_stage_did_and_how_fast() {
    let folder = folder();
    let server =
        Server::start(folder.path(), &[("EMBEDDING", "mock")], Some(Path::new("samples/jobs.ndjson")));
    let id = server.upload_cv("rosa", "cv.txt", CV.as_bytes().to_vec()).await;
    server.recommendations("rosa", &id).await;
    let broken = server.upload_cv("bert", "cv.pdf", b"%PDF-1.7\nnothing of a PDF follows".to_vec()).await;
    let begun = Instant::now();
    while server.get("bert", &format!("/api/candidate/cvs/{broken}")).await["status"] != "failed" {
        assert!(begun.elapsed() < PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let dashboard = server.get("olga", "/api/admin/performance_dashboard?window=1h").await;
    let stage = |name: &str| {
        let stages = dashboard["stages"].as_array().unwrap();
        stages.iter().find(|stage| stage["stage"] == name).unwrap_or_else(|| panic!("no {name}")).clone()
    };
    let parsing = stage("cv_parsing");
    assert_eq!((parsing["count"].as_u64(), parsing["failed"].as_u64()), (Some(2), Some(1)), "{parsing}");
    assert_eq!(parsing["failure_rate"], 0.5);
    assert_eq!(parsing["backlog"]["failed"], 1);
    for name in ["cv_parsing", "cv_embedding", "cv_matching", "explanation", "job_embedding"] {
        let stage = stage(name);
        let at = |key: &str| stage[key].as_f64().unwrap_or_else(|| panic!("no {key} of {stage}"));
        assert!(
            0.0 < at("p50_ms") && at("p50_ms") <= at("p95_ms") && at("p95_ms") <= at("p99_ms"),
            "{stage}"
        );
        // The sample jobs are embedded before there are runs.
        assert!(name == "job_embedding" || at("worker_per_second") > 0.0);
        let counted: u64 =
            stage["series"].as_array().unwrap().iter().map(|step| step["count"].as_u64().unwrap()).sum();
        assert_eq!(Some(counted), stage["count"].as_u64(), "the steps add up to the whole: {stage}");
        assert_eq!(stage["backlog"]["waiting"], 0);
    }
    assert_eq!(parsing["targets"][0]["theirs"], 3000.0);
    assert_eq!(parsing["targets"][0]["meets_theirs"], true, "{parsing}");
    assert!(dashboard["search"]["count"].as_u64() >= Some(1));
    assert_eq!(dashboard["upload_to_explanation"]["count"], 1);
    assert!(
        dashboard["routes"]["POST /api/candidate/upload_and_parse"]["count"] == 2,
        "{}",
        dashboard["routes"]
    );
    let sums: u64 =
        dashboard["routes"].as_object().unwrap().values().map(|route| route["count"].as_u64().unwrap()).sum();
    assert_eq!(Some(sums), dashboard["api"]["count"].as_u64());

    let tasks = server.get("olga", "/api/admin/tasks?function=parse-cv").await;
    assert_eq!(tasks["schedules"].as_array().unwrap().len(), 7);
    assert_eq!(tasks["queues"].as_array().unwrap().len(), 6);
    let runs = tasks["runs"].as_array().unwrap();
    assert!(
        !runs.is_empty() && runs.iter().all(|run| run["name"] == "parse-cv" && run["host"] == "in_process")
    );
    let failed: i64 = runs.iter().map(|run| run["failed"].as_i64().unwrap()).sum();
    assert_eq!(failed, 1);
    let kinds = runs.iter().find(|run| run["failed"] == 1).unwrap()["error_kinds"].as_object().unwrap();
    assert_eq!(kinds.len(), 1, "{kinds:?}");
    let first = server.get("olga", "/api/admin/tasks?limit=1").await;
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = server.get("olga", &format!("/api/admin/tasks?limit=1&cursor={cursor}")).await;
    assert!(second["runs"][0]["started_at"].as_str() <= first["runs"][0]["started_at"].as_str());
    assert_ne!(second["runs"][0]["id"], first["runs"][0]["id"]);

    let nobodys = server.send_as("rosa", &[Role::Candidate], Method::GET, "/api/admin/tasks", None).await;
    assert_eq!(nobodys.status(), StatusCode::FORBIDDEN);
    for wrong in ["function=none", "state=odd", "from=yesterday"] {
        let answer = server.send("olga", Method::GET, &format!("/api/admin/tasks?{wrong}"), None).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{wrong}");
    }
}

#[tokio::test]
async fn a_paused_queue_waits_until_it_is_resumed_and_a_task_runs_when_it_is_told_to() {
    let folder = folder();
    let server =
        Server::start(folder.path(), &[("EMBEDDING", "mock")], Some(Path::new("samples/jobs.ndjson")));
    let (status, answer) = post(&server, "/api/admin/queues/cv-parse/pause").await;
    assert_eq!((status, &answer["paused"], &answer["changed"]), (StatusCode::OK, &json!(true), &json!(true)));
    let held = server.upload_cv("rosa", "cv.txt", CV.as_bytes().to_vec()).await;
    let tasks = server.get("olga", "/api/admin/tasks").await;
    let queue = named(&tasks["queues"], "cv-parse");
    assert_eq!((&queue["paused"]["by"], &queue["rows_waiting"]), (&json!("olga"), &json!(1)));
    assert_eq!(server.get("rosa", &format!("/api/candidate/cvs/{held}")).await["status"], "pending");

    // The schedule is another way, and a person may call it at any time.
    let (status, answer) = post(&server, "/api/admin/tasks/process_batch_cv_parsing/run").await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!((&answer["state"], &answer["succeeded"]), (&json!("completed"), &json!(1)));
    server.recommendations("rosa", &held).await;
    let runs = server.get("olga", "/api/admin/tasks?function=process_batch_cv_parsing").await;
    assert_eq!((&runs["runs"][0]["trigger"], &runs["runs"][0]["items"]), (&json!("manual"), &json!(1)));

    let later = server.upload_cv("rosa", "cv.txt", CV.replace("Diaz", "Dias").into_bytes()).await;
    let (_, answer) = post(&server, "/api/admin/queues/cv-parse/resume").await;
    assert_eq!((&answer["paused"], &answer["changed"]), (&json!(false), &json!(true)));
    server.recommendations("rosa", &later).await;

    for wrong in ["queues/none/pause", "tasks/none/run", "tasks/none/resume"] {
        let (status, problem) = post(&server, &format!("/api/admin/{wrong}")).await;
        assert_eq!(status, StatusCode::NOT_FOUND, "{wrong}: {problem}");
    }
}

#[tokio::test]
async fn a_thousand_cvs_are_drained_by_the_schedules_alone() {
    let folder = folder();
    let every_second = [
        ("EMBEDDING", "mock"),
        ("SCHEDULE_PROCESS_BATCH_CV_PARSING", "1"),
        ("SCHEDULE_COMPUTE_PENDING_CV_EMBEDDINGS", "1"),
        ("SCHEDULE_GENERATE_MATCHES_FOR_NEW_CVS", "1"),
        ("SCHEDULE_GENERATE_BATCH_EXPLANATIONS", "1"),
        ("MATCHES_PER_CV", "3"),
    ];
    let server = Server::start(folder.path(), &every_second, Some(Path::new("samples/jobs.ndjson")));
    for queue in ["cv-upload", "cv-parse", "cv-embed", "cv-match", "match-explain"] {
        assert_eq!(post(&server, &format!("/api/admin/queues/{queue}/pause")).await.0, StatusCode::OK);
    }
    let uploads = (0..1000).map(|number| {
        let server = &server;
        async move {
            let sub = format!("candidate-{number}");
            let text = CV.replace("Rosa", &format!("Rosa {number}"));
            server.upload_cv(&sub, "cv.txt", text.into_bytes()).await
        }
    });
    futures_util::StreamExt::collect::<Vec<_>>(futures_util::StreamExt::buffer_unordered(
        futures_util::stream::iter(uploads),
        16,
    ))
    .await;
    let begun = Instant::now();
    loop {
        let dashboard = server.get("olga", "/api/admin/performance_dashboard").await;
        if dashboard["upload_to_explanation"]["count"] == 1000 {
            break;
        }
        let stages: Vec<&Value> =
            dashboard["stages"].as_array().unwrap().iter().map(|stage| &stage["backlog"]).collect();
        assert!(begun.elapsed() < 3 * PATIENCE, "not drained: {stages:?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    let tasks = server.get("olga", "/api/admin/tasks?function=parse-cv").await;
    assert_eq!(tasks["runs"], json!([]), "no message was worked on");
    let answer = server.get("candidate-999", "/api/candidate/recommendations").await;
    assert_eq!(answer["count"], 3, "{answer}");
}

#[test]
fn settings_that_contradict_each_other_do_not_start() {
    let start = |arguments: &[&str], variables: &[(&str, &str)]| {
        let data = folder();
        let output = Command::new(program())
            .args(arguments)
            .current_dir(checkout())
            .env("DATA_DIR", data.path())
            .env("PORT", "0")
            .env("JWT_SECRET", SECRET)
            .env("DATABASE_URL", "postgres://nobody@127.0.0.1:9/nothing")
            .env("S3_BUCKET", "none")
            .env("SQS_QUEUE_URL_PREFIX", "http://127.0.0.1:9/none-")
            .envs(variables.iter().copied())
            .output()
            .expect("the program is built");
        assert!(!output.status.success(), "it started with {variables:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let said = start(&["function", "parse-cv"], &[("LEASE_SECONDS", "30")]);
    assert!(said.contains("LEASE_SECONDS is 30") && said.contains("60 s"), "{said}");
    let said = start(&["serve"], &[("LEASE_SECONDS", "120"), ("VISIBILITY_SECONDS", "100")]);
    assert!(said.contains("VISIBILITY_SECONDS") && said.contains("above LEASE_SECONDS"), "{said}");
    let said = start(&["serve"], &[("SCHEDULE_CLEANUP_OLD_DATA", "at night")]);
    assert!(said.contains("SCHEDULE_CLEANUP_OLD_DATA") && said.contains("02:00"), "{said}");
}
