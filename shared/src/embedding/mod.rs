//! Text to vector: what two texts mean, as a number between -1 and 1. [`Embedder`] runs a sentence-embedding model
//! (all-MiniLM-L6-v2) inside this process, without a service and without C code, or asks one behind an API; [`Embedding`] is its
//! result.
//!
//! The model reads 256 tokens, some 180 English words. A longer text is cut there: [`Embedder::split`] gives passages
//! that fit, and [`Embedding::mean`] makes one vector of theirs. It was trained on English; other languages written in
//! Latin letters come out usable, others poor.
//!
//! Vectors of different models are not comparable: store [`Embedder::model_name`] beside each.

mod api;
mod local;
mod mock;
mod tokens;
mod turns;
mod vector;

#[cfg(test)]
mod api_tests;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use vector::Embedding;

use crate::config::ModelApiSettings;
use crate::model_api::Retries;

/// Length of every vector, whichever model made it.
pub const DIMENSIONS: usize = 384;

/// The name of the local model: what [`Embedder::model_name`] says of it, known without loading it.
pub const LOCAL_MODEL: &str = local::NAME;

/// The name of the mock.
pub const MOCK_MODEL: &str = "mock";

/// The name of an API's model: what [`Embedder::model_name`] says of it, known without asking it. No model of this program itself
/// has a slash in its name, so that vectors of two models never meet.
pub fn api_model(name: &str) -> String {
    format!("api/{name}")
}

/// Processor threads that an [`Embedder::local`] computes with.
pub const DEFAULT_THREADS: usize = 2;

/// Turns texts into vectors. Cheap to clone; clones share the model, its threads and its queue, so that any number of
/// callers together use no more threads than one.
#[derive(Clone)]
pub struct Embedder {
    engine: Engine,
}

#[derive(Clone)]
enum Engine {
    Local(Arc<local::LocalModel>),
    Mock,
    Api(Arc<api::ApiModel>),
}

impl Embedder {
    /// Loads the model: `model` is `model.onnx`, or the folder that holds it. Takes about a tenth of a second.
    pub fn local(model: &Path) -> Result<Self, EmbeddingError> {
        Self::local_with_threads(model, DEFAULT_THREADS)
    }

    /// As [`Embedder::local`], computing with `threads` processor threads (at least one).
    pub fn local_with_threads(model: &Path, threads: usize) -> Result<Self, EmbeddingError> {
        let model = local::LocalModel::load(model, threads)?;
        Ok(Self { engine: Engine::Local(Arc::new(model)) })
    }

    /// Embeds by hashing words, without a model: deterministic and fast. Texts that share words are near to each other
    /// and nothing else is meant by it: for load data and for tests of what surrounds an embedding.
    pub fn mock() -> Self {
        Self { engine: Engine::Mock }
    }

    /// Asks a model behind an OpenAI-compatible API, in batches and with retries. Connects at the first text.
    pub fn api(settings: ModelApiSettings) -> Result<Self, EmbeddingError> {
        Self::api_with_retries(settings, Retries::default())
    }

    /// As [`Embedder::api`], with retries of one's own.
    pub fn api_with_retries(settings: ModelApiSettings, retries: Retries) -> Result<Self, EmbeddingError> {
        Ok(Self { engine: Engine::Api(Arc::new(api::ApiModel::new(settings, retries)?)) })
    }

    /// The name to store beside a vector: `all-MiniLM-L6-v2-int8`, `mock`, or `api/` and the model's name at its API.
    pub fn model_name(&self) -> &str {
        match &self.engine {
            Engine::Local(model) => model.name(),
            Engine::Mock => MOCK_MODEL,
            Engine::Api(model) => model.name(),
        }
    }

    /// The most tokens that the local model reads of one text, as [`Embedder::count_tokens`] counts them. What an API's model
    /// reads is not known here: texts are made for the local one.
    pub fn max_tokens(&self) -> usize {
        tokens::MAX_TOKENS
    }

    /// One vector of length one per text, in the texts' order. What is beyond [`Embedder::max_tokens`] is not read.
    ///
    /// A text without a single token (empty, white space, control characters) has no meaning and so no vector: it is an
    /// [`EmbeddingError::EmptyText`], found before anything is computed, so that the caller can leave it out and ask again.
    ///
    /// This computes (tens of milliseconds for one full-length text) and blocks: call it from `tokio::task::spawn_blocking`.
    pub fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingError> {
        match &self.engine {
            Engine::Local(model) => model.embed(texts),
            Engine::Mock => mock::embed(texts),
            Engine::Api(model) => model.embed(texts),
        }
    }

    /// How many tokens the whole text has for the model, with the two that mark its start and end: a text is read in full
    /// when this is at most [`Embedder::max_tokens`]. An empty text has two.
    pub fn count_tokens(&self, text: &str) -> usize {
        tokens::count(text)
    }

    /// Cuts the text into passages of at most `max_tokens` tokens each (and never more than the model reads), of about equal
    /// length, at paragraph ends where possible, else line ends, else sentence ends, else between words. The passages are in
    /// order, do not overlap, and leave out nothing but white space. A text without tokens has no passages.
    pub fn split<'text>(&self, text: &'text str, max_tokens: usize) -> Vec<&'text str> {
        tokens::split(text, max_tokens)
    }
}

impl std::fmt::Debug for Embedder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Embedder").field("model", &self.model_name()).finish()
    }
}

/// Why there is no vector. The messages are for an operator and say what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddingError {
    /// The model's file is not there or may not be read.
    #[error("the embedding model is missing: cannot read {} ({reason}); run `make setup` to fetch it", path.display())]
    ModelMissing {
        /// Where it was looked for.
        path: PathBuf,
        /// What the operating system said.
        reason: String,
    },
    /// There is a file, but not the model that this program knows.
    #[error(
        "the embedding model {} is damaged or another one ({reason}); delete it and run `make setup` to fetch it again",
        path.display()
    )]
    ModelDamaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// The text has no token that the model could read.
    #[error("text {index} is empty: it has nothing to embed; leave it out")]
    EmptyText {
        /// Its place among the texts of the call, from 0.
        index: usize,
    },
    /// The model could not be run. Another attempt with other texts, or a restart, may succeed.
    #[error("the embedding model could not be run: {0}")]
    Inference(String),
    /// The API's model gives vectors that cannot be stored beside the others.
    #[error(
        "the embedding model {model} gives vectors of {length} numbers, and 384 are needed: set EMBEDDING_MODEL to a model \
         that takes `dimensions` (such as text-embedding-3-small) or that has 384 (such as all-MiniLM-L6-v2, bge-small, \
         multilingual-e5-small)"
    )]
    OtherLength {
        /// Which model.
        model: String,
        /// How many numbers it gives.
        length: usize,
    },
    /// The API did not take a text of the call.
    #[error("the embedding API does not take a text: {0}")]
    TextRefused(String),
    /// The API failed, retries counted.
    #[error("the embedding API failed: {reason}")]
    Api {
        /// The kind, a stable name.
        kind: &'static str,
        /// What went wrong.
        reason: String,
    },
}

impl EmbeddingError {
    /// The kind as a stable name for logs, metrics and answers.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ModelMissing { .. } => "model_missing",
            Self::ModelDamaged { .. } => "model_damaged",
            Self::EmptyText { .. } => "empty_text",
            Self::Inference(_) => "inference",
            Self::OtherLength { .. } => "other_length",
            Self::TextRefused(_) => "text_refused",
            Self::Api { kind, .. } => kind,
        }
    }

    /// Whether the same call with one text less may succeed.
    pub fn may_be_one_text(&self) -> bool {
        matches!(self, Self::EmptyText { .. } | Self::Inference(_) | Self::TextRefused(_))
    }
}
