//! Driving licences in a text, by their European classes.

use std::sync::LazyLock;

use super::phrases::{PhraseTable, Word, words};

const TABLE: &[(&str, &str)] = &[
    (
        "driving licence|driving license|driver s licence|driver s license|drivers licence|drivers license|driver licence",
        "",
    ),
    (
        "driver license|clean licence|full uk licence|full driving|fuhrerschein*|fahrerlaubnis*|pkw fuhrerschein",
        "",
    ),
    (
        "permis de conduire|permis|carnet de conducir|permiso de conducir|carne de conducir|patente di guida|patente",
        "",
    ),
    ("carta de conducao|carteira de habilitacao|cnh|rijbewijs|permis de conducere", ""),
    ("CDL|commercial driver s license|commercial drivers license", "CDL"),
    ("hgv class 1|hgv 1|lgv class 1|class 1 driver|class 1 licence", "CE"),
    (
        "hgv class 2|hgv 2|lgv class 2|class 2 driver|class 2 licence|hgv licence|lkw fuhrerschein|permis poids lourd*",
        "C",
    ),
];

/// The classes of the European Union, the longest first.
const CLASSES: &[&str] =
    &["C1E", "D1E", "AM", "A1", "A2", "B1", "BE", "C1", "CE", "D1", "DE", "A", "B", "C", "D", "T", "L"];

static PHRASES: LazyLock<PhraseTable<&'static str>> = LazyLock::new(|| PhraseTable::new(TABLE));

/// The classes that a text names, such as `["B", "CE"]`; a licence without a class is `B`, the car's. Each once, sorted.
pub fn find(text: &str) -> Vec<String> {
    let mut classes = Vec::new();
    for line in text.lines() {
        let line_words = words(line);
        for found in PHRASES.find(&line_words) {
            if !found.value.is_empty() {
                classes.push(found.value.to_owned());
                continue;
            }
            let named = classes_after(line, &line_words[found.end_word..]);
            if named.is_empty() { classes.push("B".to_owned()) } else { classes.extend(named) }
        }
    }
    classes.sort();
    classes.dedup();
    classes
}

/// The classes that stand within the next words: "Klasse B, C1 und CE", "(B)", "category C+E".
fn classes_after(line: &str, rest: &[Word]) -> Vec<String> {
    let mut classes: Vec<String> = Vec::new();
    let mut last_class_end = None;
    for word in rest.iter().take(8) {
        let written = &line[word.start..word.end];
        let joined = last_class_end.is_some_and(|end: usize| &line[end..word.start] == "+");
        if let (true, "E", Some(last)) = (joined, written, classes.last_mut()) {
            last.push('E');
        } else if CLASSES.contains(&written) {
            classes.push(written.to_owned());
            last_class_end = Some(word.end);
        } else if !matches!(
            word.folded.as_str(),
            "klasse"
                | "klassen"
                | "class"
                | "category"
                | "cat"
                | "categoria"
                | "categorie"
                | "clase"
                | "tipo"
                | "und"
                | "and"
                | "et"
                | "y"
                | "e"
                | "si"
                | "en"
                | "de"
                | "der"
        ) {
            break;
        }
    }
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_read_in_several_languages() {
        for (text, classes) in [
            ("Full UK driving licence required", vec!["B"]),
            ("Führerschein Klasse B und CE", vec!["B", "CE"]),
            ("Permis B exigé", vec!["B"]),
            ("Carnet de conducir clase B", vec!["B"]),
            ("Driving licence: C+E", vec!["CE"]),
            ("CDL required", vec!["CDL"]),
            ("HGV Class 1 driver", vec!["CE"]),
            ("A licence to operate", vec![]),
        ] {
            assert_eq!(find(text), classes, "{text}");
        }
    }
}
