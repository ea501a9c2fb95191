//! An embedding API, as a server that a test writes plays it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;
use crate::config::ApiKey;

/// What the server answers first, one after another, and what it was asked.
#[derive(Clone, Default)]
struct World {
    first: Arc<Mutex<VecDeque<(u16, Value)>>>,
    asked: Arc<Mutex<Vec<Value>>>,
}

/// Vectors that point along the dimension of the text's first letter, the last text first, not of length one.
async fn answer(State(world): State<World>, Json(request): Json<Value>) -> Response {
    world.asked.lock().unwrap().push(request.clone());
    if let Some((status, body)) = world.first.lock().unwrap().pop_front() {
        return (StatusCode::from_u16(status).unwrap(), Json(body)).into_response();
    }
    let length = if request["model"] == "long" { 1536 } else { DIMENSIONS };
    let texts = request["input"].as_array().unwrap().iter().enumerate().rev();
    let data: Vec<Value> = texts
        .map(|(index, text)| {
            let mut embedding = vec![0.0; length];
            embedding[usize::from(text.as_str().unwrap().as_bytes()[0])] = 3.0;
            json!({ "object": "embedding", "index": index, "embedding": embedding })
        })
        .collect();
    Json(json!({ "object": "list", "data": data })).into_response()
}

async fn embedder(model: &str, first: Vec<(u16, Value)>) -> (Embedder, World) {
    let world = World { first: Arc::new(Mutex::new(first.into())), ..World::default() };
    let router = Router::new().route("/v1/embeddings", post(answer)).with_state(world.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    let settings = ModelApiSettings { base_url, model: model.into(), api_key: Some(ApiKey::from("sk-1")) };
    let millisecond = Duration::from_millis(1);
    let retries = Retries { attempts: 3, first: millisecond, longest: millisecond };
    (Embedder::api_with_retries(settings, retries).unwrap(), world)
}

async fn embed(embedder: &Embedder, texts: Vec<String>) -> Result<Vec<Embedding>, EmbeddingError> {
    let embedder = embedder.clone();
    let work = move || embedder.embed(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(work).await.unwrap()
}

fn direction(embedding: &Embedding) -> char {
    let place = embedding.as_slice().iter().position(|value| *value == 1.0);
    char::from(u8::try_from(place.expect("a vector of length one along one dimension")).unwrap())
}

#[tokio::test]
async fn many_texts_go_in_batches_and_come_back_in_their_order_with_length_one() {
    let (embedder, world) = embedder("text-embedding-3-small", Vec::new()).await;
    let texts: Vec<String> = (0..70).map(|index| format!("{} text", char::from(b'0' + index))).collect();
    let embeddings = embed(&embedder, texts.clone()).await.unwrap();
    let directions: String = embeddings.iter().map(direction).collect();
    let wanted: String = texts.iter().filter_map(|text| text.chars().next()).collect();
    assert_eq!(directions, wanted);
    let asked = world.asked.lock().unwrap();
    let sizes: Vec<usize> = asked.iter().map(|request| request["input"].as_array().unwrap().len()).collect();
    assert_eq!(sizes, [32, 32, 6]);
    assert!(asked.iter().all(|request| request["dimensions"] == 384), "{asked:?}");
    assert_eq!(embedder.model_name(), "api/text-embedding-3-small");
}

#[tokio::test]
async fn a_vector_of_another_length_is_an_error_that_says_what_to_do() {
    let (embedder, world) = embedder("long", Vec::new()).await;
    let error = embed(&embedder, vec!["a".to_owned()]).await.unwrap_err();
    assert_eq!(error, EmbeddingError::OtherLength { model: "long".to_owned(), length: 1536 });
    assert!(error.to_string().contains("EMBEDDING_MODEL"), "{error}");
    assert!(!error.may_be_one_text());
    assert_eq!(world.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_server_that_takes_no_dimensions_is_asked_without() {
    let refused = json!({ "error": { "message": "This model does not support specifying dimensions." } });
    let (embedder, world) = embedder("bge-small", vec![(400, refused)]).await;
    for _ in 0..2 {
        assert_eq!(embed(&embedder, vec!["a".to_owned()]).await.unwrap().len(), 1);
    }
    let asked = world.asked.lock().unwrap();
    let with: Vec<bool> = asked.iter().map(|request| request.get("dimensions").is_some()).collect();
    assert_eq!(with, [true, false, false]);
}

#[tokio::test]
async fn what_fails_for_a_moment_is_tried_again_and_what_fails_for_long_is_an_error() {
    let (one, world) = embedder("small", vec![(429, json!({})), (500, json!({}))]).await;
    assert!(embed(&one, vec!["a".to_owned()]).await.is_ok());
    assert_eq!(world.asked.lock().unwrap().len(), 3);
    let (other, world) = embedder("small", vec![(503, json!({})); 9]).await;
    let error = embed(&other, vec!["a".to_owned()]).await.unwrap_err();
    assert_eq!(error.kind(), "server_error");
    assert_eq!(world.asked.lock().unwrap().len(), 3);
    // While the server is down, the next batches do not wait for it.
    assert!(embed(&other, vec!["a".to_owned()]).await.is_err());
    assert_eq!(world.asked.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn an_answer_with_a_text_too_few_is_an_error() {
    let few = json!({ "data": [{ "index": 1, "embedding": vec![1.0; DIMENSIONS] }] });
    let (embedder, _) = embedder("small", vec![(200, few)]).await;
    let error = embed(&embedder, vec!["a".to_owned(), "b".to_owned()]).await.unwrap_err();
    assert_eq!(error.kind(), "unreadable");
}

#[tokio::test]
async fn an_empty_text_is_told_before_anything_is_sent() {
    let (embedder, world) = embedder("small", Vec::new()).await;
    let error = embed(&embedder, vec!["a".to_owned(), " \n".to_owned()]).await.unwrap_err();
    assert_eq!(error, EmbeddingError::EmptyText { index: 1 });
    assert!(world.asked.lock().unwrap().is_empty());
}

#[test]
fn a_caller_without_a_runtime_gets_vectors_too() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (embedder, _) = runtime.block_on(embedder("small", Vec::new()));
    let embeddings = embedder.embed(&["a", "b"]).unwrap();
    assert_eq!(embeddings.iter().map(direction).collect::<String>(), "ab");
}

#[tokio::test]
async fn of_a_long_text_the_beginning_is_sent() {
    let (embedder, world) = embedder("small", Vec::new()).await;
    embed(&embedder, vec!["word ".repeat(5000)]).await.unwrap();
    let asked = world.asked.lock().unwrap();
    let sent = asked[0]["input"][0].as_str().unwrap();
    assert!((1900..=2000).contains(&sent.len()) && sent.ends_with("word"), "{}", sent.len());
}
