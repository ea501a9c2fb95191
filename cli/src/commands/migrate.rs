//! `migrate`: brings a database's tables up to date.

use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use shared::config::Settings;

use crate::serving::parts;

/// Brings the tables of DATABASE_URL (or of the embedded database in DATA_DIR) up to date. Safe to run at any time and many
/// times at once: what is up to date is left as it is.
#[derive(Args)]
pub struct MigrateArguments {}

pub fn run(_: &MigrateArguments) -> anyhow::Result<ExitCode> {
    let settings = Settings::from_env()?;
    parts::with_database(&settings, async |db| {
        let applied = db.migrate().await.context("the database is not up to date")?;
        if applied.is_empty() {
            println!("The database is up to date.");
        }
        for migration in applied {
            println!("applied {migration}");
        }
        Ok(ExitCode::SUCCESS)
    })
}
