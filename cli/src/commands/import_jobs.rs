//! `import-jobs`: job ads from a file into a database.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use shared::config::Settings;
use shared::domain::RecruiterId;

use crate::serving::{parts, sample_jobs};

/// Imports job ads (NDJSON: id, title, company, location, remote, employment_type, salary_…, text) into DATABASE_URL, or
/// into the embedded database in DATA_DIR while no `serve` runs on it. An ad whose `id` is there already is updated. With a
/// server running, use POST /api/jobs/import instead.
#[derive(Args)]
pub struct ImportJobsArguments {
    /// The file; `-` is standard input.
    file: PathBuf,
    /// The recruiter who owns the jobs.
    #[arg(long, default_value = "local")]
    recruiter: String,
    /// Embed the jobs now, too, so that they are matched at once (a running server does it by itself).
    #[arg(long)]
    embed: bool,
}

pub fn run(arguments: &ImportJobsArguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    parts::with_pipeline(settings, async |pipeline, _| {
        let recruiter = RecruiterId(arguments.recruiter.clone());
        let imported = sample_jobs::import(&pipeline, &arguments.file, &recruiter).await?;
        if arguments.embed {
            sample_jobs::embed(&pipeline).await?;
        }
        eprintln!(
            "{} new, {} changed, {} as they were, {} refused",
            imported.created, imported.updated, imported.unchanged, imported.refused
        );
        Ok(if imported.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
