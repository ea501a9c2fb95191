//! Cuts the header of an entry into its pieces ("Engineer | Acme – Berlin, Germany") and tells places among them.

use super::entries::HeaderLine;
use super::folding::folded_words;
use super::lexicon::{countries, education_level};
use super::titles;

/// A piece of a header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    pub(super) text: String,
    /// Index of its line in the header.
    pub(super) line: usize,
    /// Byte offsets of its line in the document's text.
    pub(super) place: (usize, usize),
}

/// Signs with spaces around them that part the pieces of a header.
const SEPARATORS: &[&str] = &[" | ", " • ", " · ", " — ", " – ", " - ", " // ", " :: ", " : ", " ▪ ", " / "];

/// Words between a title and its employer.
const AT_WORDS: &[&str] = &[" at ", " @ ", " bei der ", " bei ", " chez ", " presso ", " bij ", " la "];

const LABELS: &str = "location ort lieu lugar ubicacion luogo localidade company employer title position role arbeitgeber firma entreprise empresa \
    azienda institution school degree client project";

/// The pieces of all lines of a header, in order.
pub(super) fn pieces(header: &[HeaderLine]) -> Vec<Piece> {
    let mut found = Vec::new();
    for (line, header_line) in header.iter().enumerate() {
        let texts: Vec<&str> = if header_line.cells.len() > 1 {
            header_line.cells.iter().map(String::as_str).collect()
        } else {
            vec![header_line.text.as_str()]
        };
        for text in texts {
            split_into(text, line, header_line.place, &mut found);
        }
    }
    found
}

fn split_into(text: &str, line: usize, place: (usize, usize), found: &mut Vec<Piece>) {
    for separator in SEPARATORS {
        if let Some((before, behind)) = text.split_once(separator)
            // "Maler / Tapezierer" is one title.
            && !(*separator == " / " && titles::is_title(before) && titles::is_title(behind))
        {
            split_into(before, line, place, found);
            split_into(behind, line, place, found);
            return;
        }
    }
    for word in AT_WORDS {
        if let Some((before, behind)) = text.split_once(word)
            && (titles::is_title(before) || education_level::level_of_degree(before).is_some())
            && opens_like_name(behind)
        {
            split_into(before, line, place, found);
            split_into(behind, line, place, found);
            return;
        }
    }
    // "Acme Inc. (Berlin, Germany)", "Engineer (Acme)": the brackets at the end.
    if let Some((before, inside)) = text.strip_suffix(')').and_then(|text| text.rsplit_once('('))
        && before.trim().len() > 2
        && is_place(inside)
    {
        split_into(before, line, place, found);
        split_into(inside, line, place, found);
        return;
    }
    let text = text.trim_matches([' ', ',', ';', '|', '-', '–', '—', ':', '•', '·']);
    let text = text.strip_prefix('@').unwrap_or(text).trim();
    let text = match text.split_once(':') {
        Some((label, rest))
            if LABELS.split_ascii_whitespace().any(|known| folded_words(label) == [known]) =>
        {
            rest.trim()
        }
        _ => text,
    };
    if text.chars().any(char::is_alphanumeric) {
        found.push(Piece { text: text.to_owned(), line, place });
    }
}

/// Whether a text opens as names do: "Acme", "3M", "eBay".
fn opens_like_name(text: &str) -> bool {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) if first.is_uppercase() || first.is_ascii_digit() => true,
        Some(first) => first.is_lowercase() && characters.next().is_some_and(char::is_uppercase),
        None => false,
    }
}

/// Words that name no place alone but stand where a place does.
const PLACE_WORDS: &str = "remote hybrid onsite homeoffice telecommute teletravail remoto teletrabajo city state country stadt land ville pays ciudad pais citta \
    cidade national nationwide worldwide";

/// Whether `text` is a place and nothing else.
pub(super) fn is_place(text: &str) -> bool {
    let text = text.trim().trim_matches(['(', ')', '.']);
    let words = folded_words(text);
    if words.is_empty() || words.len() > 7 || text.len() > 70 {
        return false;
    }
    let is_place_word = |word: &String| PLACE_WORDS.split_ascii_whitespace().any(|known| known == word);
    let first = text.chars().next().is_some_and(|c| c.is_uppercase() || c == '(');
    if words.iter().any(is_place_word)
        && words.len() <= 5
        && titles::title_score(text) < 2.0
        && (first || words.len() == 1)
    {
        // "Some City, Some Country" of a template; "Company Name City, State" is more than a place.
        let short_parts =
            text.contains(',') && text.split(',').all(|part| part.split_whitespace().count() <= 2);
        return words.iter().all(is_place_word)
            || short_parts
            || words.len() <= 2 && is_place_word(&words[words.len() - 1]);
    }
    if !first || titles::title_score(text) >= 2.0 || titles::organisation_score(text) >= 2.0 {
        return false;
    }
    // "EMBL, Heidelberg" is an employer and its city.
    let is_acronym = |part: &str| {
        part.chars().count() >= 3 && part.chars().all(|c| c.is_uppercase() || c.is_ascii_digit())
    };
    let first_word = text.split([' ', ',']).next().unwrap_or(text);
    if is_acronym(first_word)
        && countries::find_countries(first_word).is_empty()
        && countries::find_cities(first_word).is_empty()
        && text.chars().any(char::is_lowercase)
    {
        return false;
    }
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let spans = countries::find_countries(text).into_iter().map(|found| (found.start, found.end));
    let spans = spans.chain(countries::find_cities(text).into_iter().map(|(.., start, end)| (start, end)));
    let mut covered = 0;
    let mut reached = 0;
    let mut spans: Vec<(usize, usize)> = spans.collect();
    spans.sort_unstable();
    for (start, end) in spans {
        if start >= reached {
            covered += text[start..end].chars().filter(|c| c.is_alphabetic()).count();
            reached = end;
        }
    }
    if covered * 10 >= letters * 7 {
        return true;
    }
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let short = parts[0].split_whitespace().count() <= 3;
    match parts.as_slice() {
        // "Greenfield, CA", "Suva, Fiji": an unknown name before a known country or region.
        [_, last] => short && is_country_or_region(last),
        // "Austin, TX, USA", but "Acme Freight, Columbus, OH" is an employer in a place.
        [first, middle, last] => {
            short
                && is_country_or_region(last)
                && (is_country_or_region(middle) || !countries::find_cities(first).is_empty())
        }
        _ => false,
    }
}

/// Codes of regions that stand behind a city: the provinces of Canada and the states of Australia.
const REGION_CODES: &str = "ON QC BC AB MB SK NS NB NL PE YT NU NSW VIC QLD SA TAS ACT";

/// Whether `text` is a country, a state of the USA or another region's code, with or without a postal code.
fn is_country_or_region(text: &str) -> bool {
    let bare = text.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ' || c == '-');
    let words = bare.split_whitespace().count();
    if bare.is_empty() || words > 3 {
        return false;
    }
    let code = bare.split_whitespace().next().unwrap_or(bare);
    let is_code = REGION_CODES.split_ascii_whitespace().any(|known| known == code);
    let named = countries::find_cities(bare).is_empty()
        && countries::place(&format!("X, {bare}")).country_code.is_some();
    is_code || named || !countries::find_countries(bare).is_empty()
}

/// The part of `text` before the place at its end, and the place: "Acme Inc., Berlin, Germany". A legal form behind a comma
/// stays with the name.
pub(super) fn without_place(text: &str) -> (String, Option<String>) {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    for split in 1..parts.len() {
        let behind = parts[split..].join(", ");
        if is_place(&behind)
            || (parts.len() - split == 2 && is_country_or_region(parts[split + 1]) && is_name(parts[split]))
        {
            return (parts[..split].join(", "), Some(behind));
        }
    }
    (text.trim().to_owned(), None)
}

/// The name of an employer or a school without the city behind it, known or not: "Werkstatt Krüger, Görlitz". A legal form
/// or a part of the name ("Smith, Jones & Partners") stays.
pub(super) fn without_city(text: &str) -> (String, Option<String>) {
    let (name, place) = without_place(text);
    if place.is_some() {
        return (name, place);
    }
    let parts: Vec<&str> = name.split(',').map(str::trim).collect();
    let is_city = |part: &str| is_name(part) && !part.contains(['&', '.']) && part.chars().count() > 3;
    // A city, or a city and its region.
    let behind = parts.iter().skip(1).rev().take(2).take_while(|part| is_city(part)).count();
    let kept = parts.len() - behind;
    if behind == 0 || parts[0].chars().count() <= 3 {
        return (name, None);
    }
    (parts[..kept].join(", "), Some(parts[kept..].join(", ")))
}

fn is_name(text: &str) -> bool {
    text.split_whitespace().count() <= 3
        && text.chars().next().is_some_and(char::is_uppercase)
        && titles::title_score(text) < 2.0
        && titles::organisation_score(text) < 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        let header = [HeaderLine { text: line.to_owned(), cells: Vec::new(), place: (0, 0) }];
        pieces(&header).into_iter().map(|piece| piece.text).collect()
    }

    #[test]
    fn headers_are_cut_at_signs_and_small_words() {
        assert_eq!(texts("Engineer at Acme"), ["Engineer", "Acme"]);
        assert_eq!(texts("Acme — Engineer | Berlin, Germany"), ["Acme", "Engineer", "Berlin, Germany"]);
        assert_eq!(texts("Location: Boulder, CO"), ["Boulder, CO"]);
        assert_eq!(texts("Chef de projet chez Renault"), ["Chef de projet", "Renault"]);
    }

    #[test]
    fn places_are_told_from_employers() {
        for place in [
            "San Francisco, CA",
            "Berlin, Germany",
            "Remote",
            "Nakuru, Kenya",
            "Paris",
            "London, UK",
            "Some City, Some Country",
        ] {
            assert!(is_place(place), "{place}");
        }
        for other in [
            "Alnwick",
            "Bank of America",
            "Acme Freight, Columbus, OH",
            "École primaire, Nantes",
            "University of California",
            "Sales Manager, Germany",
            "Acme, Inc.",
            "SMEC South Africa",
            "EMBL, Heidelberg",
        ] {
            assert!(!is_place(other), "{other}");
        }
        assert_eq!(
            without_place("Harbour Retail Group, Auckland, New Zealand"),
            ("Harbour Retail Group".to_owned(), Some("Auckland, New Zealand".to_owned()))
        );
    }
}
