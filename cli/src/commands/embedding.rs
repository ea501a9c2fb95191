//! Embeds many texts with a progress bar, each different text once.

use std::collections::HashMap;

use shared::embedding::{Embedder, Embedding, EmbeddingError};

use crate::output::progress;

const BATCH: usize = 32;

/// One vector for each text; none for a text that has nothing to embed.
pub fn embed_all(embedder: &Embedder, texts: &[String]) -> anyhow::Result<Vec<Option<Embedding>>> {
    let mut places: HashMap<&str, usize> = HashMap::new();
    let mut different: Vec<&str> = Vec::new();
    for text in texts {
        places.entry(text).or_insert_with(|| {
            different.push(text);
            different.len() - 1
        });
    }
    let mut vectors: Vec<Option<Embedding>> = vec![None; different.len()];
    // By length, so that the texts of a batch need about the same time.
    let mut order: Vec<usize> = (0..different.len()).collect();
    order.sort_by_key(|index| different[*index].len());
    let bar = progress(different.len() as u64, "Embedding");
    for batch in order.chunks(BATCH) {
        let whole: Vec<&str> = batch.iter().map(|index| different[*index]).collect();
        match embedder.embed(&whole) {
            Ok(embedded) => {
                for (index, vector) in batch.iter().zip(embedded) {
                    vectors[*index] = Some(vector);
                }
            }
            Err(EmbeddingError::EmptyText { .. }) => {
                for index in batch {
                    vectors[*index] = match embedder.embed(&[different[*index]]) {
                        Ok(mut one) => one.pop(),
                        Err(EmbeddingError::EmptyText { .. }) => None,
                        Err(error) => return Err(error.into()),
                    };
                }
            }
            Err(error) => return Err(error.into()),
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(texts.iter().map(|text| vectors[places[text.as_str()]].clone()).collect())
}
