//! An embedding without a model: a bag of words, each hashed to one dimension and a sign (the "hashing trick",
//! Weinberger et al. 2009). The same text gives the same vector on every machine and in every version.

use super::{DIMENSIONS, Embedding, EmbeddingError};

pub(super) fn embed(texts: &[&str]) -> Result<Vec<Embedding>, EmbeddingError> {
    texts.iter().enumerate().map(|(index, text)| embed_one(index, text)).collect()
}

fn embed_one(index: usize, text: &str) -> Result<Embedding, EmbeddingError> {
    let mut values = vec![0.0; DIMENSIONS];
    let mut first_word = None;
    for word in text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()) {
        let (dimension, sign) = place(word);
        first_word.get_or_insert(dimension);
        values[dimension] += sign;
    }
    // Words may cancel each other out, and a text may be of punctuation only: neither is empty.
    let fallback = first_word.or_else(|| text.split_whitespace().next().map(|word| place(word).0));
    if let Some(embedding) = Embedding::of_length_one(values.clone()) {
        return Ok(embedding);
    }
    let dimension = fallback.ok_or(EmbeddingError::EmptyText { index })?;
    values[dimension] = 1.0;
    Ok(Embedding(values))
}

/// The dimension and the sign of a word, whatever its case: FNV-1a, because it is the same everywhere and for ever.
fn place(word: &str) -> (usize, f32) {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in
        word.chars().flat_map(char::to_lowercase).flat_map(|character| u32::from(character).to_le_bytes())
    {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    // The high bits are the better mixed ones.
    let dimension = (hash >> 32) as usize % DIMENSIONS;
    let sign = if hash >> 63 == 0 { 1.0 } else { -1.0 };
    (dimension, sign)
}
