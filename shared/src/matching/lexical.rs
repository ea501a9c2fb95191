//! The words of a text as a sparse vector, for the similarity of vocabulary: logarithmic counts of stems by their rarity,
//! without stop words, of length one (the `ltc` scheme of SMART: Salton and Buckley, 1988,
//! <https://doi.org/10.1016/0306-4573(88)90021-0>). How rare a stem is stands in a table of ads' sentences
//! (`term_frequencies.tsv`), so that a score does not depend on which jobs there are. Words of other languages than English
//! are not in it and all count as rare.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::parsing::lexicon::phrases::{Word, words};

/// A word is cut to so many letters: a stemmer for eight languages that needs no rules.
const STEM_LETTERS: usize = 6;

static STOP_STEMS: LazyLock<HashSet<u64>> =
    LazyLock::new(|| words(include_str!("stop_words.txt")).iter().map(|word| stem(&word.folded)).collect());

/// A hash of the word's stem (FNV-1a, stable between builds).
pub(crate) fn stem(folded: &str) -> u64 {
    let end = folded.char_indices().nth(STEM_LETTERS).map_or(folded.len(), |(at, _)| at);
    hash(&folded[..end])
}

/// FNV-1a, 64 bits.
pub(crate) fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Whether a word says nothing of a job: an article, a pronoun, a month, "experience".
pub(crate) fn is_stop_word(word: &Word) -> bool {
    word.folded.len() < 2
        || word.folded.bytes().all(|byte| byte.is_ascii_digit())
        || STOP_STEMS.contains(&stem(&word.folded))
}

/// The inverse document frequency of each stem of the table, and of one that it does not have.
struct Rarity {
    of_stem: HashMap<u64, f32>,
    unknown: f32,
}

static RARITY: LazyLock<Rarity> = LazyLock::new(|| {
    let lines = include_str!("term_frequencies.tsv").lines().filter(|line| !line.starts_with('#'));
    let mut counts = lines.filter_map(|line| {
        let (stem, count) = line.split_once('\t')?;
        Some((stem, count.parse::<f32>().ok()?))
    });
    let sentences = counts.next().map_or(1.0, |(_, count)| count);
    let idf = |count: f32| ((sentences + 1.0) / (count + 1.0)).ln();
    Rarity { of_stem: counts.map(|(stem, count)| (hash(stem), idf(count))).collect(), unknown: idf(0.0) }
});

impl Rarity {
    fn of(&self, stem: u64) -> f32 {
        self.of_stem.get(&stem).copied().unwrap_or(self.unknown)
    }
}

/// The terms of a text: hash and weight, by hash, of length one. Empty for a text of stop words.
#[derive(Clone, Debug, Default)]
pub(crate) struct TermVector(Vec<(u64, f32)>);

impl TermVector {
    pub(crate) fn of(text_words: &[Word]) -> Self {
        let mut counts: HashMap<u64, f32> = HashMap::new();
        for word in text_words.iter().filter(|word| !is_stop_word(word)) {
            *counts.entry(stem(&word.folded)).or_default() += 1.0;
        }
        let mut terms: Vec<(u64, f32)> =
            counts.into_iter().map(|(term, count)| (term, (1.0 + count.ln()) * RARITY.of(term))).collect();
        let length = terms.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
        terms.iter_mut().for_each(|(_, weight)| *weight /= length);
        terms.sort_unstable_by_key(|(term, _)| *term);
        Self(terms)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Cosine similarity, 0–1.
    pub(crate) fn cosine(&self, other: &Self) -> f32 {
        let (mut here, mut there) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut sum = 0.0;
        while let (Some((a, x)), Some((b, y))) = (here.peek(), there.peek()) {
            match a.cmp(b) {
                std::cmp::Ordering::Less => drop(here.next()),
                std::cmp::Ordering::Greater => drop(there.next()),
                std::cmp::Ordering::Equal => {
                    sum += x * y;
                    here.next();
                    there.next();
                }
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cosine(one: &str, other: &str) -> f32 {
        TermVector::of(&words(one)).cosine(&TermVector::of(&words(other)))
    }

    #[test]
    fn shared_words_make_texts_alike_whatever_their_endings() {
        assert!(cosine("Managing warehouses and deliveries", "warehouse delivery management") > 0.5);
        assert_eq!(cosine("the and of", "the and of"), 0.0);
        assert!(cosine("welding steel", "teaching children") < 0.01);
    }

    #[test]
    fn a_rare_word_makes_texts_more_alike_than_one_of_every_ad() {
        assert!(
            cosine("welding projects", "welding data") > 2.0 * cosine("welding projects", "data projects")
        );
    }
}
