//! How alike two texts are by the fields of work that they name, though they share no word.

#[cfg(test)]
pub(crate) use crate::parsing::lexicon::occupations::names;
pub(crate) use crate::parsing::lexicon::occupations::{FIELDS, find, occupation};

/// How much a text is of each field; of length one, or all zero where it names none.
pub(crate) type FieldVector = [f32; FIELDS];

/// The fields of a text and of its title or titles. A name of an occupation counts twice what a word of its field counts;
/// the title counts half as much as all the text; a field that is named more often than the others is stressed (power 1.5).
pub(crate) fn fields(title: &[usize], text: &[usize]) -> FieldVector {
    let mut of_text = counts(text);
    for value in &mut of_text {
        *value = value.powf(1.5);
    }
    let of_text = shares(of_text);
    let of_title = shares(counts(title));
    let mut sum = [0.0; FIELDS];
    for (index, value) in sum.iter_mut().enumerate() {
        *value = of_text[index] + 0.5 * of_title[index];
    }
    let length = sum.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        sum.iter_mut().for_each(|value| *value /= length);
    }
    sum
}

fn counts(found: &[usize]) -> FieldVector {
    let mut counts = [0.0; FIELDS];
    for &index in found {
        let occupation = occupation(index);
        counts[occupation.field] += if occupation.name.is_some() { 2.0 } else { 1.0 };
    }
    counts
}

fn shares(mut counts: FieldVector) -> FieldVector {
    let sum: f32 = counts.iter().sum();
    if sum > 0.0 {
        counts.iter_mut().for_each(|value| *value /= sum);
    }
    counts
}

/// Cosine of two field vectors, 0–1; none where one of them has no field.
pub(crate) fn field_similarity(one: &FieldVector, other: &FieldVector) -> Option<f32> {
    let is_known = |vector: &FieldVector| vector.iter().any(|value| *value > 0.0);
    (is_known(one) && is_known(other))
        .then(|| one.iter().zip(other).map(|(a, b)| a * b).sum::<f32>().min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsing::lexicon::phrases::words;

    #[test]
    fn fields_are_alike_without_a_shared_word() {
        let vector = |text: &str| fields(&[], &find(&words(text)));
        let nurse = vector("Care of patients on the ward, medication");
        let doctor = vector("Arzt im Krankenhaus");
        let cook = vector("Menu planning and food preparation");
        assert!(field_similarity(&nurse, &doctor).unwrap() > 0.8);
        assert!(field_similarity(&nurse, &cook).unwrap() < 0.3);
        assert_eq!(field_similarity(&nurse, &vector("something else")), None);
    }
}
