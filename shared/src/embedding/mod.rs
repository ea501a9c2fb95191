//! Text to vector: what two texts mean, as a number between -1 and 1. [`Embedder`] runs a sentence-embedding model
//! (all-MiniLM-L6-v2) inside this process, without a service and without C code; [`Embedding`] is its result.
//!
//! The model reads 256 tokens, some 180 English words. A longer text is cut there: [`Embedder::split`] gives passages
//! that fit, and [`Embedding::mean`] makes one vector of theirs. It was trained on English; other languages written in
//! Latin letters come out usable, others poor.
//!
//! Vectors of different models are not comparable: store [`Embedder::model_name`] beside each.

mod local;
mod mock;
mod tokens;
mod turns;
mod vector;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;

pub use vector::Embedding;

/// Length of every vector, of the local model and of the mock alike.
pub const DIMENSIONS: usize = 384;

/// The name of the local model: what [`Embedder::model_name`] says of it, known without loading it.
pub const LOCAL_MODEL: &str = local::NAME;

/// The name of the mock.
pub const MOCK_MODEL: &str = "mock";

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

    /// The name to store beside a vector: `all-MiniLM-L6-v2-int8` or `mock`.
    pub fn model_name(&self) -> &str {
        match &self.engine {
            Engine::Local(model) => model.name(),
            Engine::Mock => MOCK_MODEL,
        }
    }

    /// The most tokens that the model reads of one text, as [`Embedder::count_tokens`] counts them.
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
}

impl EmbeddingError {
    /// The kind as a stable name for logs, metrics and answers.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::ModelMissing { .. } => "model_missing",
            Self::ModelDamaged { .. } => "model_damaged",
            Self::EmptyText { .. } => "empty_text",
            Self::Inference(_) => "inference",
        }
    }
}
