//! Embeds many texts with a progress bar, each different text once.

use std::collections::HashMap;

use shared::embedding::{Embedder, Embedding, EmbeddingError};

use crate::output::progress;

/// Texts between two steps of the progress bar: enough for the model to put texts of like length together.
const BATCH: usize = 64;

/// The vectors of many texts.
pub struct Embedded {
    /// For each text the place of its vector.
    places: Vec<usize>,
    vectors: Vec<Option<Embedding>>,
}

impl Embedded {
    /// The vector of the text at `index`; none if it has nothing to embed.
    pub fn get(&self, index: usize) -> Option<&[f32]> {
        self.vectors[self.places[index]].as_ref().map(Embedding::as_slice)
    }
}

/// Embeds the texts.
pub fn embed_all(embedder: &Embedder, texts: &[String]) -> anyhow::Result<Embedded> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut different: Vec<&str> = Vec::new();
    let mut place = |text| {
        *known.entry(text).or_insert_with(|| {
            different.push(text);
            different.len() - 1
        })
    };
    let places: Vec<usize> = texts.iter().map(|text| place(text)).collect();
    let mut vectors: Vec<Option<Embedding>> = vec![None; different.len()];
    // By length, so that the texts of a batch need about the same time.
    let mut order: Vec<usize> = (0..different.len()).collect();
    order.sort_by_key(|index| different[*index].len());
    let bar = progress(different.len() as u64, "Embedding");
    for batch in order.chunks(BATCH) {
        let mut rest = batch.to_vec();
        loop {
            let texts: Vec<&str> = rest.iter().map(|index| different[*index]).collect();
            match embedder.embed(&texts) {
                Ok(embedded) => {
                    for (index, vector) in rest.iter().zip(embedded) {
                        vectors[*index] = Some(vector);
                    }
                    break;
                }
                Err(EmbeddingError::EmptyText { index }) if index < rest.len() => {
                    rest.remove(index);
                }
                Err(error) => return Err(error.into()),
            }
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(Embedded { places, vectors })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_has_one_vector_and_an_empty_text_none() {
        let texts =
            ["a long text about wiring", "", "cook", "a long text about wiring", "  "].map(str::to_owned);
        let embedded = embed_all(&Embedder::mock(), &texts).unwrap();
        assert_eq!(embedded.vectors.len(), 4);
        assert_eq!((embedded.get(1), embedded.get(4)), (None, None));
        assert_eq!(embedded.get(0), embedded.get(3));
        let alone = Embedder::mock().embed(&["cook"]).unwrap();
        assert_eq!(embedded.get(2), Some(alone[0].as_slice()));
    }
}
