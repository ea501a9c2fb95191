//! Finds the phrases of a table in a text, word by word, whatever their case and accents, and says where each stands.

use std::collections::HashMap;

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Lower case, without accents ("Économie" is `economie`, "Straße" is `strasse`).
    pub folded: String,
    /// Byte offset in the text.
    pub start: usize,
    /// End, exclusive.
    pub end: usize,
    /// Whether it begins with a capital.
    pub is_capitalised: bool,
    /// Whether all its letters are capitals.
    pub is_upper: bool,
}

/// The words of a text: runs of letters and digits. An apostrophe parts words (`bachelor's` is `bachelor`, `s`), and so
/// does every other mark.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::with_capacity(text.len() / 6);
    let mut start = None;
    for (at, character) in text.char_indices() {
        match (character.is_alphanumeric() || is_combining(character), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(word(text, from, at));
                start = None;
            }
            _ => {}
        }
    }
    if let Some(from) = start {
        found.push(word(text, from, text.len()));
    }
    found
}

fn word(text: &str, start: usize, end: usize) -> Word {
    let written = &text[start..end];
    Word {
        folded: fold(written),
        start,
        end,
        is_capitalised: written.chars().next().is_some_and(char::is_uppercase),
        is_upper: !written.chars().any(char::is_lowercase) && written.chars().any(char::is_uppercase),
    }
}

fn is_combining(character: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&character)
}

/// The text in lower case and without the accents of European Latin scripts.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            folded.push(character.to_ascii_lowercase());
            continue;
        }
        if is_combining(character) {
            continue;
        }
        for lower in character.to_lowercase() {
            match lower {
                'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
                'ç' | 'ć' | 'č' => folded.push('c'),
                'ď' | 'đ' => folded.push('d'),
                'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => folded.push('e'),
                'ğ' => folded.push('g'),
                'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => folded.push('i'),
                'ł' | 'ľ' => folded.push('l'),
                'ñ' | 'ń' | 'ň' => folded.push('n'),
                'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => folded.push('o'),
                'ř' => folded.push('r'),
                'ś' | 'š' | 'ş' | 'ș' => folded.push('s'),
                'ť' | 'ţ' | 'ț' => folded.push('t'),
                'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' => folded.push('u'),
                'ý' | 'ÿ' => folded.push('y'),
                'ź' | 'ż' | 'ž' => folded.push('z'),
                'ß' => folded.push_str("ss"),
                'æ' => folded.push_str("ae"),
                'œ' => folded.push_str("oe"),
                other if is_combining(other) => {}
                other => folded.push(other),
            }
        }
    }
    folded
}

/// A phrase of a table found in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<T> {
    /// What the table says of it.
    pub value: T,
    /// Index of its first word.
    pub first_word: usize,
    /// Index after its last word.
    pub end_word: usize,
    /// Byte offset in the text.
    pub start: usize,
    /// End, exclusive.
    pub end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Case {
    Any,
    Capitalised,
    Upper,
}

#[derive(Debug)]
struct Entry<T> {
    words: Vec<String>,
    is_prefix: bool,
    case: Case,
    value: T,
}

/// Phrases and what each means. In a table a phrase ends in `*` where its last word may go on (`praktikant*`); written in
/// capitals (`MBA`) it is found in capitals only, with a first capital (`Polish`) only so, in lower case in any case.
#[derive(Debug)]
pub struct PhraseTable<T> {
    by_first: HashMap<String, Vec<Entry<T>>>,
    /// Single words that may go on, by their first three bytes.
    prefixes: HashMap<[u8; 3], Vec<Entry<T>>>,
}

/// The first three bytes of a word, which an index of prefixes goes by; all prefixes of the tables have as many.
fn first_three(word: &str) -> Option<[u8; 3]> {
    word.as_bytes().first_chunk::<3>().copied()
}

impl<T: Copy> PhraseTable<T> {
    /// A table from lines of phrases parted by `|`.
    pub fn new(lines: &[(&str, T)]) -> Self {
        let mut table = Self { by_first: HashMap::new(), prefixes: HashMap::new() };
        for (phrases, value) in lines {
            for phrase in phrases.split('|') {
                table.insert(phrase.trim(), *value);
            }
        }
        for entries in table.by_first.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.words.len()));
        }
        for entries in table.prefixes.values_mut() {
            entries.sort_by_key(|entry| std::cmp::Reverse(entry.words[0].len()));
        }
        table
    }

    fn insert(&mut self, phrase: &str, value: T) {
        let is_prefix = phrase.ends_with('*');
        let written = words(phrase);
        let Some(first) = written.first() else { return };
        let case = if written.iter().all(|w| w.is_upper) {
            Case::Upper
        } else if first.is_capitalised {
            Case::Capitalised
        } else {
            Case::Any
        };
        let words: Vec<String> = written.into_iter().map(|word| word.folded).collect();
        let entry = Entry { is_prefix, case, value, words };
        match first_three(&entry.words[0]) {
            Some(key) if entry.is_prefix && entry.words.len() == 1 => {
                self.prefixes.entry(key).or_default().push(entry)
            }
            _ => self.by_first.entry(entry.words[0].clone()).or_default().push(entry),
        }
    }

    /// The phrases in these words of a text, in order, the longest at each place, none within another.
    pub fn find(&self, text_words: &[Word]) -> Vec<Found<T>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text_words.len() {
            match self.at(&text_words[at..]) {
                Some((length, value)) => {
                    let end_word = at + length;
                    found.push(Found {
                        value,
                        first_word: at,
                        end_word,
                        start: text_words[at].start,
                        end: text_words[end_word - 1].end,
                    });
                    at = end_word;
                }
                None => at += 1,
            }
        }
        found
    }

    fn at(&self, rest: &[Word]) -> Option<(usize, T)> {
        let first = rest.first()?;
        let exact = self.by_first.get(&first.folded).into_iter().flatten().find(|entry| entry.fits(rest));
        let open =
            || first_three(&first.folded).and_then(|key| self.prefixes.get(&key)).into_iter().flatten();
        exact.or_else(|| open().find(|entry| entry.fits(rest))).map(|entry| (entry.words.len(), entry.value))
    }
}

impl<T> Entry<T> {
    fn fits(&self, rest: &[Word]) -> bool {
        if rest.len() < self.words.len() {
            return false;
        }
        let last = self.words.len() - 1;
        let same_words = self.words.iter().zip(rest).enumerate().all(|(index, (wanted, word))| {
            if self.is_prefix && index == last {
                word.folded.starts_with(wanted.as_str())
            } else {
                word.folded == *wanted
            }
        });
        same_words
            && match self.case {
                Case::Any => true,
                Case::Capitalised => rest[0].is_capitalised,
                Case::Upper => rest[..=last].iter().all(|word| word.is_upper),
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_know_their_places_in_the_text() {
        let text = "Élève-ingénieur, Straße 5";
        let found = words(text);
        let folded: Vec<&str> = found.iter().map(|w| w.folded.as_str()).collect();
        assert_eq!(folded, ["eleve", "ingenieur", "strasse", "5"]);
        assert!(found.iter().all(|w| fold(&text[w.start..w.end]) == w.folded));
    }

    #[test]
    fn the_longest_phrase_wins_and_capitals_count_where_the_table_has_them() {
        let table =
            PhraseTable::new(&[("high school", 1), ("high school diploma", 2), ("MBA", 3), ("praktik*", 4)]);
        let found = |text: &str| table.find(&words(text)).iter().map(|f| f.value).collect::<Vec<_>>();
        assert_eq!(found("High-School Diploma, high school, mba, MBA, Praktikantin"), [2, 1, 3, 4]);
    }
}
