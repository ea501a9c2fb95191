//! No name, e-mail address, token or text of a CV or a job gets into the log, whatever is sent: the built program runs with
//! everything of its own logged, over good and broken uploads, wrong tokens and failing parts, and its log is searched.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use cv_matching_tests::function::{Function, answers, free_port};
use cv_matching_tests::operated::Operated;
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{SECRET, Server, checkout, folder, token};
use reqwest::Method;
use serde_json::{Value, json};
use shared::auth::{Role, issue_token};
use shared::cache::{self, Cache};
use shared::config::AuthSettings;
use shared::db::DbError;
use tokio::net::TcpListener;

/// What is in the CVs, jobs, file names, tokens and requests, and must not be in the log. Compared without regard to case.
const MARKS: [&str; 16] = [
    "@",
    "quillfeather",
    "zebulon",
    "7700900123",
    "7700 900123",
    "xylophonistics",
    "ornithopter",
    "brindlewick",
    "okafor",
    "amara",
    "marked-key",
    "marked-query",
    "marked-secret",
    "marked-answer",
    "eyj",
    SECRET,
];

const CV: &str = "Zebulon Quillfeather
Electrician
zebulon.quillfeather@private.example | +44 7700 900123
12 Brindlewick Lane, Leeds

Experience
Electrician, Brindlewick Works, 2019 - 2022
- Practised xylophonistics and kept the ornithopter wired

Skills
Wiring, PLC, Xylophonistics
";
const SUB: &str = "zebulon.quillfeather@private.example";

fn cv(ending: &str) -> Vec<u8> {
    format!("{CV}\n{ending}").into_bytes()
}

/// A PDF whose outline is one and whose content is not.
fn broken_pdf() -> Vec<u8> {
    let sample = std::fs::read(checkout().join("samples/cvs/amara-okafor-registered-nurse.pdf")).unwrap();
    let mut broken = sample[..sample.len() / 2].to_vec();
    broken.extend_from_slice(CV.as_bytes());
    broken
}

/// Everything that an upload can be, each by a candidate of its own. Returns who uploaded what was taken in.
async fn upload_all(server: &Server) -> Vec<(String, String)> {
    let sample = std::fs::read(checkout().join("samples/cvs/amara-okafor-registered-nurse.pdf")).unwrap();
    let html = format!("<html><body><h1>Zebulon Quillfeather</h1><pre>{CV}</pre></body></html>");
    let mut taken = Vec::new();
    for (name, content) in [
        ("Zebulon Quillfeather.txt", cv("one")),
        ("Amara Okafor.pdf", sample.clone()),
        ("Zebulon Quillfeather.html", html.into_bytes()),
        ("Zebulon Quillfeather (broken).pdf", broken_pdf()),
        ("Zebulon Quillfeather (hollow).pdf", [&b"%PDF-1.7\n"[..], CV.as_bytes()].concat()),
        ("Zebulon Quillfeather (broken).docx", [&b"PK\x03\x04"[..], CV.as_bytes()].concat()),
        ("Zebulon Quillfeather.rtf", format!("{{\\rtf1 {CV}").into_bytes()),
        ("Zebulon Quillfeather.exe", [&b"MZ\x00\x01\xff\xfe\x00"[..], CV.as_bytes()].concat()),
        ("Zebulon Quillfeather (empty).txt", Vec::new()),
        ("Zebulon Quillfeather (nothing).txt", b"Zebulon".to_vec()),
    ] {
        let sub = format!("{}.{SUB}", taken.len());
        let (status, answer) = server.upload(&sub, name, content, None).await;
        assert!(status.as_u16() < 500, "{name}: {status} {answer}");
        taken.extend(answer["cv_id"].as_str().map(|cv| (sub, cv.to_owned())));
    }
    assert!(taken.len() >= 5, "{taken:?}");
    for content in [cv("key"), cv("key"), cv("another")] {
        let (status, _) = server.upload(SUB, "Quillfeather.txt", content, Some("marked-key-zebulon")).await;
        assert!(status.as_u16() < 500);
    }
    taken
}

/// Requests that are refused.
async fn send_what_is_refused(server: &Server) {
    let auth = |secret: &str| AuthSettings { jwt_secret: Some(secret.to_owned()), ..AuthSettings::default() };
    let hour = Duration::from_secs(3600);
    let of_another = issue_token(&auth(&format!("{SECRET} not")), SUB, &Role::ALL, hour).unwrap();
    let expired = issue_token(&auth(SECRET), SUB, &Role::ALL, Duration::ZERO).unwrap();
    for token in
        ["marked-secret", "marked-secret.zebulon.quillfeather", of_another.as_str(), expired.as_str(), ""]
    {
        let request = server.client().get(format!("{}/api/candidate/cvs", server.url)).bearer_auth(token);
        let answer = request.send().await.unwrap();
        assert!(answer.status() == 401 || token == expired, "{}", answer.status());
    }
    let all = &Role::ALL;
    for (method, path) in [
        (Method::GET, "/api/candidate/recommendations?cv_id=marked-query-zebulon&limit=quillfeather"),
        (Method::GET, "/api/candidate/cvs/zebulon@quillfeather?cv_id=marked-query@a.example"),
        (Method::GET, "/zebulon-quillfeather?q=marked-query"),
        (Method::DELETE, "/api/jobs/quillfeather"),
        (Method::GET, "/api/jobs?cursor=marked-query"),
        (Method::POST, "/api/candidate/upload_and_parse?zebulon"),
    ] {
        let body = (method == Method::POST).then(|| json!({ "name": "Zebulon Quillfeather" }));
        let answer = server.send_as(SUB, all, method, path, body).await;
        assert!(answer.status().as_u16() < 500, "{path}: {}", answer.status());
    }
}

/// Jobs, well and badly said.
async fn send_jobs(server: &Server) {
    server.post_job(SUB, "Ornithopter Electrician", "Electrician for wiring, PLC and xylophonistics.").await;
    for body in [
        json!({ "title": "Ornithopter\u{0}", "text": "xylophonistics \u{0}" }),
        json!({ "title": ["Zebulon Quillfeather"], "text": 7 }),
        json!({ "title": "", "text": "" }),
    ] {
        let answer = server.send(SUB, Method::POST, "/api/jobs", Some(body)).await;
        assert!(answer.status().as_u16() < 500, "{}", answer.status());
    }
    let lines = "{\"title\":\"Ornithopter Fitter\",\"text\":\"xylophonistics by Zebulon Quillfeather\"}\n{\"Quillfeather\n{}\n";
    let answer = server
        .client()
        .post(format!("{}/api/jobs/import", server.url))
        .bearer_auth(token(SUB, &Role::ALL))
        .header("content-type", "application/x-ndjson")
        .body(lines)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.status());
    let interaction = json!({ "match_id": "zebulon", "kind": "Quillfeather" });
    server.send(SUB, Method::POST, "/api/candidate/interactions", Some(interaction)).await;
}

/// A chat API that first says back what it was sent, as an error, and then answers nonsense with marks in it.
async fn model() -> String {
    async fn answer(
        State(count): State<Arc<AtomicUsize>>,
        Json(request): Json<Value>,
    ) -> (StatusCode, Json<Value>) {
        if count.fetch_add(1, Ordering::Relaxed) == 0 {
            let error =
                json!({ "error": { "message": request.to_string(), "code": "Zebulon Quillfeather" } });
            return (StatusCode::BAD_REQUEST, Json(error));
        }
        let content =
            "marked-answer: {\"explanations\": [{\"match\": 1, \"summary\": \"Zebulon Quillfeather\"}]}";
        let answer = json!({
            "choices": [{ "message": { "role": "assistant", "content": content } }],
            "usage": { "prompt_tokens": 1000, "completion_tokens": 200, "total_tokens": 1200 },
        });
        (StatusCode::OK, Json(answer))
    }
    let router = Router::new().route("/v1/chat/completions", post(answer)).with_state(Arc::default());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    url
}

/// The lines of a log that holds none of the marks.
fn searched(log: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(log).unwrap();
    for line in text.lines() {
        let lower = line.to_lowercase();
        for mark in MARKS {
            assert!(!lower.contains(&mark.to_lowercase()), "{mark}: {line}");
        }
    }
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

fn count(lines: &[Value], message: &str) -> usize {
    lines.iter().filter(|line| line["message"] == message).count()
}

/// That what was provoked is in the log, and says what it is of.
fn says_what_happened(lines: &[Value]) {
    for message in ["a CV was taken in", "a CV was parsed", "an attempt failed", "a token was refused"] {
        assert!(count(lines, message) >= 1, "{message}");
    }
    for line in lines.iter().filter(|line| line["message"] == "a CV was parsed") {
        assert_eq!(line["function"], "parse-cv");
        assert!(line["trace_id"].as_str().is_some_and(|id| id.len() == 32), "{line}");
        assert!(line["cv_id"].as_str().is_some_and(|id| id.len() == 36), "{line}");
        assert!(line["duration_ms"].is_u64() && line["fields_extracted"].is_u64(), "{line}");
    }
    let is_of_route = |line: &&Value| line["route"].as_str().is_some_and(|route| route.starts_with("/api"));
    for line in lines.iter().filter(|line| line["message"] == "answered").filter(is_of_route) {
        assert!(line["trace_id"].is_string() && line["function"].is_string(), "{line}");
    }
}

#[tokio::test]
async fn the_log_of_the_whole_system_names_nobody() {
    let folder = folder();
    let model = model().await;
    let variables = [
        ("LOG", "trace"),
        ("LOG_FORMAT", "json"),
        ("RUST_BACKTRACE", "1"),
        ("LLM_BASE_URL", model.as_str()),
        ("LLM_MODEL", "stand-in"),
        ("LLM_API_KEY", "marked-secret-key"),
        ("METRICS_TOKEN", "marked-secret-of-metrics"),
    ];
    let server = Server::start(folder.path(), &variables, None);
    send_jobs(&server).await;
    let cvs = upload_all(&server).await;
    send_what_is_refused(&server).await;
    let answer = server
        .recommendations_when(&cvs[0].0, &cvs[0].1, |answer| {
            answer["status"] == "completed" && answer["count"] != 0
        })
        .await;
    assert!(answer["recommendations"].as_array().is_some_and(|all| !all.is_empty()), "{answer}");
    // Broken files are tried to their end too.
    for (sub, cv) in &cvs {
        server
            .recommendations_when(sub, cv, |answer| {
                ["completed", "failed"].contains(&answer["status"].as_str().unwrap_or_default())
            })
            .await;
    }
    let gone = server.send(&cvs[0].0, Method::DELETE, "/api/candidate/data", None).await;
    assert!(gone.status().is_success(), "{}", gone.status());
    assert!(server.stop().success());
    let lines = searched(&folder.path().join("server.log"));
    says_what_happened(&lines);
    assert!(lines.iter().any(|line| line["message"].as_str().is_some_and(|text| text.contains("chat API"))));
}

#[tokio::test]
async fn the_logs_of_functions_that_stand_alone_name_nobody() {
    let parts = Outside::make().await;
    let log = parts.folder.path().join("functions.log");
    let port = free_port().to_string();
    let queue = format!("{}cv-parse", parts.queue_prefix);
    let start = |name: &str, more: &[(&str, &str)]| {
        let mut variables = parts.variables();
        variables.extend([("LOG", "trace"), ("LOG_FORMAT", "json"), ("EMBEDDING", "mock")]);
        variables.extend(more);
        Function::start(name, &variables, &log)
    };
    let uploads = start("upload-cv", &[("PORT", &port)]);
    let parsing = start("parse-cv", &[("PORT", "0"), ("QUEUE_URL", &queue)]);
    let url = format!("http://127.0.0.1:{port}");
    answers(&format!("{url}/readyz")).await;
    let server = Server::at(&url);
    let cvs = upload_all(&server).await;
    for token in ["marked-secret", "marked-secret.zebulon.quillfeather"] {
        let request =
            server.client().post(format!("{url}/api/candidate/upload_and_parse")).bearer_auth(token);
        assert_eq!(request.send().await.unwrap().status(), 401);
    }
    let db = parts.db();
    for (_, cv) in &cvs {
        let until = std::time::Instant::now() + cv_matching_tests::PATIENCE;
        loop {
            let row = db.cv(cv.parse().unwrap()).await.unwrap().unwrap();
            if !["pending", "processing"].contains(&row.parsing.status.as_str()) {
                break;
            }
            assert!(std::time::Instant::now() < until, "{cv} is not parsed");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    assert!(parsing.stop().success());
    assert!(uploads.stop().success());
    says_what_happened(&searched(&log));
}

#[tokio::test]
async fn errors_of_the_database_hold_no_values() {
    let world = Operated::make(Cache::InMemory(cache::InMemory::new()), |_| {}).await;
    world.sql("create table person (name text primary key check (length(name) > 3), born date)").await;
    let client = world.pipeline.db.client().await.unwrap();
    for statement in [
        "select 'Zebulon Quillfeather'::uuid",
        "insert into person values ('Zebulon', 'Quillfeather')",
        "insert into person values ('Zebulon'), ('Zebulon')",
        "insert into person select 'Zeb' from generate_series(1, 1)",
        "select ('{\"name\": \"Zebulon Quillfeather'::text)::jsonb",
    ] {
        let error: DbError = client.query_typed(statement, &[]).await.unwrap_err().into();
        let words = error.to_string();
        assert!(words.contains("the database refused a statement"), "{words}");
        assert!(!words.contains("Zeb") && !words.contains("Quillfeather"), "{words}");
    }
}
