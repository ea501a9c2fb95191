//! Functions as AWS Lambda runs them: the built program, with Lambda's own runtime in it, in an environment whose runtime
//! API is played by the test; on a real Postgres, S3 and SQS. The events are those of `events/`.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use cv_matching_tests::lambda::LambdaFunction;
use cv_matching_tests::outside::Outside;
use cv_matching_tests::pgbouncer::PgBouncer;
use cv_matching_tests::{checkout, fetched, signal, token};
use serde_json::{Value, json};
use shared::auth::Role;
use shared::queue::QueueName;
use uuid::Uuid;

fn event(name: &str) -> Value {
    let path = checkout().join("tests/events").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The event of a request to the stage `prod`, in base64 as API Gateway sends what may be binary.
fn request(method: &str, path: &str, query: &str, sub: &str, content_type: &str, body: &[u8]) -> Value {
    let mut event = event("http-api");
    event["rawPath"] = format!("/prod{path}").into();
    event["rawQueryString"] = query.into();
    event["routeKey"] = format!("{method} {path}").into();
    event["requestContext"]["http"]["method"] = method.into();
    event["requestContext"]["http"]["path"] = format!("/prod{path}").into();
    event["headers"]["authorization"] = format!("Bearer {}", token(sub, &Role::ALL)).into();
    event["headers"]["content-type"] = content_type.into();
    event["body"] = BASE64_STANDARD.encode(body).into();
    event
}

fn get(path: &str, query: &str, sub: &str) -> Value {
    let mut event = request("GET", path, query, sub, "application/json", b"");
    event["body"] = Value::Null;
    event["isBase64Encoded"] = false.into();
    event
}

fn upload(sub: &str, name: &str, content: &[u8]) -> Value {
    let mut body = format!(
        "--limit\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--limit--\r\n");
    request("POST", "/api/candidate/upload_and_parse", "", sub, "multipart/form-data; boundary=limit", &body)
}

/// The event with these messages of a queue.
fn messages(bodies: &[String]) -> Value {
    let record = event("sqs")["Records"][0].clone();
    let records: Vec<Value> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| {
            let mut record = record.clone();
            record["messageId"] = format!("message-{number}").into();
            record["body"] = body.as_str().into();
            record
        })
        .collect();
    json!({ "Records": records })
}

fn hint(id: &str) -> String {
    json!({ "version": 1, "id": id }).to_string()
}

fn body(answer: &Value) -> Value {
    serde_json::from_str(answer["body"].as_str().unwrap_or("null")).unwrap_or(Value::Null)
}

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

    async fn start(&self, name: &str) -> LambdaFunction {
        LambdaFunction::start(name, &self.parts.variables(), &self.log).await
    }

    /// Takes what waits in a queue, as Lambda's poller does, and has the function work on it until nothing comes any more.
    /// Returns how many messages there were.
    async fn drain(&self, queue: QueueName, function: &LambdaFunction) -> usize {
        let queues = self.parts.queues().await;
        let mut count = 0;
        loop {
            let wait = Duration::from_secs(if count == 0 { 20 } else { 1 });
            let received = queues.receive(queue, 10, wait, Duration::from_secs(60)).await.unwrap();
            if received.is_empty() {
                return count;
            }
            count += received.len();
            let bodies: Vec<String> =
                received.iter().map(|message| serde_json::to_string(&message.hint).unwrap()).collect();
            let answer = function.call(&messages(&bodies)).await.unwrap();
            assert_eq!(answer, json!({ "batchItemFailures": [] }), "{queue:?}");
            queues.delete(queue, &received).await.unwrap();
        }
    }

    /// A CV's whole way, and a job's, each stage in an environment of its own.
    async fn whole_way(&self) {
        let create_job = self.start("create-job").await;
        for (title, text) in [
            (
                "Registered Nurse",
                "Registered nurse for intensive care. Venepuncture, wound care, ECG, NMC registration.",
            ),
            ("Electrician", "Electrician for industrial wiring, fault finding and PLC."),
        ] {
            let job = json!({ "title": title, "company": "Works", "location": "Leeds, United Kingdom", "text": text });
            let job = job.to_string();
            let answer = create_job
                .call(&request("POST", "/api/jobs", "", "rita", "application/json", job.as_bytes()))
                .await
                .unwrap();
            assert_eq!(answer["statusCode"], 201, "{answer}");
        }
        let jobs = self.drain(QueueName::JobEmbed, &self.start("embed-job").await).await;
        assert_eq!(jobs, 2);

        let file = std::fs::read(checkout().join("samples/cvs/amara-okafor-registered-nurse.pdf")).unwrap();
        let upload_cv = self.start("upload-cv").await;
        let answer = upload_cv.call(&upload("amara", "cv.pdf", &file)).await.unwrap();
        assert_eq!(answer["statusCode"], 202, "{answer}");
        let id = body(&answer)["cv_id"].as_str().unwrap().to_owned();
        assert_eq!(answer["headers"]["location"], format!("/api/candidate/cvs/{id}"));
        for (queue, function) in [
            (QueueName::CvParse, "parse-cv"),
            (QueueName::CvEmbed, "embed-cv"),
            (QueueName::CvMatch, "match-cv"),
            (QueueName::MatchExplain, "explain-matches"),
        ] {
            assert!(self.drain(queue, &self.start(function).await).await >= 1, "{queue:?}");
        }
        let recommendations = self.start("get-recommendations").await;
        let query = format!("cv_id={id}&limit=2");
        let answer =
            recommendations.call(&get("/api/candidate/recommendations", &query, "amara")).await.unwrap();
        let found = body(&answer);
        assert_eq!(found["status"], "completed", "{answer}");
        assert_eq!(found["recommendations"][0]["title"], "Registered Nurse");
        assert!(!found["recommendations"][0]["explanation"]["summary"].as_str().unwrap().is_empty());
    }
}

#[tokio::test]
async fn the_whole_way_works_with_every_stage_in_an_environment_of_its_own() {
    World::make().await.whole_way().await;
}

/// The proxy gives a server connection for the length of a transaction only.
#[tokio::test]
async fn the_whole_way_works_through_a_transaction_pooling_proxy() {
    let Some(program) = fetched::debian("pgbouncer") else { return };
    let mut world = World::make().await;
    let port = cv_matching_tests::function::free_port();
    let proxy = PgBouncer::start(&program, port, &world.parts.database_url, world.parts.folder.path());
    let url = proxy.url.clone();
    for (name, value) in &mut world.parts.variables {
        if *name == "DATABASE_URL" {
            value.clone_from(&url);
        }
    }
    world.whole_way().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read_fails_alone() {
    let world = World::make().await;
    let upload_cv = world.start("upload-cv").await;
    let answer = upload_cv
        .call(&upload("kim", "cv.txt", b"Kim Lee\nChef\n\nExperience\nChef, Blue Inn, 2019 - 2022\n"))
        .await;
    let id = body(&answer.unwrap())["cv_id"].as_str().unwrap().to_owned();
    let parse_cv = world.start("parse-cv").await;
    let bodies = [hint(&Uuid::now_v7().to_string()), "no message of ours".to_owned(), hint(&id)];
    let answer = parse_cv.call(&messages(&bodies)).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "message-1" }] }));
    let get_cv = world.start("get-cv").await;
    let cv = get_cv.call(&get(&format!("/api/candidate/cvs/{id}"), "", "kim")).await.unwrap();
    assert_eq!(body(&cv)["profile"]["basics"]["name"], "Kim Lee", "{cv}");
}

#[tokio::test]
async fn a_test_of_a_queue_is_answered_by_the_function_that_the_queue_calls() {
    let world = World::make().await;
    let (test_queue, embed_job) = (world.start("test-queue").await, world.start("embed-job").await);
    let query = "queue=job-embed&timeout=25";
    let event = request("POST", "/api/admin/test_queue", query, "op", "application/json", b"");
    let asked = tokio::spawn(async move { test_queue.call(&event).await.unwrap() });
    let (queues, wait) = (world.parts.queues().await, Duration::from_secs(20));
    let received = queues.receive(QueueName::JobEmbed, 1, wait, wait).await.unwrap();
    // With work beside it, that goes on.
    let bodies = [
        serde_json::to_string(&received[0].hint).unwrap(),
        hint(&Uuid::now_v7().to_string()),
        "?".to_owned(),
    ];
    let answer = embed_job.call(&messages(&bodies)).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "message-2" }] }));
    let answer = asked.await.unwrap();
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let answer = body(&answer);
    assert_eq!((&answer["host"], &answer["function"]), (&json!("lambda"), &json!("embed-job")), "{answer}");
}

#[tokio::test]
async fn what_is_not_done_when_the_time_runs_out_is_handed_back_and_done_the_next_time() {
    let world = World::make().await;
    let upload_cv = world.start("upload-cv").await;
    let answer = upload_cv.call(&upload("kim", "cv.txt", b"Kim Lee\nChef\n")).await.unwrap();
    let id = body(&answer)["cv_id"].as_str().unwrap().to_owned();
    let parse_cv = world.start("parse-cv").await;
    // Another transaction keeps the table for longer than the call may take.
    let db = world.parts.db();
    let client = db.client().await.unwrap();
    client.batch_execute("begin; lock table cv in access exclusive mode").await.unwrap();
    let event = messages(&[hint(&id)]);
    let answer = parse_cv.call_within(&event, Duration::from_secs(3)).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [{ "itemIdentifier": "message-0" }] }));
    client.batch_execute("rollback").await.unwrap();
    let answer = parse_cv.call(&event).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
}

#[tokio::test]
async fn an_environment_that_was_frozen_while_its_connection_was_cut_goes_on() {
    let world = World::make().await;
    let list_cvs = world.start("list-cvs").await;
    let event = get("/api/candidate/cvs", "", "ann");
    assert_eq!(list_cvs.call(&event).await.unwrap()["statusCode"], 200);
    signal("-STOP", list_cvs.process.pid());
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = 'client backend'";
    world.parts.db().client().await.unwrap().batch_execute(cut).await.unwrap();
    signal("-CONT", list_cvs.process.pid());
    assert_eq!(list_cvs.call(&event).await.unwrap()["statusCode"], 200);
}

#[tokio::test]
async fn a_schedule_runs_its_task_and_a_deployment_its_migrations() {
    let world = World::make().await;
    let upload_cv = world.start("upload-cv").await;
    upload_cv.call(&upload("kim", "cv.txt", b"Kim Lee\nChef\n")).await.unwrap();
    let task = world.start("process-batch-cv-parsing").await;
    let answer = task.call(&event("schedule")).await.unwrap();
    assert_eq!(answer["counts"], json!({ "items": 1, "succeeded": 1, "failed": 0 }), "{answer}");
    let migrate = world.start("migrate").await;
    assert_eq!(migrate.call(&json!({})).await.unwrap(), json!({ "applied": [] }));
}

#[tokio::test]
async fn a_bucket_that_tells_of_an_upload_makes_a_cv_of_it() {
    let world = World::make().await;
    let create_upload = world.start("create-upload").await;
    let asked = json!({ "file_name": "big.txt" }).to_string();
    let promised = create_upload
        .call(&request("POST", "/api/candidate/uploads", "", "lou", "application/json", asked.as_bytes()))
        .await
        .unwrap();
    let promised = body(&promised);
    let id = promised["cv_id"].as_str().unwrap();
    cv_matching_tests::send_form(
        &promised["upload"],
        "big.txt",
        b"Lou Ray\nBaker\n\nSkills\nbaking\n".to_vec(),
    )
    .await;
    let mut event = event("s3");
    event["Records"][0]["s3"]["object"]["key"] = format!("upload/{id}").into();
    let accept_upload = world.start("accept-upload").await;
    // By way of a queue, which may bring it twice, and directly.
    let answer = accept_upload.call(&messages(&[event.to_string(), event.to_string()])).await.unwrap();
    assert_eq!(answer, json!({ "batchItemFailures": [] }));
    accept_upload.call(&event).await.unwrap();
    let get_cv = world.start("get-cv").await;
    let cv = get_cv.call(&get(&format!("/api/candidate/cvs/{id}"), "", "lou")).await.unwrap();
    assert_eq!(cv["statusCode"], 200, "{cv}");
}

#[tokio::test]
async fn an_event_that_is_not_for_the_function_is_an_error_and_an_unknown_address_a_problem() {
    let world = World::make().await;
    let parse_cv = world.start("parse-cv").await;
    let error = parse_cv.call(&event("schedule")).await.unwrap_err();
    assert!(error["errorMessage"].as_str().unwrap().contains("is not what this function takes"), "{error}");
    let get_cv = world.start("get-cv").await;
    let answer = get_cv.call(&get("/api/nothing", "", "ann")).await.unwrap();
    assert_eq!(answer["statusCode"], 404);
    assert_eq!(answer["headers"]["content-type"], "application/problem+json");
    let answer =
        get_cv.call(&get(&format!("/api/candidate/cvs/{}", Uuid::now_v7()), "", "ann")).await.unwrap();
    assert_eq!(answer["statusCode"], 404, "{answer}");
}

/// API Gateway joins what a client sends more than once: headers by commas, cookies in a list of their own, parameters in a
/// map by commas, beside the query as it was sent.
#[tokio::test]
async fn headers_cookies_and_parameters_that_come_more_than_once_are_taken_as_they_were_sent() {
    let world = World::make().await;
    let upload_cv = world.start("upload-cv").await;
    for name in ["Kim Lee", "Kim Low"] {
        let answer = upload_cv.call(&upload("kim", "cv.txt", format!("{name}\nChef\n").as_bytes())).await;
        assert_eq!(answer.unwrap()["statusCode"], 202);
    }
    let list_cvs = world.start("list-cvs").await;
    let mut event = event("http-api-repeated");
    let bearer = format!("Bearer {}", token("kim", &Role::ALL));
    event["headers"]["authorization"] = bearer.as_str().into();
    let answer = list_cvs.call(&event).await.unwrap();
    assert_eq!(answer["statusCode"], 200, "{answer}");
    let page = body(&answer);
    assert_eq!(page["cvs"].as_array().unwrap().len(), 1, "{page}");
    let first = page["cvs"][0]["cv_id"].clone();
    event["rawQueryString"] = format!("limit=1&cursor={}", page["next_cursor"].as_str().unwrap()).into();
    let page = body(&list_cvs.call(&event).await.unwrap());
    assert_eq!(page["cvs"].as_array().unwrap().len(), 1, "{page}");
    assert_ne!(page["cvs"][0]["cv_id"], first);
    // One that means one thing only is refused, and not read as "1,2".
    event["rawQueryString"] = "limit=1&limit=2".into();
    event["queryStringParameters"] = json!({ "limit": "1,2" });
    let answer = list_cvs.call(&event).await.unwrap();
    assert_eq!(answer["statusCode"], 400, "{answer}");
    assert_eq!(answer["headers"]["content-type"], "application/problem+json");
    event["rawQueryString"] = "".into();
    event["headers"]["authorization"] = format!("{bearer},{bearer}").into();
    assert_eq!(list_cvs.call(&event).await.unwrap()["statusCode"], 401);
}

/// Measured here, and bounded far above what is measured: machines of tests are busy.
#[tokio::test]
async fn an_environment_answers_soon_after_its_start() {
    let world = World::make().await;
    let ids = [hint(&Uuid::now_v7().to_string())];
    let list = get("/api/candidate/cvs", "", "ann");
    for (name, event) in [("list-cvs", list), ("parse-cv", messages(&ids)), ("embed-cv", messages(&ids))] {
        let started = Instant::now();
        let function = world.start(name).await;
        function.call(&event).await.unwrap();
        let took = started.elapsed();
        println!("cold start of {name}: {took:?}");
        assert!(took < Duration::from_secs(5), "{name} took {took:?}");
    }
}

/// What the way of a CV takes of each function, for the costs in DEPLOY.md: `cargo nextest run --run-ignored only -E
/// 'test(what_a_cv_takes)' --no-capture`. Time is that of the calls; on AWS a function of M MiB has M / 1769 of a processor, so
/// that what computes takes longer there, and the larger of both is what is paid for.
#[tokio::test]
#[ignore = "measures"]
async fn what_a_cv_takes() {
    let world = World::make().await;
    let jobs = std::fs::read_to_string(checkout().join("samples/jobs.ndjson")).unwrap();
    let import_jobs = world.start("import-jobs").await;
    let import = request("POST", "/api/jobs/import", "", "rita", "application/x-ndjson", jobs.as_bytes());
    assert_eq!(import_jobs.call(&import).await.unwrap()["statusCode"], 200);
    world.drain(QueueName::JobEmbed, &world.start("embed-job").await).await;
    let upload_cv = world.start("upload-cv").await;
    let cvs = cv_matching_tests::sample_cvs();
    let count = 10 * cvs.len();
    let mut ids = Vec::new();
    let started = Instant::now();
    for number in 0..count {
        let file = std::fs::read(&cvs[number % cvs.len()].0).unwrap();
        let answer = upload_cv.call(&upload(&format!("person-{number}"), "cv", &file)).await.unwrap();
        ids.push(body(&answer)["cv_id"].as_str().unwrap().to_owned());
    }
    println!("{count} CVs");
    report("upload-cv", &upload_cv, started.elapsed(), count);
    for (queue, name) in [
        (QueueName::CvParse, "parse-cv"),
        (QueueName::CvEmbed, "embed-cv"),
        (QueueName::CvMatch, "match-cv"),
        (QueueName::MatchExplain, "explain-matches"),
    ] {
        let function = world.start(name).await;
        let queues = world.parts.queues().await;
        let mut took = Duration::ZERO;
        let mut done = 0;
        while done < count {
            let received =
                queues.receive(queue, 10, Duration::from_secs(20), Duration::from_secs(300)).await.unwrap();
            let bodies: Vec<String> =
                received.iter().map(|message| serde_json::to_string(&message.hint).unwrap()).collect();
            let started = Instant::now();
            function.call(&messages(&bodies)).await.unwrap();
            took += started.elapsed();
            done += received.len();
            queues.delete(queue, &received).await.unwrap();
        }
        report(name, &function, took, done);
    }
    let recommendations = world.start("get-recommendations").await;
    let started = Instant::now();
    for (number, id) in ids.iter().enumerate() {
        let event =
            get("/api/candidate/recommendations", &format!("cv_id={id}"), &format!("person-{number}"));
        assert_eq!(body(&recommendations.call(&event).await.unwrap())["status"], "completed");
    }
    report("get-recommendations", &recommendations, started.elapsed(), count);
}

/// Prints what a function took: time and processor time for each of `count`, and the most memory that it had.
fn report(name: &str, function: &LambdaFunction, took: Duration, count: usize) {
    let process = format!("/proc/{}", function.process.pid());
    let status = std::fs::read_to_string(format!("{process}/status")).unwrap();
    let peak =
        status.lines().find(|line| line.starts_with("VmHWM")).unwrap().split_whitespace().nth(1).unwrap();
    let stat = std::fs::read_to_string(format!("{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    // In hundredths of a second, on every Linux.
    let processor = (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0;
    println!(
        "{name}: {:.1} ms and {:.1} ms of processor each, {} MiB at most",
        took.as_secs_f64() * 1000.0 / count as f64,
        processor / count as f64,
        peak.parse::<u64>().unwrap() / 1024
    );
}
