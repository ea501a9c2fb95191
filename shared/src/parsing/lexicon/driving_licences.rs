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
pub const CLASSES: &[&str] =
    &["C1E", "D1E", "AM", "A1", "A2", "B1", "BE", "C1", "CE", "D1", "DE", "A", "B", "C", "D", "T", "L"];

static PHRASES: LazyLock<PhraseTable<&'static str>> = LazyLock::new(|| PhraseTable::new(TABLE));

/// A driving licence that a text names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Its classes; a licence without a class is `B`, the car's.
    pub classes: Vec<String>,
    /// Whether the text says that there is none ("no driving licence").
    pub is_denied: bool,
    /// Byte offset of its name in the text.
    pub start: usize,
    /// End of its name or of the last class, exclusive.
    pub end: usize,
}

/// Words before a licence by which a text says that there is none.
const DENIALS: &[&str] = &[
    "no", "not", "without", "kein", "keine", "keinen", "ohne", "sans", "pas", "sin", "senza", "sem", "geen",
    "fara",
];

/// The licences that a text names, in order.
pub fn mentions(text: &str) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut line_start = 0;
    for line in text.split_inclusive('\n') {
        let line_words = words(line);
        for found in PHRASES.find(&line_words) {
            let named = if found.value.is_empty() {
                classes_after(line, &line_words[found.end_word..])
            } else {
                (vec![found.value.to_owned()], None)
            };
            let (mut classes, end) = named;
            if classes.is_empty() {
                classes.push("B".to_owned());
            }
            let before = &line_words[found.first_word.saturating_sub(3)..found.first_word];
            mentions.push(Mention {
                classes,
                is_denied: before.iter().any(|word| DENIALS.contains(&word.folded.as_str())),
                start: line_start + found.start,
                end: line_start + end.unwrap_or(found.end),
            });
        }
        line_start += line.len();
    }
    mentions
}

/// The classes that a text names, such as `["B", "CE"]`; a licence without a class is `B`, the car's. Each once, sorted.
pub fn find(text: &str) -> Vec<String> {
    let held = mentions(text).into_iter().filter(|mention| !mention.is_denied);
    let mut classes: Vec<String> = held.flat_map(|mention| mention.classes).collect();
    classes.sort();
    classes.dedup();
    classes
}

/// The classes that one who holds `class` may drive too, itself counted (directive 2006/126/EC, articles 4 and 6; who holds a
/// class for lorries or buses had to hold `B` before).
pub fn covers(class: &str, wanted: &str) -> bool {
    let below: &[&str] = match class {
        "A" => &["A2", "A1", "AM"],
        "A2" => &["A1", "AM"],
        "A1" => &["AM"],
        "B" => &["B1", "AM"],
        "BE" => &["B", "B1", "AM"],
        "C1" | "D1" | "CDL" => &["B", "B1", "AM"],
        "C" => &["C1", "B", "B1", "AM"],
        "D" => &["D1", "B", "B1", "AM"],
        "C1E" | "D1E" => &["C1", "D1", "BE", "B", "B1", "AM"],
        "CE" => &["C", "C1", "C1E", "BE", "B", "B1", "AM"],
        "DE" => &["D", "D1", "D1E", "BE", "B", "B1", "AM"],
        _ => &[],
    };
    // A trailer class of lorries says nothing of buses.
    let is_other = matches!((class, wanted), ("C1E", "D1") | ("D1E", "C1"));
    class == wanted || (below.contains(&wanted) && !is_other)
}

/// The classes that stand within the next words ("Klasse B, C1 und CE", "(B)", "category C+E"), and where the last ends.
fn classes_after(line: &str, rest: &[Word]) -> (Vec<String>, Option<usize>) {
    let mut classes: Vec<String> = Vec::new();
    let mut last_class_end = None;
    for word in rest.iter().take(8) {
        let written = &line[word.start..word.end];
        let joined = last_class_end.is_some_and(|end: usize| &line[end..word.start] == "+");
        if let (true, "E", Some(last)) = (joined, written, classes.last_mut()) {
            last.push('E');
            last_class_end = Some(word.end);
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
    (classes, last_class_end)
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
            ("No driving licence", vec![]),
            ("Ich habe keinen Führerschein", vec![]),
        ] {
            assert_eq!(find(text), classes, "{text}");
        }
    }

    #[test]
    fn a_mention_stands_where_it_says_with_its_classes() {
        let text = "Skills\nFührerschein Klasse B und C+E, Stapler";
        let mention = &mentions(text)[0];
        assert_eq!(&text[mention.start..mention.end], "Führerschein Klasse B und C+E");
        assert_eq!(mention.classes, ["B", "CE"]);
    }

    #[test]
    fn a_higher_class_covers_the_lower_ones_and_never_the_other_way_round() {
        for (has, wanted) in [("CE", "C"), ("CE", "B"), ("C", "B"), ("BE", "B"), ("A", "A1"), ("CDL", "B")] {
            assert!(covers(has, wanted) && !covers(wanted, has), "{has} {wanted}");
        }
        assert!(!covers("C", "D") && !covers("A", "B") && !covers("C1E", "D1") && covers("T", "T"));
    }
}
