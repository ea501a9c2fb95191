//! A process that is told to end (SIGTERM) takes no further work, finishes what it holds, and exits with 0: a function that
//! polls its queue, one that takes Knative's events, and the whole in one process. `knative.rs` has a function that answers
//! requests.
//!
//! What a process holds is made to last by a lock on the table that it works on.

use std::process::Command;

use cv_matching_tests::function::{Function, answers, free_port};
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{Server, checkout, fetched, folder, signal};
use serde_json::json;
use shared::db::Db;
use shared::host::EmbeddedPostgres;
use shared::queue::QueueName;

const CV: &[u8] = b"Kim Lee\nChef\n\nExperience\nChef, Blue Inn, 2019 - 2022\n";
const LOCK: &str = "begin; lock table cv in access exclusive mode";
const WAITING: &str = "select 1 from pg_stat_activity where wait_event_type = 'Lock'";

/// Starts a function on a port of its own with further variables, and waits until it is ready.
async fn start(parts: &Outside, name: &str, more: &[(&str, &str)]) -> (Function, String) {
    let port = free_port().to_string();
    let mut variables = parts.variables();
    variables.push(("PORT", &port));
    variables.extend(more);
    let function = Function::start(name, &variables, &parts.folder.path().join("functions.log"));
    let url = format!("http://127.0.0.1:{port}");
    answers(&format!("{url}/readyz")).await;
    (function, url)
}

/// Uploads a CV by a function that ends then: its message waits in the queue.
async fn upload(parts: &Outside) -> String {
    let (upload_cv, url) = start(parts, "upload-cv", &[]).await;
    let id = Server::at(&url).upload_cv("kim", "cv.txt", CV.to_vec()).await;
    assert!(upload_cv.stop().success());
    id
}

/// Waits until a statement waits for the table that is locked.
async fn wait_for_work(parts: &Outside) {
    let client = parts.db().client().await.unwrap();
    while client.query(WAITING, &[]).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
}

async fn parsing_status(parts: &Outside, id: &str) -> String {
    let statement = format!("select parsing_status from cv where id = '{id}'");
    parts.db().client().await.unwrap().query_one(&statement, &[]).await.unwrap().get(0)
}

#[tokio::test]
async fn a_function_that_polls_finishes_its_batch_and_deletes_the_messages() {
    let parts = Outside::make().await;
    let ids = [upload(&parts).await, upload(&parts).await];
    let lock = parts.db().client().await.unwrap();
    lock.batch_execute(LOCK).await.unwrap();
    let queue = format!("{}{}", parts.queue_prefix, QueueName::CvParse.as_str());
    let (mut parse_cv, _) = start(&parts, "parse-cv", &[("QUEUE_URL", &queue)]).await;
    wait_for_work(&parts).await;
    signal("-TERM", parse_cv.pid());
    lock.batch_execute("rollback").await.unwrap();
    assert!(parse_cv.wait().success());
    let mut done = 0;
    for id in &ids {
        done += usize::from(parsing_status(&parts, id).await == "completed");
    }
    // It took one or both at once; what it took is gone from the queue, and the other waits there for the next.
    assert!(done >= 1, "what it held was dropped");
    assert_eq!(parts.queues().await.depth(QueueName::CvParse).await.unwrap(), ids.len() - done);
}

#[tokio::test]
async fn a_function_that_takes_events_finishes_the_one_that_it_works_on() {
    let parts = Outside::make().await;
    let id = upload(&parts).await;
    let (mut parse_cv, url) = start(&parts, "parse-cv", &[]).await;
    let lock = parts.db().client().await.unwrap();
    lock.batch_execute(LOCK).await.unwrap();
    let event = json!({ "version": 1, "id": id }).to_string();
    let sender = Command::new(fetched::python("checks"))
        .arg(checkout().join("tests/send_event.py"))
        .args([&url, "binary", "dev.knative.eventing.aws-sqs", &event])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    wait_for_work(&parts).await;
    signal("-TERM", parse_cv.pid());
    lock.batch_execute("rollback").await.unwrap();
    assert_eq!(String::from_utf8_lossy(&sender.wait_with_output().unwrap().stdout).trim(), "204");
    assert!(parse_cv.wait().success());
    assert_eq!(parsing_status(&parts, &id).await, "completed");
}

#[tokio::test]
async fn the_one_process_finishes_what_its_stages_work_on() {
    let folder = folder();
    let database =
        EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("outside")).expect("a database");
    let (url, db) = (database.url(), Db::new(&database.url(), 2).unwrap());
    let server = Server::start(folder.path(), &[("DATABASE_URL", &url)], None);
    // The last stage that writes this table is then held up.
    let lock = db.client().await.unwrap();
    lock.batch_execute("begin; lock table prediction in access exclusive mode").await.unwrap();
    let id = server.upload_cv("kim", "cv.txt", CV.to_vec()).await;
    let status = format!("select matching_status from cv where id = '{id}'");
    let client = db.client().await.unwrap();
    let is = async |wanted: &str| client.query_one(&status, &[]).await.unwrap().get::<_, String>(0) == wanted;
    while !is("processing").await || client.query(WAITING, &[]).await.unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    signal("-TERM", server.pid());
    lock.batch_execute("rollback").await.unwrap();
    assert!(server.wait().success());
    assert!(is("completed").await, "what it held was dropped");
}
