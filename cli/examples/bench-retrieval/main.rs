//! Measures retrieval and matching on a database of its own: load and index build, size, latency, recall against exact search,
//! throughput, and the plans that Postgres chose. `make bench-retrieval` runs it; `SIZES='10000 1000000'` sets how many jobs.
//!
//! It calls what the stages call ([`shared::db`], [`Pipeline`]); nothing of the queries stands here.

#[path = "../../src/commands/generate_dummy/"]
mod generate_dummy {
    #[allow(dead_code, reason = "made-up clicks need more of it than people and ads do")]
    mod chance;
    pub mod people;
    pub mod words;
}
mod corpus;
mod loading;
mod measuring;
mod report;

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::Parser;
use shared::config::{EmbeddingSetting, Settings};
use shared::db::Db;
use shared::embedding::Embedder;
use shared::host::EmbeddedPostgres;
use shared::pipeline::Pipeline;

use corpus::Corpus;
use report::Report;

/// Measures retrieval and matching.
#[derive(Parser)]
struct Arguments {
    /// How many jobs: one database for each number.
    #[arg(default_values_t = [10_000, 100_000])]
    sizes: Vec<u32>,
    /// How many CVs.
    #[arg(long, default_value_t = 5000)]
    cvs: u32,
    /// CVs that are measured one by one in each round.
    #[arg(long, default_value_t = 300)]
    queries: u32,
    /// Rounds; of each figure the median of the rounds counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Folder of the databases, which are deleted at the end, and of the embedded texts.
    #[arg(long, default_value = ".local/bench")]
    folder: PathBuf,
    /// Where the figures are written as JSON.
    #[arg(long, default_value = ".local/bench/retrieval.json")]
    json: PathBuf,
    /// Leave the databases there, and take those that are there.
    #[arg(long)]
    keep: bool,
    /// Settings of Postgres beside the defaults of the embedded one, as `name=value`.
    #[arg(long = "set", default_values_t = ["shared_buffers=2GB".to_owned(), "maintenance_work_mem=4GB".to_owned(), "max_wal_size=8GB".to_owned()])]
    postgres: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    shared::document::fence::serve_if_asked();
    let arguments = Arguments::parse();
    let mut settings = Settings::from_env()?;
    fs::create_dir_all(&arguments.folder).context("the folder cannot be made")?;
    settings.embedding = EmbeddingSetting::Local;
    let embedder = Embedder::local(&settings.model_dir)?;
    let corpus = Corpus::new(&arguments.folder, &embedder)?;
    println!("{}", report::realism(&corpus));
    let mut reports: Vec<Report> = Vec::new();
    for size in &arguments.sizes {
        let folder = arguments.folder.join(format!("database-{size}"));
        settings.data_dir = folder.clone();
        // From the main thread: the server ends with the thread that started it.
        let database = EmbeddedPostgres::start_with(&settings.postgres_dir, &folder, &arguments.postgres)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let report = runtime.block_on(async {
            let db = Db::new(&database.url(), 4)?;
            db.migrate().await?;
            let pipeline: Pipeline = shared::host::pipeline(db, settings.clone()).await?;
            let loaded =
                loading::load(&pipeline.db, &corpus, *size, arguments.cvs, embedder.model_name()).await?;
            measuring::measure(&pipeline, &corpus, loaded, arguments.queries, arguments.rounds).await
        })?;
        runtime.shutdown_background();
        database.stop()?;
        if !arguments.keep {
            fs::remove_dir_all(&folder).context("the database cannot be deleted")?;
        }
        println!("{report}");
        reports.push(report);
        let json = serde_json::to_string_pretty(&reports)?;
        fs::write(&arguments.json, json).context("the figures cannot be written")?;
    }
    println!("{}", report::table(&reports));
    Ok(())
}
