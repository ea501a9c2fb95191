//! All phrases of the taxonomy as one trie over words. A phrase is reached word by word in its normal form, so word boundaries,
//! plurals, hyphens and spelling variants need no patterns of their own.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::words::{Word, fold_into, normalise, words};

/// What the case of the letters and the words around must be for a phrase to be what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Any case.
    AnyCase,
    /// As written or in capitals; in other case only beside other tools, as in "html, excel, java".
    AsWritten,
    /// As written or in capitals, and only where the words around show that the tool is meant ("Go", "R", "Chef").
    InContext,
    /// Not a skill, but a phrase that holds words which look like one ("go to market"): it uses up its words.
    Blocked,
}

/// One phrase of one skill.
#[derive(Clone, Debug)]
pub(super) struct Phrase {
    /// Place of the skill in the taxonomy's list; of no meaning for `Rule::Blocked`.
    pub(super) skill: u32,
    pub(super) rule: Rule,
    /// Where the spelling that the taxonomy has stands in `Phrases::spellings`.
    written: (u32, u32),
    /// Whether it is a single word that must not be met in another number ("Windows" is no "window").
    pub(super) fixed_number: bool,
    next: u32,
}

const NONE: u32 = u32::MAX;
/// No phrase of the taxonomy has more words than this.
pub(super) const LONGEST: usize = 10;

/// The trie. Nodes are numbered; node 0 is the root.
#[derive(Debug, Default)]
pub(super) struct Phrases {
    vocabulary: HashMap<Box<str>, u32, Fast>,
    /// A verb's forms at the start of a phrase: "managing", "managed" to "manage".
    verbs: HashMap<u32, u32, Fast>,
    edges: HashMap<(u32, u32), u32, Fast>,
    first_phrase: Vec<u32>,
    /// The spellings of all phrases, one behind the other: one piece of memory in place of tens of thousands.
    spellings: String,
    phrases: Vec<Phrase>,
}

/// Space that is used again for each word of a text.
#[derive(Default)]
pub(super) struct Buffer(String);

impl Phrases {
    pub(super) fn new(expected: usize) -> Self {
        let mut phrases = Self {
            vocabulary: HashMap::with_capacity_and_hasher(expected / 2, Fast::default()),
            edges: HashMap::with_capacity_and_hasher(expected * 3, Fast::default()),
            phrases: Vec::with_capacity(expected),
            ..Self::default()
        };
        phrases.first_phrase.push(NONE);
        phrases
    }

    /// Adds a phrase. Of two alike the first wins, unless rules differ: then both are tried in this order.
    pub(super) fn add(
        &mut self,
        written: &str,
        skill: u32,
        rule: Rule,
        fixed_number: bool,
        buffer: &mut Buffer,
    ) {
        let mut node = 0;
        let cut = words(written);
        if cut.is_empty() || cut.len() > LONGEST {
            return;
        }
        for (place, word) in cut.iter().enumerate() {
            let mut id = self.learn(written, word, buffer);
            if place == 0 && cut.len() > 1 {
                id = self.verbs.get(&id).copied().unwrap_or(id);
            }
            let fresh = u32::try_from(self.first_phrase.len())
                .expect("fewer than 2^32 nodes in a file of some megabytes");
            node = *self.edges.entry((node, id)).or_insert(fresh);
            if node == fresh {
                self.first_phrase.push(NONE);
            }
        }
        let place =
            u32::try_from(self.phrases.len()).expect("fewer than 2^32 phrases in a file of some megabytes");
        let fixed_number = fixed_number && cut.len() == 1;
        // A phrase of a fixed number goes before one of any: "securities" must not be taken for "security".
        let mut next = self.first_phrase[node as usize];
        let mut last = NONE;
        while next != NONE && (!fixed_number || self.phrases[next as usize].fixed_number) {
            last = next;
            next = self.phrases[next as usize].next;
        }
        if last == NONE {
            self.first_phrase[node as usize] = place;
        } else {
            self.phrases[last as usize].next = place;
        }
        let offset =
            |place: usize| u32::try_from(place).expect("fewer than 2^32 bytes in a file of some megabytes");
        let start = offset(self.spellings.len());
        self.spellings.push_str(written);
        let written = (start, offset(self.spellings.len()));
        self.phrases.push(Phrase { skill, rule, written, fixed_number, next });
    }

    /// Makes `form` at the start of a phrase of several words the same as `base`, for the phrases that are added from now on.
    pub(super) fn add_verb(&mut self, form: &str, base: &str, buffer: &mut Buffer) {
        let (form_words, base_words) = (words(form), words(base));
        if let (Some(form_word), Some(base_word)) = (form_words.first(), base_words.first()) {
            let form_id = self.learn(form, form_word, buffer);
            let base_id = self.learn(base, base_word, buffer);
            if form_id != base_id {
                self.verbs.insert(form_id, base_id);
            }
        }
    }

    fn learn(&mut self, text: &str, word: &Word, buffer: &mut Buffer) -> u32 {
        normal_form(text, word, buffer);
        if let Some(&id) = self.vocabulary.get(buffer.0.as_str()) {
            return id;
        }
        let id =
            u32::try_from(self.vocabulary.len()).expect("fewer than 2^32 words in a file of some megabytes");
        self.vocabulary.insert(buffer.0.as_str().into(), id);
        id
    }

    /// The number of a word of a text, if any phrase has it. A name that is only known without its signs or its version
    /// ("Java+", "Python3", ".Git") is taken without them.
    pub(super) fn word_id(&self, text: &str, word: &Word, buffer: &mut Buffer) -> Option<u32> {
        normal_form(text, word, buffer);
        let folded = &mut buffer.0;
        if let Some(&id) = self.vocabulary.get(folded.as_str()) {
            return Some(id);
        }
        let bare = folded
            .trim_start_matches('.')
            .trim_end_matches(['+', '#'])
            .trim_end_matches(|c: char| c.is_ascii_digit());
        // Three letters and a digit are as often another name ("CIM6").
        if bare.len() < 4 || bare.len() == folded.len() {
            return None;
        }
        self.vocabulary.get(bare).copied()
    }

    /// The phrases that begin with the word at the front of `ids`, the longest first, each with its length in words.
    /// `joined` tells for each word whether it goes on the phrase.
    pub(super) fn matches(
        &self,
        ids: &[Option<u32>],
        joined: impl Fn(usize) -> bool,
        found: &mut Vec<(usize, u32)>,
    ) {
        found.clear();
        let Some(&Some(first)) = ids.first() else { return };
        self.walk(first, ids, &joined, found);
        if let Some(&base) = self.verbs.get(&first) {
            let single_words = found.len();
            self.walk(base, ids, &joined, found);
            // A verb alone says nothing: "planned" is no "plan".
            let mut place = 0;
            found.retain(|(length, _)| {
                place += 1;
                place <= single_words || *length > 1
            });
        }
        found.sort_by_key(|&(length, _)| std::cmp::Reverse(length));
    }

    fn walk(
        &self,
        first: u32,
        ids: &[Option<u32>],
        joined: &impl Fn(usize) -> bool,
        found: &mut Vec<(usize, u32)>,
    ) {
        let Some(&(mut node)) = self.edges.get(&(0, first)) else { return };
        let mut length = 1;
        loop {
            let mut link = self.first_phrase[node as usize];
            while link != NONE {
                found.push((length, link));
                link = self.phrases[link as usize].next;
            }
            let Some(&Some(id)) = ids.get(length) else { return };
            if !joined(length) {
                return;
            }
            let Some(&next) = self.edges.get(&(node, id)) else { return };
            node = next;
            length += 1;
        }
    }

    pub(super) fn phrase(&self, place: u32) -> &Phrase {
        &self.phrases[place as usize]
    }

    /// The spelling that the taxonomy has of a phrase.
    pub(super) fn written(&self, phrase: &Phrase) -> &str {
        &self.spellings[phrase.written.0 as usize..phrase.written.1 as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.phrases.len()
    }
}

fn normal_form(text: &str, word: &Word, buffer: &mut Buffer) {
    if word.ampersand {
        buffer.0.clear();
        buffer.0.push_str("and");
        return;
    }
    let signed = text[word.letters_end..word.end].starts_with(['+', '#']);
    let end = if signed { word.end } else { word.letters_end };
    fold_into(&text[word.start..end], &mut buffer.0);
    if !signed && !word.dotted {
        normalise(&mut buffer.0);
    }
}

type Fast = BuildHasherDefault<FastHasher>;

/// The multiply-and-rotate hash that the Rust compiler uses (FxHash): the keys come from our own file, so no defence against
/// chosen collisions is needed, and it is several times as fast as the default for short keys.
#[derive(Default)]
pub(super) struct FastHasher(u64);

impl FastHasher {
    fn mix(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for FastHasher {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut value = [0; 8];
            value[..chunk.len()].copy_from_slice(chunk);
            self.mix(u64::from_le_bytes(value));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.mix(value.into());
    }

    fn write_u32(&mut self, value: u32) {
        self.mix(value.into());
    }

    fn finish(&self) -> u64 {
        // The table takes its bucket from the low bits, which a multiplication fills worst.
        self.0.rotate_left(26)
    }
}
