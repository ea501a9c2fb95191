//! `generate-dummy`: believable CVs and jobs for load tests.

mod chance;
mod clicks;
mod people;
mod words;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context;
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use shared::config::Settings;
use shared::db::dummy::{DummyCv, DummyJob};
use shared::db::stage::Claim;
use shared::embedding::{Embedder, Embedding};
use shared::matching::{cv_embedding_text, job_embedding_text};
use shared::parsing::parse_text;
use shared::parsing::requirements::read_requirements;
use shared::pipeline::Pipeline;
use shared::skills::Taxonomy;
use tokio::task::{JoinHandle, spawn_blocking};

use super::inputs::today;
use super::parallel;
use crate::output::progress;
use crate::serving::{parts, sample_jobs};
use clicks::{Clicks, Lift};
use people::People;

/// Rows that are made at a time, while those before are written.
const BATCH: usize = 1000;
/// From so many new rows on the vector index is built anew.
const MANY: usize = 5000;

/// Fills the database (DATABASE_URL, or the embedded one while no `serve` runs on it) with CVs of candidates `dummy-000001` …
/// and jobs of the recruiter `dummy`, of some fifty occupations. The same seed makes the same data; what is there already
/// stays.
///
/// Mock embeddings are for load alone: run the server with EMBEDDING=mock on them, else it embeds all of them again. From
/// 5,000 rows on, a server on the same database waits until they are in.
///
/// With `--interactions`, candidates look at matches and click by a known model, under the variants that the database has: the
/// better they lie, the more they are looked at. `--lift` makes a variant's matches more appealing than the others', for trying
/// out the comparison of variants.
///
/// Examples: cv-matching generate-dummy --cvs 10000 --jobs 100000
///           cv-matching generate-dummy --cvs 0 --jobs 0 --interactions 5000 --lift b=1.3
#[derive(Args)]
pub struct GenerateDummyArguments {
    /// How many CVs.
    #[arg(long, default_value_t = 1000)]
    cvs: u32,
    /// How many jobs.
    #[arg(long, default_value_t = 500)]
    jobs: u32,
    /// Vectors of hashed words (fast; for load alone), or of the model that EMBEDDING says.
    #[arg(long, value_enum, default_value_t = Embeddings::Mock)]
    embeddings: Embeddings,
    /// How many candidates look at matches and click.
    #[arg(long, value_name = "CANDIDATES", default_value_t = 0)]
    interactions: u32,
    /// How much more appealing the matches of a variant are; others are as appealing as each other.
    #[arg(long, value_name = "VARIANT=FACTOR")]
    lift: Vec<Lift>,
    /// What the data are made from.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Embeddings {
    /// Hashed words.
    Mock,
    /// The model.
    Model,
}

pub fn run(arguments: &GenerateDummyArguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    parts::with_pipeline(settings, async |pipeline, _| {
        let people = Arc::new(People::new(arguments.seed));
        let mock = arguments.embeddings == Embeddings::Mock;

        let started = Instant::now();
        let known = pipeline.db.dummy_jobs().await?;
        let numbers = (0..arguments.jobs).filter(|number| !known.contains(&people::name(*number)));
        let mut jobs = Batches::new(numbers.collect(), "Making jobs", {
            let people = people.clone();
            move |number| make_job(&people, number, mock)
        });
        let anew = jobs.is_large(known.len());
        let new_jobs = pipeline.db.insert_dummy_jobs("mock", anew, async || jobs.next().await).await?;
        jobs.end().await?;
        say("jobs", new_jobs, arguments.jobs, started);

        let started = Instant::now();
        let known = pipeline.db.dummy_candidates().await?;
        let numbers = (0..arguments.cvs).filter(|number| !known.contains(&people::name(*number)));
        let mut cvs = Batches::new(numbers.collect(), "Making CVs", {
            let people = people.clone();
            move |number| make_cv(&people, number, mock)
        });
        let anew = cvs.is_large(known.len());
        let new_cvs = pipeline.db.insert_dummy_cvs("mock", anew, async || cvs.next().await).await?;
        cvs.end().await?;
        say("CVs", new_cvs, arguments.cvs, started);

        if arguments.interactions > 0 {
            let started = Instant::now();
            let known = pipeline.db.dummy_interaction_candidates().await?;
            let numbers =
                (0..arguments.interactions).filter(|number| !known.contains(&people::name(*number)));
            let clicks = Clicks::new(arguments.seed, &pipeline, &arguments.lift).await?;
            let mut candidates =
                Batches::new(numbers.collect(), "Making interactions", move |number| clicks.of(number));
            let rows = pipeline
                .db
                .insert_dummy_interactions(async || {
                    candidates.next().await.map(|each| each.into_iter().flatten().collect())
                })
                .await?;
            candidates.end().await?;
            println!("{rows} new interactions in {:.1} s", started.elapsed().as_secs_f64());
        }

        if !mock {
            let started = Instant::now();
            sample_jobs::embed(&pipeline).await?;
            embed_cvs(&pipeline, new_cvs).await?;
            println!("embedded in {:.1} s", started.elapsed().as_secs_f64());
        }
        Ok(ExitCode::SUCCESS)
    })
}

fn say(what: &str, new: u64, asked: u32, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    let there = match u64::from(asked).saturating_sub(new) {
        0 => String::new(),
        there => format!("; {there} were there already"),
    };
    println!("{new} new {what} in {seconds:.1} s ({:.0} a second){there}", new as f64 / seconds.max(1e-3));
}

fn make_job(people: &People, number: u32, mock: bool) -> DummyJob {
    let mut job = people.job(number);
    if mock {
        job.requirements = Some(read_requirements(&job.text, Taxonomy::global()));
        job.embedding = mock_embedding(&job_embedding_text(&job.text));
    }
    job
}

fn make_cv(people: &People, number: u32, mock: bool) -> DummyCv {
    let mut cv = people.cv(number);
    cv.profile = parse_text(&cv.text, Taxonomy::global(), today()).profile;
    if mock {
        cv.embedding = mock_embedding(&cv_embedding_text(&cv.profile, &cv.text));
    }
    cv
}

fn mock_embedding(text: &str) -> Option<Vec<f32>> {
    let embedded = Embedder::mock().embed(&[text]).ok()?;
    embedded.into_iter().next().map(|Embedding(numbers)| numbers)
}

/// Embeds the CVs that wait for it, with a progress bar.
async fn embed_cvs(pipeline: &Pipeline, count: u64) -> anyhow::Result<()> {
    let bar = progress(count, "Embedding CVs");
    loop {
        let report = pipeline.embed_cvs(Claim::Any(32)).await?;
        if report.claimed == 0 {
            break;
        }
        anyhow::ensure!(report.completed > 0, "CVs cannot be embedded; the log says why");
        bar.inc(report.completed as u64);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Rows that are made on all cores, a batch ahead of the one that is taken.
struct Batches<T> {
    numbers: Arc<Vec<u32>>,
    make: Arc<dyn Fn(u32) -> T + Send + Sync>,
    from: usize,
    ahead: Option<JoinHandle<Vec<T>>>,
    bar: ProgressBar,
    broken: Option<tokio::task::JoinError>,
}

impl<T: Send + 'static> Batches<T> {
    fn new(numbers: Vec<u32>, what: &'static str, make: impl Fn(u32) -> T + Send + Sync + 'static) -> Self {
        let bar = progress(numbers.len() as u64, what);
        let mut batches = Self {
            numbers: Arc::new(numbers),
            make: Arc::new(make),
            from: 0,
            ahead: None,
            bar,
            broken: None,
        };
        batches.begin();
        batches
    }

    /// Whether so many are made that building the index anew is faster than adding to it.
    fn is_large(&self, already: usize) -> bool {
        self.numbers.len() >= MANY && self.numbers.len() >= already / 2
    }

    fn begin(&mut self) {
        let range = self.from..self.numbers.len().min(self.from + BATCH);
        self.from = range.end;
        let (numbers, make) = (self.numbers.clone(), self.make.clone());
        self.ahead = (!range.is_empty())
            .then(|| spawn_blocking(move || parallel::map(&numbers[range], |number| make(*number))));
    }

    async fn next(&mut self) -> Option<Vec<T>> {
        let made = self.ahead.take()?.await;
        self.begin();
        match made {
            Ok(rows) => {
                self.bar.inc(rows.len() as u64);
                if self.ahead.is_none() {
                    self.bar.set_message("Building the index");
                }
                Some(rows)
            }
            Err(panic) => {
                self.broken = Some(panic);
                None
            }
        }
    }

    async fn end(self) -> anyhow::Result<()> {
        self.bar.finish_and_clear();
        match self.broken {
            Some(panic) => Err(panic).context("a row could not be made"),
            None => Ok(()),
        }
    }
}
