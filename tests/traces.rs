//! Traces: one upload is one trace from HTTP to explanation, as a real receiver of OTLP sees it, in one process and in
//! functions that stand alone.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use cv_matching_tests::collector::{Collector, Span};
use cv_matching_tests::function::{Function, answers, free_port};
use cv_matching_tests::lambda::LambdaFunction;
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{Server, fetched, folder, token};
use reqwest::multipart::{Form, Part};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::Role;
use shared::config::EmbeddingSetting;
use shared::db::stage::Claim;
use shared::pipeline::Pipeline;
use shared::queue::{Hint, QueueName};
use tokio::net::TcpListener;

const CV: &str =
    "Kim Lee\nElectrician\n\nExperience\nElectrician, Blue Works, 2019 - 2022\n\nSkills\nWiring, PLC\n";
const CLIENTS_TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const CLIENTS_SPAN: &str = "00f067aa0ba902b7";
/// The stages of a CV, each of which goes on from the one before.
const STAGES: [&str; 4] = ["parse-cv", "embed-cv", "match-cv", "explain-matches"];
const UPLOAD: &str = "POST /api/candidate/upload_and_parse";

fn traceparent() -> String {
    format!("00-{CLIENTS_TRACE}-{CLIENTS_SPAN}-01")
}

/// Uploads a CV as a part of the client's trace.
async fn upload(url: &str) -> String {
    shared::tls::use_ring();
    let answer = reqwest::Client::new()
        .post(format!("{url}/api/candidate/upload_and_parse"))
        .bearer_auth(token("kim", &[Role::Candidate]))
        .header("traceparent", traceparent())
        .multipart(Form::new().part("file", Part::bytes(CV.as_bytes()).file_name("cv.txt")))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    answer.json::<Value>().await.unwrap()["cv_id"].as_str().unwrap().to_owned()
}

fn of_client(spans: &[Span]) -> Vec<Span> {
    spans.iter().filter(|span| span.trace == CLIENTS_TRACE).cloned().collect()
}

fn the<'a>(spans: &'a [Span], name: &str) -> &'a Span {
    let found: Vec<&Span> = spans.iter().filter(|span| span.name == name).collect();
    let [only] = found.as_slice() else { panic!("{name}: {found:#?}") };
    only
}

/// The client's span, the request, and each stage stand below one another.
fn is_one_trace(spans: &[Span], cv: &str, host: &str) {
    let spans = of_client(spans);
    let request = the(&spans, UPLOAD);
    assert_eq!(request.parent, CLIENTS_SPAN);
    assert_eq!(request.attribute("http.response.status_code"), "202");
    assert_eq!(request.attribute("function"), "upload-cv");
    let mut before = request;
    for stage in STAGES {
        let span = the(&spans, stage);
        assert_eq!(span.parent, before.id, "{stage}: {spans:#?}");
        assert_eq!(span.attribute("cv_id"), cv, "{stage}");
        assert_eq!((span.attribute("attempt"), span.attribute("outcome")), ("1", "completed"), "{stage}");
        assert_eq!((span.attribute("host"), span.attribute("batch_size")), (host, "1"), "{stage}");
        before = span;
    }
    assert!(spans.iter().all(|span| span.service == "cv-matching"), "{spans:#?}");
    let ids: BTreeSet<&str> = spans.iter().map(|span| span.id.as_str()).collect();
    assert_eq!(ids.len(), spans.len());
}

fn log(folder: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(folder.join("server.log")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
        .collect()
}

#[tokio::test]
async fn one_upload_is_one_trace_from_http_to_explanation() {
    let (collector, folder) = (Collector::start().await, folder());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "100"),
        ("EMBEDDING", "mock"),
        ("LOG_FORMAT", "json"),
    ];
    let server = Server::start(folder.path(), &variables, None);
    let job = server.post_job("rita", "Electrician", "Electrician for wiring and PLC.").await;
    let spans = collector.spans_when(|spans| spans.iter().any(|span| span.name == "embed-job")).await;
    let (request, embedding) = (the(&spans, "POST /api/jobs"), the(&spans, "embed-job"));
    assert_eq!((&embedding.parent, &embedding.trace), (&request.id, &request.trace));
    assert_eq!((request.parent.as_str(), embedding.attribute("job_id")), ("", job.as_str()));

    let cv = upload(&server.url).await;
    let spans = collector.spans_when(|spans| spans.iter().any(|span| span.name == "explain-matches")).await;
    is_one_trace(&spans, &cv, "in_process");
    assert_ne!(request.trace, CLIENTS_TRACE);

    // The record of runs and the log name the same trace.
    server.recommendations("kim", &cv).await;
    assert!(server.stop().success());
    let log = log(folder.path());
    let mut functions = BTreeSet::new();
    for line in log.iter().filter(|line| line["trace_id"] == CLIENTS_TRACE) {
        assert!(line["cv_id"] == cv.as_str() || line["function"] == "upload-cv", "{line}");
        functions.insert(line["function"].as_str().unwrap());
    }
    assert_eq!(functions, BTreeSet::from_iter(STAGES.into_iter().chain(["upload-cv"])));
    let parsed = log.iter().find(|line| line["message"] == "a CV was parsed").unwrap();
    assert!(parsed["fields_extracted"].as_u64().is_some_and(|count| count > 0), "{parsed}");
    for message in ["a CV was parsed", "a CV was embedded", "a CV was matched", "matches were explained"] {
        let line = log.iter().find(|line| line["message"] == message).unwrap_or_else(|| panic!("{message}"));
        assert!(line["duration_ms"].is_u64() && line["trace_id"] == CLIENTS_TRACE, "{line}");
    }
}

// The collector answers on another thread while this one waits for the process.
#[tokio::test(flavor = "multi_thread")]
async fn what_has_ended_is_sent_before_the_process_does() {
    let (collector, folder) = (Collector::start().await, folder());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.endpoint.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "600000"),
        ("OTEL_SERVICE_NAME", "matching-of-a-test"),
        ("EMBEDDING", "mock"),
    ];
    let server = Server::start(folder.path(), &variables, None);
    server.get("kim", "/api/candidate/cvs").await;
    assert_eq!(server.send("kim", Method::GET, "/healthz", None).await.status(), StatusCode::OK);
    assert!(collector.spans().is_empty());
    assert!(server.stop().success());
    let spans = collector.spans();
    assert_eq!(the(&spans, "GET /api/candidate/cvs").service, "matching-of-a-test");
    assert!(!spans.iter().any(|span| span.name.contains("healthz")), "probes are no spans: {spans:#?}");
}

#[tokio::test]
async fn a_collector_that_is_away_costs_its_spans_and_nothing_else() {
    let folder = folder();
    let endpoint = format!("http://127.0.0.1:{}", free_port());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_BSP_SCHEDULE_DELAY", "10"),
        ("EMBEDDING", "mock"),
        ("LOG_FORMAT", "json"),
    ];
    let server = Server::start(folder.path(), &variables, None);
    server.post_job("rita", "Electrician", "Electrician for wiring and PLC.").await;
    let cv = upload(&server.url).await;
    assert_eq!(server.recommendations("kim", &cv).await["status"], "completed");
    let stopped = Instant::now();
    assert!(server.stop().success());
    assert!(stopped.elapsed() < Duration::from_secs(10));
    let told = "the collector of traces does not take spans; they are lost";
    let told = log(folder.path()).iter().filter(|line| line["message"] == told).count();
    assert_eq!(told, 1, "it is told once");
}

#[tokio::test]
async fn nothing_is_sent_where_no_collector_is_set() {
    // Where exporters send by default.
    let Ok(listener) = TcpListener::bind(("127.0.0.1", 4318)).await else {
        fetched::not_tested("that nothing is sent without a collector: its usual port is in use");
        return;
    };
    let (collector, folder) = (Collector::start_on(listener), folder());
    let server = Server::start(
        folder.path(),
        &[("EMBEDDING", "mock"), ("OTEL_BSP_SCHEDULE_DELAY", "10"), ("LOG_FORMAT", "json")],
        None,
    );
    let cv = upload(&server.url).await;
    server.recommendations_when("kim", &cv, |answer| answer["prediction_id"].is_string()).await;
    assert!(server.stop().success());
    assert!(collector.spans().is_empty());
    let is_parsing = |line: &&Value| line["message"] == "a CV was parsed";
    let log = log(folder.path());
    assert_eq!(
        log.iter().find(is_parsing).unwrap()["trace_id"],
        CLIENTS_TRACE,
        "the log has it all the same"
    );
}

/// Functions that stand alone, on a real Postgres, S3 and SQS.
struct World {
    parts: Outside,
    collector: Collector,
}

impl World {
    async fn make() -> Self {
        Self { parts: Outside::make().await, collector: Collector::start().await }
    }

    fn variables(&self) -> Vec<(&str, &str)> {
        let mut variables = self.parts.variables();
        variables.push(("OTEL_EXPORTER_OTLP_ENDPOINT", &self.collector.endpoint));
        variables.push(("EMBEDDING", "mock"));
        variables.push(("LOG_FORMAT", "json"));
        variables
    }

    fn start(&self, name: &str, more: &[(&str, &str)]) -> Function {
        let mut variables = self.variables();
        variables.extend(more);
        Function::start(name, &variables, &self.parts.folder.path().join("server.log"))
    }

    /// The function of uploads, and its address.
    async fn uploads(&self) -> (Function, String) {
        let port = free_port().to_string();
        let function = self.start("upload-cv", &[("PORT", &port), ("OTEL_BSP_SCHEDULE_DELAY", "100")]);
        let url = format!("http://127.0.0.1:{port}");
        answers(&format!("{url}/readyz")).await;
        (function, url)
    }

    async fn pipeline(&self) -> Pipeline {
        let mut pipeline = self.parts.pipeline().await;
        let mut settings = (*pipeline.settings).clone();
        settings.embedding = EmbeddingSetting::Mock;
        pipeline.settings = settings.into();
        pipeline
    }

    async fn received(&self, queue: QueueName) -> Hint {
        let queues = self.parts.queues().await;
        let (wait, visibility) = (Duration::from_secs(20), Duration::from_secs(60));
        let received = queues.receive(queue, 1, wait, visibility).await.unwrap();
        received.first().and_then(|message| message.hint).unwrap_or_else(|| panic!("{queue:?} is empty"))
    }
}

#[tokio::test]
async fn the_trace_goes_through_sqs_from_function_to_function() {
    let world = World::make().await;
    let pipeline = world.pipeline().await;
    let job = shared::db::job::NewJob {
        id: shared::domain::JobId::new(),
        external_id: None,
        text: shared::domain::JobText {
            title: "Electrician".into(),
            text: "Electrician for wiring and PLC.".into(),
            ..shared::domain::JobText::default()
        },
        expires_at: None,
        must_haves: shared::domain::MustHaves::default(),
    };
    pipeline.store_jobs(&shared::domain::RecruiterId::from("rita"), &[job]).await.unwrap();
    assert_eq!(pipeline.embed_jobs(Claim::Any(10)).await.unwrap().completed, 1);

    let (uploads, url) = world.uploads().await;
    let queues = ["cv-parse", "cv-embed", "cv-match", "match-explain"];
    let stages: Vec<Function> = STAGES
        .iter()
        .zip(queues)
        .map(|(stage, queue)| {
            let queue = format!("{}{queue}", world.parts.queue_prefix);
            world.start(stage, &[("QUEUE_URL", &queue), ("PORT", "0"), ("OTEL_BSP_SCHEDULE_DELAY", "100")])
        })
        .collect();
    let cv = upload(&url).await;
    let has = |spans: &[Span], name: &str| spans.iter().any(|span| span.name == name);
    let all = |spans: &[Span]| STAGES.iter().chain([&UPLOAD]).all(|name| has(spans, name));
    let spans = world.collector.spans_when(all).await;
    is_one_trace(&spans, &cv, "polling");
    for function in stages {
        assert!(function.stop().success());
    }
    assert!(uploads.stop().success());
    let runs = world.parts.db().runs(&shared::db::task_run::RunFilter::default(), 10).await.unwrap();
    assert_eq!(runs.len(), STAGES.len(), "{runs:?}");
    assert!(runs.iter().all(|run| run.trace_id.as_deref() == Some(CLIENTS_TRACE)), "{runs:?}");
}

#[tokio::test]
async fn a_call_of_lambda_and_an_event_of_knative_go_on_with_the_trace_too() {
    let world = World::make().await;
    let (uploads, url) = world.uploads().await;
    let cv = upload(&url).await;
    let hint = world.received(QueueName::CvParse).await;
    assert_eq!(hint.id.to_string(), cv);
    let record = json!({ "messageId": "one", "body": serde_json::to_string(&hint).unwrap(), "eventSource": "aws:sqs" });
    // Nothing is sent between calls, for between calls the environment may be frozen.
    let mut variables = world.variables();
    variables.push(("OTEL_BSP_SCHEDULE_DELAY", "600000"));
    let log = world.parts.folder.path().join("server.log");
    let parse_cv = LambdaFunction::start("parse-cv", &variables, &log).await;
    let answer = parse_cv.call(&json!({ "Records": [record] })).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    let spans = world.collector.spans();
    let parsing = the(&spans, "parse-cv");
    assert_eq!((parsing.trace.as_str(), parsing.attribute("host")), (CLIENTS_TRACE, "lambda"));
    let next = world.received(QueueName::CvEmbed).await;
    assert_eq!(next.traceparent.unwrap().to_string(), format!("00-{CLIENTS_TRACE}-{}-01", parsing.id));
    drop(parse_cv);

    // An event whose data have no trace, as older programs send them, and the extension has one.
    let port = free_port().to_string();
    let embed_cv = world.start("embed-cv", &[("PORT", &port), ("OTEL_BSP_SCHEDULE_DELAY", "100")]);
    let url = format!("http://127.0.0.1:{port}");
    answers(&format!("{url}/readyz")).await;
    let answer = reqwest::Client::new()
        .post(&url)
        .header("ce-specversion", "1.0")
        .header("ce-id", "1")
        .header("ce-source", "/queues/cv-embed")
        .header("ce-type", "dev.knative.eventing.aws-sqs")
        .header("ce-traceparent", traceparent())
        .json(&json!({ "version": 1, "id": cv }))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
    let spans = world.collector.spans_when(|spans| spans.iter().any(|span| span.name == "embed-cv")).await;
    let embedding = the(&spans, "embed-cv");
    assert_eq!((embedding.trace.as_str(), embedding.parent.as_str()), (CLIENTS_TRACE, CLIENTS_SPAN));
    assert!(embed_cv.stop().success());
    assert!(uploads.stop().success());
}
