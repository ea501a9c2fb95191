//! Phone numbers: found by their shape, brought to E.164 by the rules of their country where that is known.

use phonenumber::{Mode, country};

use crate::document::Document;

use super::contact::Found;
use super::lexicon::phrases::fold;

/// A run of digits and phone signs in the text.
struct Candidate<'a> {
    written: &'a str,
    start: usize,
    end: usize,
    score: i32,
}

/// Words that stand before a phone number, and those that stand before a number of another sort.
const PHONE_LABELS: &str = "phone telephone tel telefon telefono telefone telefoon mobile mobil movil cell cellular cel handy portable \
    movel mob ph call whatsapp gsm contact t m p";
const OTHER_LABELS: &str = "fax id nr no ref zip plz isbn issn dni passport vat ssn number nummer";

/// The CV's own phone number: the most phone-like of those in the parts of the text that are about the person, else of all.
pub(super) fn best(
    text: &str,
    document: &Document,
    own_parts: &[(usize, usize)],
    country: Option<&str>,
) -> Option<Found<String>> {
    let mut candidates = candidates(text);
    for candidate in &mut candidates {
        if own_parts.iter().any(|(from, to)| (*from..*to).contains(&candidate.start)) {
            candidate.score += 3;
        }
    }
    let linked = document
        .links
        .iter()
        .find_map(|link| link.url.strip_prefix("tel:"))
        .map(|number| number.trim().replace("%20", " "));
    // Of equals the first: `max_by_key` would take the last.
    let best = candidates.iter().filter(|c| c.score >= 3).rev().max_by_key(|c| c.score);
    match (best, linked) {
        (Some(best), linked) => {
            let linked = linked.filter(|linked| digits(linked).ends_with(&digits(best.written)));
            let written = linked.as_deref().unwrap_or(best.written);
            Some(Found { value: normalise(written, country), place: Some((best.start, best.end)) })
        }
        (None, Some(linked)) => Some(Found { value: normalise(&linked, country), place: None }),
        (None, None) => None,
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn is_phone_sign(character: char) -> bool {
    character.is_ascii_digit()
        || matches!(
            character,
            '+' | '(' | ')' | '-' | '.' | '/' | ' ' | '–' | '‑' | '\u{a0}' | '*' | 'x' | 'X'
        )
}

/// Longest run of phone signs that is looked at.
const LONGEST: usize = 32;

fn candidates(text: &str) -> Vec<Candidate<'_>> {
    let mut found = Vec::new();
    let mut line_start = 0;
    for line in text.split('\n') {
        let mut at = 0;
        while let Some(begin) = line[at..].find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '(')) {
            let start = at + begin;
            let run: usize =
                line[start..].chars().take_while(|c| is_phone_sign(*c)).map(char::len_utf8).sum();
            let end = start + run.max(1);
            if let Some(candidate) = candidate(line, start, end, line_start) {
                found.push(candidate);
            }
            at = end;
        }
        line_start += line.len() + 1;
    }
    found
}

fn candidate(line: &str, start: usize, end: usize, line_start: usize) -> Option<Candidate<'_>> {
    let written =
        line[start..end].trim_end_matches(|c: char| !c.is_ascii_digit() && c != '*' && c != 'x' && c != 'X');
    let written = written.trim_end_matches(" x").trim_end();
    let end = start + written.len();
    if written.len() > LONGEST {
        return None;
    }
    let before = line[..start].chars().next_back();
    let behind = line[end..].chars().next();
    let masked = written.chars().filter(|c| matches!(c, '*' | 'x' | 'X')).count();
    let count = written.chars().filter(char::is_ascii_digit).count() + masked;
    if !(7..=16).contains(&count)
        || (masked > 0 && count < 9)
        || before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '@' | '/' | '_' | '='))
        || behind.is_some_and(|c| c.is_alphabetic() || matches!(c, '@' | '_' | '%'))
    {
        return None;
    }
    let window = line.floor_char_boundary(start.saturating_sub(30));
    let label = line[window..start].split_whitespace().next_back().unwrap_or("");
    let label = fold(label.trim_matches(|c: char| !c.is_alphanumeric()));
    let mut score = 0;
    if PHONE_LABELS.split_whitespace().any(|word| word == label) {
        score += 4;
    }
    if OTHER_LABELS.split_whitespace().any(|word| word == label) {
        score -= 4;
    }
    if written.starts_with('+') || written.starts_with("(+") {
        score += 4;
    }
    if written.starts_with("00") {
        score += 3;
    }
    if written.starts_with('(') || written.starts_with('0') {
        score += 2;
    }
    // Three groups, or one of ten digits, look like a number to call; two groups of four like years.
    let groups =
        written.split(|c: char| !c.is_ascii_digit() && c != '*').filter(|group| !group.is_empty()).count();
    score += match groups {
        3.. => 2,
        1 if (9..=12).contains(&count) => 2,
        _ => 0,
    };
    if is_dates(written) {
        score -= 8;
    }
    // A line of its own, or with little else.
    if line.len() < written.len() + 12 {
        score += 1;
    }
    Some(Candidate { written, start: line_start + start, end: line_start + end, score })
}

/// `2015 - 2019`, `01/2015 - 03/2019`, `2019-03-01`: every group is a year, or the groups make dates.
fn is_dates(written: &str) -> bool {
    if written.starts_with(['+', '(']) {
        return false;
    }
    let groups: Vec<&str> =
        written.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let is_year = |group: &&str| group.len() == 4 && (group.starts_with("19") || group.starts_with("20"));
    let others_small =
        groups.iter().filter(|g| !is_year(g)).all(|g| g.len() <= 2 && g.parse::<u8>().is_ok_and(|v| v <= 31));
    groups.iter().any(is_year) && others_small
}

/// `written` as E.164 where the number says its country or `country` is known and its plan allows the number; else as written.
pub(super) fn normalise(written: &str, country: Option<&str>) -> String {
    let as_written = || written.split_whitespace().collect::<Vec<_>>().join(" ");
    if written.contains(['*', 'x', 'X']) {
        return as_written();
    }
    // "+44 (0) 20 …": the trunk zero is not dialled.
    let mut number = written.replace("(0)", "");
    if let Some(rest) = number.strip_prefix("00") {
        number = format!("+{rest}");
    }
    // A number that says its country needs no plan of that country, and the library's cost (a regular expression a
    // country, compiled at its first use) is spared, unless a trunk zero was left behind the country's code.
    if let Some(international) = international(&number) {
        return international;
    }
    let region: Option<country::Id> = country.and_then(|code| code.parse().ok());
    if !number.trim_start_matches('(').starts_with('+') && region.is_none() {
        return as_written();
    }
    match phonenumber::parse(region, &number) {
        Ok(parsed) if number.contains('+') || parsed.is_valid() => {
            parsed.format().mode(Mode::E164).to_string()
        }
        _ => as_written(),
    }
}

/// `number` as E.164 if it opens with a country's code and has no trunk zero behind it.
fn international(number: &str) -> Option<String> {
    let behind_plus = number.trim_start_matches('(').strip_prefix('+')?;
    let mut groups = behind_plus.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty());
    let code = groups.next()?;
    let has_trunk_zero = code.len() <= 3 && groups.next().is_some_and(|group| group.starts_with('0'));
    let digits = digits(behind_plus);
    let plausible = (8..=15).contains(&digits.len()) && !digits.starts_with('0') && !has_trunk_zero;
    plausible.then(|| format!("+{digits}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parsing::lines::document_of_text;

    fn phone(text: &str, country: Option<&str>) -> Option<String> {
        let document = document_of_text(text);
        best(&document.text(), &document, &[(0, text.len())], country).map(|found| found.value)
    }

    #[test]
    fn numbers_become_e164_where_their_country_is_known() {
        assert_eq!(phone("Tel: +49 (0)170 1234567", None).as_deref(), Some("+491701234567"));
        assert_eq!(phone("Tel: +49 0170 1234567", None).as_deref(), Some("+491701234567"));
        assert_eq!(phone("Mobil 0171 234 5678", Some("DE")).as_deref(), Some("+491712345678"));
        assert_eq!(phone("(415) 555-0142", Some("US")).as_deref(), Some("+14155550142"));
        assert_eq!(phone("0044 20 7946 0958", None).as_deref(), Some("+442079460958"));
        assert_eq!(phone("06 12 34 56 78", Some("FR")).as_deref(), Some("+33612345678"));
    }

    #[test]
    fn what_is_masked_or_of_no_country_stays_as_written() {
        assert_eq!(phone("(555) 123-4567", None).as_deref(), Some("(555) 123-4567"));
        assert_eq!(phone("Phone: +1 415 *** ****", None).as_deref(), Some("+1 415 *** ****"));
        assert_eq!(phone("phone: 000-00-0000", Some("US")).as_deref(), Some("000-00-0000"));
    }

    #[test]
    fn years_are_no_phone_numbers() {
        assert_eq!(phone("2015 - 2019", Some("US")), None);
        assert_eq!(phone("01/2015 - 03/2019 Acme", Some("DE")), None);
    }
}
