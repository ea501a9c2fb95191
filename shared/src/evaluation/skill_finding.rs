//! How well skills are found in sentences: against marked places ([`Sentence::places`]) and against the names of an occupation
//! taxonomy ([`Sentence::names`]), for the finder of this project and, on the very same sentences, for another one's findings.
//!
//! A place counts as found if a finding overlaps it, one finding for one place (the "partial" match of SemEval 2013 task 9);
//! beside it stands the share whose both ends agree.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::assignment::agreeing_pairs;
use super::parsing_quality::Counts;
use crate::domain::SkillId;
use crate::skills::{Taxonomy, code_point_offsets};

/// A sentence whose skills people have marked.
#[derive(Clone, Debug, Deserialize)]
pub struct Sentence {
    /// Its id in the set.
    pub id: String,
    /// The set that it is of.
    pub source: String,
    pub text: String,
    /// The marked places; none if the set has names only.
    #[serde(default, rename = "entities")]
    pub places: Option<Vec<Place>>,
    /// The names of the skills, as ESCO calls them; none if the set has places only.
    #[serde(default, rename = "labels")]
    pub names: Option<Vec<Name>>,
}

/// A marked place.
#[derive(Clone, Debug, Deserialize)]
pub struct Place {
    /// In code points.
    pub start: usize,
    /// Behind the last code point.
    pub end: usize,
    /// What it is: only skills and knowledge are compared, not occupations or degrees.
    #[serde(rename = "type")]
    pub kind: String,
}

/// The name of a skill that the sentence asks for.
#[derive(Clone, Debug, Deserialize)]
pub struct Name {
    /// ESCO's preferred label, or a remark that ESCO has none.
    pub esco: String,
}

/// What a finder found in a sentence: the lines that `cv-matching skills` writes.
#[derive(Clone, Debug, Deserialize)]
pub struct Findings {
    pub id: String,
    pub skills: Vec<Finding>,
}

/// One skill that was found.
#[derive(Clone, Debug, Deserialize)]
pub struct Finding {
    pub name: String,
    /// In code points.
    pub start: usize,
    pub end: usize,
}

/// How well one finder did on one set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FinderQuality {
    pub sentences: usize,
    /// Places, found if something overlaps them.
    pub overlapping: Counts,
    /// Places, found if both ends agree.
    pub exact: Counts,
    /// Names of the taxonomy.
    pub named: Counts,
}

/// Both finders by set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SkillReport {
    /// The finder of this project, by set.
    pub own: BTreeMap<String, FinderQuality>,
    /// The other finder, by set; empty without one.
    pub other: BTreeMap<String, FinderQuality>,
}

/// Finds the skills of all sentences and compares; `other` are another finder's findings in them.
pub fn evaluate(sentences: &[Sentence], other: Option<&[Findings]>, taxonomy: &Taxonomy) -> SkillReport {
    let names = Names(taxonomy);
    let mut report = SkillReport::default();
    let other: Option<HashMap<&str, &[Finding]>> =
        other.map(|other| other.iter().map(|found| (found.id.as_str(), found.skills.as_slice())).collect());
    for sentence in sentences {
        let mentions = taxonomy.find(&sentence.text);
        let places = code_point_offsets(&sentence.text, &mentions);
        let ids = mentions.iter().map(|mention| mention.id.to_string()).collect();
        report.own.entry(sentence.source.clone()).or_default().add(sentence, &places, ids, &names);
        if let Some(other) = &other {
            let found = other.get(sentence.id.as_str()).copied().unwrap_or_default();
            let places: Vec<_> = found.iter().map(|finding| (finding.start, finding.end)).collect();
            let ids = found.iter().map(|finding| names.identity(&finding.name)).collect();
            report.other.entry(sentence.source.clone()).or_default().add(sentence, &places, ids, &names);
        }
    }
    report
}

impl FinderQuality {
    fn add(&mut self, sentence: &Sentence, found: &[(usize, usize)], ids: BTreeSet<String>, names: &Names) {
        self.sentences += 1;
        if let Some(places) = &sentence.places {
            let marked: Vec<(usize, usize)> = places
                .iter()
                .filter(|place| matches!(place.kind.as_str(), "Skill" | "Knowledge"))
                .map(|place| (place.start, place.end))
                .collect();
            self.overlapping.add(compare(&marked, found, |a, b| a.0 < b.1 && b.0 < a.1));
            self.exact.add(compare(&marked, found, |a, b| a == b));
        }
        if let Some(labels) = &sentence.names {
            let expected: BTreeSet<String> = labels
                .iter()
                .filter(|name| !matches!(name.esco.as_str(), "LABEL NOT PRESENT" | "UNDERSPECIFIED"))
                .map(|name| names.identity(&name.esco))
                .collect();
            self.named.add(Counts {
                expected: expected.len(),
                found: ids.len(),
                right: expected.intersection(&ids).count(),
            });
        }
    }
}

fn compare(
    marked: &[(usize, usize)],
    found: &[(usize, usize)],
    agree: fn(&(usize, usize), &(usize, usize)) -> bool,
) -> Counts {
    let right = agreeing_pairs(marked, found, agree).len();
    Counts { expected: marked.len(), found: found.len(), right }
}

/// Skills by name, as both sides of a comparison are called by it.
struct Names<'a>(&'a Taxonomy);

impl Names<'_> {
    /// The id of the skill of that name, or the name itself where the taxonomy has none: it still is to be found then.
    fn identity(&self, name: &str) -> String {
        // ESCO tells homonyms apart by a remark behind the name: "Java (computer programming)".
        let bare = name.split_once(" (").map_or(name, |(bare, _)| bare);
        let skill = self.0.lookup(name).or_else(|| self.0.lookup(bare));
        skill.map(|skill| &skill.id).map_or_else(|| name.to_lowercase(), SkillId::to_string)
    }
}

impl fmt::Display for SkillReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            formatter,
            "{:<24} {:<8} {:>9}  {:<32} {:<32} {:<32}",
            "set",
            "finder",
            "sentences",
            "places, overlapping P/R/F1",
            "places, exact P/R/F1",
            "names P/R/F1"
        )?;
        for (set, own) in &self.own {
            row(formatter, set, "own", own)?;
            if let Some(other) = self.other.get(set) {
                row(formatter, set, "other", other)?;
            }
        }
        Ok(())
    }
}

fn row(formatter: &mut fmt::Formatter<'_>, set: &str, finder: &str, quality: &FinderQuality) -> fmt::Result {
    let three = |counts: &Counts| match counts.expected + counts.found {
        0 => "–".to_owned(),
        _ => format!(
            "{:.3}/{:.3}/{:.3} ({} of {})",
            counts.precision(),
            counts.recall(),
            counts.f1(),
            counts.right,
            counts.expected
        ),
    };
    writeln!(
        formatter,
        "{set:<24} {finder:<8} {:>9}  {:<32} {:<32} {:<32}",
        quality.sentences,
        three(&quality.overlapping),
        three(&quality.exact),
        three(&quality.named)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sentence(line: &str) -> Sentence {
        serde_json::from_str(line).unwrap()
    }

    #[test]
    fn places_count_once_each_and_occupations_not_at_all() {
        let sentence = sentence(
            r#"{"id": "1", "source": "set", "text": "Nurse with Python and SQL", "entities": [
            {"start": 0, "end": 5, "type": "Occupation"}, {"start": 11, "end": 25, "type": "Knowledge"}]}"#,
        );
        let report = evaluate(&[sentence], None, Taxonomy::global());
        let own = report.own["set"];
        assert_eq!(own.overlapping, Counts { expected: 1, found: 2, right: 1 });
        assert_eq!(own.exact, Counts { expected: 1, found: 2, right: 0 });
        assert_eq!(own.named, Counts::default());
    }

    #[test]
    fn names_are_compared_by_what_they_mean_and_another_finder_beside() {
        let sentences = [sentence(
            r#"{"id": "1", "source": "names", "text": "Java and welding", "labels": [
                {"esco": "Java (computer programming)"}, {"esco": "Java (computer programming)"}, {"esco": "LABEL NOT PRESENT"}]}"#,
        )];
        let other =
            [Findings { id: "1".into(), skills: vec![Finding { name: "and".into(), start: 5, end: 8 }] }];
        let report = evaluate(&sentences, Some(&other), Taxonomy::global());
        assert_eq!(report.own["names"].named, Counts { expected: 1, found: 2, right: 1 });
        assert_eq!(report.other["names"].named, Counts { expected: 1, found: 1, right: 0 });
        let table = report.to_string();
        assert!(table.contains("0.500/1.000/0.667 (1 of 1)"), "{table}");
    }
}
