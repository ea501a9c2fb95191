//! What a score must hold for every CV and job.

use std::path::Path;

use super::*;
use crate::document::{self, Limits};
use crate::domain::{PartKind, PartialDate, Remote, Source};
use crate::parsing::requirements::read_requirements;
use crate::parsing::{Parsed, parse, parse_text};

const TODAY: PartialDate = PartialDate { year: 2026, month: Some(11), day: None };

const NURSE: &str = "Anna Novak\nRegistered Nurse\nanna.novak@example.org | +44 7700 900123\nDate of birth: 3 May 1990\nNationality: Czech\nPronouns: she/her\n\n\
    Experience\nStaff Nurse, Leeds General Infirmary\nJanuary 2018 – present\n- Care of patients on an acute medical ward, medication and wound care\n\
    - Supervision of students\nHealthcare Assistant, Moorview Care Home\n2015 – 2017\n- Personal care of elderly residents\n\n\
    Education\nBSc Nursing, University of Leeds, 2017\n\nSkills\nWound care, patient care, medication administration, infection control\n\nLanguages\nEnglish (fluent), Czech (native)\n";

fn read(text: &str) -> Parsed {
    parse_text(text, Taxonomy::global(), TODAY)
}

fn ad(title: &str, text: &str) -> (JobText, Requirements) {
    let job = JobText {
        title: title.into(),
        text: text.into(),
        location: Some("Leeds, UK".into()),
        ..JobText::default()
    };
    let requirements = read_requirements(&job, Taxonomy::global());
    (job, requirements)
}

fn ward_nurse() -> (JobText, Requirements) {
    ad(
        "Registered Nurse – Acute Medicine",
        "We are looking for a nurse for our medical ward.\nRequirements\n- At least 2 years of experience as a nurse\n- Degree in nursing\n\
         - Patient care, wound care and medication administration\n- Fluent English\n",
    )
}

fn java_developer() -> (JobText, Requirements) {
    ad(
        "Senior Java Developer",
        "You build services in Java and Spring Boot on Kubernetes.\nRequirements\n- 5 years of experience in software development\n\
         - Java, SQL, Docker, REST APIs\n- Computer science degree\n",
    )
}

fn score_of(cv: &Parsed, job: &(JobText, Requirements)) -> Score {
    let cv = CvSide { text: &cv.text, profile: &cv.profile, embedding: None };
    score(
        &cv,
        &JobSide { job: &job.0, requirements: &job.1, embedding: None },
        Taxonomy::global(),
        &Variant::default(),
    )
}

#[test]
fn a_clear_fit_is_above_70_and_another_field_below_30() {
    let nurse = read(NURSE);
    let (fit, other) = (score_of(&nurse, &ward_nurse()), score_of(&nurse, &java_developer()));
    assert!(fit.score > 70.0, "{fit:#?}");
    assert!(other.score < 30.0, "{other:#?}");
    assert!(
        fit.reverse_score > 70.0 && other.reverse_score < fit.reverse_score,
        "{} {}",
        fit.reverse_score,
        other.reverse_score
    );
}

#[test]
fn shares_of_parts_with_data_add_up_to_one_and_a_part_without_has_none() {
    for cv in [NURSE, "Looking for work", ""] {
        for job in [ward_nurse(), java_developer(), ad("", "")] {
            let score = score_of(&read(cv), &job);
            assert_eq!(score.parts.len(), 7);
            let shares: f32 = score.parts.iter().map(|part| part.weight).sum();
            let has_data = score.parts.iter().any(|part| part.has_data);
            assert!((shares - if has_data { 1.0 } else { 0.0 }).abs() < 1e-4, "{score:?}");
            assert!(
                score.parts.iter().all(|part| part.has_data || (part.weight == 0.0 && part.score == 0.0))
            );
            assert!(score.parts.iter().all(|part| (0.0..=100.0).contains(&part.score)));
            assert!((0.0..=100.0).contains(&score.score) && (0.0..=100.0).contains(&score.reverse_score));
        }
    }
}

#[test]
fn who_somebody_is_does_not_change_the_score() {
    let other = NURSE
        .replace("Anna Novak", "Mohammed Al-Rashid")
        .replace("anna.novak@example.org", "m.rashid@example.com")
        .replace("+44 7700 900123", "+44 7700 900999")
        .replace("3 May 1990", "14 August 1963")
        .replace("Nationality: Czech", "Nationality: Egyptian")
        .replace("she/her", "he/him")
        .replace("University of Leeds", "Harvard University");
    let (one, other) = (read(NURSE), read(&other));
    assert_ne!(one.text, other.text);
    for job in [ward_nurse(), java_developer()] {
        let (one, other) = (score_of(&one, &job), score_of(&other, &job));
        assert_eq!((one.score, one.reverse_score), (other.score, other.reverse_score));
    }
    assert_eq!(cv_embedding_text(&one.profile, &one.text), cv_embedding_text(&other.profile, &other.text));
}

#[test]
fn a_score_does_not_depend_on_the_other_jobs() {
    let nurse = read(NURSE);
    let jobs = [ward_nurse(), java_developer()];
    let cv = CvSide { text: &nurse.text, profile: &nurse.profile, embedding: None };
    let sides: Vec<JobSide<'_>> =
        jobs.iter().map(|(job, requirements)| JobSide { job, requirements, embedding: None }).collect();
    let both = rank(&[cv], &sides, 5, Direction::JobsForCv, Taxonomy::global(), &Variant::default());
    assert_eq!(both[0].iter().map(|ranked| ranked.index).collect::<Vec<_>>(), [0, 1]);
    for ranked in &both[0] {
        assert_eq!(ranked.score, score_of(&nurse, &jobs[ranked.index]));
    }
    let reversed = rank(&[cv], &sides, 5, Direction::CvsForJob, Taxonomy::global(), &Variant::default());
    assert_eq!(reversed[0][0].score, both[0][0].score);
}

#[test]
fn evidence_is_quoted_to_the_letter() {
    let nurse = read(NURSE);
    let (job, requirements) = ward_nurse();
    let cv = CvSide { text: &nurse.text, profile: &nurse.profile, embedding: None };
    let side = JobSide { job: &job, requirements: &requirements, embedding: None };
    let mut score = score(&cv, &side, Taxonomy::global(), &Variant::default());
    evidence(&cv, &side, &mut score);
    let quotes: Vec<_> = score.parts.iter().flat_map(|part| &part.evidence).collect();
    assert!(quotes.len() >= 4, "{quotes:?}");
    for quote in quotes {
        let text = if quote.source == Source::Cv { &nurse.text } else { &job.text };
        assert_eq!(&text[quote.start..quote.end], quote.quote);
    }
}

#[test]
fn a_missing_must_is_listed_as_missing_and_a_relative_counts_in_part() {
    let cv = read("Sam Reed\nFrontend Developer\n\nSkills\nReact, CSS\n");
    let job = ad("Frontend Developer", "Requirements\n- JavaScript\n- Kubernetes\n");
    let score = score_of(&cv, &job);
    let skills = score.parts.iter().find(|part| part.kind == PartKind::Skills).unwrap();
    assert!(skills.has_data && skills.score > 0.0, "{skills:?}");
    assert!(skills.missing.contains(&"Kubernetes".to_owned()), "{skills:?}");
}

#[test]
fn work_from_anywhere_is_in_place_for_everybody() {
    let (mut job, requirements) = ward_nurse();
    job.remote = Some(Remote::Remote);
    let score = score_of(&read(NURSE), &(job, requirements));
    let place = score.parts.iter().find(|part| part.kind == PartKind::Place).unwrap();
    assert_eq!((place.has_data, place.score), (true, 100.0));
}

#[test]
fn each_sample_cv_finds_a_job_of_its_occupation_first() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../samples"));
    let lines = std::fs::read_to_string(folder.join("jobs.ndjson")).unwrap();
    let rows: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let text_of = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let jobs: Vec<(JobText, Requirements)> = rows
        .iter()
        .map(|row| {
            let job = JobText {
                title: text_of(row, "title"),
                text: text_of(row, "text"),
                location: Some(text_of(row, "location")),
                ..JobText::default()
            };
            let requirements = read_requirements(&job, Taxonomy::global());
            (job, requirements)
        })
        .collect();
    let sides: Vec<JobSide<'_>> =
        jobs.iter().map(|(job, requirements)| JobSide { job, requirements, embedding: None }).collect();
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join("cvs")).unwrap() {
        let path = entry.unwrap().path();
        let Some(name) =
            path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".truth.json"))
        else {
            continue;
        };
        let truth: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let bytes = std::fs::read(path.with_file_name(name)).unwrap();
        let cv = parse(&document::read(&bytes, &Limits::default()).unwrap(), Taxonomy::global(), TODAY);
        let side = CvSide { text: &cv.text, profile: &cv.profile, embedding: None };
        let best = rank(&[side], &sides, 3, Direction::JobsForCv, Taxonomy::global(), &Variant::default());
        count += 1;
        let occupation = text_of(&rows[best[0][0].index], "occupation");
        let right =
            truth["occupations"].as_array().unwrap().iter().any(|known| known.as_str() == Some(&occupation));
        if !right {
            let listed: Vec<String> = best[0]
                .iter()
                .map(|ranked| {
                    format!("{} {:.0}", text_of(&rows[ranked.index], "occupation"), ranked.score.score)
                })
                .collect();
            wrong.push(format!(
                "{name}: {listed:?} titles {:?}",
                cv.profile.work.iter().map(|w| &w.position).collect::<Vec<_>>()
            ));
        }
    }
    assert!(count >= 10, "{count} sample CVs");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
