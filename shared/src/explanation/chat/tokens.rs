//! Tokens and money before a call: how many tokens a text has at most, and what they cost.

use crate::config::ChatSettings;

/// More tokens than the text has for any usual model. Byte-pair vocabularies take some four letters of English a token, two or
/// three of other languages, and each sign and group of digits for itself; counted are three letters, one sign, one digit, and two
/// tokens for a letter outside ASCII.
pub fn count(text: &str) -> usize {
    let (mut tokens, mut letters) = (0, 0);
    for character in text.chars() {
        if character.is_ascii_alphabetic() {
            letters += 1;
            continue;
        }
        tokens += word(letters);
        letters = 0;
        tokens += match character {
            ' ' => 0,
            character if character.is_ascii() => 1,
            _ => 2,
        };
    }
    tokens + word(letters)
}

fn word(letters: usize) -> usize {
    letters.div_ceil(3)
}

/// What so many tokens cost, in millionths of the prices' currency, rounded up.
pub fn micros(settings: &ChatSettings, input_tokens: u64, output_tokens: u64) -> i64 {
    // A price is of a million tokens, so that tokens times price are millionths.
    let cost = input_tokens as f64 * settings.price_input + output_tokens as f64 * settings.price_output;
    cost.ceil() as i64
}
