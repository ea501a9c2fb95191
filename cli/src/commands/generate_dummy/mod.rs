//! `generate-dummy`: believable CVs and jobs for load tests.

mod people;
mod words;

use std::process::ExitCode;
use std::time::Instant;

use clap::{Args, ValueEnum};
use shared::config::{EmbeddingSetting, Settings};
use shared::embedding::Embedder;
use shared::matching::{cv_embedding_text, job_embedding_text};
use shared::parsing::parse_text;
use shared::parsing::requirements::read_requirements;
use shared::skills::Taxonomy;

use super::embedding::embed_all;
use super::inputs::{embedder, today};
use crate::output::progress;
use crate::serving::parts;
use people::People;

/// Rows that are inserted in one statement.
const BATCH: u32 = 500;

/// Fills the database (DATABASE_URL, or the embedded one while no `serve` runs on it) with CVs of candidates `dummy-000001` …
/// and jobs of the recruiter `dummy`. The same seed makes the same data; what is there already stays.
#[derive(Args)]
pub struct GenerateDummyArguments {
    /// How many CVs.
    #[arg(long, default_value_t = 1000)]
    cvs: u32,
    /// How many jobs.
    #[arg(long, default_value_t = 500)]
    jobs: u32,
    /// Vectors of hashed words (fast; for load alone), or of the real model.
    #[arg(long, value_enum, default_value_t = Embeddings::Mock)]
    embeddings: Embeddings,
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
    let mut settings = Settings::from_env()?;
    let embedder = match arguments.embeddings {
        Embeddings::Mock => {
            settings.embedding = EmbeddingSetting::Mock;
            Embedder::mock()
        }
        Embeddings::Model => embedder()?,
    };
    parts::with_pipeline(settings, async |pipeline, _| {
        let started = Instant::now();
        let people = People::new(arguments.seed);
        let (taxonomy, model) = (Taxonomy::global(), embedder.model_name());
        let bar = progress(u64::from(arguments.cvs) + u64::from(arguments.jobs), "Making data");
        let (mut cvs, mut jobs) = (0, 0);
        for batch in batches(arguments.jobs) {
            let mut made: Vec<_> = batch.map(|number| people.job(number)).collect();
            let texts: Vec<String> = made.iter().map(|(_, job)| job_embedding_text(job)).collect();
            for ((row, job), vector) in made.iter_mut().zip(embed_all(&embedder, &texts)?) {
                row.requirements = read_requirements(job, taxonomy);
                row.embedding = vector.map(|vector| vector.0);
            }
            let rows: Vec<_> = made.into_iter().map(|(row, _)| row).collect();
            jobs += pipeline.db.insert_dummy_jobs(&rows, model).await?;
            bar.inc(rows.len() as u64);
        }
        for batch in batches(arguments.cvs) {
            let mut rows: Vec<_> = batch.map(|number| people.cv(number)).collect();
            for row in &mut rows {
                row.profile = parse_text(&row.text, taxonomy, today()).profile;
            }
            let texts: Vec<String> =
                rows.iter().map(|row| cv_embedding_text(&row.profile, &row.text)).collect();
            for (row, vector) in rows.iter_mut().zip(embed_all(&embedder, &texts)?) {
                row.embedding = vector.map(|vector| vector.0);
            }
            cvs += pipeline.db.insert_dummy_cvs(&rows, model).await?;
            bar.inc(rows.len() as u64);
        }
        bar.finish_and_clear();
        println!("{cvs} new CVs and {jobs} new jobs in {:.1} s", started.elapsed().as_secs_f64());
        Ok(ExitCode::SUCCESS)
    })
}

fn batches(count: u32) -> impl Iterator<Item = std::ops::Range<u32>> {
    (0..count).step_by(BATCH as usize).map(move |from| from..count.min(from + BATCH))
}
