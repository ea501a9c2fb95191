//! Puts the parts together as the settings say: embedded ones, or outside ones.

use anyhow::Context;
use shared::config::Settings;
use shared::db::Db;
use shared::host::EmbeddedPostgres;
use shared::pipeline::Pipeline;

/// Runs `work` with the database of the settings, which is started for it if it is the embedded one.
pub fn with_database<T>(
    settings: &Settings,
    work: impl AsyncFnOnce(Db) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    // Started here and not in the runtime: the server ends with the thread that started it.
    let embedded = match &settings.database_url {
        Some(_) => None,
        None => Some(EmbeddedPostgres::start(&settings.postgres_dir, &settings.data_dir)?),
    };
    let url = match (&settings.database_url, &embedded) {
        (Some(url), _) => url.clone(),
        (None, Some(embedded)) => embedded.url(),
        (None, None) => anyhow::bail!("there is no database"),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async { work(Db::new(&url, settings.database_connections)?).await });
    runtime.block_on(shared::telemetry::stop());
    // What still runs is let go: a process that reads a file ends with this one.
    runtime.shutdown_background();
    if let Some(embedded) = embedded {
        embedded.stop().context("the embedded Postgres did not end")?;
    }
    outcome
}

/// Runs `work` with a pipeline on the parts of the settings, the database's tables up to date. `alone` says whether the
/// database is this process's own.
pub fn with_pipeline<T>(
    settings: Settings,
    work: impl AsyncFnOnce(Pipeline, bool) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let alone = settings.database_url.is_none();
    with_database(&settings.clone(), async |db| {
        db.migrate().await.context("the database is not up to date")?;
        if alone {
            db.count_statements().await;
        }
        work(shared::host::pipeline(db, settings).await?, alone).await
    })
}
