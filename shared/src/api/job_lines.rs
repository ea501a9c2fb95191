//! Jobs as they are posted and imported: one flat JSON object each ([`JobPosting`]), as NDJSON, as an array, or as the rows
//! of a CSV whose first row names the same fields. What is wrong is told field by field, everything at once.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::problem::FieldError;
use super::{csv, must_haves};
use crate::db::job::NewJob;
use crate::domain::{EmploymentType, JobId, JobText, MustHaves, Remote, Salary, SalaryPeriod};

#[cfg(doc)]
use super::job::JobPosting;

/// Every field that is read. Others are ignored.
pub const FIELDS: [&str; 14] = [
    "id",
    "external_id",
    "title",
    "company",
    "location",
    "remote",
    "employment_type",
    "salary_min",
    "salary_max",
    "salary_currency",
    "salary_period",
    "text",
    "expires_at",
    must_haves::FIELD,
];

const LONGEST_ID: usize = 200;
const LONGEST_NAME: usize = 300;
const LONGEST_TEXT: usize = 100_000;

/// One job of an import.
#[derive(Clone, Debug)]
pub struct JobLine {
    /// Where it stands: the line that it begins on, or in a JSON array its place; counted from 1.
    pub line: usize,
    /// The job, or what is wrong with it.
    pub job: Result<NewJob, Vec<FieldError>>,
}

/// The job of one line of NDJSON. The job gets a new id; `external_id` (or else `id`) becomes its `external_id`.
///
/// # Errors
/// What is wrong, by field; the field `line` where the line is no JSON object.
pub fn read_job_line(line: &str) -> Result<NewJob, Vec<FieldError>> {
    let line = line.strip_prefix('\u{feff}').unwrap_or(line);
    match serde_json::from_str(line) {
        Ok(value) => read_job(&value),
        Err(error) => Err(vec![FieldError::new("line", format!("is no JSON: {error}"))]),
    }
}

/// The job of a JSON object, as [`read_job_line`].
///
/// # Errors
/// What is wrong, by field; the field `line` where the value is no object.
pub fn read_job(value: &Value) -> Result<NewJob, Vec<FieldError>> {
    let Value::Object(object) = value else {
        return Err(vec![FieldError::new("line", "is no JSON object")]);
    };
    let mut reader = Reader { object, errors: Vec::new() };
    let external_id = reader.id("external_id");
    let id = reader.id("id");
    let text = JobText {
        title: reader.required("title", LONGEST_NAME),
        company: reader.text("company", LONGEST_NAME),
        location: reader.text("location", LONGEST_NAME),
        remote: reader.choice::<Remote>("remote", &["onsite", "hybrid", "remote"]),
        employment_type: reader.choice::<EmploymentType>(
            "employment_type",
            &["full_time", "part_time", "contract", "temporary", "internship", "apprenticeship"],
        ),
        salary: reader.salary(),
        text: reader.required("text", LONGEST_TEXT),
    };
    let expires_at = reader.time("expires_at");
    let must_haves = reader.must_haves();
    if reader.errors.is_empty() {
        Ok(NewJob { id: JobId::new(), external_id: external_id.or(id), text, expires_at, must_haves })
    } else {
        Err(reader.errors)
    }
}

/// The jobs of NDJSON; empty lines are left out.
pub fn read_ndjson(content: &[u8]) -> impl Iterator<Item = JobLine> {
    let lines = content.split(|byte| *byte == b'\n').enumerate();
    lines.filter(|(_, line)| !line.trim_ascii().is_empty()).map(|(index, line)| JobLine {
        line: index + 1,
        job: match std::str::from_utf8(line) {
            Ok(line) => read_job_line(line),
            Err(_) => Err(vec![FieldError::new("line", "is not UTF-8")]),
        },
    })
}

/// The jobs of a JSON array.
///
/// # Errors
/// It is none.
pub fn read_array(content: &[u8]) -> Result<impl Iterator<Item = JobLine>, FieldError> {
    let values: Vec<Value> = serde_json::from_slice(content)
        .map_err(|error| FieldError::new("body", format!("is no JSON array: {error}")))?;
    Ok(values
        .into_iter()
        .enumerate()
        .map(|(index, value)| JobLine { line: index + 1, job: read_job(&value) }))
}

/// The jobs of a CSV whose first row names the fields, in any order and case.
///
/// # Errors
/// It is not UTF-8, or its first row lacks `title` or `text`.
pub fn read_csv(content: &[u8]) -> Result<impl Iterator<Item = JobLine>, FieldError> {
    let text = std::str::from_utf8(content)
        .map_err(|_| FieldError::new("body", "is not UTF-8; save the table as \"CSV UTF-8\""))?;
    let mut records = csv::read(text).into_iter();
    let header: Vec<String> = match records.next() {
        Some(header) => header.fields.iter().map(|name| folded(name)).collect(),
        None => Vec::new(),
    };
    for needed in ["title", "text"] {
        if !header.iter().any(|name| name == needed) {
            return Err(FieldError::new(
                needed,
                "is missing from the first row, which must name the columns",
            ));
        }
    }
    Ok(records.map(move |record| {
        let object = header.iter().cloned().zip(record.fields.into_iter().map(Value::String)).collect();
        JobLine { line: record.line, job: read_job(&Value::Object(object)) }
    }))
}

/// A word as a field or a choice is named: `Full-time` is `full_time`.
fn folded(word: &str) -> String {
    word.trim().to_lowercase().replace(['-', ' '], "_")
}

struct Reader<'a> {
    object: &'a Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Reader<'_> {
    fn wrong(&mut self, field: &str, message: impl Into<String>) {
        self.errors.push(FieldError::new(field, message));
    }

    fn value(&self, field: &str) -> Option<&Value> {
        self.object.get(field).filter(|value| !value.is_null())
    }

    /// A text without white space around it; none where it is empty.
    fn text(&mut self, field: &str, longest: usize) -> Option<String> {
        let text = match self.value(field)? {
            // Postgres keeps no NUL in a text.
            Value::String(text) => text.replace('\0', "").trim().to_owned(),
            _ => {
                self.wrong(field, "must be text");
                return None;
            }
        };
        let characters = text.chars().count();
        if characters > longest {
            self.wrong(field, format!("has {characters} characters; at most {longest} are kept"));
        }
        (!text.is_empty()).then_some(text)
    }

    fn required(&mut self, field: &str, longest: usize) -> String {
        let before = self.errors.len();
        let text = self.text(field, longest);
        if text.is_none() && self.errors.len() == before {
            self.wrong(field, "is missing");
        }
        text.unwrap_or_default()
    }

    /// A text, or a number as some systems number their jobs.
    fn id(&mut self, field: &str) -> Option<String> {
        match self.value(field)? {
            Value::Number(number) => Some(number.to_string()),
            _ => self.text(field, LONGEST_ID),
        }
    }

    fn choice<T: DeserializeOwned>(&mut self, field: &str, names: &[&str]) -> Option<T> {
        let said = self.text(field, LONGEST_NAME)?;
        // "On-site" is as common as "onsite".
        let name = folded(&said).replace("on_site", "onsite");
        let found = names
            .contains(&name.as_str())
            .then(|| serde_json::from_value(Value::String(name)).ok())
            .flatten();
        if found.is_none() {
            self.wrong(field, format!("must be one of {}", names.join(", ")));
        }
        found
    }

    fn amount(&mut self, field: &str) -> Option<f64> {
        let amount = match self.value(field)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) if text.trim().is_empty() => return None,
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let amount = amount.filter(|amount| amount.is_finite() && *amount >= 0.0);
        if amount.is_none() {
            self.wrong(field, "must be a number, 0 or more, such as 42000");
        }
        amount
    }

    fn salary(&mut self) -> Option<Salary> {
        let before = self.errors.len();
        let min = self.amount("salary_min");
        let max = self.amount("salary_max");
        let period = self.choice::<SalaryPeriod>("salary_period", &["year", "month", "day", "hour"]);
        let currency = self.text("salary_currency", LONGEST_NAME).map(|code| code.to_uppercase());
        if currency
            .as_ref()
            .is_some_and(|code| code.len() != 3 || !code.bytes().all(|b| b.is_ascii_uppercase()))
        {
            self.wrong("salary_currency", "must be a code of three letters, such as EUR (ISO 4217)");
        }
        if let (Some(min), Some(max)) = (min, max)
            && min > max
        {
            self.wrong("salary_max", "is below salary_min");
        }
        // A currency or period without any amount says nothing.
        if (min.is_none() && max.is_none()) || self.errors.len() > before {
            return None;
        }
        if currency.is_none() {
            self.wrong("salary_currency", "is missing: an amount needs one, such as EUR");
        }
        if period.is_none() {
            self.wrong("salary_period", "is missing: an amount is per year, month, day or hour");
        }
        Some(Salary { min, max, currency: currency?, period: period? })
    }

    fn must_haves(&mut self) -> MustHaves {
        let value = self.value(must_haves::FIELD).unwrap_or(&Value::Null);
        must_haves::read_must_haves(value).unwrap_or_else(|errors| {
            self.errors.extend(errors);
            MustHaves::default()
        })
    }

    fn time(&mut self, field: &str) -> Option<DateTime<Utc>> {
        let text = self.text(field, LONGEST_NAME)?;
        let time = DateTime::parse_from_rfc3339(&text).map(|time| time.to_utc()).ok().or_else(|| {
            // A day alone is that whole day.
            let day = text.parse::<NaiveDate>().ok()?.succ_opt()?;
            Some(day.and_time(NaiveTime::MIN).and_utc())
        });
        // Beyond year 9999 the text form of a time is no RFC 3339 any more.
        let time = time.filter(|time| (1..=9999).contains(&chrono::Datelike::year(time)));
        if time.is_none() {
            self.wrong(field, "must be a time such as 2030-01-31T18:00:00Z or a day such as 2030-01-31");
        }
        time
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> NewJob {
        read_job_line(text).unwrap_or_else(|errors| panic!("{errors:?}"))
    }

    fn wrong_fields(text: &str) -> Vec<String> {
        read_job_line(text).expect_err("the line is refused").into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn a_line_with_all_fields_becomes_a_job() {
        let job = line(
            r#"{"id": "de-nurse-1", "title": " Nurse ", "company": "Charity", "location": "Berlin, Germany", "remote": "hybrid",
                "employment_type": "part_time", "salary_min": 31049, "salary_max": 37796.5, "salary_currency": "eur",
                "salary_period": "year", "text": "We look for you.\nCome.", "occupation": "nurse", "expires_at": "2030-01-31"}"#,
        );
        assert_eq!(job.external_id.as_deref(), Some("de-nurse-1"));
        assert_eq!(
            job.expires_at.map(|time| time.to_rfc3339()),
            Some("2030-02-01T00:00:00+00:00".to_owned())
        );
        assert_eq!(
            job.text,
            JobText {
                title: "Nurse".to_owned(),
                company: Some("Charity".to_owned()),
                location: Some("Berlin, Germany".to_owned()),
                remote: Some(Remote::Hybrid),
                employment_type: Some(EmploymentType::PartTime),
                salary: Some(Salary {
                    min: Some(31049.0),
                    max: Some(37796.5),
                    currency: "EUR".to_owned(),
                    period: SalaryPeriod::Year,
                }),
                text: "We look for you.\nCome.".to_owned(),
            }
        );
    }

    #[test]
    fn conditions_are_read_from_a_line_and_from_a_cell_and_what_is_wrong_is_told_by_field() {
        let job = line(r#"{"title": "A", "text": "B", "must_haves": {"driving_licences": ["CE"]}}"#);
        assert_eq!(job.must_haves.driving_licences, ["CE"]);
        let table = "title,text,must_haves\nA,B,\"driving_licences: CE; languages: German B2\"\nC,D,languages: Klingon\nE,F,\n";
        let lines: Vec<JobLine> = read_csv(table.as_bytes()).unwrap().collect();
        assert_eq!(lines[0].job.as_ref().unwrap().must_haves.languages[0].language, "German");
        assert_eq!(lines[1].job.as_ref().unwrap_err()[0].field, "must_haves.languages[0].language");
        assert!(lines[2].job.as_ref().unwrap().must_haves.is_empty());
    }

    #[test]
    fn title_and_text_are_enough_and_null_is_absent() {
        let job = line(
            r#"{"title": "Cook", "text": "Cook for us", "company": null, "salary_min": null, "remote": ""}"#,
        );
        assert_eq!(job.external_id, None);
        assert_eq!(job.text.company, None);
        assert_eq!(job.text.salary, None);
        assert_eq!(job.text.remote, None);
    }

    #[test]
    fn external_id_goes_before_id_and_a_number_is_an_id_too() {
        assert_eq!(line(r#"{"id": 17, "title": "A", "text": "B"}"#).external_id.as_deref(), Some("17"));
        let both = line(r#"{"id": "x", "external_id": "y", "title": "A", "text": "B"}"#);
        assert_eq!(both.external_id.as_deref(), Some("y"));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let errors = wrong_fields(
            r#"{"title": "  ", "company": 5, "remote": "moon", "employment_type": true, "salary_min": -1, "salary_max": "lots",
                "salary_currency": "euro", "expires_at": "soon"}"#,
        );
        for field in [
            "title",
            "company",
            "remote",
            "employment_type",
            "salary_min",
            "salary_max",
            "salary_currency",
            "text",
            "expires_at",
        ] {
            assert_eq!(errors.iter().filter(|error| *error == field).count(), 1, "{field} in {errors:?}");
        }
        assert_eq!(errors.len(), 9);
    }

    #[test]
    fn an_amount_needs_currency_and_period_and_a_sensible_order() {
        let salary = |fields: &str| format!(r#"{{"title": "A", "text": "B", {fields}}}"#);
        assert_eq!(wrong_fields(&salary(r#""salary_min": 10"#)), ["salary_currency", "salary_period"]);
        assert_eq!(
            wrong_fields(&salary(
                r#""salary_min": 10, "salary_max": 9, "salary_currency": "EUR", "salary_period": "hour""#
            )),
            ["salary_max"]
        );
        assert_eq!(line(&salary(r#""salary_currency": "EUR", "salary_period": "hour""#)).text.salary, None);
    }

    #[test]
    fn a_line_that_is_no_object_is_told_so() {
        for text in ["{", "[]", "\"x\"", "nonsense"] {
            assert_eq!(wrong_fields(text), ["line"]);
        }
    }

    #[test]
    fn texts_that_are_too_long_are_refused_and_nul_is_left_out() {
        let long = "x".repeat(LONGEST_NAME + 1);
        assert_eq!(wrong_fields(&format!(r#"{{"title": "{long}", "text": "B"}}"#)), ["title"]);
        assert_eq!(line(r#"{"title": "A\u0000B", "text": "C"}"#).text.title, "AB");
    }

    #[test]
    fn ndjson_tells_the_line_of_each_job_and_goes_on_after_a_broken_one() {
        let content = b"\xef\xbb\xbf{\"title\":\"A\",\"text\":\"B\"}\r\n\n{broken\n\xff\xfe\n{\"title\":\"C\",\"text\":\"D\"}";
        let read: Vec<(usize, bool)> =
            read_ndjson(content).map(|line| (line.line, line.job.is_ok())).collect();
        assert_eq!(read, [(1, true), (3, false), (4, false), (5, true)]);
    }

    #[test]
    fn an_array_tells_the_place_of_each_job() {
        let content = br#"[{"title": "A", "text": "B"}, 5]"#;
        let read: Vec<(usize, bool)> =
            read_array(content).unwrap().map(|line| (line.line, line.job.is_ok())).collect();
        assert_eq!(read, [(1, true), (2, false)]);
        assert_eq!(read_array(b"{}").err().unwrap().field, "body");
    }

    #[test]
    fn a_csv_row_reads_like_a_line() {
        let content = "Title;Text;Employment Type;Salary_Min;Salary_Currency;Salary_Period;ID\n\
            Cook;\"Cook;\nwell\";Full-time;12.5;eur;hour;7\n;x;;;;;\nBaker;Bake;;;;;8";
        let lines: Vec<JobLine> = read_csv(content.as_bytes()).unwrap().collect();
        assert_eq!(lines.iter().map(|line| line.line).collect::<Vec<_>>(), [2, 4, 5]);
        let job = lines[0].job.as_ref().unwrap();
        assert_eq!(job.text.text, "Cook;\nwell");
        assert_eq!(job.text.employment_type, Some(EmploymentType::FullTime));
        assert_eq!(job.text.salary.as_ref().and_then(|salary| salary.min), Some(12.5));
        assert_eq!(job.external_id.as_deref(), Some("7"));
        assert_eq!(lines[1].job.as_ref().unwrap_err()[0].field, "title");
        assert_eq!(lines[2].job.as_ref().unwrap().text.salary, None);
    }

    #[test]
    fn a_csv_without_the_needed_columns_is_refused_as_a_whole() {
        assert_eq!(read_csv(b"name,text\nA,B").err().unwrap().field, "title");
        assert_eq!(read_csv(b"").err().unwrap().field, "title");
        assert_eq!(read_csv(b"title,text\n\xff,B").err().unwrap().field, "body");
    }
}
