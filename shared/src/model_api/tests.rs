//! Retries on a clock that jumps, and requests to a server that a test writes.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap as Headers, StatusCode as Status, Uri};
use axum::response::IntoResponse;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::Instant;

use super::*;
use crate::config::ApiKey;

fn refused(status: u16, retry_after: Option<u64>) -> ModelApiError {
    let retry_after = retry_after.map(Duration::from_secs);
    ModelApiError::Refused { status, code: None, parameter: None, retry_after }
}

/// What becomes of attempts that fail with `errors` one after another and then succeed: the result, attempts, time.
async fn tried(errors: Vec<ModelApiError>, deadline: Duration) -> (Result<(), ModelApiError>, u32, Duration) {
    let started = Instant::now();
    let made = AtomicU32::new(0);
    let errors = Mutex::new(errors.into_iter());
    let result = retrying(Retries::default(), started + deadline, |_| {
        made.fetch_add(1, Ordering::Relaxed);
        let next = errors.lock().unwrap().next();
        async move { next.map_or(Ok(()), Err) }
    })
    .await;
    (result, made.into_inner(), started.elapsed())
}

#[tokio::test(start_paused = true)]
async fn what_may_succeed_later_is_tried_again_and_what_stays_is_not() {
    let hour = Duration::from_secs(3600);
    for status in [408, 409, 425, 429, 500, 502, 503, 529] {
        let (result, made, _) = tried(vec![refused(status, None)], hour).await;
        assert!(result.is_ok() && made == 2, "{status}: {made}");
    }
    for status in [400, 401, 403, 404, 413, 422] {
        let (result, made, _) = tried(vec![refused(status, None)], hour).await;
        assert!(result.is_err() && made == 1, "{status}: {made}");
    }
    let (result, made, _) = tried(vec![ModelApiError::Interrupted { reason: "timeout" }], hour).await;
    assert!(result.is_ok() && made == 2);
}

#[tokio::test(start_paused = true)]
async fn it_ends_after_five_attempts_or_before_the_deadline() {
    let all = || (0..9).map(|_| refused(503, None)).collect();
    let (result, made, _) = tried(all(), Duration::from_secs(3600)).await;
    assert!(result.is_err() && made == 5, "{made}");
    let long = vec![refused(429, Some(30)), refused(429, Some(30))];
    let (result, made, time) = tried(long, Duration::from_secs(20)).await;
    assert!(result.is_err() && made == 1 && time < Duration::from_secs(20), "{made} {time:?}");
}

#[tokio::test(start_paused = true)]
async fn it_waits_as_long_as_it_is_asked_to() {
    let (result, made, time) = tried(vec![refused(429, Some(7))], Duration::from_secs(60)).await;
    assert!(result.is_ok() && made == 2);
    assert!((7..9).contains(&time.as_secs()), "{time:?}");
}

#[test]
fn waits_grow_differ_and_have_an_end() {
    let retries = Retries::default();
    for (attempt, most) in [(0, 500), (1, 1000), (2, 2000), (10, 10_000), (40, 10_000)] {
        let waits: Vec<Duration> = (0..40).map(|_| retries.wait(attempt)).collect();
        assert!(waits.iter().all(|wait| *wait <= Duration::from_millis(most)), "{waits:?}");
        assert!(waits.iter().any(|wait| *wait != waits[0]));
        assert!(waits.iter().max() > Some(&Duration::from_millis(most / 2)), "{waits:?}");
    }
}

/// A server that answers each request alike, and keeps what it was asked.
async fn server(
    status: u16,
    headers: &'static [(&'static str, &'static str)],
    body: String,
) -> (ModelApi, Arc<Mutex<Vec<(String, Headers)>>>) {
    let asked: Arc<Mutex<Vec<(String, Headers)>>> = Arc::default();
    let kept = asked.clone();
    let router = Router::new().fallback(move |uri: Uri, sent: Headers, _: Bytes| {
        kept.lock().unwrap().push((uri.path().to_owned(), sent));
        let mut response = (Status::from_u16(status).unwrap(), body.clone()).into_response();
        for (name, value) in headers {
            response.headers_mut().insert(*name, value.parse().unwrap());
        }
        async move { response }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let api_key = Some(ApiKey::from("sk-secret"));
    (ModelApi::new(ModelApiSettings { base_url, model: "small".into(), api_key }).unwrap(), asked)
}

const PATIENCE: Duration = Duration::from_secs(20);

#[tokio::test]
async fn the_key_goes_with_the_request_and_the_answer_comes_back() {
    let (api, asked) = server(200, &[], json!({ "answer": 42 }).to_string()).await;
    let answer: Value = api.post("chat/completions", &json!({}), PATIENCE).await.unwrap();
    assert_eq!(answer["answer"], 42);
    let (path, headers) = asked.lock().unwrap()[0].clone();
    assert_eq!(path, "/v1/chat/completions");
    assert_eq!(headers["authorization"], "Bearer sk-secret");
    assert!(!format!("{api:?}").contains("secret"), "{api:?}");
}

#[tokio::test]
async fn a_refusal_tells_its_code_and_wait_but_nothing_of_what_was_sent() {
    let words = json!({ "error": { "code": "rate_limit_exceeded", "message": "You sent: Anna Novak" } });
    let (api, _) = server(429, &[("retry-after", "12")], words.to_string()).await;
    let error = api.post::<Value>("x", &json!({}), PATIENCE).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(12)));
    assert_eq!(error.kind(), "rate_limited");
    assert!(error.to_string().contains("429 (rate_limit_exceeded)"), "{error}");
    assert!(!format!("{error:?}").contains("Novak"), "{error:?}");
}

#[tokio::test]
async fn a_parameter_that_a_server_does_not_take_is_named() {
    let words = json!({ "error": { "message": "Unsupported parameter: 'response_format'" } });
    let (api, _) = server(400, &[], words.to_string()).await;
    let error = api.post::<Value>("x", &json!({}), PATIENCE).await.unwrap_err();
    assert!(matches!(error, ModelApiError::Refused { parameter: Some("response_format"), .. }), "{error:?}");
}

#[tokio::test]
async fn a_redirect_is_not_followed_and_no_json_is_an_error_that_stays() {
    let (api, asked) = server(302, &[("location", "/elsewhere")], String::new()).await;
    let error = api.post::<Value>("x", &json!({}), PATIENCE).await.unwrap_err();
    assert!(!error.is_retryable() && asked.lock().unwrap().len() == 1, "{error}");
    let (api, _) = server(200, &[], "<html>".to_owned()).await;
    let error = api.post::<Value>("x", &json!({}), PATIENCE).await.unwrap_err();
    assert!(matches!(error, ModelApiError::Unreadable(_)) && error.may_be_charged(), "{error}");
}

#[tokio::test]
async fn nobody_at_the_address_is_told_and_costs_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let settings = ModelApiSettings { base_url, model: "small".into(), api_key: None };
    let error = ModelApi::new(settings).unwrap().post::<Value>("x", &json!({}), PATIENCE).await.unwrap_err();
    assert!(matches!(error, ModelApiError::Unreachable { .. }), "{error:?}");
    assert!(error.is_retryable() && !error.may_be_charged());
}

#[test]
fn a_wait_is_read_as_seconds_or_as_a_date() {
    let wait = |text: &str| {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, text.parse().unwrap());
        retry_after(&headers)
    };
    assert_eq!(wait("3"), Some(Duration::from_secs(3)));
    let date = (chrono::Utc::now() + chrono::TimeDelta::seconds(90)).format("%a, %d %b %Y %H:%M:%S GMT");
    assert!((80..=90).contains(&wait(&date.to_string()).unwrap().as_secs()));
    assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT"), None);
    assert_eq!(wait("soon"), None);
}
