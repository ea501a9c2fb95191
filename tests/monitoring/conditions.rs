//! Alerts on the work: what waits, fails, is late or slow, made to happen on real parts, seen in `/metrics`, and firing in the
//! rules.

use std::process::Command;
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::routing::post;
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{Server, fetched, folder};
use reqwest::Method;
use serde_json::{Value, json};

use crate::exposition::Metrics;
use crate::serving::TOKEN;
use crate::world::{World, fires, is, metrics_when};

/// A CV of each of `count` people, waiting to be parsed.
fn waiting_cvs(count: u32) -> String {
    format!(
        "insert into cv (id, candidate_id, version, is_latest, file_key, file_name, media_type, file_size, file_sha256)
        select gen_random_uuid(), 'person ' || number, 1, true, 'cv/' || number, 'cv.txt', 'text/plain', 1, 'none'
        from generate_series(1, {count}) as number"
    )
}

#[tokio::test]
async fn more_than_a_thousand_rows_that_wait_and_one_that_waits_for_long() {
    let world = World::with(&[]).await;
    let before = world.metrics().await;
    let stage = [("stage", "cv_parsing")];
    assert!(is(before.value("cv_matching_backlog_items", &stage), 0.0));
    world.sql(&waiting_cvs(1001)).await;
    world
        .sql("update cv set parsing_next_attempt_at = now() - interval '20 minutes' where candidate_id = 'person 7'")
        .await;
    let after =
        metrics_when(&world.url, |metrics| is(metrics.value("cv_matching_backlog_items", &stage), 1001.0))
            .await;
    let oldest = after.value("cv_matching_backlog_oldest_seconds", &stage).unwrap();
    assert!((1200.0..1300.0).contains(&oldest), "{oldest}");
    fires(&before, &after, &["CvMatchingBacklog", "CvMatchingOldestWaits"]);
}

#[tokio::test]
async fn a_schedule_that_did_not_run_and_a_queue_that_somebody_paused() {
    let world = World::with(&[]).await;
    let before = world.metrics().await;
    let task = [("task", "process_batch_cv_parsing")];
    assert!(is(before.value("cv_matching_schedule_lateness_seconds", &task), 0.0));
    world
        .sql(
            "insert into schedule (name, last_tick) values
                ('process_batch_cv_parsing', now() - interval '20 minutes'), ('compute_pending_cv_embeddings', now() - interval '1 day');
            insert into pause (kind, name, paused_by) values ('queue', 'cv-match', 'olga'), ('schedule', 'compute_pending_cv_embeddings', 'olga')",
        )
        .await;
    let late = |metrics: &Metrics| {
        metrics
            .value("cv_matching_schedule_lateness_seconds", &task)
            .is_some_and(|seconds| (830.0..930.0).contains(&seconds))
    };
    let after = metrics_when(&world.url, late).await;
    // One that is paused is not late.
    let paused = [("task", "compute_pending_cv_embeddings")];
    assert!(is(after.value("cv_matching_schedule_lateness_seconds", &paused), 0.0));
    assert!(is(after.value("cv_matching_paused", &[("kind", "queue")]), 1.0));
    fires(&before, &after, &["CvMatchingScheduleMissed"]);
}

#[tokio::test]
async fn a_dead_letter() {
    let world = World::with(&[]).await;
    let prefix = world.parts.queue_prefix.rsplit('/').next().unwrap().to_owned();
    let script = "import boto3, sys\n\
        sqs = boto3.client('sqs')\n\
        url = sqs.create_queue(QueueName=sys.argv[1])['QueueUrl']\n\
        if len(sys.argv) > 2: sqs.send_message(QueueUrl=f'{sys.argv[2]}/000000000000/{sys.argv[1]}', MessageBody='never worked on')\n";
    let endpoint = cv_matching_tests::outside::variable("AWS_ENDPOINT_URL");
    let python = |more: &[&str]| {
        let output = Command::new(fetched::python("localstack"))
            .args(["-c", script, &format!("{prefix}cv-embed-dead-letters")])
            .args(more)
            .output()
            .unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    python(&[]);
    let dead = [("queue", "cv-embed"), ("state", "dead")];
    let before =
        metrics_when(&world.url, |metrics| is(metrics.value("cv_matching_queue_messages", &dead), 0.0)).await;
    python(&[&endpoint]);
    let after =
        metrics_when(&world.url, |metrics| is(metrics.value("cv_matching_queue_messages", &dead), 1.0)).await;
    fires(&before, &after, &["CvMatchingDeadLetters"]);
}

#[tokio::test]
async fn broken_files_that_cannot_be_parsed() {
    let folder = folder();
    let server = Server::start(folder.path(), &[("METRICS_TOKEN", TOKEN)], None);
    let before = metrics_when(&server.url, |_| true).await;
    for number in 0..12 {
        let broken = format!("%PDF-1.7\n{number}: nothing of a PDF comes after this").into_bytes();
        server.upload_cv(&format!("person-{number}"), "cv.pdf", broken).await;
    }
    let of = |outcome| [("function", "parse-cv"), ("outcome", outcome)];
    let after = metrics_when(&server.url, |metrics| {
        let count = |outcome| metrics.value("cv_matching_stage_items_total", &of(outcome)).unwrap_or(0.0);
        count("failed") + count("retrying") >= 11.5
            && is(metrics.value("cv_matching_failed_items", &[("stage", "cv_parsing")]), 12.0)
    })
    .await;
    assert!(is(after.value("cv_matching_stage_items_total", &of("completed")), 0.0));
    fires(&before, &after, &["CvMatchingParsingFails"]);
}

/// Serves `router` in the place of a model's API; its address.
async fn stand_in(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

#[tokio::test]
async fn a_model_that_makes_no_embeddings() {
    // It refuses everything: a key that is wrong.
    let refuse = post(|| async { StatusCode::UNAUTHORIZED });
    let model = stand_in(axum::Router::new().route("/v1/embeddings", refuse)).await;
    let folder = folder();
    let variables = [
        ("METRICS_TOKEN", TOKEN),
        ("EMBEDDING_BASE_URL", model.as_str()),
        ("EMBEDDING_MODEL", "refuses"),
        ("EMBEDDING_API_KEY", "wrong"),
    ];
    let server = Server::start(folder.path(), &variables, None);
    let before = metrics_when(&server.url, |_| true).await;
    for number in 0..12 {
        server
            .post_job("rita", &format!("Nurse {number}"), "Nurse for intensive care. Wound care, ECG.")
            .await;
    }
    let after = metrics_when(&server.url, |metrics| {
        let count = |outcome| {
            metrics
                .value("cv_matching_stage_items_total", &[("function", "embed-job"), ("outcome", outcome)])
                .unwrap_or(0.0)
        };
        count("failed") + count("retrying") >= 11.5
    })
    .await;
    fires(&before, &after, &["CvMatchingEmbeddingFails"]);
}

#[tokio::test]
async fn answers_that_take_longer_than_five_seconds() {
    let parts = Outside::make().await;
    let mut variables = parts.variables();
    variables.push(("METRICS_TOKEN", TOKEN));
    let server = Server::start(parts.folder.path(), &variables, None);
    let path = "/api/candidate/cvs";
    assert_eq!(server.send("ann", Method::GET, path, None).await.status(), 200);
    let before = metrics_when(&server.url, |_| true).await;
    // Another transaction keeps the table for as long.
    let db = parts.db();
    let client = db.client().await.unwrap();
    client.batch_execute("begin; lock table cv in access exclusive mode").await.unwrap();
    let (answer, released) = tokio::join!(server.send("ann", Method::GET, path, None), async {
        client.batch_execute("select pg_sleep(6); rollback").await
    });
    released.unwrap();
    assert_eq!(answer.status(), 200);
    let after = metrics_when(&server.url, |_| true).await;
    let labels = [("le", "5"), ("method", "GET"), ("route", path)];
    assert!(
        is(after.value("cv_matching_http_request_duration_seconds_bucket", &labels), 1.0),
        "one was fast"
    );
    fires(&before, &after, &["CvMatchingSlowAnswers"]);
}

#[tokio::test]
async fn a_stage_that_takes_longer_than_five_seconds_for_a_row() {
    // A model that is as slow as that.
    let answer = |Json(request): Json<Value>| async move {
        tokio::time::sleep(Duration::from_secs(6)).await;
        let texts = request["input"].as_array().unwrap().len();
        let one = |index| json!({ "object": "embedding", "index": index, "embedding": vec![0.5; 384] });
        Json(json!({ "object": "list", "data": (0..texts).map(one).collect::<Vec<_>>() }))
    };
    let model = stand_in(axum::Router::new().route("/v1/embeddings", post(answer))).await;
    let folder = folder();
    let variables =
        [("METRICS_TOKEN", TOKEN), ("EMBEDDING_BASE_URL", model.as_str()), ("EMBEDDING_MODEL", "slow")];
    let server = Server::start(folder.path(), &variables, None);
    let before = metrics_when(&server.url, |_| true).await;
    server.post_job("rita", "Nurse", "Nurse for intensive care. Wound care, ECG.").await;
    let completed = [("function", "embed-job"), ("outcome", "completed")];
    let after = metrics_when(&server.url, |metrics| {
        is(metrics.value("cv_matching_stage_items_total", &completed), 1.0)
    })
    .await;
    fires(&before, &after, &["CvMatchingSlowStage"]);
}

#[tokio::test]
async fn a_budget_of_the_chat_api_that_is_used_up() {
    let folder = folder();
    let variables = [
        ("METRICS_TOKEN", TOKEN),
        // Nobody is asked there: a call would cost more than there is.
        ("LLM_BASE_URL", "http://127.0.0.1:9/v1"),
        ("LLM_MODEL", "dear"),
        ("LLM_PRICE_INPUT", "1000"),
        ("LLM_PRICE_OUTPUT", "1000"),
        ("LLM_DAILY_BUDGET", "0.01"),
    ];
    let server = Server::start(folder.path(), &variables, None);
    let before = metrics_when(&server.url, |_| true).await;
    server.post_job("rita", "Nurse", "Nurse for intensive care. Wound care, ECG.").await;
    let text = b"Kim Lee\nNurse\n\nExperience\nNurse, Blue Ward, 2019 - 2022\n- Wound care\n".to_vec();
    let cv = server.upload_cv("kim", "cv.txt", text).await;
    server.recommendations("kim", &cv).await;
    let over = [("outcome", "over_budget")];
    let after = metrics_when(&server.url, |metrics| {
        metrics.value("cv_matching_chat_calls_total", &over).is_some_and(|count| count >= 1.0)
    })
    .await;
    fires(&before, &after, &["CvMatchingChatBudgetUsedUp"]);
}

#[tokio::test]
async fn a_task_that_breaks_off() {
    let parts = Outside::make().await;
    let mut variables = parts.variables();
    variables.push(("METRICS_TOKEN", TOKEN));
    let server = Server::start(parts.folder.path(), &variables, None);
    let before = metrics_when(&server.url, |_| true).await;
    let db = parts.db();
    db.client()
        .await
        .unwrap()
        .batch_execute("alter table idempotency_key rename to moved_away")
        .await
        .unwrap();
    let run = "/api/admin/tasks/cleanup_old_data/run";
    assert!(!server.send("olga", Method::POST, run, None).await.status().is_client_error());
    let failed = [("outcome", "failed"), ("task", "cleanup_old_data")];
    let after =
        metrics_when(&server.url, |metrics| is(metrics.value("cv_matching_task_runs_total", &failed), 1.0))
            .await;
    let errors = after.value("cv_matching_database_errors_total", &[("kind", "statement")]);
    assert!(errors.is_some_and(|count| count >= 1.0), "{errors:?}");
    fires(&before, &after, &["CvMatchingTaskFails"]);
}
