//! How alike two texts are by the occupations and fields of work that they name, though they share no word: each is a
//! distribution over the rows of the table of occupations, and two rows are alike as far as the embeddings of their names are,
//! and more within one field.

use std::sync::LazyLock;

use super::anchors;
#[cfg(test)]
pub(crate) use crate::parsing::lexicon::occupations::names;
use crate::parsing::lexicon::occupations::{FIELDS, count};
pub(crate) use crate::parsing::lexicon::occupations::{find, occupation};

/// A title counts so much of what all the text counts.
const SHARE_OF_TITLES: f32 = 0.75;
/// How much each title counts, the newest first: what somebody does now tells more than what they once did.
const SHARE_OF_TITLE: [f32; 5] = [1.0, 0.5, 0.3, 0.2, 0.1];
/// A field that is named more often than others is stressed by this power.
const STRESS: f32 = 1.5;
/// How far two rows are alike by field alone.
const SHARE_OF_FIELD: f32 = 0.4;
/// Cosines of names below this say nothing.
const NO_SIMILARITY: f32 = 0.5;
/// The same for whole fields, whose mean vectors are nearer to each other.
const NO_SIMILARITY_OF_FIELDS: f32 = 0.55;

/// What a text is about, by occupation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Occupations {
    /// A share for each row of the table; of length one under [`ALIKE`]. Empty where the text names none.
    shares: Vec<f32>,
    /// The same, spread over the rows that are alike.
    spread: Vec<f32>,
}

/// How alike each two rows of the table are, 0–1, row by row.
static ALIKE: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let rows = count();
    let fields: Vec<usize> = (0..rows).map(|row| occupation(row).field).collect();
    let vectors = row_vectors(&fields);
    let of_field =
        |field: usize| mean_of((0..rows).filter(|row| fields[*row] == field).map(|row| &vectors[row]));
    let field_vectors: Vec<Vec<f32>> = (0..FIELDS).map(of_field).collect();
    let above = |low: f32, cosine: f32| ((cosine - low) / (1.0 - low)).clamp(0.0, 1.0);
    let mut alike = vec![0.0; rows * rows];
    for one in 0..rows {
        for other in 0..rows {
            let names = above(NO_SIMILARITY, anchors::overlap(&vectors[one], &vectors[other]));
            let fields = match (fields[one], fields[other]) {
                (a, b) if a == b => 1.0,
                (a, b) => {
                    let cosine = anchors::overlap(&field_vectors[a], &field_vectors[b]);
                    above(NO_SIMILARITY_OF_FIELDS, cosine).powi(2)
                }
            };
            alike[one * rows + other] =
                if one == other { 1.0 } else { (1.0 - SHARE_OF_FIELD) * names + SHARE_OF_FIELD * fields };
        }
    }
    alike
});

/// A vector for each row: of its name, or for words that tell of a field alone the mean of the field's occupations.
fn row_vectors(fields: &[usize]) -> Vec<Vec<f32>> {
    let rows = fields.len();
    let is_named: Vec<bool> = (0..rows).map(|row| occupation(row).name.is_some()).collect();
    let mut named = anchors::vectors().iter();
    let mut vectors: Vec<Vec<f32>> = is_named
        .iter()
        .map(|is_named| if *is_named { named.next().cloned().unwrap_or_default() } else { Vec::new() })
        .collect();
    for row in (0..rows).filter(|row| !is_named[*row]) {
        let of_field = (0..rows).filter(|other| is_named[*other] && fields[*other] == fields[row]);
        vectors[row] = mean_of(of_field.map(|other| &vectors[other]));
    }
    vectors
}

/// The mean direction of vectors, of length one; empty for none.
fn mean_of<'a>(vectors: impl Iterator<Item = &'a Vec<f32>>) -> Vec<f32> {
    let mut sum: Vec<f32> = Vec::new();
    for vector in vectors {
        sum.resize(vector.len(), 0.0);
        sum.iter_mut().zip(vector).for_each(|(sum, value)| *sum += value);
    }
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
    sum.iter_mut().for_each(|value| *value /= length);
    sum
}

impl Occupations {
    /// Of the rows that its titles name, the newest title first, and those that all its text names.
    pub(crate) fn of<'a>(titles: impl Iterator<Item = &'a [usize]>, text: &[usize]) -> Self {
        let mut of_titles = vec![0.0; count()];
        for (title, share) in titles.zip(SHARE_OF_TITLE) {
            for (sum, value) in of_titles.iter_mut().zip(normalised(counts(title))) {
                *sum += share * value;
            }
        }
        let of_titles = normalised(of_titles);
        let mut shares = stressed(counts(text));
        shares.iter_mut().zip(of_titles).for_each(|(share, title)| *share += SHARE_OF_TITLES * title);
        let spread = spread(&shares);
        let length = shares.iter().zip(&spread).map(|(a, b)| a * b).sum::<f32>().sqrt();
        if length == 0.0 {
            return Self::default();
        }
        let of_length_one = |values: Vec<f32>| values.into_iter().map(|value| value / length).collect();
        Self { shares: of_length_one(shares), spread: of_length_one(spread) }
    }

    /// How alike the two are, 0–1; none where one of them names no occupation.
    pub(crate) fn similarity(&self, other: &Self) -> Option<f32> {
        (!self.shares.is_empty() && !other.shares.is_empty())
            .then(|| anchors::overlap(&self.spread, &other.shares).clamp(0.0, 1.0))
    }
}

/// How often each row is named; the name of an occupation counts twice what a word of its field counts.
fn counts(found: &[usize]) -> Vec<f32> {
    let mut counts = vec![0.0; count()];
    for &row in found {
        counts[row] += if occupation(row).name.is_some() { 2.0 } else { 1.0 };
    }
    counts
}

fn normalised(mut counts: Vec<f32>) -> Vec<f32> {
    let sum: f32 = counts.iter().sum();
    if sum > 0.0 {
        counts.iter_mut().for_each(|value| *value /= sum);
    }
    counts
}

/// The shares of rows, where each field's part of the whole is stressed and shared out among its rows.
fn stressed(counts: Vec<f32>) -> Vec<f32> {
    let mut of_field = [0.0_f32; FIELDS];
    for (row, value) in counts.iter().enumerate() {
        of_field[occupation(row).field] += value;
    }
    let factor = of_field.map(|sum| if sum > 0.0 { sum.powf(STRESS - 1.0) } else { 0.0 });
    normalised(
        counts.into_iter().enumerate().map(|(row, value)| value * factor[occupation(row).field]).collect(),
    )
}

fn spread(shares: &[f32]) -> Vec<f32> {
    ALIKE.chunks_exact(shares.len()).map(|alike| anchors::overlap(alike, shares)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsing::lexicon::phrases::words;

    fn of(text: &str) -> Occupations {
        Occupations::of(std::iter::empty(), &find(&words(text)))
    }

    #[test]
    fn texts_are_alike_by_occupation_without_a_shared_word() {
        let nurse = of("Care of patients on the ward, medication");
        let doctor = of("Arzt im Krankenhaus");
        let cook = of("Menu planning and food preparation");
        assert!(nurse.similarity(&doctor).unwrap() > 0.7);
        assert!(nurse.similarity(&cook).unwrap() < 0.3);
        assert_eq!(nurse.similarity(&of("something else")), None);
        assert!((nurse.similarity(&nurse).unwrap() - 1.0).abs() < 1e-4);
    }

    #[test]
    fn the_same_occupation_is_nearer_than_another_of_its_field_and_that_nearer_than_another_field() {
        let developer = of("Java developer");
        let same = developer.similarity(&of("Softwareentwickler")).unwrap();
        let field = developer.similarity(&of("Help desk technician")).unwrap();
        let other = developer.similarity(&of("Pastry chef")).unwrap();
        assert!(same > field + 0.1 && field > other + 0.1, "{same} {field} {other}");
    }

    #[test]
    fn the_newest_title_counts_most() {
        let [cook, developer] = ["Chef", "Java developer"].map(|title| find(&words(title)));
        let now_cook = Occupations::of([cook.as_slice(), &developer].into_iter(), &[]);
        let now_developer = Occupations::of([developer.as_slice(), &cook].into_iter(), &[]);
        let job = of("Pastry chef");
        assert!(now_cook.similarity(&job).unwrap() > now_developer.similarity(&job).unwrap());
    }
}
