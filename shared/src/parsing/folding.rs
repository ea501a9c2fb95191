//! Two more views on folded text (lower case, no diacritics) beside `lexicon::phrases`: the words of a heading, and the
//! squeezed form in which two namings of one thing are compared.

use super::lexicon::phrases::fold;

/// The words of `text`, folded; everything that is neither letter nor digit parts words, apostrophes are dropped, `&` and
/// `+` are words of their own.
pub(super) fn folded_words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    for character in fold(text).chars() {
        if character.is_alphanumeric() {
            word.push(character);
        } else if matches!(character, '\u{ad}' | '\u{200b}' | '’' | '\'') {
            continue;
        } else {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if matches!(character, '&' | '+') {
                words.push("&".to_owned());
            }
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Letters, digits, `+` and `#` only, folded.
pub(super) fn squeeze(text: &str) -> String {
    fold(text).chars().filter(|c| c.is_alphanumeric() || matches!(c, '+' | '#')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_meet_without_case_and_diacritics() {
        assert_eq!(folded_words("Skills & Know-how:"), ["skills", "&", "know", "how"]);
        assert_eq!(folded_words("FORMAÇÃO ACADÉMICA"), ["formacao", "academica"]);
        assert_eq!(squeeze("C++ / C#"), "c++c#");
        assert_eq!(squeeze("Bachelor's"), "bachelors");
    }
}
