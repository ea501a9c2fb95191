//! Where the person lives: the place among the contact data.

use crate::domain::Location;

use super::contact::Found;
use super::folding::folded_words;
use super::header_pieces::is_place;
use super::lexicon::countries;
use super::sections::LineRef;

const LABELS: &str = "address adresse direccion indirizzo endereco morada adres adresa location wohnort anschrift ort city lieu residence domicilio \
    localidad based lives standort ciudad citta cidade woonplaats localitate mailaddress";

/// How many lines of the contact data are looked at.
const SEARCHED_LINES: usize = 40;

/// The first place in the lines before the first section of another kind.
pub(super) fn read(lines: &[LineRef<'_>]) -> Option<Found<Location>> {
    let mut best: Option<(i32, Found<Location>)> = None;
    for LineRef { line, text, cells } in lines.iter().take(SEARCHED_LINES) {
        if text.len() > 300 {
            continue;
        }
        let pieces: Vec<&str> =
            if cells.len() > 1 { cells.iter().map(String::as_str).collect() } else { vec![text] };
        for piece in pieces
            .iter()
            .flat_map(|cell| cell.split(['|', '•', '·', '\u{2022}', ';']))
            .flat_map(|piece| piece.split(" - "))
        {
            for part in without_contact(piece) {
                let Some((location, score)) = place(&part) else { continue };
                if best.as_ref().is_none_or(|(known, _)| score > *known) {
                    best = Some((score, Found { value: location, place: Some((line.start, line.end)) }));
                }
            }
        }
    }
    best.map(|(_, found)| found)
}

/// The runs of comma parts of `piece` that are neither address of the web nor number to call.
fn without_contact(piece: &str) -> Vec<String> {
    let mut runs = vec![Vec::new()];
    for part in piece.split(',') {
        let part = part.trim();
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let is_contact = part.contains('@')
            || part.contains("www.")
            || part.contains(".com")
            || part.contains('/')
            || digits > 8
            || part.starts_with('+');
        if is_contact {
            runs.push(Vec::new());
        } else if let Some(run) = runs.last_mut() {
            run.push(part);
        }
    }
    runs.into_iter().filter(|run| !run.is_empty()).map(|run| run.join(", ")).collect()
}

/// `text` as a location with how sure it is.
fn place(text: &str) -> Option<(Location, i32)> {
    let mut text = text.trim().trim_matches(['(', ')', '.']).trim();
    let mut score = 0;
    if let Some((label, rest)) = text.split_once(':') {
        let known =
            folded_words(label).iter().any(|word| LABELS.split_ascii_whitespace().any(|label| label == word));
        if !known {
            return None;
        }
        score += 2;
        text = rest.trim();
    }
    if text.len() > 120 || text.is_empty() {
        return None;
    }
    let mut parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let mut location = Location::default();
    // "Hauptstraße 5, 10115 Berlin": what has digits and letters is a street or a city with its postal code.
    let mut kept = Vec::new();
    let count = parts.len();
    for (index, part) in parts.drain(..).enumerate() {
        let digits = part.chars().filter(char::is_ascii_digit).count();
        let (code, rest) = postal_code(part);
        // "Avenida Los Andes 2547, Santiago": the number behind a street is no postal code.
        let is_street = index == 0
            && count > 1
            && !part.starts_with(|c: char| c.is_ascii_digit())
            && code.as_deref().is_some_and(|code| code.len() == 4);
        if let Some(code) = code.filter(|_| !is_street) {
            location.postal_code = Some(code);
            score += 1;
            if !rest.is_empty() {
                kept.push(rest);
            }
        } else if digits > 0 && index == 0 {
            location.address = Some(part.to_owned());
        } else if digits == 0 {
            kept.push(part.to_owned());
        }
    }
    let joined = kept.join(", ");
    let found = countries::place(&joined);
    let beside_code = location.postal_code.is_some() && kept.len() <= 2 && !joined.is_empty();
    if !is_place(&joined) && !beside_code {
        // A street before the city: "12 High Street, Leeds".
        if location.address.is_none() || found.country_code.is_none() {
            return None;
        }
    }
    location.city = found.city.filter(|city| !city.is_empty());
    location.country_code = found.country_code.map(str::to_owned);
    location.region = kept
        .get(1)
        .filter(|region| kept.len() == 3 || (region.len() == 2 && region.chars().all(char::is_uppercase)))
        .cloned();
    if location.city.is_none() && location.country_code.is_none() {
        return None;
    }
    score +=
        1 + i32::from(location.country_code.is_some()) + i32::from(location.city.is_some() && kept.len() > 1);
    Some((location, score))
}

/// A postal code at the begin or the end of `part`, and the rest.
fn postal_code(part: &str) -> (Option<String>, String) {
    let words: Vec<&str> = part.split_whitespace().collect();
    let is_code = |word: &str| {
        let digits = word.chars().filter(char::is_ascii_digit).count();
        ((4..=6).contains(&digits) || digits == 7 && word.contains('-'))
            && word.chars().all(|c| c.is_ascii_digit() || c == '-')
            || (3..=4).contains(&word.len())
                && digits >= 1
                && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
                && word.starts_with(|c: char| c.is_ascii_uppercase())
    };
    match words.as_slice() {
        // Two halves of a British code: "LS1 4AP".
        [rest @ .., one, two]
            if is_code(one)
                && two.len() == 3
                && two.starts_with(|c: char| c.is_ascii_digit())
                && !one.chars().all(|c| c.is_ascii_digit()) =>
        {
            (Some(format!("{one} {two}")), rest.join(" "))
        }
        [first, rest @ ..]
            if is_code(first)
                && first.len() >= 4
                && (rest.is_empty() || !rest[0].chars().any(|c| c.is_ascii_digit()))
                && rest.len() <= 4 =>
        {
            (Some((*first).to_owned()), rest.join(" "))
        }
        [rest @ .., last] if is_code(last) && last.len() >= 4 && !rest.is_empty() => {
            (Some((*last).to_owned()), rest.join(" "))
        }
        _ => (None, part.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Location {
        place(text).map(|(location, _)| location).unwrap_or_default()
    }

    #[test]
    fn places_have_city_code_and_country() {
        let one = of("Greenfield, CA 94588");
        assert_eq!(
            (one.city.as_deref(), one.postal_code.as_deref(), one.country_code.as_deref()),
            (Some("Greenfield"), Some("94588"), Some("US"))
        );
        let two = of("Hauptstraße 5, 10115 Berlin");
        assert_eq!(
            (two.city.as_deref(), two.postal_code.as_deref(), two.country_code.as_deref()),
            (Some("Berlin"), Some("10115"), Some("DE"))
        );
        assert_eq!(of("Delhi, India").country_code.as_deref(), Some("IN"));
        assert_eq!(of("Software Engineer, Acme"), Location::default());
    }
}
