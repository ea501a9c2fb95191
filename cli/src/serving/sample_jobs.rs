//! Job ads from a file into the database.

use std::fs;
use std::io::{self, Read};
use std::path::Path;

use anyhow::Context;
use shared::api::job_lines::read_job_line;
use shared::db::job::NewJob;
use shared::db::stage::Claim;
use shared::domain::RecruiterId;
use shared::pipeline::Pipeline;

use crate::output::progress;

/// Jobs that are stored in one transaction.
const BATCH: usize = 500;

/// What an import did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Imported {
    /// Jobs that are new.
    pub created: usize,
    /// Jobs that say something else now.
    pub updated: usize,
    /// Jobs that were there and say the same.
    pub unchanged: usize,
    /// Lines that are no job; standard error says why.
    pub refused: usize,
}

/// Imports the ads of `file` (`-`: standard input) for `recruiter`. A line that is none is told on standard error and left out.
pub async fn import(pipeline: &Pipeline, file: &Path, recruiter: &RecruiterId) -> anyhow::Result<Imported> {
    let text = if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("standard input cannot be read")?;
        text
    } else {
        fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
    };
    let mut imported = Imported::default();
    let mut jobs: Vec<NewJob> = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        match read_job_line(line) {
            Ok(job) => jobs.push(job),
            Err(errors) => {
                imported.refused += 1;
                for error in errors {
                    eprintln!("line {}: {}: {}", number + 1, error.field, error.message);
                }
            }
        }
    }
    let bar = progress(jobs.len() as u64, "Importing jobs");
    for batch in jobs.chunks(BATCH) {
        for stored in pipeline.store_jobs(recruiter, batch).await? {
            match (stored.created, stored.changed) {
                (true, _) => imported.created += 1,
                (false, true) => imported.updated += 1,
                (false, false) => imported.unchanged += 1,
            }
        }
        bar.inc(batch.len() as u64);
    }
    bar.finish_and_clear();
    Ok(imported)
}

/// Embeds all jobs that wait for it, with a progress bar.
pub async fn embed(pipeline: &Pipeline) -> anyhow::Result<()> {
    let (open, embedded) = pipeline.db.open_jobs().await?;
    let bar = progress((open - embedded).max(0).unsigned_abs(), "Reading jobs");
    loop {
        let report = pipeline.embed_jobs(Claim::Any(32)).await?;
        if report.claimed == 0 {
            break;
        }
        anyhow::ensure!(report.completed > 0, "jobs cannot be embedded; the log says why");
        bar.inc(report.completed as u64);
    }
    bar.finish_and_clear();
    Ok(())
}

/// Imports the ads of `file` if the local recruiter has no job yet, and embeds what waits for it.
pub async fn load_once(pipeline: &Pipeline, file: &Path) -> anyhow::Result<()> {
    let local = RecruiterId::from("local");
    if pipeline.db.jobs(Some(&local), None, 1).await?.is_empty() {
        import(pipeline, file, &local).await?;
    }
    embed(pipeline).await
}
