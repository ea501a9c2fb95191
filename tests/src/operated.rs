//! A system in the test's own process, whose stages run when the test says so, and whose routes answer over HTTP.

use std::net::SocketAddr;

use reqwest::{Method, StatusCode};
use serde_json::Value;
use shared::api::ApiState;
use shared::auth::{Role, Verifier};
use shared::cache::Cache;
use shared::config::{AuthSettings, EmbeddingSetting, Settings};
use shared::db::Db;
use shared::db::job::NewJob;
use shared::db::stage::Claim;
use shared::domain::{CvId, JobId, JobText, MustHaves, RecruiterId};
use shared::host::EmbeddedPostgres;
use shared::pipeline::Pipeline;
use shared::queue::Queue;
use shared::storage::Storage;
use tempfile::TempDir;

use crate::{SECRET, Server, fetched, folder};

/// The system.
pub struct Operated {
    /// Its parts.
    pub pipeline: Pipeline,
    /// Its routes.
    pub server: Server,
    /// Its database.
    pub database: EmbeddedPostgres,
    /// Its files, in `files`.
    pub folder: TempDir,
}

impl Operated {
    /// An empty one.
    pub async fn make(cache: Cache, change: impl FnOnce(&mut Settings)) -> Self {
        let folder = folder();
        let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database"))
            .expect("a database can be started");
        let db = Db::new(&database.url(), 8).expect("an address");
        db.migrate().await.expect("tables can be made");
        db.count_statements().await;
        let mut settings = Settings::from_env().expect("settings");
        settings.embedding = EmbeddingSetting::Mock;
        settings.reading.processes = Some(0);
        change(&mut settings);
        let storage = Storage::folder(&folder.path().join("files")).await.expect("a folder");
        let queue = Queue::InMemory(shared::queue::InMemory::new());
        let pipeline = Pipeline::new(db, storage, queue, cache, settings);
        let server = serve(pipeline.clone()).await;
        Self { pipeline, server, database, folder }
    }

    /// Runs the stages until none has anything left to do.
    pub async fn work(&self) {
        let one = &self.pipeline;
        for _ in 0..50 {
            let reports = [
                one.parse_cvs(Claim::Any(100)).await.expect("it parses"),
                one.embed_cvs(Claim::Any(100)).await.expect("it embeds"),
                one.embed_jobs(Claim::Any(100)).await.expect("it embeds"),
                one.match_cvs(Claim::Any(100)).await.expect("it matches"),
                one.explain_matches(Claim::Any(1000)).await.expect("it explains"),
            ];
            if reports.iter().all(|report| report.claimed == 0) {
                return;
            }
        }
        panic!("the stages find no end");
    }

    /// Runs statements.
    pub async fn sql(&self, statements: &str) {
        let client = self.pipeline.db.client().await.expect("a connection");
        client.batch_execute(statements).await.unwrap_or_else(|error| panic!("{statements}: {error:?}"));
    }

    /// The number that a statement gives.
    pub async fn number(&self, statement: &str) -> i64 {
        let client = self.pipeline.db.client().await.expect("a connection");
        let row = client.query_typed_one(statement, &[]).await;
        row.unwrap_or_else(|error| panic!("{statement}: {error:?}")).get(0)
    }

    /// Takes a CV in.
    pub async fn upload(&self, candidate: &str, name: &str, content: &[u8]) -> CvId {
        let content = content.to_vec().into();
        self.pipeline.store_cv(&candidate.into(), name, content, None).await.expect("it is taken in").cv_id
    }

    /// Takes a job in.
    pub async fn post(&self, title: &str, text: &str) -> JobId {
        let job = NewJob {
            id: JobId::new(),
            external_id: None,
            text: JobText { title: title.into(), text: text.into(), ..JobText::default() },
            expires_at: None,
            must_haves: MustHaves::default(),
        };
        let stored = self.pipeline.store_jobs(&RecruiterId::from("rita"), std::slice::from_ref(&job)).await;
        stored.expect("it is taken in")[0].id
    }

    /// What the operator `olga` gets from a path.
    pub async fn get(&self, path: &str) -> Value {
        let (status, answer) = self.send(Method::GET, path, None).await;
        assert_eq!(status, StatusCode::OK, "GET {path}: {answer}");
        answer
    }

    /// One request of the operator `olga`, and its answer.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        let answer = self.server.send_as("olga", &[Role::Admin], method, path, body).await;
        (answer.status(), answer.json().await.unwrap_or_default())
    }
}

/// Serves all routes on a free port of this machine.
async fn serve(pipeline: Pipeline) -> Server {
    let auth = AuthSettings { jwt_secret: Some(SECRET.to_owned()), ..AuthSettings::default() };
    let verifier = Verifier::new(&auth).expect("a secret");
    let router = functions::http::router(ApiState { pipeline, verifier });
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await;
    let listener = listener.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Server::at(&url)
}
