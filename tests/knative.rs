//! Functions as Knative runs them: a server on `$PORT` that takes CloudEvents 1.0, sent here by the CloudEvents SDK for Python,
//! and ends on SIGTERM when what it holds is done.

use shared::db::task_run::RunFilter;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use cv_matching_tests::function::{Function, answers, free_port};
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{Server, checkout, fetched};
use reqwest::Method;
use serde_json::{Value, json};
use shared::queue::QueueName;

struct World {
    parts: Outside,
    log: PathBuf,
}

impl World {
    async fn make() -> Self {
        let parts = Outside::make().await;
        let log = parts.folder.path().join("functions.log");
        Self { parts, log }
    }

    /// Starts a function on a port of its own, and waits until it is ready.
    async fn start(&self, name: &str) -> (Function, String) {
        let port = free_port().to_string();
        let mut variables = self.parts.variables();
        variables.push(("PORT", &port));
        let function = Function::start(name, &variables, &self.log);
        let url = format!("http://127.0.0.1:{port}");
        answers(&format!("{url}/readyz")).await;
        answers(&format!("{url}/healthz")).await;
        (function, url)
    }
}

/// Sends an event with the SDK; returns the status of the answer.
fn send(url: &str, mode: &str, kind: &str, data: &Value) -> u64 {
    let output = Command::new(fetched::python("checks"))
        .arg(checkout().join("tests/send_event.py"))
        .args([url, mode, kind, &data.to_string()])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap()
}

async fn profile_name(server: &Server, sub: &str, id: &str) -> Value {
    server.get(sub, &format!("/api/candidate/cvs/{id}")).await["profile"]["basics"]["name"].take()
}

#[tokio::test]
async fn a_stage_works_on_events_of_old_and_new_releases_in_both_modes() {
    let world = World::make().await;
    let (upload_cv, upload_url) = world.start("upload-cv").await;
    let (get_cv, get_url) = world.start("get-cv").await;
    let (parse_cv, url) = world.start("parse-cv").await;
    let (uploads, cvs) = (Server::at(&upload_url), Server::at(&get_url));
    for (number, (mode, kind)) in [
        ("binary", "dev.knative.connector.event.aws-sqs"),
        ("structured", "dev.knative.connector.event.aws-sqs"),
        ("binary", "dev.knative.eventing.aws.sqs"),
        ("binary", "dev.knative.eventing.aws-sqs"),
        ("structured", "dev.knative.eventing.aws-sqs"),
    ]
    .into_iter()
    .enumerate()
    {
        let word = ["One", "Two", "Three", "Four", "Five"][number];
        let text = format!("Kim {word}\nChef\n\nExperience\nChef, Blue Inn, 2019 - 2022\n");
        let id = uploads.upload_cv("kim", "cv.txt", text.into_bytes()).await;
        // What the source hands on is the message's text: an object, or that object in a string.
        let hint = json!({ "version": 1, "id": id });
        let data = if number % 2 == 0 { hint } else { hint.to_string().into() };
        assert_eq!(send(&url, mode, kind, &data), 204, "{mode} {kind}");
        assert_eq!(profile_name(&cvs, "kim", &id).await, format!("Kim {word}"), "{mode} {kind}");
    }
    let hint = json!({ "version": 1, "id": uuid::Uuid::now_v7() });
    assert_eq!(send(&url, "binary", "dev.knative.sources.ping", &hint), 400);
    assert_eq!(send(&url, "binary", "dev.knative.eventing.aws-sqs", &json!({ "hello": 1 })), 400);
    for function in [upload_cv, get_cv, parse_cv] {
        assert!(function.stop().success());
    }
}

#[tokio::test]
async fn a_ping_starts_a_task() {
    let world = World::make().await;
    let (upload_cv, upload_url) = world.start("upload-cv").await;
    Server::at(&upload_url).upload_cv("kim", "cv.txt", b"Kim Lee\nChef\n".to_vec()).await;
    let (task, url) = world.start("process-batch-cv-parsing").await;
    for mode in ["binary", "structured"] {
        assert_eq!(send(&url, mode, "dev.knative.sources.ping", &json!({ "task": "t" })), 204);
    }
    let runs = world.parts.db().runs(&RunFilter::default(), 10).await.unwrap();
    let [run] = runs.as_slice() else { panic!("both pings are of one tick: {runs:?}") };
    assert_eq!((run.name.as_str(), run.host.as_str()), ("process_batch_cv_parsing", "knative"));
    assert_eq!((run.state.as_str(), run.counts.succeeded), ("completed", 1));
    assert!(task.stop().success());
    assert!(upload_cv.stop().success());
    // What a CronJob does where there is no Knative.
    let mut once = Function::start_command(
        "cleanup-old-data",
        &["function", "cleanup-old-data", "--once"],
        &world.parts.variables(),
        &world.log,
    );
    assert!(once.wait().success());
    assert_eq!(world.parts.db().runs(&RunFilter::default(), 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_event_that_cannot_be_worked_on_now_is_to_be_sent_again() {
    let world = World::make().await;
    let (parse_cv, url) = world.start("parse-cv").await;
    let client = world.parts.db().client().await.unwrap();
    client.batch_execute("alter table cv rename to cv_away").await.unwrap();
    let hint = json!({ "version": 1, "id": uuid::Uuid::now_v7() });
    assert_eq!(send(&url, "binary", "dev.knative.eventing.aws-sqs", &hint), 503);
    client.batch_execute("alter table cv_away rename to cv").await.unwrap();
    assert_eq!(send(&url, "binary", "dev.knative.eventing.aws-sqs", &hint), 204);
    assert!(parse_cv.stop().success());
}

#[tokio::test]
async fn a_function_that_is_told_to_end_answers_first_what_it_was_asked() {
    let world = World::make().await;
    let (mut list_cvs, url) = world.start("list-cvs").await;
    let client = world.parts.db().client().await.unwrap();
    client.batch_execute("begin; lock table cv in access exclusive mode").await.unwrap();
    let request = tokio::spawn(async move { Server::at(&url).get("ann", "/api/candidate/cvs").await });
    // The request has come when its statement waits for the table.
    let waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock'";
    while world.parts.db().client().await.unwrap().query(waiting, &[]).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    cv_matching_tests::signal("-TERM", list_cvs.pid());
    client.batch_execute("rollback").await.unwrap();
    assert_eq!(request.await.unwrap()["cvs"], json!([]));
    assert!(list_cvs.wait().success());
}

/// What Knative's source does: it takes the queue's messages, and sends each as an event to the function.
#[tokio::test]
async fn a_test_of_a_queue_is_answered_by_the_function_that_events_are_sent_to() {
    let world = World::make().await;
    let (test_queue, asked_url) = world.start("test-queue").await;
    let (parse_cv, url) = world.start("parse-cv").await;
    let asked = tokio::spawn(async move {
        let path = "/api/admin/test_queue?queue=cv-parse&timeout=25";
        Server::at(&asked_url).send("op", Method::POST, path, None).await.json::<Value>().await.unwrap()
    });
    let (queues, wait) = (world.parts.queues().await, Duration::from_secs(20));
    let received = queues.receive(QueueName::CvParse, 1, wait, wait).await.unwrap();
    let hint = serde_json::to_value(received[0].hint).unwrap();
    assert_eq!(send(&url, "binary", "dev.knative.eventing.aws-sqs", &hint), 204);
    let answer = asked.await.unwrap();
    assert_eq!((&answer["host"], &answer["function"]), (&json!("knative"), &json!("parse-cv")), "{answer}");
    assert!(parse_cv.stop().success());
    assert!(test_queue.stop().success());
}

/// What docker compose and plain Kubernetes run.
#[tokio::test]
async fn a_test_of_a_queue_is_answered_by_the_function_that_polls_it() {
    let world = World::make().await;
    let (test_queue, url) = world.start("test-queue").await;
    let queue_url = format!("{}match-explain", world.parts.queue_prefix);
    let port = free_port().to_string();
    let mut variables = world.parts.variables();
    variables.extend([("PORT", port.as_str()), ("QUEUE_URL", queue_url.as_str())]);
    let explain_matches = Function::start("explain-matches", &variables, &world.log);
    let path = "/api/admin/test_queue?queue=match-explain&timeout=25";
    let answer: Value = Server::at(&url).send("op", Method::POST, path, None).await.json().await.unwrap();
    assert_eq!(
        (&answer["host"], &answer["function"]),
        (&json!("polling"), &json!("explain-matches")),
        "{answer}"
    );
    assert!(explain_matches.stop().success());
    assert!(test_queue.stop().success());
}

#[tokio::test]
async fn a_queue_that_no_function_polls_and_a_system_that_cannot_go_on_are_told_by_the_status() {
    let world = World::make().await;
    let (test_queue, url) = world.start("test-queue").await;
    let path = "/api/admin/test_queue?timeout=1";
    let answer = Server::at(&url).send("op", Method::POST, path, None).await;
    assert_eq!(answer.status(), 504);
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: Value = answer.json().await.unwrap();
    assert!(problem["detail"].as_str().unwrap().contains("1 messages wait"), "{problem}");
    assert!(test_queue.stop().success());

    let (system_health, url) = world.start("system-health").await;
    let health = async || {
        let answer = Server::at(&url).send("op", Method::GET, "/api/admin/system_health", None).await;
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap())
    };
    let (status, body) = health().await;
    assert_eq!((status, &body["status"]), (200, &json!("ok")), "{body}");
    let client = world.parts.db().client().await.unwrap();
    client.batch_execute("delete from refinery_schema_history where version > 3").await.unwrap();
    let (status, body) = health().await;
    assert_eq!((status, &body["status"]), (503, &json!("down")), "{body}");
    let part = body["parts"].as_array().unwrap().iter().find(|part| part["name"] == "migrations").unwrap();
    assert!(part["detail"].as_str().unwrap().contains("run the migrations"), "{part}");
    assert!(system_health.stop().success());
}
