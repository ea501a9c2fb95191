//! How well CVs are read: against hand-made truth ([`evaluate`]), summed up over many ([`summarise`]). Lists are compared by an optimal one-to-one assignment (Kuhn and Munkres), as in arXiv 2510.09722, so
//! that neither order nor a double hit helps.

use serde::{Deserialize, Serialize};

use crate::domain::{PartialDate, Profile};

use super::assignment::agreeing_pairs;
use super::similarity::{similar, squeezed};

pub use super::parsing_report::{ParsingReport, Ratio, Sums, summarise};

/// What a person found in a CV: the shape of the `*.truth.json` files.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Truth {
    /// Name of the CV's file.
    pub file: String,
    /// Columns of its layout as text: `1`, `2`, or notes on its structure.
    pub columns: String,
    /// Its format, such as `pdf`.
    pub format: String,
    /// Full name; empty where there is none.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Phone number as written; stars stand for masked digits.
    pub phone: String,
    /// Every skill that is named as one.
    pub skills: Vec<String>,
    /// Every employment.
    pub experience: Vec<TrueEmployment>,
    /// Every school.
    pub education: Vec<TrueSchool>,
    /// Human languages as written.
    pub languages: Vec<String>,
}

/// An employment of the truth; an empty text is not said in the CV.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrueEmployment {
    pub employer: String,
    pub title: String,
    /// `2019` or `2019-03`.
    pub start: String,
    /// The same, or `present`.
    pub end: String,
}

/// A school of the truth.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TrueSchool {
    pub institution: String,
    pub degree: String,
    pub start: String,
    pub end: String,
}

/// Counts of a comparison of two lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Items of the truth.
    pub expected: usize,
    /// Items of the profile.
    pub found: usize,
    /// Items that agree.
    pub right: usize,
}

impl Counts {
    /// Which part of what was found is right, 0–1; 1 if nothing was found.
    pub fn precision(&self) -> f64 {
        share(self.right, self.found)
    }

    /// Which part of what was to be found is found, 0–1; 1 if nothing was to be found.
    pub fn recall(&self) -> f64 {
        share(self.right, self.expected)
    }

    /// Harmonic mean of precision and recall.
    pub fn f1(&self) -> f64 {
        if self.expected + self.found == 0 {
            1.0
        } else {
            2.0 * self.right as f64 / (self.expected + self.found) as f64
        }
    }

    pub(super) fn add(&mut self, other: Counts) {
        self.expected += other.expected;
        self.found += other.found;
        self.right += other.right;
    }
}

pub(super) fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// One field with what was expected and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldQuality {
    pub right: bool,
    pub expected: String,
    pub found: String,
}

/// One list with its counts, what was missed and what was found without being there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuality {
    pub counts: Counts,
    pub missed: Vec<String>,
    pub invented: Vec<String>,
}

/// How well one CV was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CvQuality {
    pub file: String,
    pub format: String,
    /// `1`, `2` or more; `0` where the truth does not say.
    pub columns: u8,
    /// `None` where the truth has none.
    pub name: Option<FieldQuality>,
    pub email: Option<FieldQuality>,
    /// Compared by digits; the country's code may be missing on one side.
    pub phone: Option<FieldQuality>,
    pub skills: ListQuality,
    /// Start and end of each employment, both must agree as exactly as the truth says them.
    pub dates: ListQuality,
    pub employers: ListQuality,
    pub titles: ListQuality,
    pub institutions: ListQuality,
}

impl CvQuality {
    /// Mean of all that the truth has, 0–1: by it the worst CVs come first.
    pub fn score(&self) -> f64 {
        let fields = [&self.name, &self.email, &self.phone]
            .into_iter()
            .flatten()
            .map(|field| if field.right { 1.0 } else { 0.0 });
        let lists = self
            .lists()
            .into_iter()
            .filter(|(_, list)| list.counts.expected > 0)
            .map(|(_, list)| list.counts.f1());
        let all: Vec<f64> = fields.chain(lists).collect();
        if all.is_empty() { 1.0 } else { all.iter().sum::<f64>() / all.len() as f64 }
    }

    pub(super) fn lists(&self) -> [(&'static str, &ListQuality); 5] {
        [
            ("skills", &self.skills),
            ("date pairs", &self.dates),
            ("employers", &self.employers),
            ("titles", &self.titles),
            ("institutions", &self.institutions),
        ]
    }

    pub(super) fn fields(&self) -> [(&'static str, &Option<FieldQuality>); 3] {
        [("name", &self.name), ("email", &self.email), ("phone", &self.phone)]
    }
}

/// Compares a profile with the truth.
pub fn evaluate(profile: &Profile, truth: &Truth) -> CvQuality {
    let basics = &profile.basics;
    let field = |expected: &str, found: &Option<String>, same: fn(&str, &str) -> bool| {
        let found = found.clone().unwrap_or_default();
        (!expected.is_empty()).then(|| FieldQuality {
            right: same(expected, &found),
            expected: expected.to_owned(),
            found,
        })
    };
    let of_work = |of: fn(&crate::domain::Work) -> Option<String>| {
        profile.work.iter().filter_map(of).collect::<Vec<_>>()
    };
    let employers: Vec<String> = truth.experience.iter().map(|entry| entry.employer.clone()).collect();
    let titles: Vec<String> = truth.experience.iter().map(|entry| entry.title.clone()).collect();
    // What the truth leaves empty was masked in the CV: an employer found there is neither right nor wrong.
    let named = |truth: Vec<String>, found: Vec<String>| {
        let named: Vec<String> = truth.iter().filter(|text| !text.is_empty()).cloned().collect();
        if named.is_empty() { ListQuality::default() } else { compare(&named, &found, similar) }
    };
    let pairs: Vec<String> = truth
        .experience
        .iter()
        .map(|entry| format!("{} – {}", entry.start, entry.end))
        .filter(|pair| pair != " – ")
        .collect();
    CvQuality {
        file: truth.file.clone(),
        format: truth.format.clone(),
        columns: truth.columns.trim().parse().unwrap_or(0),
        name: field(&truth.name, &basics.name, |a, b| squeezed(a) == squeezed(b)),
        email: field(&truth.email, &basics.email, |a, b| a.trim().eq_ignore_ascii_case(b.trim())),
        phone: field(&truth.phone, &basics.phone, same_phone),
        skills: compare(
            &truth.skills,
            &profile.skills.iter().map(|skill| skill.name.clone()).collect::<Vec<_>>(),
            similar,
        ),
        dates: compare(&pairs, &date_pairs(profile), same_dates),
        employers: named(employers, of_work(|work| work.name.clone())),
        titles: named(titles, of_work(|work| work.position.clone())),
        institutions: compare(
            &truth
                .education
                .iter()
                .map(|entry| entry.institution.clone())
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>(),
            &profile.education.iter().filter_map(|entry| entry.institution.clone()).collect::<Vec<_>>(),
            similar,
        ),
    }
}

fn date_pairs(profile: &Profile) -> Vec<String> {
    let current = &profile.analysis.current_work;
    let text = |date: Option<PartialDate>| date.map(|date| date.to_string());
    let pairs = profile
        .work
        .iter()
        .enumerate()
        .filter(|(_, work)| work.start_date.is_some() || work.end_date.is_some());
    pairs
        .map(|(index, work)| {
            let end = text(work.end_date)
                .unwrap_or_else(|| if current.contains(&index) { "present".into() } else { String::new() });
            format!("{} – {end}", text(work.start_date).unwrap_or_default())
        })
        .collect()
}

/// The pairs agree where each date of the truth opens the date found: the truth may leave out the day.
fn same_dates(expected: &str, found: &str) -> bool {
    match (expected.split_once(" – "), found.split_once(" – ")) {
        (Some((start, end)), Some((found_start, found_end))) => {
            same_date(start, found_start) && same_date(end, found_end)
        }
        _ => false,
    }
}

fn same_date(expected: &str, found: &str) -> bool {
    expected == found || (expected.len() == 7 && found.len() == 10 && found.starts_with(expected))
}

fn same_phone(expected: &str, found: &str) -> bool {
    if expected.contains('*') {
        let signs = |text: &str| text.chars().filter(|c| c.is_ascii_digit() || *c == '*').collect::<String>();
        return signs(expected) == signs(found);
    }
    let digits =
        |text: &str| text.replace("(0)", "").chars().filter(char::is_ascii_digit).collect::<String>();
    let (expected, found) = (digits(expected), digits(found));
    let (expected, found) = (expected.trim_start_matches('0'), found.trim_start_matches('0'));
    let shorter = expected.len().min(found.len());
    expected == found || (shorter >= 7 && (expected.ends_with(found) || found.ends_with(expected)))
}

/// Compares two lists by the best one-to-one assignment of items that agree.
fn compare(expected: &[String], found: &[String], agree: fn(&str, &str) -> bool) -> ListQuality {
    let right = agreeing_pairs(expected, found, |expected, found| agree(expected, found));
    ListQuality {
        counts: Counts { expected: expected.len(), found: found.len(), right: right.len() },
        missed: expected
            .iter()
            .enumerate()
            .filter(|(row, _)| !right.iter().any(|(r, _)| r == row))
            .map(|(_, text)| text.clone())
            .collect(),
        invented: found
            .iter()
            .enumerate()
            .filter(|(column, _)| !right.iter().any(|(_, c)| c == column))
            .map(|(_, text)| text.clone())
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{SkillEntry, Work};

    fn truth() -> Truth {
        serde_json::from_str(
            r#"{"file":"a.pdf","columns":"2","format":"pdf","name":"Ada Lovelace","email":"ada@example.org","phone":"(415) 555-0142",
            "skills":["Algebra","Looms"],"experience":[{"employer":"Engine Works","title":"Analyst","start":"1942-10","end":"present"}],
            "education":[],"notes":"ignored"}"#,
        )
        .unwrap()
    }

    fn profile() -> Profile {
        let mut profile = Profile::default();
        profile.basics.name = Some("ADA LOVELACE".into());
        profile.basics.email = Some("ada@example.org".into());
        profile.basics.phone = Some("+14155550142".into());
        profile.skills =
            ["Looms", "Whist"].map(|name| SkillEntry { name: name.into(), ..SkillEntry::default() }).to_vec();
        profile.work = vec![Work {
            name: Some("Engine Works Ltd".into()),
            position: Some("Analyst".into()),
            start_date: Some(PartialDate::month(1942, 10)),
            ..Work::default()
        }];
        profile.analysis.current_work = vec![0];
        profile
    }

    #[test]
    fn a_profile_is_compared_field_by_field_and_list_by_list() {
        let quality = evaluate(&profile(), &truth());
        assert!(
            quality.name.as_ref().unwrap().right
                && quality.email.as_ref().unwrap().right
                && quality.phone.as_ref().unwrap().right
        );
        assert_eq!(quality.skills.counts, Counts { expected: 2, found: 2, right: 1 });
        assert_eq!(
            (quality.skills.missed.as_slice(), quality.skills.invented.as_slice()),
            (&["Algebra".to_owned()][..], &["Whist".to_owned()][..])
        );
        assert_eq!(quality.dates.counts.right, 1);
        assert_eq!(quality.employers.counts.right, 1);
        assert_eq!(quality.columns, 2);
    }

    #[test]
    fn a_wrong_end_makes_a_wrong_pair() {
        let mut profile = profile();
        profile.analysis.current_work.clear();
        assert_eq!(evaluate(&profile, &truth()).dates.counts.right, 0);
    }
}
