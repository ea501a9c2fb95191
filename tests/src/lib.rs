//! What the tests of the built program share: starting it as a user does, and talking to it over HTTP.

pub mod collector;
pub mod fetched;
pub mod function;
pub mod lambda;
pub mod operated;
pub mod outside;
pub mod pgbouncer;

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use reqwest::multipart::{Form, Part};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use shared::auth::{Role, issue_token};
use shared::config::AuthSettings;
use tempfile::TempDir;

/// Long enough for a loaded machine; nothing that works comes near it.
pub const PATIENCE: Duration = Duration::from_secs(120);
/// What signs the tokens of these tests.
pub const SECRET: &str = "the secret of these tests, made of 40 bytes";

/// The root of the checkout.
pub fn checkout() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package lies in the checkout").to_owned()
}

/// The built program.
pub fn program() -> PathBuf {
    match std::env::var_os("CV_MATCHING_BIN") {
        Some(path) => path.into(),
        None => checkout().join("target/release/cv-matching"),
    }
}

/// An empty folder that Postgres can reach as an unprivileged user.
pub fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder can be made")
}

/// A running program, or something else that answers at an address.
pub struct Server {
    process: Option<Child>,
    /// Where it serves.
    pub url: String,
    client: reqwest::Client,
}

impl Server {
    /// Starts `serve` on `data_dir` with further variables, and waits until it says that it is ready.
    pub fn start(data_dir: &Path, variables: &[(&str, &str)], jobs: Option<&Path>) -> Self {
        let mut command = Command::new(program());
        command.arg("serve").current_dir(checkout()).stdout(Stdio::piped());
        if let Some(jobs) = jobs {
            command.arg("--jobs").arg(jobs);
        }
        let log = fs::OpenOptions::new().create(true).append(true).open(data_dir.join("server.log"));
        command.stderr(log.expect("the log can be written"));
        for name in ["DATABASE_URL", "S3_BUCKET", "SQS_QUEUE_URL_PREFIX", "REDIS_URL", "AWS_ENDPOINT_URL"] {
            command.env_remove(name);
        }
        command
            .env("PORT", "0")
            .env("DATA_DIR", data_dir)
            .env("JWT_SECRET", SECRET)
            .envs(variables.iter().copied());
        let mut process = command.spawn().expect("the program is built: run `make test`");
        let mut output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let mut line = String::new();
        output.read_line(&mut line).expect("it writes a line");
        let url = line
            .split_whitespace()
            .find(|word| word.starts_with("http://"))
            .unwrap_or_else(|| panic!("not ready: {line:?}; {}", log_of(data_dir)))
            .to_owned();
        let mut server = Self::at(&url);
        server.process = Some(process);
        server
    }

    /// What others run at `url`.
    pub fn at(url: &str) -> Self {
        shared::tls::use_ring();
        let client = reqwest::Client::builder().timeout(PATIENCE).build().expect("a client can be made");
        Self { process: None, url: url.to_owned(), client }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("it was started here").id()
    }

    /// Ends it as Ctrl-C does, and waits.
    pub fn stop(mut self) -> ExitStatus {
        let mut process = self.process.take().expect("it was started here");
        signal("-INT", process.id());
        process.wait().expect("it ends")
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> ExitStatus {
        self.process.take().expect("it was started here").wait().expect("it ends")
    }

    /// Ends it as a crash does.
    pub fn kill(mut self) {
        let mut process = self.process.take().expect("it was started here");
        process.kill().expect("it runs");
        process.wait().expect("it ends");
    }

    /// One request as `sub`, who has all roles.
    pub async fn send(&self, sub: &str, method: Method, path: &str, body: Option<Value>) -> Response {
        self.send_as(sub, &Role::ALL, method, path, body).await
    }

    /// One request as `sub` with `roles`.
    pub async fn send_as(
        &self,
        sub: &str,
        roles: &[Role],
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Response {
        let mut request =
            self.client.request(method, format!("{}{path}", self.url)).bearer_auth(token(sub, roles));
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.expect("the server answers")
    }

    /// Every route of the table reaches a function that knows it: none answers that there is nothing at this address.
    pub async fn every_route_reaches_its_function(&self) {
        for function in functions::all() {
            for (method, path) in function.routes() {
                let path = path.replace("{cv_id}", "x").replace("{job_id}", "x").replace("{name}", "x");
                let path = path.replace("{queue}", "x").replace("/test_queue", "/test_queue?queue=x");
                let path = path.replace("/test_celery", "/test_celery?queue=x");
                let method: Method = method.parse().expect("a method");
                let answer = self.send("nobody", method.clone(), &path, None).await;
                let (status, text) = (answer.status(), answer.text().await.expect("a body"));
                assert!(status.as_u16() < 500 && status != 405, "{method} {path}: {status} {text}");
                assert!(
                    !text.contains("There is nothing at"),
                    "{method} {path} reaches a function that does not know it"
                );
            }
        }
    }

    /// The JSON of a GET that must succeed.
    pub async fn get(&self, sub: &str, path: &str) -> Value {
        let answer = self.send(sub, Method::GET, path, None).await;
        let status = answer.status();
        let text = answer.text().await.expect("a body");
        assert!(status.is_success(), "GET {path}: {status} {text}");
        serde_json::from_str(&text).expect("JSON")
    }

    /// Uploads a file as `sub`.
    pub async fn upload(
        &self,
        sub: &str,
        name: &str,
        content: Vec<u8>,
        key: Option<&str>,
    ) -> (StatusCode, Value) {
        let form = Form::new().part("file", Part::bytes(content).file_name(name.to_owned()));
        let url = format!("{}/api/candidate/upload_and_parse", self.url);
        let mut request = self.client.post(url).bearer_auth(token(sub, &[Role::Candidate])).multipart(form);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        match request.send().await {
            Ok(answer) => (answer.status(), answer.json().await.unwrap_or(Value::Null)),
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, Value::Null),
        }
    }

    /// Uploads a CV that must be taken in; returns its id.
    pub async fn upload_cv(&self, sub: &str, name: &str, content: Vec<u8>) -> String {
        let (status, answer) = self.upload(sub, name, content, None).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
        assert_eq!(answer["status"], "pending");
        answer["cv_id"].as_str().expect("an id").to_owned()
    }

    /// A CV's recommendations, once `done` says that they are there.
    pub async fn recommendations_when(&self, sub: &str, cv: &str, done: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = self.get(sub, &format!("/api/candidate/recommendations?cv_id={cv}&limit=100")).await;
            if done(&answer) {
                return answer;
            }
            if Instant::now() > until {
                let stages = self.get(sub, &format!("/api/candidate/cvs/{cv}")).await["stages"].take();
                panic!("not there after {PATIENCE:?}: {answer}; {stages}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A CV's recommendations, once they are all explained.
    pub async fn recommendations(&self, sub: &str, cv: &str) -> Value {
        self.recommendations_when(sub, cv, |answer| {
            ["completed", "failed"].contains(&answer["status"].as_str().unwrap_or(""))
        })
        .await
    }

    /// Posts a job as `sub`; returns its id.
    pub async fn post_job(&self, sub: &str, title: &str, text: &str) -> String {
        let job = json!({ "title": title, "company": "Test Works", "location": "Leeds, United Kingdom", "text": text });
        let answer = self.send(sub, Method::POST, "/api/jobs", Some(job)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        let answer: Value = answer.json().await.expect("JSON");
        answer["id"].as_str().unwrap_or_else(|| panic!("no id in {answer}")).to_owned()
    }

    /// The answer to a test of a queue; one that is behind other messages may need more than one.
    pub async fn tested_queue(&self, queue: &str) -> Value {
        let until = Instant::now() + 2 * PATIENCE;
        loop {
            let path = format!("/api/admin/test_queue?queue={queue}&timeout=25");
            let answer = self.send("op", Method::POST, &path, None).await;
            let status = answer.status();
            let answer: Value = answer.json().await.expect("JSON");
            if status.is_success() {
                return answer;
            }
            assert!(status == StatusCode::GATEWAY_TIMEOUT && Instant::now() < until, "{status} {answer}");
        }
    }

    /// A client for requests of another kind.
    pub fn client(&self) -> &reqwest::Client {
        &self.client
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed leaves its server running; one that was stopped or killed is gone already.
        if let Some(process) = &mut self.process
            && let Ok(None) = process.try_wait()
        {
            signal("-INT", process.id());
            let _ = process.wait();
        }
    }
}

/// Sends a signal, such as `-TERM`.
pub fn signal(signal: &str, pid: u32) {
    let status = Command::new("kill").args([signal, &pid.to_string()]).status();
    assert!(status.is_ok_and(|status| status.success()), "the process {pid} cannot be signalled");
}

fn log_of(data_dir: &Path) -> String {
    fs::read_to_string(data_dir.join("server.log")).unwrap_or_default()
}

/// A token of these tests.
pub fn token(sub: &str, roles: &[Role]) -> String {
    let auth = AuthSettings { jwt_secret: Some(SECRET.to_owned()), ..AuthSettings::default() };
    issue_token(&auth, sub, roles, Duration::from_secs(3600)).expect("a token can be signed")
}

/// The sample jobs' occupations by title and employer.
pub fn occupations() -> HashMap<(String, String), String> {
    let text = fs::read_to_string(checkout().join("samples/jobs.ndjson")).expect("the sample jobs are there");
    text.lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("a sample job is JSON"))
        .map(|job| {
            let word = |name: &str| job[name].as_str().unwrap_or_default().to_owned();
            ((word("title"), word("company")), word("occupation"))
        })
        .collect()
}

/// The sample CVs, each with its occupations.
pub fn sample_cvs() -> Vec<(PathBuf, Vec<String>)> {
    let mut cvs = Vec::new();
    for entry in fs::read_dir(checkout().join("samples/cvs")).expect("the sample CVs are there") {
        let path = entry.expect("a file").path();
        let Some(file) = path.to_str().and_then(|path| path.strip_suffix(".truth.json")) else { continue };
        let truth: Value =
            serde_json::from_str(&fs::read_to_string(&path).expect("a truth")).expect("a truth is JSON");
        let occupations = truth["occupations"].as_array().expect("occupations").iter();
        let occupations = occupations.map(|word| word.as_str().unwrap_or_default().to_owned()).collect();
        cvs.push((PathBuf::from(file), occupations));
    }
    cvs.sort();
    assert!(cvs.len() >= 12, "there are {} sample CVs", cvs.len());
    cvs
}

/// Puts a file into the bucket by the form of a promised upload.
pub async fn send_form(upload: &Value, name: &str, content: Vec<u8>) {
    shared::tls::use_ring();
    let mut form = Form::new();
    for (name, value) in upload["fields"].as_object().expect("a form") {
        form = form.text(name.clone(), value.as_str().expect("a text").to_owned());
    }
    let form = form.part("file", Part::bytes(content).file_name(name.to_owned()));
    let url = upload["url"].as_str().expect("an address");
    let sent = reqwest::Client::new().post(url).multipart(form).send().await.expect("the bucket answers");
    assert!(sent.status().is_success(), "{}", sent.status());
}
