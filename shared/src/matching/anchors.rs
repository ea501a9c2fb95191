//! Where a text's embedding lies among the occupations: its similarity to the name of each, as a distribution. Two texts of
//! one field have alike distributions though their embeddings, full of other things, are not very near. The names are those
//! of `occupations.tsv`; their vectors by all-MiniLM-L6-v2 (int8) stand in `anchors.bin`, rows of 384 signed bytes.

use std::sync::LazyLock;

/// Length of a row.
const DIMENSIONS: usize = 384;
/// How sharp the distribution is: the factor of the cosine in the exponent. Between 8 and 25 nothing changes much.
const SHARPNESS: f32 = 15.0;

static ANCHORS: LazyLock<Vec<Vec<f32>>> = LazyLock::new(|| {
    let rows = include_bytes!("anchors.bin").chunks_exact(DIMENSIONS);
    rows.map(|row| {
        let row: Vec<f32> = row.iter().map(|byte| f32::from(i8::from_ne_bytes([*byte]))).collect();
        let length = row.iter().map(|value| value * value).sum::<f32>().sqrt().max(1.0);
        row.into_iter().map(|value| value / length).collect()
    })
    .collect()
});

/// The vectors of the occupations' names, in the table's order, of length one.
pub(crate) fn vectors() -> &'static [Vec<f32>] {
    &ANCHORS
}

/// A vector whose cosine to every occupation is below this is of another model: those of this one, in whichever language, are
/// nearer to some.
const OF_ANOTHER_MODEL: f32 = 0.17;

/// The square roots of the text's shares of the occupations, so that the sum of products of two is their Bhattacharyya
/// coefficient. None for an embedding of another model.
pub(crate) fn distribution(embedding: &[f32]) -> Option<Vec<f32>> {
    if embedding.len() != DIMENSIONS {
        return None;
    }
    let mut shares: Vec<f32> = ANCHORS.iter().map(|anchor| overlap(anchor, embedding)).collect();
    if shares.iter().all(|cosine| *cosine < OF_ANOTHER_MODEL) {
        return None;
    }
    shares.iter_mut().for_each(|cosine| *cosine = (SHARPNESS * *cosine).exp());
    let sum: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share = (*share / sum).sqrt());
    Some(shares)
}

/// The sum of the products of two rows: of two distributions how alike they are, 0–1; of two vectors of length one their
/// cosine.
pub(crate) fn overlap(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::embedding::Embedder;
    use crate::matching::occupations;
    use std::path::{Path, PathBuf};

    /// With `WRITE_ANCHORS` set it writes the file anew.
    #[test]
    fn the_file_holds_the_models_vectors_of_the_occupations() {
        let fetched = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.local/models/all-minilm-l6-v2-int8");
        let model = std::env::var_os("MODEL_DIR").map_or(fetched, PathBuf::from);
        let vectors = Embedder::local(&model).unwrap().embed(&occupations::names()).unwrap();
        if std::env::var_os("WRITE_ANCHORS").is_some() {
            let mut bytes = Vec::new();
            for vector in &vectors {
                let most = vector.0.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
                bytes.extend(
                    vector.0.iter().map(|value| ((value / most * 127.0).round() as i8).to_ne_bytes()[0]),
                );
            }
            let file = std::env::var("WRITE_ANCHORS").unwrap();
            std::fs::write(file, bytes).unwrap();
            return;
        }
        assert_eq!(vectors.len(), ANCHORS.len());
        for (vector, anchor) in vectors.iter().zip(ANCHORS.iter()) {
            assert!(overlap(&vector.0, anchor) > 0.999);
        }
    }

    #[test]
    fn a_distribution_overlaps_fully_with_itself_and_less_with_another() {
        let (one, other) = (distribution(&ANCHORS[0]).unwrap(), distribution(&ANCHORS[60]).unwrap());
        assert!((overlap(&one, &one) - 1.0).abs() < 1e-4);
        assert!(overlap(&one, &other) < 0.8);
        assert_eq!(distribution(&[1.0, 0.0]), None);
        // A direction that this model gives to no text.
        let mut of_another_model = vec![0.0; DIMENSIONS];
        of_another_model[7] = 1.0;
        assert_eq!(distribution(&of_another_model), None);
    }
}
