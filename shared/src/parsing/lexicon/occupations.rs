//! Occupations and fields of work, by their names in eight languages: what makes "Krankenpfleger" and "Staff Nurse" one
//! occupation. The table is `occupations.tsv`.

use std::sync::LazyLock;

use super::phrases::{PhraseTable, Word};

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

/// How many rows the table has.
pub(crate) fn count() -> usize {
    TABLE.occupations.len()
}

/// The English names of all occupations, in the table's order.
#[cfg(test)]
pub(crate) fn names() -> Vec<&'static str> {
    TABLE.occupations.iter().filter_map(|occupation| occupation.name).collect()
}

#[cfg(test)]
mod tests {
    use super::super::phrases::words;
    use super::*;

    fn named(text: &str) -> Vec<&'static str> {
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
            assert_eq!(named(title), ["registered nurse"], "{title}");
        }
        for title in ["Buchhalterin", "Comptable", "Contable", "Bookkeeper", "Contabil"] {
            assert_eq!(named(title), ["accountant"], "{title}");
        }
    }

    #[test]
    fn the_table_fits_its_vector_and_every_line_has_a_field() {
        let most = TABLE.occupations.iter().map(|line| line.field).max().unwrap();
        assert!(most < FIELDS - 1, "{most}");
        assert!(TABLE.occupations.len() > 100);
    }
}
