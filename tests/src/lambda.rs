//! A small runtime API of Lambda: what a function's process talks to in its environment. The process under it is the one
//! that runs on AWS, with the runtime that runs there; what calls it here is a test.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path as InPath, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use crate::PATIENCE;
use crate::function::Function;

type Answer = Result<Value, Value>;

#[derive(Clone)]
struct Calls {
    waiting: Arc<tokio::sync::Mutex<mpsc::Receiver<Call>>>,
    open: Arc<Mutex<HashMap<String, oneshot::Sender<Answer>>>>,
}

struct Call {
    id: String,
    event: String,
    deadline: u128,
    answer: oneshot::Sender<Answer>,
}

/// A function in its environment.
pub struct LambdaFunction {
    /// Its process.
    pub process: Function,
    calls: mpsc::Sender<Call>,
}

impl LambdaFunction {
    /// Starts `cv-matching function NAME` in an environment of Lambda's.
    pub async fn start(name: &str, variables: &[(&str, &str)], log: &Path) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port is free");
        let address = listener.local_addr().expect("it has an address").to_string();
        let (calls, waiting) = mpsc::channel(16);
        let state = Calls { waiting: Arc::new(tokio::sync::Mutex::new(waiting)), open: Arc::default() };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .with_state(state);
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut all = vec![
            ("AWS_LAMBDA_RUNTIME_API", address.as_str()),
            ("AWS_LAMBDA_FUNCTION_NAME", name),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ];
        all.extend(variables);
        Self { process: Function::start(name, &all, log), calls }
    }

    /// Calls it with an event, as Lambda does for a function whose timeout is `timeout`.
    pub async fn call_within(&self, event: &Value, timeout: Duration) -> Answer {
        let (answer, answered) = oneshot::channel();
        let deadline = SystemTime::now().duration_since(UNIX_EPOCH).expect("a date after 1970") + timeout;
        let call = Call {
            id: Uuid::now_v7().to_string(),
            event: event.to_string(),
            deadline: deadline.as_millis(),
            answer,
        };
        self.calls.send(call).await.expect("the environment is there");
        tokio::time::timeout(PATIENCE, answered).await.expect("an answer in time").expect("an answer")
    }

    /// Calls it with an event and a minute's time.
    pub async fn call(&self, event: &Value) -> Answer {
        self.call_within(event, Duration::from_secs(60)).await
    }
}

async fn next(State(calls): State<Calls>) -> (HeaderMap, String) {
    let call = calls.waiting.lock().await.recv().await;
    let Some(call) = call else { std::future::pending().await };
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("lambda-runtime-aws-request-id", call.id.clone()),
        ("lambda-runtime-deadline-ms", call.deadline.to_string()),
        (
            "lambda-runtime-invoked-function-arn",
            "arn:aws:lambda:us-east-1:000000000000:function:f".to_owned(),
        ),
        ("lambda-runtime-trace-id", "Root=1-00000000-000000000000000000000000".to_owned()),
    ] {
        headers.insert(name, HeaderValue::from_str(&value).expect("a plain value"));
    }
    calls.open.lock().expect("no panic").insert(call.id, call.answer);
    (headers, call.event)
}

async fn response(State(calls): State<Calls>, InPath(id): InPath<String>, body: Bytes) -> StatusCode {
    finish(&calls, &id, Ok(serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

async fn error(State(calls): State<Calls>, InPath(id): InPath<String>, body: Bytes) -> StatusCode {
    finish(&calls, &id, Err(serde_json::from_slice(&body).unwrap_or(Value::Null)))
}

fn finish(calls: &Calls, id: &str, answer: Answer) -> StatusCode {
    match calls.open.lock().expect("no panic").remove(id) {
        Some(open) => {
            let _ = open.send(answer);
            StatusCode::ACCEPTED
        }
        None => StatusCode::NOT_FOUND,
    }
}
