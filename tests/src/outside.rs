//! The parts outside the process: a Postgres, and S3, SQS and Redis as `scripts/test.sh` starts them.

use shared::config::Settings;
use shared::db::Db;
use shared::host::EmbeddedPostgres;
use shared::pipeline::Pipeline;
use shared::queue::Sqs;
use shared::storage::Storage;
use tempfile::TempDir;
use uuid::Uuid;

use crate::{SECRET, fetched, folder};

/// Empty parts of one test's own.
pub struct Outside {
    /// What the program is told of them.
    pub variables: Vec<(&'static str, String)>,
    /// The address of the database.
    pub database_url: String,
    /// What stands before the names of queues, in their addresses.
    pub queue_prefix: String,
    /// The bucket.
    pub bucket: String,
    _database: EmbeddedPostgres,
    /// A folder that goes with them.
    pub folder: TempDir,
}

/// A variable that `scripts/test.sh` sets.
pub fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set: run `make test`"))
}

impl Outside {
    /// Makes them; the tables are up to date.
    pub async fn make() -> Self {
        let (endpoint, redis) = (variable("AWS_ENDPOINT_URL"), variable("REDIS_URL"));
        let name = Uuid::now_v7().simple().to_string();
        let bucket = format!("cv-{name}");
        let queue_prefix = format!("{endpoint}/000000000000/{name}-");
        let Storage::S3(s3) = Storage::s3(&bucket, Some(&endpoint)).await else { panic!("not a bucket") };
        s3.create_bucket().await.expect("a bucket can be made");
        let queues = Sqs::connect(&queue_prefix, Some(&endpoint)).await;
        queues.create_queues().await.expect("queues can be made");
        let folder = folder();
        let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database"))
            .expect("a database can be started");
        let database_url = database.url();
        Db::new(&database_url, 1).expect("an address").migrate().await.expect("tables can be made");
        let variables = vec![
            ("DATABASE_URL", database_url.clone()),
            ("S3_BUCKET", bucket.clone()),
            ("SQS_QUEUE_URL_PREFIX", queue_prefix.clone()),
            ("AWS_ENDPOINT_URL", endpoint),
            ("REDIS_URL", redis),
            ("JWT_SECRET", SECRET.to_owned()),
        ];
        Self { variables, database_url, queue_prefix, bucket, _database: database, folder }
    }

    /// The variables, as commands take them.
    pub fn variables(&self) -> Vec<(&str, &str)> {
        self.variables.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// The database.
    pub fn db(&self) -> Db {
        Db::new(&self.database_url, 2).expect("an address")
    }

    /// A pipeline on the same parts, in the test's own process.
    pub async fn pipeline(&self) -> Pipeline {
        let mut settings = Settings::from_env().expect("settings");
        settings.s3_bucket = Some(self.bucket.clone());
        settings.sqs_queue_url_prefix = Some(self.queue_prefix.clone());
        shared::host::pipeline(self.db(), settings).await.expect("the parts are there")
    }

    /// The queues.
    pub async fn queues(&self) -> shared::queue::Queue {
        let endpoint = variable("AWS_ENDPOINT_URL");
        shared::queue::Queue::Sqs(Sqs::connect(&self.queue_prefix, Some(&endpoint)).await)
    }
}
