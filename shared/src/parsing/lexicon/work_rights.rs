//! The right to work in a country, where a text states it as such: a permit, or that one is needed. Who somebody is (a
//! nationality, a passport, a place of birth) says nothing here.

use std::sync::LazyLock;

use super::countries;
use super::phrases::{Found, PhraseTable, Word, words};

/// What a phrase says, and of which country where it names one by itself.
#[derive(Clone, Copy, Debug)]
enum Says {
    /// There is a right to work.
    Has(Option<&'static str>),
    /// A visa or a sponsor is needed.
    Needs,
}

const TABLE: &[(&str, Says)] = &[
    (
        "right to work|rights to work|eligible to work|authorized to work|authorised to work|authorization to work|authorisation to work|\
         entitled to work|permitted to work|permission to work|work authorization|work authorisation|work permit|work visa|working visa|\
         employment authorization",
        Says::Has(None),
    ),
    (
        "arbeitserlaubnis|arbeitsgenehmigung|arbeitsberechtigung|arbeitsvisum|autorisation de travail|permis de travail|\
         autorise a travailler|autorisee a travailler|permiso de trabajo|autorizacion de trabajo|permesso di lavoro|\
         autorizacao de trabalho|werkvergunning|permis de munca",
        Says::Has(None),
    ),
    ("indefinite leave to remain|settled status", Says::Has(Some("GB"))),
    ("green card", Says::Has(Some("US"))),
    ("niederlassungserlaubnis", Says::Has(Some("DE"))),
    (
        "visa sponsorship|sponsorship required|sponsorship needed|require sponsorship|requires sponsorship|need sponsorship|\
         needs sponsorship|requiring sponsorship|require a visa|requires a visa|need a visa|needs a visa|visa required|\
         need a work permit|needs a work permit|require a work permit|requires a work permit|visum erforderlich|benotige ein visum",
        Says::Needs,
    ),
];

/// Words before a phrase that turn it round.
const DENIALS: &[&str] = &[
    "no", "not", "without", "never", "don", "doesn", "kein", "keine", "keinen", "ohne", "nicht", "sans",
    "pas", "sin", "senza", "sem", "geen",
];

/// Words next to a phrase by which it is somebody's task, not their own right: "carried out right to work checks".
const OTHERS: &[&str] = &[
    "check",
    "checks",
    "checking",
    "checked",
    "document",
    "documents",
    "documentation",
    "verification",
    "verify",
    "verified",
    "verifying",
    "audit",
    "audits",
    "compliance",
    "application",
    "applications",
    "process",
    "processes",
    "processing",
    "prufung",
    "antrag",
    "antrage",
];

const UNION: &[&str] = &[
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV", "LT",
    "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE",
];

static PHRASES: LazyLock<PhraseTable<Says>> = LazyLock::new(|| PhraseTable::new(TABLE));
static UNION_NAMES: LazyLock<PhraseTable<()>> = LazyLock::new(|| {
    PhraseTable::new(&[(
        "EU|EEA|European Union|Europäische Union|Europäischen Union|Union européenne|Unión Europea",
        (),
    )])
});

/// Something that a text says of the right to work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// The countries that it is said of, ISO 3166-1 alpha-2; empty where it names none.
    pub countries: Vec<&'static str>,
    /// Whether there is the right; else a visa, permit or sponsor is needed.
    pub has: bool,
    /// Byte offset in the text.
    pub start: usize,
    /// End, exclusive.
    pub end: usize,
}

/// How many words on either side of a phrase belong to it.
const REACH: usize = 6;

/// What a text says of the right to work, in order.
pub fn find(text: &str) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut start = 0;
    for clause in text.split_inclusive(['\n', '•', '|', ';', '.']) {
        let clause_words = words(clause);
        for found in PHRASES.find(&clause_words) {
            mentions.extend(mention(clause, &clause_words, &found, start));
        }
        start += clause.len();
    }
    mentions
}

fn mention(clause: &str, clause_words: &[Word], found: &Found<Says>, offset: usize) -> Option<Mention> {
    let before = &clause_words[found.first_word.saturating_sub(4)..found.first_word];
    let behind = &clause_words[found.end_word..clause_words.len().min(found.end_word + REACH)];
    let is = |words: &[Word], list: &[&str]| words.iter().any(|word| list.contains(&word.folded.as_str()));
    if is(before, OTHERS) || is(&behind[..behind.len().min(3)], OTHERS) {
        return None;
    }
    let denied = is(before, DENIALS);
    let (has, of_phrase) = match found.value {
        Says::Has(country) => (!denied, country),
        Says::Needs => (denied, None),
    };
    let (from, to) = (
        before.first().map_or(found.start, |word| word.start),
        behind.last().map_or(found.end, |word| word.end),
    );
    let near = &clause[from..to];
    let named = countries::find_countries(near);
    let union = UNION_NAMES.find(&words(near));
    let mut countries: Vec<&'static str> =
        named.iter().map(|country| country.value).chain(of_phrase).collect();
    if !union.is_empty() {
        countries.extend(UNION);
    }
    // Quoted is the phrase, with the negation before it and the country behind it, and no more of the line.
    let ends =
        named.iter().map(|country| from + country.end).chain(union.iter().map(|union| from + union.end));
    let negation = before.iter().find(|word| DENIALS.contains(&word.folded.as_str()));
    Some(Mention {
        countries,
        has,
        start: offset + negation.map_or(found.start, |word| word.start),
        end: offset + ends.chain([found.end]).max().unwrap_or(found.end),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(bool, Vec<&'static str>, &str)> {
        find(text).into_iter().map(|m| (m.has, m.countries, &text[m.start..m.end])).collect()
    }

    #[test]
    fn a_stated_right_is_read_with_its_country_and_nothing_else_of_the_line() {
        for (text, has, country, quote) in [
            ("Full right to work in the UK, no sponsor", true, "GB", "right to work in the UK"),
            (
                "Authorized to work in the United States",
                true,
                "US",
                "Authorized to work in the United States",
            ),
            ("Unbefristete Arbeitserlaubnis für Deutschland", true, "DE", "Arbeitserlaubnis für Deutschland"),
            ("Permis de travail en France", true, "FR", "Permis de travail en France"),
            ("I require visa sponsorship in the UK", false, "GB", "visa sponsorship in the UK"),
            ("No work permit for Switzerland", false, "CH", "No work permit for Switzerland"),
            ("Does not require sponsorship in the UK", true, "GB", "not require sponsorship in the UK"),
            ("Holder of a green card", true, "US", "green card"),
        ] {
            assert_eq!(read(text), [(has, vec![country], quote)], "{text}");
        }
        assert!(read("Right to work in the EU")[0].1.contains(&"FR"));
        assert!(read("Work permit: yes")[0].1.is_empty());
    }

    #[test]
    fn a_nationality_and_a_task_at_work_say_nothing_of_it() {
        for text in [
            "Nationality: British",
            "British citizen",
            "EU citizen, German passport",
            "Born in London, UK",
            "Carried out right to work checks for new starters in the UK",
            "Verified right to work of 40 employees",
            "Sponsorship of local sports events",
        ] {
            assert!(find(text).is_empty(), "{text}");
        }
    }
}
