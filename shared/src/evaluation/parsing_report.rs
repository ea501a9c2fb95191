//! The quality of reading summed up over many CVs, and its table for a terminal.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parsing_quality::{Counts, CvQuality, FieldQuality, share};

/// Right of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ratio {
    pub right: usize,
    pub of: usize,
}

impl Ratio {
    /// 0–1; 1 of none.
    pub fn share(&self) -> f64 {
        share(self.right, self.of)
    }

    fn add(&mut self, field: &Option<FieldQuality>) {
        if let Some(field) = field {
            self.of += 1;
            self.right += usize::from(field.right);
        }
    }
}

/// The sums over a group of CVs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sums {
    pub cvs: usize,
    pub name: Ratio,
    pub email: Ratio,
    pub phone: Ratio,
    pub skills: Counts,
    pub dates: Counts,
    pub employers: Counts,
    pub titles: Counts,
    pub institutions: Counts,
}

impl Sums {
    fn add(&mut self, cv: &CvQuality) {
        self.cvs += 1;
        self.name.add(&cv.name);
        self.email.add(&cv.email);
        self.phone.add(&cv.phone);
        self.skills.add(cv.skills.counts);
        self.dates.add(cv.dates.counts);
        self.employers.add(cv.employers.counts);
        self.titles.add(cv.titles.counts);
        self.institutions.add(cv.institutions.counts);
    }
}

/// How well many CVs were read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ParsingReport {
    pub all: Sums,
    /// By format, such as `pdf`.
    pub by_format: BTreeMap<String, Sums>,
    /// By the number of columns; `0` where the truth does not say.
    pub by_columns: BTreeMap<u8, Sums>,
    /// Every CV, the worst first.
    pub cvs: Vec<CvQuality>,
}

/// Sums up: micro-averaged, so that every item counts the same.
pub fn summarise(cvs: &[CvQuality]) -> ParsingReport {
    let mut report = ParsingReport { cvs: cvs.to_vec(), ..ParsingReport::default() };
    for cv in cvs {
        report.all.add(cv);
        report.by_format.entry(cv.format.clone()).or_default().add(cv);
        report.by_columns.entry(cv.columns).or_default().add(cv);
    }
    report.cvs.sort_by(|a, b| a.score().total_cmp(&b.score()).then_with(|| a.file.cmp(&b.file)));
    report
}

/// How many of the worst CVs the table shows.
const SHOWN: usize = 10;

impl fmt::Display for ParsingReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<12} {:>4} {:>9} {:>9} {:>9}  {:<21} {:<21} {:<15} {:<15} {:<15}",
            "",
            "CVs",
            "name",
            "email",
            "phone",
            "skills P/R/F1",
            "date pairs P/R/F1",
            "employers F1",
            "titles F1",
            "institutions F1"
        )?;
        row(formatter, "all", &self.all)?;
        for (format, sums) in &self.by_format {
            row(formatter, format, sums)?;
        }
        for (columns, sums) in &self.by_columns {
            let name = match columns {
                0 => "columns: ?".to_owned(),
                1 => "1 column".to_owned(),
                more => format!("{more} columns"),
            };
            row(formatter, &name, sums)?;
        }
        for cv in self.cvs.iter().take(SHOWN).filter(|cv| cv.score() < 1.0) {
            writeln!(formatter, "\n{:.2}  {}", cv.score(), cv.file)?;
            for (name, field) in cv.fields() {
                if let Some(field) = field.as_ref().filter(|field| !field.right) {
                    writeln!(
                        formatter,
                        "      {name}: expected {:?}, found {:?}",
                        field.expected, field.found
                    )?;
                }
            }
            for (name, list) in cv.lists() {
                if !list.missed.is_empty() || !list.invented.is_empty() {
                    writeln!(
                        formatter,
                        "      {name}: missed {:?}, found without being there {:?}",
                        list.missed, list.invented
                    )?;
                }
            }
        }
        Ok(())
    }
}

fn row(formatter: &mut fmt::Formatter<'_>, name: &str, sums: &Sums) -> fmt::Result {
    let ratio = |ratio: &Ratio| format!("{}/{}", ratio.right, ratio.of);
    let three = |counts: &Counts| {
        format!("{:.2}/{:.2}/{:.2} ({})", counts.precision(), counts.recall(), counts.f1(), counts.expected)
    };
    let one = |counts: &Counts| format!("{:.2} ({}/{})", counts.f1(), counts.right, counts.expected);
    writeln!(
        formatter,
        "{name:<12} {:>4} {:>9} {:>9} {:>9}  {:<21} {:<21} {:<15} {:<15} {:<15}",
        sums.cvs,
        ratio(&sums.name),
        ratio(&sums.email),
        ratio(&sums.phone),
        three(&sums.skills),
        three(&sums.dates),
        one(&sums.employers),
        one(&sums.titles),
        one(&sums.institutions)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Profile;
    use crate::evaluation::parsing_quality::{Truth, evaluate};

    fn quality(file: &str, columns: &str, found: Option<&str>) -> CvQuality {
        let truth = Truth {
            file: file.into(),
            columns: columns.into(),
            format: "pdf".into(),
            name: "Ada Lovelace".into(),
            ..Truth::default()
        };
        let mut profile = Profile::default();
        profile.basics.name = found.map(str::to_owned);
        evaluate(&profile, &truth)
    }

    #[test]
    fn the_worst_cv_comes_first_and_the_table_says_what_was_expected() {
        let report =
            summarise(&[quality("good.pdf", "1", Some("Ada Lovelace")), quality("bad.pdf", "2", None)]);
        assert_eq!(report.cvs[0].file, "bad.pdf");
        assert_eq!(report.all.name, Ratio { right: 1, of: 2 });
        assert_eq!(report.by_columns.keys().copied().collect::<Vec<_>>(), [1, 2]);
        let table = report.to_string();
        assert!(table.contains("expected \"Ada Lovelace\", found \"\"") && table.contains("1/2"), "{table}");
    }
}
