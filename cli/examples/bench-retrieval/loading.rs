//! Fills a database with the corpus: rows by binary COPY without the vector indexes, then the indexes as the migrations define
//! them, each timed.

use std::time::{Duration, Instant};

use anyhow::Context;
use shared::db::Db;
use shared::db::dummy::{DummyCv, DummyJob};

use crate::corpus::Corpus;

/// Rows that are made and written at a time.
const BATCH: u32 = 1000;

/// What was loaded, and what it took.
pub struct Loaded {
    pub jobs: u32,
    pub cvs: u32,
    pub load: Duration,
    pub indexes: Vec<Index>,
    pub table_bytes: i64,
    pub vectors_bytes: i64,
}

/// An index of vectors.
pub struct Index {
    pub name: &'static str,
    pub build: Duration,
    pub bytes: i64,
}

/// Loads so many jobs and CVs, if they are not there yet.
pub async fn load(db: &Db, corpus: &Corpus, jobs: u32, cvs: u32, model: &str) -> anyhow::Result<Loaded> {
    let client = db.client().await?;
    let there: i64 = client.query_typed_one("select count(*) from job", &[]).await?.try_get(0)?;
    anyhow::ensure!(
        there == 0 || there == i64::from(jobs),
        "the database holds {there} jobs: delete its folder or ask for as many"
    );
    let mut definitions = Vec::new();
    if there == 0 {
        for name in shared::db::dummy::VECTOR_INDEXES {
            let row =
                client.query_typed_one(&format!("select pg_get_indexdef('{name}'::regclass)"), &[]).await?;
            definitions.push((name, row.try_get::<_, String>(0)?));
            client.batch_execute(&format!("drop index {name}")).await?;
        }
    }
    let started = Instant::now();
    if there == 0 {
        let mut next = (0..jobs).step_by(BATCH as usize);
        let made = async || {
            let from = next.next()?;
            Some((from..jobs.min(from + BATCH)).map(|number| corpus.job(number)).collect::<Vec<DummyJob>>())
        };
        db.insert_dummy_jobs(model, false, made).await?;
        let mut next = (0..cvs).step_by(BATCH as usize);
        let made = async || {
            let from = next.next()?;
            Some((from..cvs.min(from + BATCH)).map(|number| corpus.cv(number)).collect::<Vec<DummyCv>>())
        };
        db.insert_dummy_cvs(model, false, made).await?;
    }
    let load = started.elapsed();
    println!("{jobs} jobs and {cvs} CVs are in after {:.0} s; building the indexes", load.as_secs_f64());
    let mut indexes = Vec::new();
    for name in shared::db::dummy::VECTOR_INDEXES {
        let started = Instant::now();
        if let Some((_, definition)) = definitions.iter().find(|(known, _)| known == &name) {
            client.batch_execute(definition).await.with_context(|| format!("{name} cannot be built"))?;
        }
        let build = started.elapsed();
        println!("{name} is built after {:.0} s", build.as_secs_f64());
        let size = format!("select pg_relation_size('{name}'::regclass)");
        indexes.push(Index { name, build, bytes: client.query_typed_one(&size, &[]).await?.try_get(0)? });
    }
    client.batch_execute("analyze job, job_vector, cv, cv_vector").await?;
    client.batch_execute("checkpoint").await?;
    let row = client.query_typed_one("select pg_table_size('job'), pg_table_size('job_vector')", &[]).await?;
    Ok(Loaded { jobs, cvs, load, indexes, table_bytes: row.try_get(0)?, vectors_bytes: row.try_get(1)? })
}
