//! `score`: how well pairs of CV and job fit.

use std::collections::HashMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::{Deserialize, Serialize};
use shared::domain::{JobText, MustHaveCheck, MustHaves, Score};
use shared::matching::{CvFacts, CvSide, JobSide, Variant, cv_embedding_text, job_embedding_text, score};
use shared::parsing::requirements::read_requirements;
use shared::skills::Taxonomy;

use super::embedding::embed_all;
use super::inputs::{Id, Unreadable, embedder, read_cv_text, read_lines};
use super::parallel;
use crate::output::Lines;

/// Scores pairs of CV and job, whatever else there is (NDJSON in and out).
///
/// In: {id, cv_text, job_title?, job_text, must_haves?} a line. Out: {id, score, reverse_score, parts, must_haves?}; for a CV that
/// cannot be read {id, error: {kind, message}}, and the exit code is 1 then. Conditions (`must_haves`, as jobs are posted with
/// them) do not change the score: each is met, not_met or unknown. Texts that come again are read once.
/// Example: echo '{"id": 1, "cv_text": "Nurse, 8 years", "job_text": "We look for a nurse."}' | cv-matching score --pairs -
#[derive(Args)]
pub struct ScoreArguments {
    /// NDJSON of pairs; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pairs: PathBuf,
}

#[derive(Deserialize)]
struct PairLine {
    id: Id,
    cv_text: String,
    #[serde(default)]
    job_title: Option<String>,
    job_text: String,
    #[serde(default, deserialize_with = "super::inputs::must_haves")]
    must_haves: MustHaves,
}

/// What is printed: a score or an error.
#[derive(Serialize)]
struct Line<'a> {
    id: &'a Id,
    #[serde(flatten)]
    score: Option<Score>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    must_haves: Vec<MustHaveCheck>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a Unreadable>,
}

/// Things in the order in which they are met first, each once.
struct Different<T> {
    all: Vec<T>,
    places: HashMap<T, usize>,
}

impl<T: Clone + Eq + std::hash::Hash> Different<T> {
    fn place(&mut self, one: T) -> usize {
        *self.places.entry(one.clone()).or_insert_with(|| {
            self.all.push(one);
            self.all.len() - 1
        })
    }
}

pub fn run(arguments: &ScoreArguments) -> anyhow::Result<ExitCode> {
    let (pairs, broken) = read_lines::<PairLine>(&arguments.pairs)?;
    let embedder = embedder()?;
    let taxonomy = Taxonomy::global();
    let mut cv_texts = Different { all: Vec::new(), places: HashMap::new() };
    let mut job_texts = Different { all: Vec::new(), places: HashMap::new() };
    let places: Vec<(usize, usize)> = pairs
        .iter()
        .map(|pair| {
            let title = pair.job_title.as_deref().unwrap_or_default();
            (cv_texts.place(pair.cv_text.as_str()), job_texts.place((title, pair.job_text.as_str())))
        })
        .collect();
    let cvs = parallel::map(&cv_texts.all, |text| read_cv_text(text));
    let jobs = parallel::map(&job_texts.all, |(title, text)| {
        let job = JobText { title: (*title).to_owned(), text: (*text).to_owned(), ..JobText::default() };
        let requirements = read_requirements(&job, taxonomy);
        (job, requirements)
    });
    let of_cvs = cvs.iter().map(|cv| match cv {
        Ok(cv) => cv_embedding_text(&cv.profile, &cv.text),
        Err(_) => String::new(),
    });
    let texts: Vec<String> = of_cvs.chain(jobs.iter().map(|(job, _)| job_embedding_text(job))).collect();
    let vectors = embed_all(&embedder, &texts)?;
    let variant = Variant::default();
    let mut failed = false;
    let mut lines = Lines::stdout();
    let numbered: Vec<(&PairLine, usize, usize)> =
        pairs.iter().zip(places).map(|(pair, (cv, job))| (pair, cv, job)).collect();
    parallel::in_order(
        &numbered,
        |(pair, cv_place, job_place)| match &cvs[*cv_place] {
            Ok(cv) => {
                let (job, requirements) = &jobs[*job_place];
                let cv = CvSide { text: &cv.text, profile: &cv.profile, embedding: vectors.get(*cv_place) };
                let job = JobSide { job, requirements, embedding: vectors.get(cvs.len() + job_place) };
                let must_haves = if pair.must_haves.is_empty() {
                    Vec::new()
                } else {
                    CvFacts::of(&cv).check(&pair.must_haves, taxonomy)
                };
                let score = Some(score(&cv, &job, taxonomy, &variant));
                Line { id: &pair.id, score, must_haves, error: None }
            }
            Err(error) => Line { id: &pair.id, score: None, must_haves: Vec::new(), error: Some(error) },
        },
        |line| {
            failed |= line.error.is_some();
            lines.write(&line)
        },
    )?;
    Ok(if failed || broken > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}
