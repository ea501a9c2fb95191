//! Whether the parts work, each tried for real, side by side and each for a limited time.
//!
//! A part without which the system cannot do its work is [`Health::Down`] when it fails: the database, tables that are older than
//! the program, the files. One without which it works worse is [`Health::Degraded`]: a queue (the schedules do the work, only
//! later), the cache (answers are made anew), the model (CVs wait to be embedded, all else goes on), the schedules (nothing catches
//! what the queues lose), tables that are newer than the program (a newer version is being rolled out).

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use tokio::time::timeout;
use utoipa::ToSchema;

use super::{Pipeline, Task, computed};
use crate::embedding::DIMENSIONS;
use crate::queue::QueueName;

const PATIENCE: Duration = Duration::from_secs(5);
/// The model may have to be loaded first, on a small machine and from a cold disk.
const PATIENCE_WITH_MODEL: Duration = Duration::from_secs(15);
/// Three ticks of the most frequent schedule.
const LONGEST_WITHOUT_TICK: f64 = 15.0 * 60.0;

/// How well a part, or the whole, is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// It works.
    Ok,
    /// It does not, and the system goes on without it.
    Degraded,
    /// It does not, and the system cannot go on.
    Down,
}

/// How well one part is.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PartHealth {
    /// `database`, `migrations`, `schedules`, `storage`, `queue` and a queue's name, `cache` or `model`.
    #[schema(example = "queue cv-parse")]
    pub name: String,
    /// How well it is.
    pub status: Health,
    /// How long the trial took.
    pub milliseconds: f64,
    /// What was found, where there is something to say; why it is not well, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What a trial found: nothing to say, something to say, or how ill the part is and why.
type Found = Result<Option<String>, (Health, String)>;

async fn tried(
    name: impl Into<String>,
    patience: Duration,
    otherwise: Health,
    trial: impl Future<Output = Found>,
) -> PartHealth {
    let started = Instant::now();
    // Boxed, since side by side these are large.
    let found = timeout(patience, Box::pin(trial))
        .await
        .unwrap_or_else(|_| Err((otherwise, format!("no answer within {} s", patience.as_secs()))));
    let (status, detail) = match found {
        Ok(detail) => (Health::Ok, detail),
        Err((status, reason)) => (status, Some(reason)),
    };
    PartHealth { name: name.into(), status, milliseconds: started.elapsed().as_secs_f64() * 1000.0, detail }
}

fn ill<E: std::fmt::Display>(status: Health) -> impl Fn(E) -> (Health, String) {
    move |error| (status, error.to_string())
}

impl Pipeline {
    /// Tries each part: a query; the tables' version; when a schedule last ran; a file written, read and deleted; the length of
    /// every queue; a ping; the model loaded and asked.
    pub async fn check_parts(&self) -> Vec<PartHealth> {
        let database = tried("database", PATIENCE, Health::Down, self.try_database());
        let migrations = tried("migrations", PATIENCE, Health::Down, self.try_migrations());
        let schedules = tried("schedules", PATIENCE, Health::Degraded, self.try_schedules());
        let storage = tried("storage", PATIENCE, Health::Down, self.try_storage());
        let cache = tried("cache", PATIENCE, Health::Degraded, self.try_cache());
        let model = tried("model", PATIENCE_WITH_MODEL, Health::Degraded, self.try_model());
        let queues = join_all(QueueName::ALL.map(|queue| {
            tried(format!("queue {}", queue.as_str()), PATIENCE, Health::Degraded, self.try_queue(queue))
        }));
        let (database, migrations, schedules, storage, queues, cache, model) =
            tokio::join!(database, migrations, schedules, storage, queues, cache, model);
        let mut parts = vec![database, migrations, schedules, storage];
        parts.extend(queues);
        parts.extend([cache, model]);
        parts
    }

    async fn try_database(&self) -> Found {
        self.db.ping().await.map(|()| None).map_err(ill(Health::Down))
    }

    async fn try_migrations(&self) -> Found {
        let versions = self.db.schema_versions().await.map_err(ill(Health::Down))?;
        let (database, program) = (versions.database, versions.program);
        let said = format!("the tables are of version {database}");
        match database.cmp(&program) {
            std::cmp::Ordering::Equal => Ok(Some(said)),
            std::cmp::Ordering::Less => {
                Err((Health::Down, format!("{said}, and this program needs {program}: run the migrations")))
            }
            std::cmp::Ordering::Greater => Err((
                Health::Degraded,
                format!("{said}, and this program knows {program}: deploy the newer one"),
            )),
        }
    }

    async fn try_schedules(&self) -> Found {
        let names = Task::ALL.map(Task::as_str);
        let tick = self.db.last_tick(&names).await.map_err(ill(Health::Degraded))?;
        let (age, said) = match tick.seconds {
            Some(seconds) => (seconds, format!("a schedule last ran {seconds:.0} s ago")),
            None => (tick.seconds_since_creation, "no schedule has run yet".to_owned()),
        };
        if age > LONGEST_WITHOUT_TICK {
            return Err((Health::Degraded, format!("{said}; one is due every 5 minutes")));
        }
        Ok(Some(said))
    }

    async fn try_storage(&self) -> Found {
        self.storage.check().await.map(|()| None).map_err(ill(Health::Down))
    }

    async fn try_queue(&self, queue: QueueName) -> Found {
        let attributes = self.queue.attributes(queue).await.map_err(ill(Health::Degraded))?;
        let dead = attributes.dead.map(|dead| format!(", {dead} dead")).unwrap_or_default();
        Ok(Some(format!("{} waiting, {} in flight{dead}", attributes.waiting, attributes.in_flight)))
    }

    async fn try_cache(&self) -> Found {
        self.cache.ping().await.map(|()| None).map_err(ill(Health::Degraded))
    }

    async fn try_model(&self) -> Found {
        let embedder = self.embedder().await.map_err(ill(Health::Degraded))?.clone();
        let name = embedder.model_name().to_owned();
        let vectors = computed(move || embedder.embed(&["Registered nurse"])).await;
        let vectors = vectors.map_err(ill(Health::Degraded))?.map_err(ill(Health::Degraded))?;
        match vectors.first().map(|vector| vector.as_slice().len()) {
            Some(DIMENSIONS) => Ok(Some(name)),
            other => {
                Err((Health::Degraded, format!("{name} gives vectors of {} numbers", other.unwrap_or(0))))
            }
        }
    }
}
