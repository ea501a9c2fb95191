//! A model behind an OpenAI-compatible `/embeddings` endpoint, asked for vectors of [`DIMENSIONS`] numbers in batches.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant as Moment};

use serde::{Deserialize, Serialize};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::time::Instant;

use super::{DIMENSIONS, Embedding, EmbeddingError};
use crate::config::ModelApiSettings;
use crate::model_api::{ModelApi, ModelApiError, Retries, retrying};

/// Texts of one request: what servers of small models take at once.
const BATCH_TEXTS: usize = 32;
/// What is sent of a text: more than small models read, and about half as much again as a text to embed has.
const MOST_CHARACTERS: usize = 2000;
/// How long one request may take, and a batch with its retries.
const REQUEST_PATIENCE: Duration = Duration::from_secs(10);
const BATCH_PATIENCE: Duration = Duration::from_secs(25);
/// For so long after a batch that failed, the next are tried once only: a row's lease must not end while a server is down.
const CAUTION: Duration = Duration::from_secs(60);

/// The model, and how its server has answered so far.
pub(super) struct ApiModel {
    name: String,
    api: ModelApi,
    retries: Retries,
    /// Whether the server takes the parameter `dimensions`.
    takes_dimensions: AtomicBool,
    made: Moment,
    /// Milliseconds from `made` to the end of the time of caution.
    cautious_until: AtomicU64,
    /// For callers without a runtime: the tools.
    runtime: OnceLock<Runtime>,
}

#[derive(Serialize)]
struct Request<'a> {
    model: &'a str,
    input: &'a [&'a str],
    encoding_format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<usize>,
}

#[derive(Deserialize)]
struct Answer {
    data: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    index: usize,
    embedding: Vec<f32>,
}

impl ApiModel {
    pub(super) fn new(settings: ModelApiSettings, retries: Retries) -> Result<Self, EmbeddingError> {
        let name = super::api_model(&settings.model);
        Ok(Self {
            name,
            api: ModelApi::new(settings).map_err(|error| failed(&error))?,
            retries,
            takes_dimensions: AtomicBool::new(true),
            made: Moment::now(),
            cautious_until: AtomicU64::new(0),
            runtime: OnceLock::new(),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Blocks: within a runtime, only from `spawn_blocking`.
    pub(super) fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingError> {
        if let Some(index) = texts.iter().position(|text| is_empty(text)) {
            return Err(EmbeddingError::EmptyText { index });
        }
        let cut: Vec<&str> = texts.iter().map(|text| beginning(text)).collect();
        let work = self.embed_all(&cut);
        match Handle::try_current() {
            Ok(runtime) => runtime.block_on(work),
            Err(_) => {
                let made = match self.runtime.get() {
                    Some(made) => made,
                    None => {
                        let runtime = Builder::new_current_thread().enable_all().build();
                        let runtime =
                            runtime.map_err(|error| EmbeddingError::Inference(error.to_string()))?;
                        self.runtime.get_or_init(|| runtime)
                    }
                };
                made.block_on(work)
            }
        }
    }

    async fn embed_all(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingError> {
        let mut embeddings = Vec::with_capacity(texts.len());
        for batch in texts.chunks(BATCH_TEXTS) {
            let vectors = self.ask(batch).await.map_err(|error| failed(&error))?;
            embeddings.extend(self.embeddings(vectors, batch.len())?);
        }
        Ok(embeddings)
    }

    async fn ask(&self, batch: &[&str]) -> Result<Vec<Vector>, ModelApiError> {
        let since_made = || u64::try_from(self.made.elapsed().as_millis()).unwrap_or(u64::MAX);
        let is_cautious = since_made() < self.cautious_until.load(Ordering::Relaxed);
        let retries =
            Retries { attempts: if is_cautious { 1 } else { self.retries.attempts }, ..self.retries };
        let deadline = Instant::now() + BATCH_PATIENCE;
        let answer = retrying(retries, deadline, |left| self.ask_once(batch, left)).await;
        let until = if answer.is_err() { since_made() + CAUTION.as_millis() as u64 } else { 0 };
        self.cautious_until.store(until, Ordering::Relaxed);
        Ok(answer?.data)
    }

    async fn ask_once(&self, batch: &[&str], left: Duration) -> Result<Answer, ModelApiError> {
        let timeout = left.min(REQUEST_PATIENCE);
        let request = |dimensions| Request {
            model: self.api.model(),
            input: batch,
            encoding_format: "float",
            dimensions,
        };
        if self.takes_dimensions.load(Ordering::Relaxed) {
            let answer = self.api.post("embeddings", &request(Some(DIMENSIONS)), timeout).await;
            let refused = matches!(answer, Err(ModelApiError::Refused { parameter: Some("dimensions"), .. }));
            if !refused {
                return answer;
            }
            // A model of one length takes no other; whether it is ours is seen by what it gives.
            self.takes_dimensions.store(false, Ordering::Relaxed);
        }
        self.api.post("embeddings", &request(None), timeout).await
    }

    /// The vectors in the texts' order, each of length one.
    fn embeddings(&self, vectors: Vec<Vector>, count: usize) -> Result<Vec<Embedding>, EmbeddingError> {
        let unreadable = |reason: &str| EmbeddingError::Api { kind: "unreadable", reason: reason.to_owned() };
        let mut ordered: Vec<Option<Embedding>> = vec![None; count];
        for vector in vectors {
            let length = vector.embedding.len();
            if length != DIMENSIONS {
                return Err(EmbeddingError::OtherLength { model: self.api.model().to_owned(), length });
            }
            let place = ordered
                .get_mut(vector.index)
                .ok_or_else(|| unreadable("it answered more texts than asked"))?;
            let embedding = Embedding::of_length_one(vector.embedding);
            *place = Some(embedding.ok_or_else(|| unreadable("it answered a vector without a direction"))?);
        }
        let all: Option<Vec<Embedding>> = ordered.into_iter().collect();
        all.ok_or_else(|| unreadable("it answered fewer texts than asked"))
    }
}

fn failed(error: &ModelApiError) -> EmbeddingError {
    match error {
        ModelApiError::Refused { status: 400 | 413 | 422, .. } => {
            EmbeddingError::TextRefused(error.to_string())
        }
        _ => EmbeddingError::Api { kind: error.kind(), reason: error.to_string() },
    }
}

fn is_empty(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || c.is_control())
}

/// The text up to the last white space before [`MOST_CHARACTERS`].
fn beginning(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(MOST_CHARACTERS) else { return text };
    let cut = text[..end].trim_end();
    cut.rfind(char::is_whitespace).map_or(cut, |at| &cut[..at])
}
