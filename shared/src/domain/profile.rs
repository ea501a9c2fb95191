//! What a CV says, as JSON Resume 1.0 (<https://jsonresume.org/schema>), so that any tool of that ecosystem reads it. What
//! JSON Resume has no place for stands in [`Analysis`], under the one key `analysis` that it does not use.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::SkillId;

/// A CV as data. Every field may be absent: what the CV does not say is left out, never guessed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// Name, contact, headline, summary.
    pub basics: Basics,
    /// Employment, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub work: Vec<Work>,
    /// Unpaid work, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub volunteer: Vec<Volunteer>,
    /// Schools and degrees, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub education: Vec<Education>,
    /// Awards and honours.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awards: Vec<Award>,
    /// Certificates, licences, trainings.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<Certificate>,
    /// Publications and patents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub publications: Vec<Publication>,
    /// Skills as the CV names them, one entry a skill.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillEntry>,
    /// Human languages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<Language>,
    /// Interests and hobbies.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interests: Vec<Interest>,
    /// Referees.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Projects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub projects: Vec<Project>,
    /// What was derived from the above; not part of JSON Resume.
    pub analysis: Analysis,
}

impl Profile {
    /// How many things the CV was found to say: contact fields and entries of all lists. For logs, which name no content.
    pub fn field_count(&self) -> usize {
        let basics = &self.basics;
        let contact =
            [&basics.name, &basics.label, &basics.email, &basics.phone, &basics.url, &basics.summary];
        contact.into_iter().flatten().count()
            + usize::from(basics.location.is_some())
            + basics.profiles.len()
            + self.work.len()
            + self.volunteer.len()
            + self.education.len()
            + self.awards.len()
            + self.certificates.len()
            + self.publications.len()
            + self.skills.len()
            + self.languages.len()
            + self.interests.len()
            + self.references.len()
            + self.projects.len()
    }
}

/// Who the CV is of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Basics {
    /// Full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The headline under the name, such as "Registered Nurse".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// E-mail address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number: E.164 where its country is known, else as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Personal web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The CV's own summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Where the person lives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// LinkedIn, GitHub and the like.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<NetworkProfile>,
}

/// A place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Location {
    /// Street and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Postal code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// City.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
    /// ISO 3166-1 alpha-2, upper case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// Region, state, canton.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// An account on a network.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct NetworkProfile {
    /// The network's name, such as `LinkedIn`.
    pub network: String,
    /// The account's name there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The account's address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// One employment.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Work {
    /// The employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The job title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// Where.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// The employer's web site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<PartialDate>,
    /// Last day; absent with a start date where it goes on (see [`Analysis::current_work`]) or was not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<PartialDate>,
    /// Prose about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Its bullet points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<String>,
}

/// One unpaid engagement.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Volunteer {
    /// The organisation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
    /// The role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<PartialDate>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<PartialDate>,
    /// Prose about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Its bullet points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<String>,
}

/// One school or degree.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Education {
    /// The school.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
    /// The subject, such as "Computer Science".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub area: Option<String>,
    /// The degree as written, such as "BSc" or "Meisterbrief".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub study_type: Option<String>,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<PartialDate>,
    /// Last day, or the day of the degree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<PartialDate>,
    /// Mark, as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<String>,
    /// Courses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub courses: Vec<String>,
}

/// One award.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Award {
    /// Its name.
    pub title: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// From whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awarder: Option<String>,
    /// Prose about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// One certificate, licence or training.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Certificate {
    /// Its name.
    pub name: String,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<PartialDate>,
    /// From whom.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// One publication.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Publication {
    /// Its title.
    pub name: String,
    /// Where it appeared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publisher: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub release_date: Option<PartialDate>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Prose about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
}

/// One skill as the CV names it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct SkillEntry {
    /// As written.
    pub name: String,
    /// As written, such as "expert".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// Further words of the same entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
}

/// One human language.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Language {
    /// Its English name, such as `German`.
    pub language: String,
    /// As written, such as "native" or "B2".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fluency: Option<String>,
}

/// One interest.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Interest {
    /// As written.
    pub name: String,
    /// Further words of the same entry.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
}

/// One referee.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Reference {
    /// The referee.
    pub name: String,
    /// What they say, or how to reach them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// One project.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Project {
    /// Its name.
    pub name: String,
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_date: Option<PartialDate>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_date: Option<PartialDate>,
    /// Prose about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its bullet points.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub highlights: Vec<String>,
    /// Its address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// What was derived from a CV, beside JSON Resume.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct Analysis {
    /// Pages of the document; 1 for formats that have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<u32>,
    /// The most columns side by side on a page; 1 for formats without a layout.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<u8>,
    /// The document's language, ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Months of paid work, overlaps counted once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experience_months: Option<u32>,
    /// How senior, by titles and years.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Seniority>,
    /// The highest level of education on the European Qualifications Framework, 1–8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub education_level: Option<u8>,
    /// Skills of the taxonomy found anywhere in the CV, most used first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<SkillUse>,
    /// Indexes into `work` of the employments that go on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub current_work: Vec<usize>,
    /// The job titles of `work` in normal form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub titles: Vec<TitleUse>,
    /// Driving licence classes as written, such as `B`, `CE`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub driving_licences: Vec<String>,
    /// How sure each field is and where it stands, by its path (`basics.name`, `work[0].position`, `skills[3]`).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub confidence: BTreeMap<String, Confidence>,
    /// What a reader should know: hidden text was ignored, no dates were found, …
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// One skill of the taxonomy in a CV.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SkillUse {
    /// Which.
    pub id: SkillId,
    /// Its name in the taxonomy.
    pub name: String,
    /// How often the CV names it.
    pub mentions: u32,
    /// Months of the employments that name it, where known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<u32>,
    /// Byte offset in the CV's text of the first mention.
    pub start: usize,
    /// End of that mention, exclusive.
    pub end: usize,
}

/// A job title in normal form.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", default)]
pub struct TitleUse {
    /// Index into `work`.
    pub work: usize,
    /// Without gender marks, grades and abbreviations, such as "Senior Software Engineer" for "Sr. Software Eng. II (m/w/d)".
    pub title: String,
    /// The occupation that it names, in English and lower case, such as "registered nurse".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occupation: Option<String>,
    /// The rank that it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Seniority>,
}

/// How sure a field is and where in the CV's text it stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Confidence {
    /// 0–1.
    pub value: f32,
    /// Byte offsets into the CV's text, end exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<(usize, usize)>,
}

/// How senior a person or a job is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Seniority {
    /// In training, apprentice, student, graduate.
    Entry,
    /// Up to about two years.
    Junior,
    /// Works on their own.
    Mid,
    /// Leads in the subject.
    Senior,
    /// Leads people.
    Lead,
    /// Leads an organisation.
    Executive,
}

/// A date as exact as the CV gives it: `2019`, `2019-03` or `2019-03-15`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PartialDate {
    /// Year, 1900–2100.
    pub year: i16,
    /// Month, 1–12.
    pub month: Option<u8>,
    /// Day, 1–31.
    pub day: Option<u8>,
}

impl PartialDate {
    /// A year alone.
    pub fn year(year: i16) -> Self {
        Self { year, month: None, day: None }
    }

    /// A year and a month (1–12).
    pub fn month(year: i16, month: u8) -> Self {
        Self { year, month: Some(month), day: None }
    }

    /// Months since the year 0, a missing month counted as `default_month` (1–12).
    pub fn months_since_zero(self, default_month: u8) -> i32 {
        i32::from(self.year) * 12 + i32::from(self.month.unwrap_or(default_month)) - 1
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(formatter, "-{month:02}")?;
            if let Some(day) = self.day {
                write!(formatter, "-{day:02}")?;
            }
        }
        Ok(())
    }
}

impl utoipa::PartialSchema for PartialDate {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A day, month or year as ISO 8601, as exact as the CV says it."))
            .examples(["2021", "2021-03", "2021-03-15"])
            .build()
            .into()
    }
}

impl utoipa::ToSchema for PartialDate {}

/// A text that is no `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a date: write YYYY, YYYY-MM or YYYY-MM-DD")]
pub struct DateError(String);

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || DateError(text.chars().take(40).collect());
        let mut pieces = text.split('-');
        let year = pieces.next().and_then(|p| p.parse().ok()).ok_or_else(error)?;
        let mut number = |most: u8| match pieces.next() {
            None => Ok(None),
            Some(piece) => match piece.parse::<u8>() {
                Ok(value) if (1..=most).contains(&value) => Ok(Some(value)),
                _ => Err(error()),
            },
        };
        let month = number(12)?;
        let day = number(31)?;
        if pieces.next().is_some() || !(1900..=2100).contains(&year) {
            return Err(error());
        }
        Ok(Self { year, month, day })
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PartialDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_written_as_exactly_as_it_was_given() {
        for text in ["2019", "2019-03", "2019-03-15"] {
            assert_eq!(text.parse::<PartialDate>().unwrap().to_string(), text);
        }
        for text in ["", "19", "2019-13", "2019-00", "2019-03-32", "2019-03-15-1", "March 2019", "20190"] {
            assert!(text.parse::<PartialDate>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_profile_survives_json_and_leaves_out_what_is_not_there() {
        let mut profile = Profile::default();
        profile.basics.name = Some("Ada Lovelace".into());
        profile.work.push(Work {
            position: Some("Analyst".into()),
            start_date: Some(PartialDate::month(1942, 10)),
            ..Work::default()
        });
        let json = serde_json::to_value(&profile).unwrap();
        assert_eq!(json["work"][0]["startDate"], "1942-10");
        assert!(json.get("education").is_none());
        assert_eq!(serde_json::from_value::<Profile>(json).unwrap(), profile);
    }

    #[test]
    fn a_bare_json_resume_is_a_profile() {
        let profile: Profile = serde_json::from_str(
            r#"{"basics":{"name":"A"},"meta":{"version":"v1"},"skills":[{"name":"Rust"}]}"#,
        )
        .unwrap();
        assert_eq!(profile.skills[0].name, "Rust");
    }
}
