//! The model itself: reads the ONNX file, runs it in batches of texts of like length, and makes a text's vector of its
//! tokens' vectors (mean over the tokens, then length one: what the model was trained for).

use std::path::Path;
use std::sync::Arc;

use rten::{Model, ModelOptions, NodeId, RunOptions, ThreadPool, Value};
use sha2::{Digest, Sha256};

use super::turns::Turns;
use super::{DIMENSIONS, Embedding, EmbeddingError, tokens};

/// The weights that the name stands for. Another file would give vectors that do not compare with the stored ones.
pub(super) const NAME: &str = "all-MiniLM-L6-v2-int8";
const SHA256: &str = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6";
const FILE_NAME: &str = "model.onnx";

/// The most tokens, padding included, that go through the model at once. It bounds the memory; more is no faster.
const BATCH_TOKENS: usize = 1024;
/// The most texts that go through the model at once.
const BATCH_TEXTS: usize = 32;

/// A loaded model with the threads that run it.
pub(super) struct LocalModel {
    name: &'static str,
    model: Model,
    input_ids: NodeId,
    attention_mask: NodeId,
    token_type_ids: NodeId,
    last_hidden_state: NodeId,
    threads: Arc<ThreadPool>,
    turns: Turns,
}

impl LocalModel {
    /// Loads `model.onnx`, or the one in the folder `path`, if it is the one that [`NAME`] stands for.
    pub(super) fn load(path: &Path, threads: usize) -> Result<Self, EmbeddingError> {
        let path = if path.is_dir() { path.join(FILE_NAME) } else { path.to_path_buf() };
        let bytes = std::fs::read(&path).map_err(|error| EmbeddingError::ModelMissing {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        // The checksum, the tokenizer and the model do not wait for each other: a cold start is the shorter for it.
        std::thread::scope(|scope| {
            scope.spawn(tokens::load);
            let damaged = |reason: String| EmbeddingError::ModelDamaged { path: path.clone(), reason };
            let found = hex(&Sha256::digest(&bytes));
            if found != SHA256 {
                return Err(damaged(format!(
                    "{} bytes with sha256 {found} instead of {SHA256}",
                    bytes.len()
                )));
            }
            Self::from_bytes(NAME, bytes, threads).map_err(damaged)
        })
    }

    /// Loads any model with BERT's inputs and outputs of [`DIMENSIONS`]; the error says what is wrong with it.
    pub(super) fn from_bytes(name: &'static str, bytes: Vec<u8>, threads: usize) -> Result<Self, String> {
        // Weights packed once and not at every call: 40 MB more, and a short text takes half the time.
        let model = ModelOptions::with_all_ops()
            .prepack_weights(true)
            .load(bytes)
            .map_err(|error| error.to_string())?;
        let node = |name: &str| model.node_id(name).map_err(|error| error.to_string());
        let (input_ids, attention_mask) = (node("input_ids")?, node("attention_mask")?);
        let (token_type_ids, last_hidden_state) = (node("token_type_ids")?, node("last_hidden_state")?);
        let threads = Arc::new(ThreadPool::with_num_threads(threads.max(1)));
        let turns = Turns::default();
        Ok(Self { name, model, input_ids, attention_mask, token_type_ids, last_hidden_state, threads, turns })
    }

    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    pub(super) fn embed(&self, texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingError> {
        let ids: Vec<Vec<i32>> = texts.iter().map(|text| tokens::ids(text)).collect();
        if let Some(index) = ids.iter().position(|ids| ids.len() <= tokens::MARKERS) {
            return Err(EmbeddingError::EmptyText { index });
        }
        // Texts of like length together: a batch costs as much as if all its texts were as long as the longest.
        let mut order: Vec<usize> = (0..texts.len()).collect();
        order.sort_by_key(|&index| ids[index].len());

        let mut embeddings: Vec<Option<Embedding>> = vec![None; texts.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_size(rest.iter().map(|&index| ids[index].len())));
            let rows: Vec<&[i32]> = batch.iter().map(|&index| ids[index].as_slice()).collect();
            let results = self.run(&rows)?;
            for (&index, embedding) in batch.iter().zip(results) {
                embeddings[index] = Some(embedding);
            }
            rest = after;
        }
        Ok(embeddings.into_iter().map(|embedding| embedding.expect("every text is in one batch")).collect())
    }

    /// Runs one batch. Callers take turns batch by batch, so that the threads are never asked for by two at once.
    fn run(&self, rows: &[&[i32]]) -> Result<Vec<Embedding>, EmbeddingError> {
        let length = rows.iter().map(|row| row.len()).max().unwrap_or_default();
        let shape = [rows.len(), length];
        let mut input_ids = vec![tokens::PADDING; rows.len() * length];
        let mut attention_mask = vec![0; rows.len() * length];
        for (index, row) in rows.iter().enumerate() {
            let start = index * length;
            input_ids[start..start + row.len()].copy_from_slice(row);
            attention_mask[start..start + row.len()].fill(1);
        }
        let token_type_ids = vec![0i32; rows.len() * length];
        let inputs = vec![
            (self.input_ids, value(shape, input_ids)?.into()),
            (self.attention_mask, value(shape, attention_mask)?.into()),
            (self.token_type_ids, value(shape, token_type_ids)?.into()),
        ];
        let options = RunOptions::default().with_thread_pool(Some(self.threads.clone()));
        let [output] = {
            let _turn = self.turns.wait();
            self.model.run_n(inputs, [self.last_hidden_state], Some(options)).map_err(inference)?
        };
        let (shape, states) = output.into_shape_vec::<f32, 3>().map_err(inference)?;
        if shape != [rows.len(), length, DIMENSIONS] {
            return Err(EmbeddingError::Inference(format!("its output has the shape {shape:?}")));
        }
        rows.iter()
            .zip(states.chunks_exact(length * DIMENSIONS))
            .map(|(row, states)| mean_of_tokens(&states[..row.len() * DIMENSIONS]))
            .collect()
    }
}

/// The mean of the vectors of a text's tokens, those that mark its start and end included, padding left out.
fn mean_of_tokens(states: &[f32]) -> Result<Embedding, EmbeddingError> {
    let mut sum = vec![0.0; DIMENSIONS];
    for state in states.chunks_exact(DIMENSIONS) {
        for (total, value) in sum.iter_mut().zip(state) {
            *total += value;
        }
    }
    Embedding::of_length_one(sum)
        .ok_or_else(|| EmbeddingError::Inference("its output is not a finite vector".to_owned()))
}

/// How many of the next texts, given their lengths in rising order, go through the model at once.
fn batch_size(lengths: impl Iterator<Item = usize>) -> usize {
    let fitting = |(before, length): &(usize, usize)| (before + 1) * length <= BATCH_TOKENS;
    lengths.take(BATCH_TEXTS).enumerate().take_while(fitting).count().max(1)
}

fn value(shape: [usize; 2], numbers: Vec<i32>) -> Result<Value, EmbeddingError> {
    Value::from_shape(&shape[..], numbers).map_err(inference)
}

fn inference(error: impl std::fmt::Display) -> EmbeddingError {
    EmbeddingError::Inference(error.to_string())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
