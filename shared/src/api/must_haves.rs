//! The conditions of a job as they are posted: an object in JSON, or in a cell of a table one line such as
//! `driving_licences: B, CE; languages: German B2; right_to_work: GB; place: Leeds, United Kingdom`. What is wrong is told by
//! field, with what is allowed.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use super::problem::FieldError;
use crate::domain::{MustHaveSkill, MustHaves, RequiredLanguage, RequiredPlace, SkillId};
use crate::parsing::lexicon::phrases::{PhraseTable, words};
use crate::parsing::lexicon::{countries, driving_licences, human_languages};
use crate::skills::{SkillKind, Taxonomy};

/// The field of a job that holds them.
pub const FIELD: &str = "must_haves";

const KINDS: [&str; 6] =
    ["driving_licences", "certificates", "languages", "right_to_work", "place", "skills"];
const LEVELS: [&str; 6] = ["A1", "A2", "B1", "B2", "C1", "C2"];
/// Conditions of one kind.
const MOST: usize = 20;
const LONGEST_NAME: usize = 100;

/// What may not be asked for, whatever it is called: it tells who somebody is, not what they may and can do.
static PROTECTED: LazyLock<PhraseTable<()>> = LazyLock::new(|| {
    PhraseTable::new(&[
        (
            "nationality|nationalities|citizen|citizens|citizenship|nationals|passport|native speaker|native speakers|mother tongue|\
             gender|sex|male|female|woman|women|age|aged|young|years old|date of birth|religion|religious|christian|muslim|jewish|\
             ethnicity|ethnic|skin colour|skin color|married|unmarried|marital status|pregnant|pregnancy|childless|disability|\
             disabled|sexual orientation|photo",
            (),
        ),
        (
            "nationalitat|staatsangehorigkeit|staatsburger*|staatsburgerschaft|muttersprachler*|geschlecht|mannlich|weiblich|alter|\
             geburtsdatum|religion|konfession|familienstand|verheiratet|ledig|schwanger|kinderlos|behinderung",
            (),
        ),
        (
            "nationalite|citoyen|citoyennete|sexe|homme|femme|celibataire|situation familiale|nacionalidad|ciudadania|ciudadano|sexo|\
             hombre|mujer|edad|estado civil|nazionalita|cittadinanza|nationaliteit|cetatenie",
            (),
        ),
    ])
});

/// The conditions of a job; none where the value is null, empty or blank.
///
/// # Errors
/// What is wrong, by field (`must_haves.languages[0].level`).
pub fn read_must_haves(value: &Value) -> Result<MustHaves, Vec<FieldError>> {
    let of_line;
    let object = match value {
        Value::Null => return Ok(MustHaves::default()),
        Value::Object(object) => object,
        Value::String(text) if text.trim().is_empty() => return Ok(MustHaves::default()),
        Value::String(text) => {
            of_line = object_of_line(text).map_err(|error| vec![error])?;
            &of_line
        }
        _ => {
            return Err(vec![FieldError::new(FIELD, format!("must be an object with {}", KINDS.join(", ")))]);
        }
    };
    let mut reading = Reading { errors: Vec::new() };
    for key in object.keys().filter(|key| !KINDS.contains(&key.as_str())) {
        let hint = if is_protected(key) {
            "asks who somebody is, which is never a condition; whether they may work somewhere is `right_to_work`".to_owned()
        } else {
            format!("is no condition that is known here; there are {}", KINDS.join(", "))
        };
        reading.errors.push(FieldError::new(format!("{FIELD}.{key}"), hint));
    }
    let must_haves = MustHaves {
        driving_licences: reading.list(object, "driving_licences", Reading::licence),
        certificates: reading.list(object, "certificates", Reading::certificate),
        languages: reading.list(object, "languages", Reading::language),
        right_to_work: reading.list(object, "right_to_work", Reading::country),
        place: reading.place(object),
        skills: reading.list(object, "skills", Reading::skill),
    };
    if reading.errors.is_empty() { Ok(must_haves) } else { Err(reading.errors) }
}

/// The object of a line of a table: JSON, or `kind: value, value; kind: value`.
fn object_of_line(text: &str) -> Result<Map<String, Value>, FieldError> {
    if text.trim_start().starts_with('{') {
        return serde_json::from_str(text)
            .map_err(|error| FieldError::new(FIELD, format!("is no JSON object: {error}")));
    }
    let mut object = Map::new();
    for piece in text.split([';', '\n']).map(str::trim).filter(|piece| !piece.is_empty()) {
        let Some((kind, values)) = piece.split_once(':') else {
            let example = "driving_licences: B; languages: German B2, English; place: Leeds, United Kingdom";
            return Err(FieldError::new(
                FIELD,
                format!("must be a JSON object, or a line such as {example}"),
            ));
        };
        let kind = kind.trim().to_lowercase().replace([' ', '-'], "_");
        let value = if kind == "place" {
            json!(values.trim())
        } else {
            let values = values.split(',').map(str::trim).filter(|value| !value.is_empty());
            values.map(|value| json!(value)).collect()
        };
        object.insert(kind, value);
    }
    Ok(object)
}

fn is_protected(text: &str) -> bool {
    !PROTECTED.find(&words(&text.replace('_', " "))).is_empty()
}

struct Reading {
    errors: Vec<FieldError>,
}

impl Reading {
    fn wrong<T>(&mut self, field: &str, message: impl Into<String>) -> Option<T> {
        self.errors.push(FieldError::new(field, message));
        None
    }

    /// Each value of a list once; a value alone is a list of one.
    fn list<T: PartialEq>(
        &mut self,
        object: &Map<String, Value>,
        kind: &str,
        read: impl Fn(&mut Self, &str, &Value) -> Option<T>,
    ) -> Vec<T> {
        let field = format!("{FIELD}.{kind}");
        let values = match object.get(kind) {
            None | Some(Value::Null) => return Vec::new(),
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
        };
        if values.len() > MOST {
            self.wrong::<()>(&field, format!("has {} conditions; at most {MOST} are taken", values.len()));
            return Vec::new();
        }
        let mut all = Vec::new();
        for (index, value) in values.iter().enumerate() {
            if let Some(one) = read(self, &format!("{field}[{index}]"), value)
                && !all.contains(&one)
            {
                all.push(one);
            }
        }
        all
    }

    fn text<'v>(&mut self, field: &str, value: &'v Value) -> Option<&'v str> {
        match value.as_str().map(str::trim) {
            Some("") | None => self.wrong(field, "must be text"),
            Some(text) if text.chars().count() > LONGEST_NAME => {
                self.wrong(field, format!("is longer than {LONGEST_NAME} characters"))
            }
            Some(text) => Some(text),
        }
    }

    fn licence(&mut self, field: &str, value: &Value) -> Option<String> {
        let text = self.text(field, value)?;
        let class = text.to_uppercase().replace([' ', '+'], "");
        if class == "CDL" || driving_licences::CLASSES.contains(&class.as_str()) {
            return Some(class);
        }
        let mut allowed = driving_licences::CLASSES.to_vec();
        allowed.sort_unstable();
        self.wrong(field, format!("must be a class of driving licence: {}, CDL", allowed.join(", ")))
    }

    fn certificate(&mut self, field: &str, value: &Value) -> Option<String> {
        let text = self.text(field, value)?;
        if is_protected(text) {
            return self.wrong(
                field,
                "asks who somebody is, which is never a condition; name a licence, registration or certificate",
            );
        }
        if !text.chars().any(char::is_alphabetic) {
            return self.wrong(field, "must name a licence, registration or certificate");
        }
        Some(text.to_owned())
    }

    /// `{"language": "German", "level": "B2"}`, or `"German B2"`.
    fn language(&mut self, field: &str, value: &Value) -> Option<RequiredLanguage> {
        let (name, level) = match value {
            Value::Object(object) => {
                let name = object.get("language").unwrap_or(&Value::Null);
                let name = self.text(&format!("{field}.language"), name)?;
                (
                    name,
                    object
                        .get("level")
                        .filter(|level| !level.is_null())
                        .map(|level| level.as_str().unwrap_or("")),
                )
            }
            _ => {
                let text = self.text(field, value)?;
                let is_level = |word: &str| LEVELS.contains(&word.to_uppercase().as_str());
                match text.rsplit_once(' ').filter(|(_, last)| is_level(last)) {
                    Some((name, level)) => (name.trim(), Some(level)),
                    None => (text, None),
                }
            }
        };
        let language = language_of(name);
        if language.is_none() {
            let message =
                "must be a human language by its English name or its ISO 639-1 code, such as German or de";
            self.wrong::<()>(&format!("{field}.language"), message);
        }
        let level = match level.map(str::to_uppercase) {
            None => None,
            Some(level) if LEVELS.contains(&level.as_str()) => Some(level),
            Some(_) => {
                let message = format!("must be one of {} (Common European Framework)", LEVELS.join(", "));
                return self.wrong(&format!("{field}.level"), message);
            }
        };
        Some(RequiredLanguage { language: language?.to_owned(), level })
    }

    fn country(&mut self, field: &str, value: &Value) -> Option<String> {
        let text = self.text(field, value)?;
        match country_of(text) {
            Some(code) => Some(code.to_owned()),
            None => self.wrong(field, "must be a country by its ISO 3166-1 code, such as GB, DE or US"),
        }
    }

    /// `{"city": "Leeds", "country": "GB"}`, or `"Leeds, United Kingdom"`.
    fn place(&mut self, object: &Map<String, Value>) -> Option<RequiredPlace> {
        let field = format!("{FIELD}.place");
        let (city, country) = match object.get("place")? {
            Value::Null => return None,
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => {
                let place = countries::place(text);
                // A country alone is no city of its name.
                let city = place.city.filter(|_| country_of(text).is_none());
                (city, place.country_code.map(str::to_owned))
            }
            Value::Object(place) => {
                let given = |key: &str| {
                    place.get(key).filter(|value| !value.is_null() && value.as_str() != Some("")).cloned()
                };
                let before = self.errors.len();
                let country =
                    given("country").and_then(|value| self.country(&format!("{field}.country"), &value));
                let city = given("city")
                    .and_then(|value| self.text(&format!("{field}.city"), &value).map(str::to_owned));
                if self.errors.len() > before {
                    return None;
                }
                (city, country)
            }
            _ => return self.wrong(&field, "must be an object with city, country or both"),
        };
        if let (Some(city), Some(country)) = (&city, &country) {
            let known = countries::find_cities(city);
            let elsewhere = known.first().filter(|_| known.iter().all(|place| place.1 != country));
            if let Some((name, other, ..)) = elsewhere {
                return self
                    .wrong(&format!("{field}.country"), format!("is not that of {name}: that is {other}"));
            }
        }
        if city.is_none() && country.is_none() {
            return self.wrong(
                &field,
                "must name a city, a country or both, such as {\"city\": \"Leeds\", \"country\": \"GB\"}",
            );
        }
        Some(RequiredPlace { country, city })
    }

    /// A name, an id of the taxonomy, or an object with one of them.
    fn skill(&mut self, field: &str, value: &Value) -> Option<MustHaveSkill> {
        let value = match value {
            Value::Object(object) => object.get("id").or_else(|| object.get("name")).unwrap_or(&Value::Null),
            other => other,
        };
        let text = self.text(field, value)?;
        let taxonomy = Taxonomy::global();
        match taxonomy.get(&SkillId::from(text)).or_else(|| taxonomy.lookup(text)) {
            Some(skill) if skill.kind == SkillKind::Language => {
                self.wrong(field, "is a human language: set it under languages")
            }
            Some(skill) => Some(MustHaveSkill { id: skill.id.clone(), name: skill.name.clone() }),
            None => self.wrong(field, "is no skill of the taxonomy; give a skill's name or id, or name a certificate under certificates"),
        }
    }
}

fn language_of(name: &str) -> Option<&'static str> {
    if let Some(language) = human_languages::name_of_code(&name.to_lowercase()) {
        return Some(language);
    }
    // Names are found with a capital only, and a sentence about a language is none.
    let mut letters = name.chars();
    let capitalised: String = letters.next()?.to_uppercase().chain(letters).collect();
    let one_name = words(name).len() == 1 || name.eq_ignore_ascii_case("sign language");
    human_languages::english_name(name)
        .or_else(|| human_languages::english_name(&capitalised))
        .filter(|_| one_name)
}

fn country_of(text: &str) -> Option<&'static str> {
    let code = text.trim().to_uppercase();
    if let Some(name) = countries::country_name(&code) {
        return countries::find_countries(name).first().map(|found| found.value);
    }
    let found = countries::find_countries(text);
    match found.as_slice() {
        [one] if one.start == 0 && one.end == text.len() => Some(one.value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(value: Value) -> Vec<String> {
        read_must_haves(&value).expect_err("refused").into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_object_and_a_line_of_a_table_say_the_same() {
        let object = json!({
            "driving_licences": ["b", "C+E"], "certificates": ["NMC registration"],
            "languages": [{ "language": "german", "level": "b2" }, "en"], "right_to_work": ["UK"],
            "place": { "city": "Leeds", "country": "GB" }, "skills": ["kubernetes"],
        });
        let read = read_must_haves(&object).unwrap();
        assert_eq!(read.driving_licences, ["B", "CE"]);
        assert_eq!(
            read.languages[0],
            RequiredLanguage { language: "German".into(), level: Some("B2".into()) }
        );
        assert_eq!(read.languages[1].language, "English");
        assert_eq!(read.right_to_work, ["GB"]);
        assert_eq!(read.skills[0].name, "Kubernetes");
        let line = "driving licences: B, C+E; certificates: NMC registration; languages: German B2, English; \
            right_to_work: United Kingdom; place: Leeds, United Kingdom; skills: Kubernetes";
        assert_eq!(read_must_haves(&json!(line)).unwrap(), read);
        // What was answered can be put as it is.
        assert_eq!(read_must_haves(&serde_json::to_value(&read).unwrap()).unwrap(), read);
        for none in [json!(null), json!({}), json!(" "), json!({ "place": null, "skills": [] })] {
            assert!(read_must_haves(&none).unwrap().is_empty());
        }
    }

    #[test]
    fn what_is_wrong_is_told_by_field_with_what_is_allowed() {
        let value = json!({
            "driving_licences": ["Z"], "languages": [{ "language": "Klingon" }, { "language": "German", "level": "native" }],
            "right_to_work": ["Atlantis"], "place": { "city": "Leeds", "country": "DE" }, "skills": ["qqqqqq", "German"],
            "shoe_size": 42,
        });
        let errors = read_must_haves(&value).unwrap_err();
        let told: Vec<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(
            told,
            [
                "must_haves.shoe_size",
                "must_haves.driving_licences[0]",
                "must_haves.languages[0].language",
                "must_haves.languages[1].level",
                "must_haves.right_to_work[0]",
                "must_haves.place.country",
                "must_haves.skills[0]",
                "must_haves.skills[1]",
            ]
        );
        let message =
            |field: &str| errors.iter().find(|e| e.field.ends_with(field)).unwrap().message.as_str();
        assert!(message("driving_licences[0]").contains("BE, C, C1"));
        assert!(message("level").contains("A1, A2, B1, B2, C1, C2"));
        assert_eq!(fields(json!("B")), ["must_haves"]);
        assert_eq!(fields(json!([1])), ["must_haves"]);
        assert_eq!(fields(json!({ "place": {} })), ["must_haves.place"]);
    }

    #[test]
    fn who_somebody_is_never_becomes_a_condition() {
        assert_eq!(fields(json!({ "nationality": ["British"] })), ["must_haves.nationality"]);
        for name in [
            "EU citizenship",
            "female",
            "native speaker",
            "under 30 years old",
            "männlich",
            "British passport",
        ] {
            assert_eq!(fields(json!({ "certificates": [name] })), ["must_haves.certificates[0]"], "{name}");
        }
        assert!(read_must_haves(&json!({ "certificates": ["CSCS card", "Gas Safe registration"] })).is_ok());
    }
}
