//! Puts the parts together as the settings say: embedded ones, or outside ones.

use anyhow::Context;
use shared::cache::{self, Cache};
use shared::config::Settings;
use shared::db::Db;
use shared::host::EmbeddedPostgres;
use shared::pipeline::Pipeline;
use shared::queue::{InMemory, Queue, Sqs};
use shared::storage::Storage;

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
        let pipeline =
            Pipeline::new(db, storage(&settings).await?, queue(&settings).await, cache(&settings)?, settings);
        work(pipeline, alone).await
    })
}

async fn storage(settings: &Settings) -> anyhow::Result<Storage> {
    let endpoint = settings.aws_endpoint_url.as_deref();
    Ok(match &settings.s3_bucket {
        Some(bucket) => Storage::s3(bucket, endpoint).await,
        None => Storage::folder(&settings.data_dir.join("files")).await?,
    })
}

async fn queue(settings: &Settings) -> Queue {
    match &settings.sqs_queue_url_prefix {
        Some(prefix) => Queue::Sqs(Sqs::connect(prefix, settings.aws_endpoint_url.as_deref()).await),
        None => Queue::InMemory(InMemory::new()),
    }
}

fn cache(settings: &Settings) -> anyhow::Result<Cache> {
    Ok(match &settings.redis_url {
        Some(url) => Cache::Redis(cache::Redis::new(url).context("REDIS_URL is wrong")?),
        None => Cache::InMemory(cache::InMemory::new()),
    })
}
