//! The scheduled tasks on a real Postgres that several hosts share: each tick runs once, a missed one is made up for, a run that
//! overlaps the one before is left out, and dead or paused ones hold nobody up.

use std::time::{Duration, Instant};

use cv_matching_tests::{PATIENCE, fetched, folder};
use shared::cache::{Cache, InMemory};
use shared::config::{EmbeddingSetting, Settings};
use shared::db::Db;
use shared::db::pause::Pausable;
use shared::db::schedule::Begun;
use shared::db::task_run::{RunFilter, RunRow};
use shared::host::{EmbeddedPostgres, Stopping, keep_schedules};
use shared::pipeline::{Pipeline, RunHost, Task, TaskOutcome};
use shared::queue::Queue;
use shared::storage::Storage;
use tempfile::TempDir;

/// Hosts that share a database, and nothing else.
struct World {
    hosts: Vec<Pipeline>,
    _database: EmbeddedPostgres,
    _folder: TempDir,
}

impl World {
    async fn of(count: usize) -> Self {
        let folder = folder();
        let database = EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database"))
            .expect("a database can be started");
        let mut hosts = Vec::new();
        for _ in 0..count {
            let db = Db::new(&database.url(), 3).expect("an address");
            db.migrate().await.expect("tables can be made");
            let mut settings = Settings::from_env().expect("settings");
            settings.embedding = EmbeddingSetting::Mock;
            settings.reading.processes = Some(0);
            let storage = Storage::folder(&folder.path().join("files")).await.expect("a folder");
            let queue = Queue::InMemory(shared::queue::InMemory::new());
            hosts.push(Pipeline::new(db, storage, queue, Cache::InMemory(InMemory::new()), settings));
        }
        Self { hosts, _database: database, _folder: folder }
    }

    async fn sql(&self, statements: &str) {
        let client = self.hosts[0].db.client().await.expect("a connection");
        client.batch_execute(statements).await.expect("statements that are right");
    }

    async fn runs(&self) -> Vec<RunRow> {
        self.hosts[0].db.runs(&RunFilter::default(), 100).await.expect("a database")
    }

    /// Has every host keep the schedules until `done` says so of the runs; then stops them.
    async fn keep_until(&self, done: impl Fn(&[RunRow]) -> bool) -> Vec<RunRow> {
        let stopping: Vec<Stopping> = self.hosts.iter().map(|_| Stopping::new()).collect();
        for (host, stopping) in self.hosts.iter().zip(&stopping) {
            stopping.run(keep_schedules(host.clone(), stopping.clone()));
        }
        let begun = Instant::now();
        while !done(&self.runs().await) {
            assert!(begun.elapsed() < PATIENCE, "not done: {:#?}", self.runs().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        for one in &stopping {
            one.stop();
            one.finished().await;
        }
        self.runs().await
    }
}

fn of(runs: &[RunRow], task: Task) -> usize {
    runs.iter().filter(|run| run.name == task.as_str()).count()
}

#[tokio::test]
async fn of_hosts_that_call_the_same_tick_one_runs_it() {
    let world = World::of(8).await;
    let called =
        world.hosts.iter().map(|host| host.run_scheduled(Task::RetryFailedEmbeddings, RunHost::Lambda));
    let outcomes = futures_util::future::try_join_all(called).await.unwrap();
    let ran = outcomes.iter().filter(|outcome| matches!(outcome, TaskOutcome::Ran(_))).count();
    let doubled = outcomes.iter().filter(|outcome| **outcome == TaskOutcome::LeftOut(Begun::Doubled)).count();
    assert_eq!((ran, doubled), (1, 7), "{outcomes:?}");
    let runs = world.runs().await;
    assert_eq!(runs.len(), 1);
    assert_eq!(
        (runs[0].trigger.as_str(), runs[0].host.as_str(), runs[0].state.as_str()),
        ("schedule", "lambda", "completed")
    );
    let schedules = world.hosts[0].db.schedules().await.unwrap();
    assert_eq!(schedules[0].doubled, 7);
}

#[tokio::test]
async fn ticks_that_were_missed_run_once_each_however_many_hosts_return() {
    let world = World::of(3).await;
    world.hosts[0].db.begin_schedules(&Task::ALL.map(Task::as_str)).await.unwrap();
    world.sql("update schedule set last_tick = now() - interval '3 days'").await;
    let all_ran = |runs: &[RunRow]| {
        Task::ALL
            .into_iter()
            .all(|task| runs.iter().any(|run| run.name == task.as_str() && run.state == "completed"))
    };
    let runs = world.keep_until(all_ran).await;
    for task in Task::ALL {
        assert_eq!(of(&runs, task), 1, "{task:?} missed many ticks, and is to run once: {runs:#?}");
    }
}

#[tokio::test]
async fn a_schedule_that_was_never_taken_up_has_its_first_tick_a_period_later() {
    let world = World::of(1).await;
    world.hosts[0].db.begin_schedules(&Task::ALL.map(Task::as_str)).await.unwrap();
    world.sql("update schedule set last_tick = now() - interval '6 minutes' where name = 'process_batch_cv_parsing'").await;
    let runs = world.keep_until(|runs| of(runs, Task::ProcessBatchCvParsing) == 1).await;
    assert_eq!(runs.len(), 1, "only the one that is due runs: {runs:#?}");
}

#[tokio::test]
async fn a_clock_that_was_set_back_keeps_no_schedule_from_running() {
    let world = World::of(2).await;
    world.hosts[0].db.begin_schedules(&Task::ALL.map(Task::as_str)).await.unwrap();
    // What a database whose clock was a day ahead has written.
    world
        .sql(
            "update schedule set last_tick = now() + interval '1 day' where name = 'retry_failed_embeddings'",
        )
        .await;
    let runs = world.keep_until(|runs| of(runs, Task::RetryFailedEmbeddings) > 0).await;
    assert_eq!(of(&runs, Task::RetryFailedEmbeddings), 1);
    let ticks = world.hosts[0].db.schedules().await.unwrap();
    let tick = ticks.iter().find(|tick| tick.name == "retry_failed_embeddings").unwrap();
    assert!(tick.age < Duration::from_secs(60), "the tick is of now again: {tick:?}");
}

#[tokio::test]
async fn a_run_that_overlaps_the_one_before_is_left_out_and_counted() {
    let world = World::of(2).await;
    let [one, other] = &world.hosts[..] else { panic!("two hosts") };
    let task = Task::CleanupOldData;
    let Begun::Run(_) =
        one.db.begin_task(task.as_str(), "polling", "schedule", Some(Duration::from_secs(60))).await.unwrap()
    else {
        panic!("nothing runs yet")
    };
    world.sql("update schedule set last_tick = now() - interval '2 days'").await;
    let left_out = other.run_scheduled(task, RunHost::InProcess).await.unwrap();
    assert_eq!(left_out, TaskOutcome::LeftOut(Begun::Overlapping));
    assert_eq!(
        other.run_task(task, RunHost::InProcess).await.unwrap(),
        TaskOutcome::LeftOut(Begun::Overlapping)
    );
    let states: Vec<String> = world.runs().await.into_iter().map(|run| run.state).collect();
    assert_eq!(states, ["skipped", "skipped", "running"]);
    let overview = other.tasks_overview(&RunFilter::default(), 10).await.unwrap();
    let shown = overview.schedules.iter().find(|schedule| schedule.name == task.as_str()).unwrap();
    assert_eq!(shown.overlapped, 1, "a person's run is no tick");
    assert_eq!(shown.last_run.as_ref().unwrap().state, "running");
    assert_eq!(overview.running.len(), 1);
}

#[tokio::test]
async fn a_run_whose_process_was_killed_holds_up_the_next_only_until_it_is_taken_for_dead() {
    let world = World::of(1).await;
    let (host, task) = (&world.hosts[0], Task::CleanupOldData);
    let begun = host.db.begin_task(task.as_str(), "polling", "manual", None).await.unwrap();
    assert!(matches!(begun, Begun::Run(_)));
    // A minute later, without a sign of life.
    world.sql("update task_run set alive_until = now() - interval '1 second'").await;
    assert!(matches!(host.run_scheduled(task, RunHost::InProcess).await.unwrap(), TaskOutcome::Ran(_)));
    let states: Vec<String> = world.runs().await.into_iter().map(|run| run.state).collect();
    assert_eq!(states, ["completed", "abandoned"]);
}

#[tokio::test]
async fn a_paused_schedule_does_not_run_on_any_host_and_makes_up_for_its_tick_when_it_is_resumed() {
    let world = World::of(2).await;
    let [one, other] = &world.hosts[..] else { panic!("two hosts") };
    let task = Task::RetryFailedEmbeddings;
    assert!(one.pause(Pausable::Schedule, task.as_str(), "olga", Some("the API is down")).await.unwrap());
    assert!(
        !one.pause(Pausable::Schedule, task.as_str(), "oleg", None).await.unwrap(),
        "it is paused already"
    );
    assert_eq!(
        other.run_scheduled(task, RunHost::InProcess).await.unwrap(),
        TaskOutcome::LeftOut(Begun::Paused)
    );
    assert!(world.runs().await.is_empty());
    let overview = other.tasks_overview(&RunFilter::default(), 10).await.unwrap();
    let paused = overview.schedules.iter().find_map(|schedule| schedule.paused.as_ref()).unwrap();
    assert_eq!((paused.by.as_str(), paused.reason.as_deref()), ("olga", Some("the API is down")));
    // A person may run it all the same.
    assert!(matches!(other.run_task(task, RunHost::InProcess).await.unwrap(), TaskOutcome::Ran(_)));
    assert!(one.resume(Pausable::Schedule, task.as_str(), "olga").await.unwrap());
    assert!(matches!(other.run_scheduled(task, RunHost::InProcess).await.unwrap(), TaskOutcome::Ran(_)));
}
