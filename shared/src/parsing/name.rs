//! The person's name and the headline under it: from the top of the document and from its largest letters, checked against
//! the e-mail address and the file's title. A heading, a job title, a place or an address is no name.

use super::contact::Found;
use super::folding::{folded_words, squeeze};
use super::header_pieces::is_place;
use super::headings::heading;
use super::lexicon::countries;
use super::lexicon::given_names::is_given_name;
use super::lexicon::phrases::fold;
use super::lines::SourceLine;
use super::titles;

/// The name with how sure it is (0–1), and the index of the line behind it.
pub(super) struct Name {
    pub(super) name: Found<String>,
    pub(super) confidence: f32,
    pub(super) next_line: usize,
}

const PARTICLES: &str = "de da do dos das del della di du des la le les van der den von zu zur zum of bin ibn ben al el abu ter ten st mac y e vom af av";

/// Degrees and the like that stand behind or before a name.
const CREDENTIALS: &str = "phd dr prof md mba msc bsc ma ba md rn bsn msn cpa cfa pmp esq jd dds dvm ing dipl mag mr mrs ms miss herr frau mme \
    monsieur madame sr sra dott dottssa llm llb mph pe aia csm cissp shrm sphr phr lcsw cma acca fcca frcs mbbs beng meng bs aa rd np dnp lpn cna crna pt dpt ot";

/// Words that no name has.
const NO_NAME: &str = "curriculum vitae cv resume resumee lebenslauf bewerbung profile profil page seite name contact email mail phone address \
    street road avenue strasse company city state summary objective professional experienced skilled highly creative motivated certified \
    and und et y with mit for fur the a an in at to your my our about updated last confidential template sample \
    sales marketing business development information technology software engineering human resources finance healthcare customer service \
    management operations security digital data project product web computer science public relations health care fitness aviation agriculture apparel \
    banking arts automobile chef construction consultant bpo design remote university college school institute hospital \
    career focus linkedin github website portfolio europass personal details date birth nationality male female full part time key core skills";

/// What templates write in place of a name.
const PLACEHOLDERS: &[&str] = &[
    "your name",
    "your name here",
    "name surname",
    "first last",
    "first name last name",
    "firstname lastname",
    "first middle last",
    "full name",
    "vorname nachname",
    "prenom nom",
    "nombre apellido",
    "nombre y apellidos",
    "nome cognome",
    "nome sobrenome",
    "voornaam achternaam",
];

/// How many lines from the top a name is looked for in.
const SEARCHED_LINES: usize = 25;

pub(super) fn read(lines: &[SourceLine<'_>], email: Option<&str>, title: Option<&str>) -> Option<Name> {
    let first_of_all = lines.first()?;
    let first_page: Vec<(usize, &SourceLine<'_>)> =
        lines.iter().enumerate().take(400).take_while(|(_, line)| line.page <= first_of_all.page).collect();
    let largest = first_page.iter().map(|(_, line)| line.size).fold(0.0, f32::max);
    let smallest =
        first_page.iter().map(|(_, line)| line.size).filter(|size| *size > 0.0).fold(f32::MAX, f32::min);
    let sizes_differ = largest > smallest * 1.15;
    let local = email.and_then(|email| email.split('@').next()).map(squeeze).unwrap_or_default();
    let title_words = title.map(folded_words).unwrap_or_default();
    let mut best: Option<(f32, Name)> = None;
    let mut headings_seen = 0;
    for (rank, (index, line)) in first_page.iter().enumerate() {
        let is_largest = sizes_differ && line.size >= largest * 0.97;
        if rank >= SEARCHED_LINES && !is_largest {
            continue;
        }
        if heading(&line.text).is_some() {
            headings_seen += 1;
            continue;
        }
        let same_looks = |next: &&SourceLine<'_>| {
            is_largest && next.column == line.column && (next.size - line.size).abs() < 0.6
        };
        let below: Vec<&SourceLine<'_>> =
            first_page.iter().skip(rank + 1).map(|(_, line)| *line).take(2).take_while(same_looks).collect();
        let candidates = candidate_texts(line, &below);
        for (text, taken) in candidates {
            let agrees = |text: &str| email_agreement(text, &local) >= 2.0;
            let Some((name, mut score)) = name_score(&text, is_largest, agrees(&text)) else { continue };
            if is_largest {
                score += 3.0;
            } else if sizes_differ && line.size > smallest * 1.25 {
                score += 1.0;
            }
            score += match rank {
                0 => 2.0,
                1 => 1.2,
                2..=4 => 0.6,
                _ => 0.0,
            };
            if headings_seen > 0 && !is_largest {
                score -= 1.5;
            }
            if line.bullet || line.text.contains(',') && !has_credentials(&line.text) {
                score -= 1.0;
            }
            score += email_agreement(&name, &local);
            let words = folded_words(&name);
            if !title_words.is_empty() && words.iter().all(|word| title_words.contains(word)) {
                score += 2.0;
            }
            if fold(&line.text).starts_with("name") && line.text.contains(':') {
                score += 3.0;
            }
            if score >= 2.6 && best.as_ref().is_none_or(|(best, _)| score > *best) {
                let end = below.get(taken.wrapping_sub(2)).map_or(line.end, |last| last.end);
                best = Some((
                    score,
                    Name {
                        name: Found { value: name, place: Some((line.start, end)) },
                        confidence: (score / 8.0).clamp(0.3, 0.99),
                        next_line: index + taken,
                    },
                ));
            }
        }
    }
    best.map(|(_, name)| name).or_else(|| from_email(lines, &local))
}

/// What of a line may be a name: the line, the line with those of the same size below it, its first cell, what stands before
/// a sign that parts.
fn candidate_texts(line: &SourceLine<'_>, below: &[&SourceLine<'_>]) -> Vec<(String, usize)> {
    let mut texts = Vec::new();
    let text = line.text.as_ref();
    if text.len() > 160 {
        return texts;
    }
    let text = match text.split_once(':') {
        Some((label, rest)) if fold(label).contains("name") || fold(label).contains("nom") => rest,
        _ => text,
    };
    // A name that is broken over two or three lines; a broken double name keeps its hyphen.
    let mut joined = text.to_owned();
    for (count, next) in below.iter().enumerate().take_while(|_| line.word_count() <= 2) {
        if next.word_count() > 2 {
            break;
        }
        if !joined.ends_with('-') {
            joined.push(' ');
        }
        joined.push_str(&next.text);
        texts.insert(0, (joined.clone(), count + 2));
    }
    texts.push((text.to_owned(), 1));
    for cell in line.cells.iter().take(3) {
        texts.push((cell.clone(), 1));
    }
    for sign in ["|", " - ", " – ", " — ", "•", "·"] {
        if let Some((before, _)) = text.split_once(sign) {
            texts.push((before.trim().to_owned(), 1));
        }
    }
    texts
}

fn is_one_of(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|candidate| candidate == word)
}

fn is_credential(word: &str) -> bool {
    is_one_of(CREDENTIALS, &squeeze(word))
}

fn has_credentials(text: &str) -> bool {
    text.split(',').skip(1).any(|piece| piece.split_whitespace().all(is_credential))
}

/// `text` as a name in usual writing with how much it reads like one; `None` if it does not.
///
/// In large letters a name may be written all in lower case, and where the e-mail address agrees its words may be those of
/// trades and places ("Jordan Baker").
fn name_score(text: &str, is_largest: bool, address_agrees: bool) -> Option<(String, f32)> {
    // ", PhD", "(she/her)"
    let text = text.split('(').next()?;
    let text = text.split(',').next()?.trim();
    // A name that friends use stands in quotation marks amid the name: Joanna "Asia" Kowalski.
    let is_called = |word: &str| {
        word.starts_with(['"', '“', '„', '‘'])
            && word.ends_with(['"', '”', '“', '’'])
            && word.chars().count() > 3
    };
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let called = words.iter().position(|word| is_called(word));
    let called = called.filter(|at| *at > 0 && at + 1 < words.len()).map(|at| (at, words.remove(at)));
    let plain = words.join(" ");
    let text = plain.split(['"', '“']).next()?.trim();
    if text.len() < plain.len() {
        words = text.split_whitespace().collect();
    }
    while words.len() > 2 && words.last().is_some_and(|word| is_credential(word)) {
        words.pop();
    }
    while words.len() > 2 && words.first().is_some_and(|word| is_credential(word)) {
        words.remove(0);
    }
    if words.is_empty() || words.len() > 6 {
        return None;
    }
    // A template says where the name goes: that is what stands there.
    if is_largest && PLACEHOLDERS.contains(&folded_words(text).join(" ").as_str()) {
        return Some((usual_writing(&words), 1.0));
    }
    let lower = is_largest
        && (2..=3).contains(&words.len())
        && words.iter().all(|word| word.chars().all(char::is_lowercase));
    let given = is_given_name(words[0]);
    let mut full_words = 0;
    for word in &words {
        let letters = word.chars().filter(|c| c.is_alphabetic()).count();
        let plain = word.chars().all(|c| {
            c.is_alphabetic()
                || matches!(c, '.' | '-' | '\'' | '’' | '‐' | '‑')
                || ('\u{300}'..='\u{36f}').contains(&c)
        });
        if !plain || letters == 0 || word.chars().count() > 24 {
            return None;
        }
        let folded = squeeze(word);
        let is_initial =
            letters == 1 && word.chars().next().is_some_and(char::is_uppercase) && words.len() > 1;
        if is_initial || is_one_of(PARTICLES, &folded) {
            continue;
        }
        if is_one_of(NO_NAME, &folded) || (!lower && word.chars().next().is_none_or(char::is_lowercase)) {
            return None;
        }
        // "Node.js" has a dot inside; an initial has it at its end.
        if word.trim_end_matches('.').contains('.') && letters > 3 {
            return None;
        }
        if letters > 1 {
            full_words += 1;
        }
    }
    if full_words == 0 || heading(text).is_some() {
        return None;
    }
    if lower && !given && !address_agrees {
        return None;
    }
    // Bakers, Cooks and Jordans are people, too.
    let is_person = address_agrees || given && (2..=3).contains(&words.len());
    let is_trade = titles::title_score(text) >= 2.0 || titles::organisation_score(text) >= 2.0;
    if (is_trade || !countries::find_countries(text).is_empty()) && !is_person {
        return None;
    }
    let score = match words.len() {
        1 => -0.5,
        2 | 3 => 2.0,
        4 => 1.4,
        _ => 0.6,
    };
    let score = score + if given { 0.8 } else { 0.0 } - if is_trade { 1.0 } else { 0.0 };
    let mut name = usual_writing(&words);
    if let Some((at, word)) = called {
        let mut written: Vec<&str> = name.split(' ').collect();
        written.insert(at.min(written.len()), word);
        name = written.join(" ");
    }
    Some((name, score))
}

/// `JOHN VAN DER BERG` → `John van der Berg`; mixed case is left as it is.
fn usual_writing(words: &[&str]) -> String {
    let shouted = words.iter().all(|word| !word.chars().any(char::is_lowercase))
        && words.iter().any(|word| word.chars().count() > 2);
    if words.iter().all(|word| word.chars().all(char::is_lowercase)) {
        let capitalised = words.iter().map(|word| {
            let mut characters = word.chars();
            characters.next().into_iter().flat_map(char::to_uppercase).chain(characters).collect::<String>()
        });
        return capitalised.collect::<Vec<_>>().join(" ");
    }
    // "Jean DUPONT": a shouted family name.
    let mut written = Vec::new();
    for word in words {
        let upper =
            !word.chars().any(char::is_lowercase) && word.chars().filter(|c| c.is_alphabetic()).count() > 2;
        let folded = squeeze(word);
        written.push(if shouted && is_one_of(PARTICLES, &folded) && word.len() > 1 && !written.is_empty() {
            word.to_lowercase()
        } else if upper || (shouted && word.chars().count() > 1 && !word.contains('.')) {
            capitalised(word)
        } else {
            (*word).to_owned()
        });
    }
    written.join(" ")
}

fn capitalised(word: &str) -> String {
    let mut opens = true;
    let mut text = String::with_capacity(word.len());
    for character in word.chars() {
        if opens {
            text.push(character);
        } else {
            text.extend(character.to_lowercase());
        }
        opens = matches!(character, '-' | '\'' | '’' | '‐' | '‑');
    }
    text
}

/// How much the local part of the e-mail address speaks for a name.
fn email_agreement(name: &str, local: &str) -> f32 {
    if local.len() < 3 {
        return 0.0;
    }
    let words: Vec<String> = folded_words(name).into_iter().filter(|word| word.len() > 1).collect();
    let hits = words.iter().filter(|word| word.len() > 2 && local.contains(word.as_str())).count();
    let initials: String = words.iter().filter_map(|word| word.chars().next()).collect();
    match hits {
        0 if initials.len() >= 2 && local.starts_with(&initials) => 0.5,
        0 => 0.0,
        1 => 2.0,
        _ => 3.5,
    }
}

/// A name that only the address knows ("john.doe@…"), where the same words stand somewhere in the text as a name.
fn from_email(lines: &[SourceLine<'_>], local: &str) -> Option<Name> {
    if local.len() < 5 {
        return None;
    }
    lines.iter().take(400).enumerate().find_map(|(index, line)| {
        let words: Vec<&str> = line.text.split_whitespace().take(12).collect();
        words.windows(2).find_map(|pair| {
            let named = pair
                .iter()
                .all(|word| word.chars().next().is_some_and(char::is_uppercase) && word.chars().count() > 2);
            let squeezed: Vec<String> = pair.iter().map(|word| squeeze(word)).collect();
            let joined = squeezed.concat();
            (named && local.contains(&joined)).then(|| Name {
                name: Found {
                    value: usual_writing(
                        &pair
                            .iter()
                            .map(|word| word.trim_matches([',', '.', ';', ':', '|', '(', ')']))
                            .collect::<Vec<_>>(),
                    ),
                    place: Some((line.start, line.end)),
                },
                confidence: 0.4,
                next_line: index + 1,
            })
        })
    })
}

/// The headline: what stands beside or under the name, if it reads like one.
pub(super) fn headline(lines: &[SourceLine<'_>], name: &Name) -> Option<Found<String>> {
    let name_line = name.next_line.checked_sub(1).and_then(|index| lines.get(index))?;
    let squeezed_name = squeeze(&name.name.value);
    // "Ada Lovelace | Analyst", "Ada Lovelace – Analyst"
    for sign in ["|", " - ", " – ", " — ", "•", "·"] {
        if let Some((before, behind)) = name_line.text.split_once(sign)
            && squeeze(before).contains(&squeezed_name)
            && reads_like_headline(behind)
        {
            return Some(Found {
                value: behind.trim().to_owned(),
                place: Some((name_line.start, name_line.end)),
            });
        }
    }
    let mut behind = lines.iter().skip(name.next_line).take(3);
    let line = behind.find(|line| reads_like_headline(&line.text))?;
    Some(Found { value: line.text.trim().to_owned(), place: Some((line.start, line.end)) })
}

fn reads_like_headline(text: &str) -> bool {
    let text = text.trim();
    let words = text.split_whitespace().count();
    let contact = text.contains(['@', ':'])
        || text.contains("www.")
        || text.chars().filter(char::is_ascii_digit).count() > 4;
    let digits = text.chars().any(|c| c.is_ascii_digit());
    let last_part = text.rsplit([',', '|', '•', '·']).next().unwrap_or(text);
    let place = !titles::is_title(text) && (digits || is_place(text) || is_place(last_part));
    (1..=12).contains(&words)
        && text.len() <= 120
        && !contact
        && !place
        && heading(text).is_none()
        && !text.ends_with('.')
        && (titles::title_score(text) >= 2.5
            || text.contains('|')
            || text.contains(" & ")
            || (2..=8).contains(&words) && countries::find_countries(text).is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsing::lines::{document_of_text, source_lines};

    fn name(text: &str, email: Option<&str>) -> Option<String> {
        let document = document_of_text(text);
        let lines = source_lines(&document);
        read(&lines, email, None).map(|name| name.name.value)
    }

    #[test]
    fn the_name_stands_at_the_top() {
        assert_eq!(
            name("Curriculum Vitae\nMarie-Claire de la Tour, PhD\nChemist\nParis, France", None).as_deref(),
            Some("Marie-Claire de la Tour")
        );
        assert_eq!(name("JOHN VAN DER BERG\nSOFTWARE ENGINEER", None).as_deref(), Some("John van der Berg"));
        assert_eq!(name("Name: Dr. Ana Souza\nEmail: x@y.org", None).as_deref(), Some("Ana Souza"));
        assert_eq!(name("J. R. Ackerley | Editor", None).as_deref(), Some("J. R. Ackerley"));
        assert_eq!(name("Jean DUPONT\nIngénieur logiciel", None).as_deref(), Some("Jean Dupont"));
    }

    #[test]
    fn titles_headings_and_places_are_no_names() {
        for text in [
            "SOUS CHEF\nWork Experience",
            "HR GENERALIST\nSummary",
            "Professional Summary\nSkills",
            "Berlin, Germany",
            "SALES\nSkills",
        ] {
            assert_eq!(name(text, None), None, "{text}");
        }
    }

    #[test]
    fn names_may_be_words_of_trades_and_places() {
        assert_eq!(name("Jordan Baker\nPastry Chef", None).as_deref(), Some("Jordan Baker"));
        assert_eq!(name("Anna Koch\nLehrerin", None).as_deref(), Some("Anna Koch"));
        assert_eq!(
            name("Sigrun Maurer\nHead Chef", Some("s.maurer@example.org")).as_deref(),
            Some("Sigrun Maurer")
        );
        assert_eq!(name("Pastry Cook\nSummary", Some("x.y@example.org")), None);
    }

    #[test]
    fn the_address_tells_between_two_names() {
        assert_eq!(
            name("Great Lakes\nMary Shelley", Some("mary.shelley@example.org")).as_deref(),
            Some("Mary Shelley")
        );
    }
}
