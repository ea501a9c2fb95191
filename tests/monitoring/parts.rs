//! Alerts on the parts: Postgres, Redis and the queues, each stopped, filled or out of reach, and seen in `/metrics`.

use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use cv_matching_tests::function::free_port;
use cv_matching_tests::{PATIENCE, Server, fetched, folder};
use reqwest::Method;
use shared::db::Db;
use shared::host::EmbeddedPostgres;

use crate::exposition::Metrics;
use crate::serving::TOKEN;
use crate::world::{World, fires, is, metrics_when};

#[tokio::test]
async fn a_disk_that_is_almost_full() {
    let small = World::with(&[("DATABASE_SIZE_LIMIT_GB", "0.005")]).await.metrics().await;
    let large = World::with(&[("DATABASE_SIZE_LIMIT_GB", "100")]).await.metrics().await;
    fires(&large, &small, &["CvMatchingDatabaseFills", "CvMatchingDatabaseAlmostFull"]);
    assert!(small.value("cv_matching_database_size_bytes", &[]).unwrap() > 5e6);
}

#[tokio::test]
async fn queues_that_cannot_be_reached() {
    let before = World::with(&[]).await.metrics().await;
    // Nothing listens there.
    let world = World::with(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:9")]).await;
    let after = world.metrics().await;
    assert!(is(before.value("cv_matching_queue_up", &[("queue", "cv-parse")]), 1.0));
    assert!(is(after.value("cv_matching_queue_up", &[("queue", "cv-parse")]), 0.0));
    assert!(is(after.value("cv_matching_database_up", &[]), 1.0), "the rest is read all the same");
    fires(&before, &after, &["CvMatchingQueueDown"]);
}

struct Redis {
    process: Child,
    url: String,
}

impl Redis {
    fn start() -> Self {
        let fetched: PathBuf = fetched::local().join("valkey/bin/valkey-server");
        let port = free_port().to_string();
        let process = Command::new(fetched)
            .args(["--bind", "127.0.0.1", "--port", &port, "--save", "", "--appendonly", "no"])
            .stdout(Stdio::null())
            .spawn()
            .expect("Valkey is there: run scripts/setup.sh --test");
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
            assert!(Instant::now() < until, "Valkey does not answer");
            std::thread::sleep(Duration::from_millis(10));
        }
        Self { process, url: format!("redis://127.0.0.1:{port}") }
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test]
async fn a_redis_that_was_stopped() {
    let redis = Redis::start();
    let world = World::with(&[("REDIS_URL", &redis.url)]).await;
    let before =
        metrics_when(&world.url, |metrics| is(metrics.value("cv_matching_redis_up", &[]), 1.0)).await;
    drop(redis);
    let after = metrics_when(&world.url, |metrics| is(metrics.value("cv_matching_redis_up", &[]), 0.0)).await;
    assert!(is(after.value("cv_matching_database_up", &[]), 1.0));
    fires(&before, &after, &["CvMatchingRedisDown"]);
    // It ends as cleanly as with it.
    assert!(world.function.stop().success());
}

#[tokio::test]
async fn a_postgres_that_was_stopped() {
    let folder = folder();
    let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database")).unwrap();
    let url = database.url();
    Db::new(&url, 1).unwrap().migrate().await.unwrap();
    let world = World::with(&[("DATABASE_URL", &url)]).await;
    let before =
        metrics_when(&world.url, |metrics| is(metrics.value("cv_matching_database_up", &[]), 1.0)).await;
    database.stop().unwrap();
    let after =
        metrics_when(&world.url, |metrics| is(metrics.value("cv_matching_database_up", &[]), 0.0)).await;
    // What cannot be read is absent, and not what it was.
    assert_eq!(after.value("cv_matching_backlog_items", &[("stage", "cv_parsing")]), None);
    let errors = after.value("cv_matching_database_errors_total", &[("kind", "unreachable")]);
    assert!(errors.is_some_and(|count| count >= 1.0), "{errors:?}");
    fires(&before, &after, &["CvMatchingDatabaseDown"]);
}

#[tokio::test]
async fn requests_that_fail() {
    let folder = folder();
    let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("outside")).unwrap();
    let server =
        Server::start(folder.path(), &[("METRICS_TOKEN", TOKEN), ("DATABASE_URL", &database.url())], None);
    assert_eq!(server.send("ann", Method::GET, "/api/candidate/cvs", None).await.status(), 200);
    let before = metrics_when(&server.url, |_| true).await;
    database.stop().unwrap();
    assert_eq!(server.send("ann", Method::GET, "/api/candidate/cvs", None).await.status(), 503);
    let after =
        metrics_when(&server.url, |metrics| is(metrics.value("cv_matching_database_up", &[]), 0.0)).await;
    fires(&before, &after, &["CvMatchingRequestsFail", "CvMatchingDatabaseDown"]);
}

#[tokio::test]
async fn a_database_whose_connections_are_used_up() {
    let folder = folder();
    let few = ["max_connections=20".to_owned()];
    let database =
        EmbeddedPostgres::start_with(&fetched::postgres(), &folder.path().join("database"), &few).unwrap();
    let url = database.url();
    Db::new(&url, 1).unwrap().migrate().await.unwrap();
    let world = World::with(&[("DATABASE_URL", &url)]).await;
    let before = world.metrics().await;
    let others = Db::new(&url, 18).unwrap();
    let held = {
        let mut held = Vec::new();
        for _ in 0..18 {
            held.push(others.client().await.unwrap());
        }
        held
    };
    let taken = |metrics: &Metrics| -> f64 {
        let states =
            metrics.samples.iter().filter(|sample| sample.name == "cv_matching_database_connections");
        states.map(|sample| sample.value).sum()
    };
    let after = metrics_when(&world.url, |metrics| taken(metrics) > 18.5).await;
    assert!(is(after.value("cv_matching_database_connections_limit", &[]), 20.0));
    fires(&before, &after, &["CvMatchingDatabaseConnectionsUsedUp"]);
    drop(held);
}
