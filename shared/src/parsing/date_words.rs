//! The words that dates are made of, in eight languages, and the cutting of a line into words, numbers and signs.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::lexicon::phrases::fold;

const MONTHS: &[&str] = &[
    "january jan januar janner jaenner janvier janv enero ene gennaio gen januari janeiro ianuarie ian ianuar",
    "february feb februar feber fevrier fev fevr febrero febbraio febr februari fevereiro februarie",
    "march mar marz maerz mars marzo maart mrt marco martie",
    "april apr avril avr abril abr aprile aprilie",
    "may mai mayo maggio mag mei maio",
    "june jun juni juin junio giugno giu junho iunie iun",
    "july jul juli juillet juil julio luglio lug julho iulie iul",
    "august aug aout agosto ago augustus august",
    "september sep sept septembre septiembre set settembre sett setembro septembrie setiembre",
    "october oct oktober okt octobre octubre ottobre ott outubro out octombrie",
    "november nov novembre noviembre novembro noiembrie noi",
    "december dec dezember dez decembre diciembre dic dicembre dezembro decembrie",
];

const SEASONS: &str = "spring fruhjahr fruhling printemps primavera lente voorjaar primavara summer sommer ete verano estate verao zomer vara \
    autumn fall herbst automne otono autunno outono herfst najaar toamna winter hiver invierno inverno iarna";

const OPEN_WORDS: &str = "present now current currently today ongoing heute jetzt aktuell laufend dato gegenwart aujourdhui aujourd \
    actuel actuelle actuellement maintenant actualidad actual actualmente presente hoy fecha oggi attuale attualmente corso atual \
    atualmente momento hoje heden nu vandaag prezent prezenta azi astazi continuing onwards still andauernd fortlaufend unbefristet";

/// Words and signs between the two ends of a period.
pub(super) const BETWEEN_WORDS: &str = "to bis until till through thru a au al ao ate tot hasta fino jusqua jusqu pana la tm t alla ad all e und and y et";

/// Words between an end and the word for "until now": "à ce jour", "in corso", "o momento", "în prezent", "la fecha".
pub(super) const FILLERS: &str = "ce in la o el il the das den hui le os";

pub(super) const SINCE_WORDS: &str = "since seit depuis desde dal dall dallo dalla sinds vanaf ab";

/// Words that may stand before the first end of a period.
pub(super) const FROM_WORDS: &str =
    "from von vom de du da van din since seit depuis desde dal dall dallo dalla sinds vanaf ab entre between";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Month(u8),
    Season,
    Open,
}

pub(super) static MEANINGS: LazyLock<HashMap<&'static str, Meaning>> = LazyLock::new(|| {
    let mut meanings = HashMap::new();
    for (index, names) in MONTHS.iter().enumerate() {
        for name in names.split_whitespace() {
            meanings.insert(name, Meaning::Month(index as u8 + 1));
        }
    }
    for name in SEASONS.split_whitespace() {
        meanings.insert(name, Meaning::Season);
    }
    for word in OPEN_WORDS.split_whitespace() {
        meanings.insert(word, Meaning::Open);
    }
    meanings
});

pub(super) fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|candidate| candidate == word)
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Word(String),
    Number { value: u32, digits: usize },
    Sign(char),
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether white space stands before it.
    pub(super) spaced: bool,
}

/// Longer words than this are no words of a date.
const LONGEST_WORD: usize = 14;

pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut characters = text.char_indices().peekable();
    let mut spaced = true;
    while let Some((from, character)) = characters.next() {
        if character.is_whitespace() {
            spaced = true;
            continue;
        }
        let is_same: fn(char) -> bool = if character.is_ascii_digit() {
            |c| c.is_ascii_digit()
        } else if character.is_alphabetic() {
            |c| c.is_alphabetic() || ('\u{300}'..='\u{36f}').contains(&c)
        } else {
            |_| false
        };
        let mut to = from + character.len_utf8();
        while let Some(&(place, next)) = characters.peek() {
            if !is_same(next) {
                break;
            }
            to = place + next.len_utf8();
            characters.next();
        }
        let written = &text[from..to];
        let kind = if character.is_ascii_digit() {
            let digits = to - from;
            Kind::Number { value: if digits <= 4 { written.parse().unwrap_or(0) } else { 0 }, digits }
        } else if character.is_alphabetic() {
            Kind::Word(if to - from <= 2 * LONGEST_WORD { fold(written) } else { String::new() })
        } else {
            Kind::Sign(character)
        };
        found.push(Token { kind, from, to, spaced });
        spaced = false;
    }
    found
}

/// Words of which a duration is made.
pub(super) const DURATION_WORDS: &str = "year years yr yrs month months mo mos jahr jahre monat monate mois an ans annee annees ano anos mes meses anno anni \
    mese mesi jaar jaren maand maanden ani luni an luna and und et y e en less than week weeks day days tage woche wochen";
