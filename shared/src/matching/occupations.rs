//! Occupations and fields of work, by their names in eight languages: what makes "Krankenpfleger" and "Staff Nurse" one
//! occupation, and a CV and a job of one field though they share no word. The table is `occupations.tsv`.

use std::sync::LazyLock;

use crate::parsing::lexicon::phrases::{PhraseTable, Word};

/// How many fields the table can have.
pub(crate) const FIELDS: usize = 32;

/// One line of the table.
#[derive(Debug)]
pub(crate) struct Occupation {
    /// Index of its field.
    pub(crate) field: usize,
    /// English name, such as `registered nurse`; none for words that tell of the field alone.
    pub(crate) name: Option<&'static str>,
}

struct Table {
    occupations: Vec<Occupation>,
    names: PhraseTable<usize>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut fields: Vec<&str> = Vec::new();
    let mut occupations = Vec::new();
    let mut lines = Vec::new();
    for line in include_str!("occupations.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(field), Some(name), Some(names)) = (columns.next(), columns.next(), columns.next()) else {
            continue;
        };
        let field = fields.iter().position(|known| *known == field).unwrap_or_else(|| {
            fields.push(field);
            fields.len() - 1
        });
        lines.push((names, occupations.len()));
        occupations
            .push(Occupation { field: field.min(FIELDS - 1), name: Some(name).filter(|name| *name != "-") });
    }
    Table { occupations, names: PhraseTable::new(&lines) }
});

/// The occupations and words of a field that a text names, in order, by their index in the table.
pub(crate) fn find(words: &[Word]) -> Vec<usize> {
    TABLE.names.find(words).iter().map(|found| found.value).collect()
}

/// The occupation of an index.
pub(crate) fn occupation(index: usize) -> &'static Occupation {
    &TABLE.occupations[index]
}

/// The English names of all occupations, in the table's order.
#[cfg(test)]
pub(crate) fn names() -> Vec<&'static str> {
    TABLE.occupations.iter().filter_map(|occupation| occupation.name).collect()
}

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

    fn names(text: &str) -> Vec<&'static str> {
        find(&words(text)).into_iter().filter_map(|index| occupation(index).name).collect()
    }

    #[test]
    fn an_occupation_is_the_same_in_every_language() {
        for title in [
            "Staff Nurse",
            "Krankenpflegerin",
            "Infirmière",
            "Enfermero",
            "Infermiera",
            "Verpleegkundige",
            "Asistent medical",
        ] {
            assert_eq!(names(title), ["registered nurse"], "{title}");
        }
        for title in ["Buchhalterin", "Comptable", "Contable", "Bookkeeper", "Contabil"] {
            assert_eq!(names(title), ["accountant"], "{title}");
        }
    }

    #[test]
    fn the_table_fits_its_vector_and_every_line_has_a_field() {
        let most = TABLE.occupations.iter().map(|line| line.field).max().unwrap();
        assert!(most < FIELDS - 1, "{most}");
        assert!(TABLE.occupations.len() > 100);
    }

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
