//! One vector of meaning, and the little arithmetic that is done with it.

use serde::{Deserialize, Serialize};

/// The meaning of a text: [`DIMENSIONS`](super::DIMENSIONS) numbers, of length one (L2) when an
/// [`Embedder`](super::Embedder) made it. In JSON it is a plain array of numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Embedding(pub Vec<f32>);

impl Embedding {
    /// The numbers, as the database takes them.
    pub fn as_slice(&self) -> &[f32] {
        &self.0
    }

    /// Cosine similarity, -1 to 1; 0 when one of the two is all zeros.
    ///
    /// # Panics
    /// When the two have different lengths: they are of different models, and their similarity would mean nothing.
    pub fn cosine(&self, other: &Embedding) -> f32 {
        assert_eq!(self.0.len(), other.0.len(), "embeddings of different models cannot be compared");
        let lengths = length(&self.0) * length(&other.0);
        if lengths == 0.0 { 0.0 } else { (dot(&self.0, &other.0) / lengths).clamp(-1.0, 1.0) as f32 }
    }

    /// One vector for several passages of one text: the mean, of length one. None when there are none, or when they
    /// cancel each other out.
    ///
    /// # Panics
    /// When they have different lengths.
    pub fn mean<'a>(embeddings: impl IntoIterator<Item = &'a Embedding>) -> Option<Embedding> {
        let mut embeddings = embeddings.into_iter();
        let mut sum = embeddings.next()?.0.clone();
        for embedding in embeddings {
            assert_eq!(sum.len(), embedding.0.len(), "embeddings of different models have no mean");
            for (total, value) in sum.iter_mut().zip(&embedding.0) {
                *total += value;
            }
        }
        Self::of_length_one(sum)
    }

    /// Scales to length one. None when the vector has no direction (all zeros, or not finite).
    pub(super) fn of_length_one(mut values: Vec<f32>) -> Option<Self> {
        let length = length(&values);
        if !(length.is_finite() && length > 1e-12) {
            return None;
        }
        for value in &mut values {
            *value = (f64::from(*value) / length) as f32;
        }
        Some(Self(values))
    }
}

fn dot(left: &[f32], right: &[f32]) -> f64 {
    left.iter().zip(right).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
}

fn length(values: &[f32]) -> f64 {
    dot(values, values).sqrt()
}
