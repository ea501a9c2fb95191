//! Migrations on a real Postgres: many processes at once, a transaction-pooling proxy before it, failures, and the version
//! before at work meanwhile. All of it holds for every file in `migrations/`, whoever adds one.

mod catalog;
mod statements;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use cv_matching_tests::function::free_port;
use cv_matching_tests::pgbouncer::PgBouncer;
use cv_matching_tests::{checkout, fetched, folder};
use shared::db::{Db, DbError};
use shared::host::EmbeddedPostgres;
use tempfile::TempDir;

use catalog::Catalog;

/// What a migration takes away or adds that could break the version before, and why it does not.
const HARMLESS: &[(i32, &str, &str)] = &[
    (
        6,
        "cv: the index cv_embedding_hnsw is gone",
        "a search without it is slower, and finds the same or more",
    ),
    (
        6,
        "job: the index job_embedding_hnsw is gone",
        "a search without it is slower, and finds the same or more",
    ),
    (
        6,
        "cv: the trigger keep_cv_vector is new",
        "it writes to a table that the version before does not know",
    ),
    (
        6,
        "job: the trigger keep_job_vector is new",
        "it writes to a table that the version before does not know",
    ),
    (
        7,
        "cv: the trigger keep_cv_history is new",
        "it writes to a table that the version before does not know",
    ),
    (
        7,
        "job: the trigger keep_job_history is new",
        "it writes to a table that the version before does not know",
    ),
    (
        7,
        "match: the trigger keep_explanation_history is new",
        "it writes to a table that the version before does not know",
    ),
];

/// Numbers of runs, so that no two have the same rows.
static RUNS: AtomicU32 = AtomicU32::new(1);

struct Server {
    postgres: EmbeddedPostgres,
    folder: TempDir,
}

impl Server {
    fn start() -> Self {
        let folder = folder();
        let postgres =
            EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database")).unwrap();
        Self { postgres, folder }
    }

    /// An empty database of this name.
    async fn database(&self, name: &str) -> Db {
        let admin = Db::new(&self.postgres.url(), 1).unwrap();
        admin.client().await.unwrap().batch_execute(&format!("create database {name}")).await.unwrap();
        Db::new(&self.postgres.url_of(name), 4).unwrap()
    }
}

/// The versions of all files in `migrations/`.
fn versions() -> Vec<i32> {
    let mut versions: Vec<i32> = std::fs::read_dir(checkout().join("migrations"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_start_matches('V').split_once("__").unwrap().0.parse().unwrap())
        .collect();
    versions.sort_unstable();
    versions
}

/// The first column of the only row.
async fn number(db: &Db, statement: &str) -> i64 {
    db.client().await.unwrap().query_one(statement, &[]).await.unwrap().get(0)
}

const LOCKS: &str = "select count(*) from pg_locks where locktype = 'advisory'";
const APPLIED: &str = "select count(*) from refinery_schema_history";

/// Has six processes' worth of pools migrate the database at `url` at once.
async fn six_at_once(url: &str, direct: &Db) {
    let running: Vec<_> = (0..6)
        .map(|_| {
            let db = Db::new(url, 1).unwrap();
            tokio::spawn(async move { db.migrate().await })
        })
        .collect();
    let mut applied = Vec::new();
    for one in running {
        applied.push(one.await.unwrap().unwrap());
    }
    // One of them found all of it to be done, and the others nothing.
    applied.retain(|names| !names.is_empty());
    assert_eq!(applied.len(), 1, "{applied:?}");
    assert_eq!(applied[0].len(), versions().len(), "{applied:?}");
    assert_eq!(Db::new(url, 1).unwrap().migrate().await.unwrap(), Vec::<String>::new());
    assert_eq!(number(direct, APPLIED).await, versions().len() as i64);
    assert_eq!(number(direct, LOCKS).await, 0, "a lock is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_at_once_take_turns() {
    let server = Server::start();
    let db = server.database("many").await;
    six_at_once(&server.postgres.url_of("many"), &db).await;
}

/// Fewer connections than processes, each given for the length of a transaction.
#[tokio::test(flavor = "multi_thread")]
async fn many_processes_at_once_take_turns_through_a_transaction_pooling_proxy() {
    let Some(program) = fetched::debian("pgbouncer") else { return };
    let server = Server::start();
    let db = server.database("proxied").await;
    let url = server.postgres.url_of("proxied");
    let proxy = PgBouncer::start(&program, free_port(), &url, server.folder.path());
    six_at_once(&proxy.url, &db).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_migration_that_fails_leaves_nothing_of_itself_and_no_lock() {
    let server = Server::start();
    let db = server.database("failing").await;
    let versions = versions();
    db.migrate_to_version(versions[2]).await.unwrap();
    // The last table of the next migration's is in the way.
    let client = db.client().await.unwrap();
    client.batch_execute("create table chat_call (id integer)").await.unwrap();
    let error = db.migrate().await.unwrap_err();
    assert!(matches!(error, DbError::Migration(_)), "{error}");
    assert_eq!(number(&db, APPLIED).await, 3);
    assert_eq!(number(&db, LOCKS).await, 0, "the lock is left behind");
    let first_table = "select count(*) from pg_tables where tablename = 'chat_day'";
    assert_eq!(number(&db, first_table).await, 0, "half of the migration is there");
    client.batch_execute("drop table chat_call").await.unwrap();
    assert_eq!(db.migrate().await.unwrap().len(), versions.len() - 3);
}

/// A process of the version before that is started once more finds a database that is ahead of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_a_later_version_migrated_is_left_as_it_is() {
    let server = Server::start();
    let db = server.database("later").await;
    db.migrate().await.unwrap();
    let client = db.client().await.unwrap();
    let later = "insert into refinery_schema_history (version, name, applied_on, checksum)
        values (1000, 'of_a_later_version', '2030-01-01T00:00:00Z', '1')";
    client.batch_execute(later).await.unwrap();
    assert_eq!(db.migrate().await.unwrap(), Vec::<String>::new());
    // One that is missing among those that should be there is a mistake, and said to be one.
    let earlier = "update refinery_schema_history set version = -1 where version = 1000";
    client.batch_execute(earlier).await.unwrap();
    assert!(matches!(db.migrate().await, Err(DbError::Migration(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn no_migration_takes_away_what_the_version_before_works_with() {
    let server = Server::start();
    let db = server.database("compared").await;
    let versions = versions();
    db.migrate_to_version(versions[0]).await.unwrap();
    let mut before = Catalog::of(&db).await;
    let mut found = BTreeSet::new();
    for version in &versions[1..] {
        assert_eq!(db.migrate_to_version(*version).await.unwrap().len(), 1);
        let after = Catalog::of(&db).await;
        found.extend(before.what_breaks_in(&after).into_iter().map(|what| (*version, what)));
        before = after;
    }
    let expected = HARMLESS.iter().map(|(version, what, _)| (*version, (*what).to_owned())).collect();
    assert_eq!(found, expected, "what the version before could miss, and what is known to be harmless");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_would_break_the_version_before_is_found() {
    let server = Server::start();
    let db = server.database("broken").await;
    db.migrate_to_version(versions()[0]).await.unwrap();
    let before = Catalog::of(&db).await;
    let changes = "
        alter table cv drop column text;
        alter table cv rename column file_name to name_of_file;
        alter table cv alter column file_size type bigint;
        alter table job alter column company set not null;
        alter table job alter column status drop default;
        alter table job add column grade integer not null;
        alter table job add column fine integer not null default 1 check (fine > 0);
        alter table match add check (score < 90);
        alter table interaction drop constraint interaction_kind_check;
        alter table interaction add constraint interaction_kind_check check (kind in ('click', 'save'));
        alter table cv drop constraint cv_parsing_status_check;
        alter table cv add constraint cv_parsing_status_check
            check (parsing_status in ('pending', 'processing', 'skipped', 'completed', 'failed'));
        create unique index on task_run (name);
        drop index cv_file_key;
        alter table upload drop constraint upload_pkey;
        drop table idempotency_key;
        create function refuse() returns trigger language plpgsql as $$ begin return null; end $$;
        create trigger refuse before insert on prediction for each row execute function refuse();
        create table another (id integer primary key, needed text not null)";
    let client = db.client().await.unwrap();
    client.batch_execute("drop view cv_summary").await.unwrap();
    client.batch_execute(changes).await.unwrap();
    let found = before.what_breaks_in(&Catalog::of(&db).await);
    let expected = [
        "cv.file_name is gone",
        "cv.file_size was integer and is bigint",
        "cv.name_of_file is new and has to be given",
        "cv.text is gone",
        "cv: the index cv_file_key is gone",
        "cv_summary is gone",
        "idempotency_key is gone",
        "interaction: the condition interaction_kind_check is new or narrower",
        "job.company may be empty no more",
        "job.grade is new and has to be given",
        "job.status has no default any more",
        "match: the condition match_score_check is new or narrower",
        "prediction: the trigger refuse is new",
        "task_run: the unique index task_run_name_idx is new",
        "upload: the index upload_pkey is gone",
    ];
    assert_eq!(found, expected);
}

/// Says what a program of `version` says, in the transaction that the connection has open, or each by itself.
async fn say_all(db: &Db, version: i32) {
    let client = db.client().await.unwrap();
    for statement in statements::of_program(version, RUNS.fetch_add(1, Ordering::Relaxed)) {
        // One that has to give way in a deadlock is said again, as the program does.
        for attempt in 0.. {
            let Err(error) = client.batch_execute(&statement).await else { break };
            let code = error.code().map(|code| code.code().to_owned()).unwrap_or_default();
            assert!(code == "40P01" && attempt < 10, "a program of {version}: {error:?}: {statement}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_version_before_goes_on_working_during_each_migration_and_after_it() {
    let server = Server::start();
    let versions = versions();
    let known = statements::known();
    for pair in versions.windows(2) {
        let (before, after) = (pair[0], pair[1]);
        assert!(known.contains(&before), "statements.rs has none of the program that came with {before}");
        let db = server.database(&format!("during_{after}")).await;
        db.migrate_to_version(before).await.unwrap();
        say_all(&db, before).await;

        // A transaction that is open when the migration comes.
        let open = db.client().await.unwrap();
        open.batch_execute("begin").await.unwrap();
        let mut held =
            statements::of_program(before, RUNS.fetch_add(1, Ordering::Relaxed)).into_iter().peekable();
        while let Some(statement) = held.next_if(|statement| !statement.starts_with("delete from cv")) {
            open.batch_execute(&statement).await.unwrap();
        }
        let migration = tokio::spawn({
            let db = Db::new(&server.postgres.url_of(&format!("during_{after}")), 1).unwrap();
            async move { db.migrate_to_version(after).await }
        });
        // And a program that goes on.
        let stop = Arc::new(AtomicBool::new(false));
        let program = tokio::spawn({
            let (db, stop) = (db.clone(), stop.clone());
            async move {
                while !stop.load(Ordering::Relaxed) {
                    say_all(&db, before).await;
                }
            }
        });
        let waits = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'
            and datname = current_database() and query not like 'insert%' and query not like 'update%'";
        while !migration.is_finished() && number(&db, waits).await == 0 {
            tokio::task::yield_now().await;
        }
        for statement in held {
            open.batch_execute(&statement).await.unwrap();
        }
        open.batch_execute("commit").await.unwrap();
        assert_eq!(migration.await.unwrap().unwrap().len(), 1);
        stop.store(true, Ordering::Relaxed);
        program.await.unwrap();

        say_all(&db, before).await;
        say_all(&db, after.min(*known.last().unwrap())).await;
    }
}
