//! Parts that fail under load, and messages that come twice and in the wrong order: the built program goes on by itself, every CV
//! ends with one prediction, and what happened is in its history.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use cv_matching_tests::outside::{Outside, variable};
use cv_matching_tests::{PATIENCE, Server, checkout, folder};
use futures_util::StreamExt;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::db::Db;
use shared::queue::{Queue, QueueName, Sqs};
use tokio_postgres::types::Type;
use uuid::Uuid;

const CVS: usize = 60;
/// What a fault costs at most: leases are short, and the schedules, which find what lost messages hinted at, come often.
const SOON: [(&str, &str); 9] = [
    ("EMBEDDING", "mock"),
    ("LEASE_SECONDS", "5"),
    ("ATTEMPTS", "20"),
    ("EMBEDDING_ATTEMPTS", "20"),
    ("SCHEDULE_PROCESS_BATCH_CV_PARSING", "2"),
    ("SCHEDULE_COMPUTE_PENDING_CV_EMBEDDINGS", "2"),
    ("SCHEDULE_COMPUTE_PENDING_JOB_EMBEDDINGS", "2"),
    ("SCHEDULE_GENERATE_MATCHES_FOR_NEW_CVS", "2"),
    ("SCHEDULE_GENERATE_BATCH_EXPLANATIONS", "2"),
];

fn jobs() -> &'static Path {
    Path::new("samples/jobs.ndjson")
}

fn cv(number: usize) -> Vec<u8> {
    format!(
        "Person Number{number}\nElectrician\n\nExperience\nElectrician, Spark {number} Ltd\n01/2018 - 12/2022\n\
        - Installed and tested wiring, found faults, PLC.\n\nSkills\nelectrical installation, fault finding, wiring\n"
    )
    .into_bytes()
}

/// Uploads them; one that is refused because a part is away is sent again, as its candidate would.
async fn upload_all(server: &Server) -> Vec<(String, String)> {
    let one = |number: usize| async move {
        let sub = format!("person-{number}");
        let key = Uuid::now_v7().to_string();
        let begun = Instant::now();
        loop {
            let (status, answer) = server.upload(&sub, "cv.txt", cv(number), Some(&key)).await;
            match status {
                StatusCode::ACCEPTED => return (sub, answer["cv_id"].as_str().unwrap().to_owned()),
                _ if begun.elapsed() > PATIENCE => panic!("{status}: {answer}"),
                _ => tokio::time::sleep(Duration::from_millis(100)).await,
            }
        }
    };
    futures_util::stream::iter((0..CVS).map(one)).buffer_unordered(8).collect().await
}

async fn all_end_with_one_prediction(server: &Server, db: &Db, uploaded: &[(String, String)]) {
    for (sub, id) in uploaded {
        let answer = recommendations(server, sub, id).await;
        assert_eq!(answer["status"], "completed", "{sub}: {answer}");
        assert!(answer["count"].as_u64().unwrap() > 0, "{answer}");
    }
    // The database answers now: it may have been recovering when the last upload was taken in.
    let client = db.client().await.unwrap();
    for (sub, id) in uploaded {
        let id: Uuid = id.parse().unwrap();
        let row = client
            .query_typed_one("select count(*) from prediction where cv_id = $1", &[(&id, Type::UUID)])
            .await
            .unwrap();
        assert_eq!(row.get::<_, i64>(0), 1, "{sub} was matched more than once");
    }
}

/// Waits for explained recommendations; an answer that a part is away is no end.
async fn recommendations(server: &Server, sub: &str, id: &str) -> Value {
    let begun = Instant::now();
    loop {
        let path = format!("/api/candidate/recommendations?cv_id={id}");
        let answer = server.send(sub, Method::GET, &path, None).await;
        if answer.status().is_success() {
            let answer: Value = answer.json().await.unwrap();
            if ["completed", "failed"].contains(&answer["status"].as_str().unwrap_or_default()) {
                return answer;
            }
        }
        assert!(begun.elapsed() < 2 * PATIENCE, "{sub} is not done");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn with<'a>(variables: Vec<(&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
    variables.into_iter().chain(SOON).collect()
}

#[tokio::test]
async fn what_a_killed_worker_held_is_done_by_another() {
    let parts = Outside::make().await;
    let (one_folder, other_folder) = (folder(), folder());
    let one = Server::start(one_folder.path(), &with(parts.variables()), Some(jobs()));
    let other = Server::start(other_folder.path(), &with(parts.variables()), None);
    let db = parts.db();
    let client = db.client().await.unwrap();
    let uploaded = upload_all(&other).await;
    // Killed while it holds rows.
    let held =
        "select count(*) from cv where 'processing' in (parsing_status, embedding_status, matching_status)";
    let begun = Instant::now();
    while client.query_typed_one(held, &[]).await.unwrap().get::<_, i64>(0) == 0
        && begun.elapsed() < PATIENCE / 8
    {
        tokio::task::yield_now().await;
    }
    one.kill();
    all_end_with_one_prediction(&other, &db, &uploaded).await;
    let stuck =
        "select count(*) from cv where 'processing' in (parsing_status, embedding_status, matching_status)";
    assert_eq!(client.query_typed_one(stuck, &[]).await.unwrap().get::<_, i64>(0), 0);
}

#[tokio::test]
async fn a_database_that_crashes_and_recovers_again_and_again_loses_nothing() {
    let parts = Outside::make().await;
    let server = Server::start(parts.folder.path(), &with(parts.variables()), Some(jobs()));
    let crashes = async {
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_millis(700)).await;
            // The server's process of one connection is killed; the server ends all others and recovers from its log.
            let db = parts.db();
            let Ok(client) = db.client().await else { continue };
            let Ok(row) = client.query_typed_one("select pg_backend_pid()", &[]).await else { continue };
            let status = Command::new("kill").args(["-KILL", &row.get::<_, i32>(0).to_string()]).status();
            assert!(status.unwrap().success());
        }
    };
    let (uploaded, ()) = tokio::join!(upload_all(&server), crashes);
    all_end_with_one_prediction(&server, &parts.db(), &uploaded).await;
    assert!(server.stop().success());
}

#[tokio::test]
async fn messages_that_come_twice_and_before_their_turn_cost_nothing() {
    let parts = Outside::make().await;
    let server = Server::start(parts.folder.path(), &with(parts.variables()), Some(jobs()));
    let uploaded = upload_all(&server).await;
    let queues = parts.queues().await;
    let mut ids: Vec<Uuid> = uploaded.iter().map(|(_, id)| id.parse().unwrap()).collect();
    ids.reverse();
    for _ in 0..2 {
        for queue in [QueueName::CvMatch, QueueName::CvEmbed, QueueName::CvParse, QueueName::MatchExplain] {
            queues.send(queue, &ids, Duration::ZERO).await.unwrap();
        }
    }
    let db = parts.db();
    all_end_with_one_prediction(&server, &db, &uploaded).await;
    let client = db.client().await.unwrap();
    let twice = "select count(*) from (select from history where step in ('parsing', 'embedding') and outcome = 'completed'
        and cv_id is not null group by cv_id, step having count(*) > 1) as twice";
    assert_eq!(client.query_typed_one(twice, &[]).await.unwrap().get::<_, i64>(0), 0);
}

/// LocalStack and Valkey of this test's own.
struct Services {
    folder: tempfile::TempDir,
}

impl Services {
    fn start() -> Self {
        let services = Self { folder: tempfile::tempdir().unwrap() };
        services.run("start");
        services
    }

    fn run(&self, what: &str) {
        let script: PathBuf = checkout().join("scripts/services.sh");
        let status = Command::new(script).arg(what).arg(self.folder.path()).env("SERVICES", "sqs").status();
        assert!(status.unwrap().success(), "services.sh {what}");
    }

    fn variable(&self, name: &str) -> String {
        let text = std::fs::read_to_string(self.folder.path().join("services.env")).unwrap();
        let line = text.lines().find_map(|line| line.strip_prefix(&format!("{name}=")));
        line.unwrap_or_else(|| panic!("no {name} in {text}")).to_owned()
    }
}

impl Drop for Services {
    fn drop(&mut self) {
        self.run("stop");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queues_that_are_lost_and_made_anew_and_a_cache_that_dies_cost_time_only() {
    let services = Services::start();
    let (endpoint, redis) = (services.variable("SQS_ENDPOINT"), services.variable("REDIS_URL"));
    let prefix = format!("{endpoint}/000000000000/faults-");
    let make_queues = async || {
        let queues = Sqs::connect(&prefix, Some(&endpoint)).await;
        queues.create_queues().await.unwrap();
        Queue::Sqs(queues)
    };
    make_queues().await;
    let parts = Outside::make().await;
    let variables = [
        ("DATABASE_URL", parts.database_url.as_str()),
        ("SQS_QUEUE_URL_PREFIX", &prefix),
        ("AWS_ENDPOINT_URL", &endpoint),
        ("REDIS_URL", &redis),
    ];
    assert_ne!(endpoint, variable("AWS_ENDPOINT_URL"), "other tests' queues are left alone");
    let server = Server::start(parts.folder.path(), &with(variables.to_vec()), Some(jobs()));
    let faults = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let services = &services;
        tokio::task::block_in_place(|| services.run("restart"));
        make_queues().await;
    };
    let uploads = async { (upload_all(&server).await, upload_all(&server).await) };
    let ((uploaded, later), ()) = tokio::join!(uploads, faults);
    let db = parts.db();
    // Those of the second round are the candidates' latest CVs.
    all_end_with_one_prediction(&server, &db, &later).await;
    assert_eq!(uploaded.len(), CVS);
    // The messages' way works again.
    let answer =
        server.send("olga", Method::POST, "/api/admin/test_queue?queue=cv-parse", Some(json!({}))).await;
    assert_eq!(answer.status(), StatusCode::OK, "{}", answer.text().await.unwrap());
    drop(services);
    let health = server.send("olga", Method::GET, "/api/admin/system_health", None).await;
    assert_eq!(health.status(), StatusCode::OK, "without queues and cache it goes on");
    let health: Value = health.json().await.unwrap();
    assert_eq!(health["status"], "degraded", "{health}");
    let id = server.upload_cv("late", "cv.txt", cv(1000)).await;
    assert_eq!(recommendations(&server, "late", &id).await["status"], "completed");
    assert!(server.stop().success());
}
