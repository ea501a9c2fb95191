//! Dead letters as an operator settles them, on a real Postgres, with queues in memory and of SQS; and what the health of the parts
//! says of an ill one.

use std::time::Duration;

use cv_matching_tests::outside::variable;
use cv_matching_tests::{fetched, folder};
use shared::cache::{Cache, InMemory};
use shared::config::{EmbeddingSetting, Settings};
use shared::db::Db;
use shared::domain::{CvId, StageStatus};
use shared::host::EmbeddedPostgres;
use shared::pipeline::{
    DeadLetterAction, DeadLetterFilter, DeadLetterOrder, Health, OtherCount, PartHealth, Pipeline,
    QueueTestError,
};
use shared::queue::{MOST_RECEIVES, Queue, QueueName, Sqs};
use shared::storage::Storage;
use tempfile::TempDir;
use uuid::Uuid;

const QUEUE: QueueName = QueueName::CvParse;

struct World {
    pipeline: Pipeline,
    _database: EmbeddedPostgres,
    folder: TempDir,
}

impl World {
    async fn on(queue: Queue) -> Self {
        let folder = folder();
        let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database"))
            .expect("a database can be started");
        let db = Db::new(&database.url(), 8).expect("an address");
        db.migrate().await.expect("tables can be made");
        let mut settings = Settings::from_env().expect("settings");
        settings.embedding = EmbeddingSetting::Mock;
        settings.reading.processes = Some(0);
        let storage = Storage::folder(&folder.path().join("files")).await.expect("a folder");
        let cache = Cache::InMemory(InMemory::new());
        Self { pipeline: Pipeline::new(db, storage, queue, cache, settings), _database: database, folder }
    }

    async fn in_memory() -> Self {
        Self::on(Queue::InMemory(shared::queue::InMemory::new())).await
    }

    async fn on_sqs() -> Self {
        let endpoint = variable("AWS_ENDPOINT_URL");
        let prefix = format!("{endpoint}/000000000000/{}-", Uuid::now_v7().simple());
        let queues = Sqs::connect(&prefix, Some(&endpoint)).await;
        queues.create_queues().await.unwrap();
        Self::on(Queue::Sqs(queues)).await
    }

    async fn sql(&self, statement: &str) {
        self.pipeline.db.client().await.unwrap().batch_execute(statement).await.unwrap();
    }

    async fn text(&self, query: &str) -> String {
        let client = self.pipeline.db.client().await.unwrap();
        client.query_one(query, &[]).await.unwrap().get(0)
    }

    async fn upload(&self, candidate: &str) -> CvId {
        let text = format!("{candidate}\nChef\n").into_bytes();
        self.pipeline.store_cv(&candidate.into(), "cv.txt", text.into(), None).await.unwrap().cv_id
    }

    /// Has all that waits received, and not deleted, until it is dead.
    async fn kill_messages(&self) {
        let wait = Duration::from_secs(1);
        let receive = async || self.pipeline.queue.receive(QUEUE, 10, wait, Duration::ZERO).await.unwrap();
        for _ in 0..MOST_RECEIVES {
            assert!(!receive().await.is_empty());
        }
        assert!(receive().await.is_empty());
    }

    async fn settle(
        &self,
        action: DeadLetterAction,
        filter: DeadLetterFilter,
        expected_count: Option<usize>,
    ) -> Result<(usize, usize), OtherCount> {
        let order = DeadLetterOrder { action, filter, expected_count };
        let outcome = self.pipeline.settle_dead_letters(QUEUE, &order, "olivia").await.unwrap()?;
        assert_eq!(outcome.dry_run, expected_count.is_none());
        Ok((outcome.count, outcome.rows_made_due))
    }
}

fn of_reason(reason: &str) -> DeadLetterFilter {
    DeadLetterFilter { reason: Some(reason.to_owned()), ids: None }
}

/// Four CVs whose messages are dead: one failed, one was done by a schedule, one still waits, one is deleted.
async fn dead_letters_are_told_by_their_rows_and_settled(world: &World) {
    let failed = world.upload("fay").await;
    let (done, waits, deleted) =
        (world.upload("dan").await, world.upload("wim").await, world.upload("del").await);
    world
        .sql(&format!(
            "update cv set parsing_status = 'failed', parsing_attempts = 5,
                parsing_failure = '{{\"kind\": \"transient\", \"reason\": \"storage\", \"message\": \"The files were away.\"}}'
            where id = '{failed}';
            update cv set parsing_status = 'completed' where id = '{done}';
            delete from cv where id = '{deleted}'"
        ))
        .await;
    world.kill_messages().await;

    let listed = world.pipeline.dead_letters(QUEUE, 100).await.unwrap();
    assert_eq!(listed.total, 4);
    let counts: Vec<(&str, usize)> =
        listed.by_reason.iter().map(|(reason, count)| (reason.as_str(), *count)).collect();
    assert_eq!(counts, [("completed", 1), ("gone", 1), ("pending", 1), ("storage", 1)]);
    let letter = |id: CvId| {
        let mut letters = listed.dead_letters.iter();
        letters.find(|letter| letter.names.as_ref().unwrap().id == id.0).unwrap()
    };
    let row = letter(failed).names.as_ref().unwrap();
    assert_eq!((row.kind, row.status, row.attempts), ("cv", Some(StageStatus::Failed), Some(5)));
    assert_eq!(row.failure.as_ref().unwrap().message, "The files were away.");
    assert_eq!(letter(deleted).names.as_ref().unwrap().status, None);
    assert!(letter(waits).receive_count >= MOST_RECEIVES);

    let redrive = DeadLetterAction::Redrive;
    assert_eq!(world.settle(redrive, DeadLetterFilter::default(), None).await, Ok((4, 1)));
    assert_eq!(
        world.settle(redrive, DeadLetterFilter::default(), Some(3)).await,
        Err(OtherCount { count: 4 })
    );
    let by_id = DeadLetterFilter { ids: Some(vec![letter(waits).id.clone()]), reason: None };
    assert_eq!(world.settle(redrive, by_id, None).await, Ok((1, 0)));
    assert_eq!(world.text("select count(*)::text from audit_log").await, "0", "nothing was done yet");
    assert_eq!(world.pipeline.queue.depth(QUEUE).await.unwrap(), 0);

    assert_eq!(world.settle(redrive, of_reason("storage"), Some(1)).await, Ok((1, 1)));
    let state = "select parsing_status || ' ' || parsing_attempts || ' ' || (parsing_next_attempt_at <= now()) from cv where id =";
    assert_eq!(world.text(&format!("{state} '{failed}'")).await, "pending 0 true");
    let history = format!(
        "select outcome || ' by ' || actor from history where cv_id = '{failed}' order by id desc limit 1"
    );
    assert_eq!(world.text(&history).await, "requested by olivia");
    let audit = "select caller || ' ' || action || ' ' || target || ' ' || count from audit_log order by id desc limit 1";
    assert_eq!(world.text(audit).await, "olivia dead_letters.redrive cv-parse 1");
    let hour = Duration::from_secs(3600);
    let back = world.pipeline.queue.receive(QUEUE, 10, Duration::from_secs(1), hour).await.unwrap();
    assert_eq!(back[0].hint.as_ref().unwrap().id, failed.0);
    world.pipeline.queue.delete(QUEUE, &back).await.unwrap();

    let rest = DeadLetterFilter::default();
    assert_eq!(world.settle(DeadLetterAction::Drop, rest.clone(), None).await, Ok((3, 0)));
    assert_eq!(world.settle(DeadLetterAction::Drop, rest, Some(3)).await, Ok((3, 0)));
    assert_eq!(world.text(audit).await, "olivia dead_letters.drop cv-parse 3");
    assert_eq!(world.pipeline.dead_letters(QUEUE, 100).await.unwrap().dead_letters.len(), 0);
    assert_eq!(world.text(&format!("{state} '{waits}'")).await, "pending 0 true", "its row stays");
}

#[tokio::test]
async fn dead_letters_in_memory_are_told_by_their_rows_and_settled() {
    dead_letters_are_told_by_their_rows_and_settled(&World::in_memory().await).await;
}

#[tokio::test]
async fn dead_letters_of_sqs_are_told_by_their_rows_and_settled() {
    dead_letters_are_told_by_their_rows_and_settled(&World::on_sqs().await).await;
}

/// Every queue's rows can be looked up and made due: the statements of all stages are such as Postgres takes.
#[tokio::test]
async fn the_rows_of_every_queue_are_known() {
    let world = World::in_memory().await;
    for queue in QueueName::ALL {
        let id = Uuid::now_v7();
        world.pipeline.queue.send(queue, &[id], Duration::ZERO).await.unwrap();
        for _ in 0..=MOST_RECEIVES {
            world.pipeline.queue.receive(queue, 10, Duration::ZERO, Duration::ZERO).await.unwrap();
        }
        let listed = world.pipeline.dead_letters(queue, 10).await.unwrap();
        assert_eq!(listed.by_reason.keys().collect::<Vec<_>>(), ["gone"], "{queue:?}");
    }
    use shared::db::stage::Stage;
    for stage in
        [Stage::CvParsing, Stage::CvEmbedding, Stage::CvMatching, Stage::JobEmbedding, Stage::Explanation]
    {
        assert_eq!(world.pipeline.db.make_failed_due(stage, &[Uuid::now_v7()], "olivia").await.unwrap(), 0);
    }
}

#[tokio::test]
async fn a_queue_that_nobody_works_on_or_that_is_paused_is_told_so() {
    let world = World::in_memory().await;
    let second = Duration::from_secs(1);
    let tested = world.pipeline.test_queue(QUEUE, second, "olivia").await;
    assert!(matches!(tested, Err(QueueTestError::NoAnswer { waiting: 1, in_flight: 0, .. })), "{tested:?}");
    world.sql("insert into pause (kind, name, paused_by) values ('queue', 'cv-parse', 'paul')").await;
    let tested = world.pipeline.test_queue(QUEUE, second, "olivia").await;
    assert!(matches!(&tested, Err(QueueTestError::Paused { by, .. }) if by == "paul"), "{tested:?}");
    let audit = "select caller || ' ' || action || ' ' || target from audit_log";
    assert_eq!(world.text(audit).await, "olivia queue.test cv-parse");
    // What was asked long ago is forgotten.
    world.sql("update probe set sent_at = now() - interval '10 years'").await;
    world
        .pipeline
        .run_task(shared::pipeline::Task::CleanupOldData, shared::pipeline::RunHost::InProcess)
        .await
        .unwrap();
    assert_eq!(world.text("select count(*)::text from probe").await, "0");
}

async fn ill(world: &World) -> Vec<(String, Health)> {
    let parts = Box::pin(world.pipeline.check_parts()).await;
    let ill = parts.into_iter().filter(|part| part.status != Health::Ok);
    ill.map(|part: PartHealth| (part.name, part.status)).collect()
}

#[tokio::test]
async fn each_part_that_is_ill_is_found() {
    let world = World::in_memory().await;
    assert_eq!(ill(&world).await, []);
    let parts = Box::pin(world.pipeline.check_parts()).await;
    let names: Vec<String> = parts.into_iter().map(|part| part.name).collect();
    for queue in QueueName::ALL {
        assert!(names.contains(&format!("queue {}", queue.as_str())), "{names:?}");
    }

    let version = "update refinery_schema_history set version = version";
    world
        .sql(&format!("{version} + 1000 where version = (select max(version) from refinery_schema_history)"))
        .await;
    assert_eq!(ill(&world).await, [("migrations".to_owned(), Health::Degraded)]);
    world.sql(&format!("{version} - 1000 where version > 1000")).await;
    world.sql("delete from refinery_schema_history where version = (select max(version) from refinery_schema_history)").await;
    assert_eq!(ill(&world).await, [("migrations".to_owned(), Health::Down)]);
    world
        .sql(
            "insert into refinery_schema_history (version, name, applied_on, checksum)
        select max(version) + 1, 'as', max(applied_on), '0' from refinery_schema_history",
        )
        .await;

    let old = "set applied_on = '2020-01-01T00:00:00Z'";
    world.sql(&format!("update refinery_schema_history {old}")).await;
    assert_eq!(ill(&world).await, [("schedules".to_owned(), Health::Degraded)]);
    world
        .pipeline
        .run_task(shared::pipeline::Task::RetryFailedEmbeddings, shared::pipeline::RunHost::InProcess)
        .await
        .unwrap();
    assert_eq!(ill(&world).await, []);
    world.sql("update task_run set started_at = now() - interval '20 minutes'").await;
    assert_eq!(ill(&world).await, [("schedules".to_owned(), Health::Degraded)]);
    world.sql("update task_run set started_at = now()").await;

    let (files, away) = (world.folder.path().join("files"), world.folder.path().join("away"));
    std::fs::rename(&files, &away).unwrap();
    std::fs::write(&files, "no folder").unwrap();
    assert_eq!(ill(&world).await, [("storage".to_owned(), Health::Down)]);
}

#[tokio::test]
async fn a_queue_that_is_away_degrades_the_system_and_is_named() {
    let world = World::on_sqs().await;
    assert_eq!(ill(&world).await, []);
    let endpoint = variable("AWS_ENDPOINT_URL");
    let nowhere = Sqs::connect(&format!("{endpoint}/000000000000/nowhere-"), Some(&endpoint)).await;
    let mut pipeline = world.pipeline.clone();
    pipeline.queue = Queue::Sqs(nowhere);
    let parts = pipeline.check_parts().await;
    let queues: Vec<&PartHealth> = parts.iter().filter(|part| part.name.starts_with("queue ")).collect();
    assert_eq!(queues.len(), QueueName::ALL.len());
    assert!(queues.iter().all(|part| part.status == Health::Degraded && part.detail.is_some()), "{parts:?}");
}
