//! A CV's text without what must not count: name, contact, birth, nationality, gender, family, photo, and the names of schools.

use std::sync::LazyLock;

use crate::domain::Profile;
use crate::parsing::lexicon::phrases::{PhraseTable, words};

/// Labels of lines that tell who somebody is, not what they can do.
const PERSONAL: &[(&str, ())] = &[
    (
        "date of birth|birth date|birthdate|dob|born|place of birth|nationality|citizenship|citizen|gender|sex|pronouns|age|religion|ethnicity|race",
        (),
    ),
    (
        "marital status|married|single|children|photo|he him*|she her*|they them*|passport|visa status|disability",
        (),
    ),
    (
        "geburtsdatum|geburtsort|geboren|nationalitat|staatsangehorigkeit|staatsburgerschaft|geschlecht|familienstand|verheiratet|ledig|konfession",
        (),
    ),
    (
        "date de naissance|lieu de naissance|ne le|nee le|nationalite|sexe|situation familiale|situation de famille|celibataire|marie|mariee",
        (),
    ),
    (
        "fecha de nacimiento|lugar de nacimiento|nacionalidad|sexo|estado civil|soltero|soltera|casado|casada|edad",
        (),
    ),
    (
        "data di nascita|luogo di nascita|nato a|nata a|nazionalita|cittadinanza|sesso|stato civile|data de nascimento|nacionalidade|genero",
        (),
    ),
    (
        "geboortedatum|geboorteplaats|nationaliteit|geslacht|burgerlijke staat|data nasterii|locul nasterii|nationalitate|cetatenie|stare civila",
        (),
    ),
];

static PERSONAL_PHRASES: LazyLock<PhraseTable<()>> = LazyLock::new(|| PhraseTable::new(PERSONAL));

/// The lines of the CV that tell of work, with the person's name and schools cut out of them.
pub(crate) fn neutral_text(profile: &Profile, text: &str) -> String {
    let basics = &profile.basics;
    let mut cut: Vec<String> = basics.name.iter().map(|name| name.to_lowercase()).collect();
    let schools = profile.education.iter().filter_map(|education| education.institution.as_ref());
    cut.extend(schools.filter(|school| school.len() > 3).map(|school| school.to_lowercase()));
    let contact: Vec<String> = basics
        .email
        .iter()
        .chain(basics.url.iter())
        .chain(basics.profiles.iter().filter_map(|p| p.url.as_ref()))
        .map(|c| c.to_lowercase())
        .collect();
    let mut neutral = String::with_capacity(text.len());
    for line in text.lines() {
        let mut line = line.to_lowercase();
        if is_contact(&line)
            || contact.iter().any(|contact| line.contains(contact.as_str()))
            || is_personal(&line)
        {
            continue;
        }
        for part in &cut {
            if line.contains(part.as_str()) {
                line = line.replace(part.as_str(), " ");
            }
        }
        if !line.trim().is_empty() {
            neutral.push_str(line.trim());
            neutral.push('\n');
        }
    }
    neutral
}

/// A short line with an address of a mailbox or site, or hardly anything but a phone number.
fn is_contact(line: &str) -> bool {
    let digits = line.chars().filter(char::is_ascii_digit).count();
    let letters = line.chars().filter(|c| c.is_alphabetic()).count();
    let is_short = line.chars().count() < 160;
    is_short
        && (line.contains('@')
            || line.contains("linkedin.com")
            || line.contains("http")
            || (digits >= 8 && letters < 20))
}

/// A short line that begins with a label such as "Date of birth" or holds little else.
fn is_personal(line: &str) -> bool {
    if line.len() > 120 {
        return false;
    }
    let line_words = words(line);
    PERSONAL_PHRASES.find(&line_words).first().is_some_and(|found| {
        found.first_word == 0 && line_words.len() <= 8
            || line_words.len() <= found.end_word - found.first_word + 3
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_somebody_is_does_not_stay_and_what_they_did_does() {
        let mut profile = Profile::default();
        profile.basics.name = Some("Anna Novak".into());
        let text = "ANNA NOVAK\nanna@example.org | +49 151 2345678\nDate of birth: 3 May 1990\nNationality: Czech\n(she/her)\nNurse in Brno\nManaged children's ward of 30 beds for five years in Prague hospital";
        let neutral = neutral_text(&profile, text);
        assert_eq!(
            neutral,
            "nurse in brno\nmanaged children's ward of 30 beds for five years in prague hospital\n"
        );
    }
}
