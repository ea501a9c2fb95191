//! What operators see of the cache, the database, the chat API's batches and each other's deeds: on real parts, through the routes.

use cv_matching_tests::fetched;
use cv_matching_tests::operated::Operated;
use cv_matching_tests::outside::variable;
use cv_matching_tests::pgbouncer::PgBouncer;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::cache::{Cache, InMemory, Redis};
use shared::config::{ChatSettings, ModelApiSettings};
use shared::db::Db;
use shared::db::chat_call::{ChatCallEnd, NewChatCall};
use shared::db::cleaning::Kept;
use shared::db::stage::Stage;
use shared::db::stage_state::StateFilter;
use uuid::Uuid;

async fn world(cache: Cache) -> Operated {
    Operated::make(cache, |_| {}).await
}

fn in_memory() -> Cache {
    Cache::InMemory(InMemory::new())
}

/// The same of a cache in memory, and of one in Redis, in which other tests may keep something at the same time.
async fn a_cache_is_seen_and_cleared(cache: Cache, word: &str) {
    let world = world(cache.clone()).await;
    let key = |number: usize| format!("{word}:{number}");
    for number in 0..3 {
        cache.put(&key(number), "now", &"value").await;
    }
    cache.put(&format!("{word}-other:1"), "now", &"value").await;
    let mut found = Vec::new();
    for (number, stamp) in [(0, "now"), (1, "now"), (2, "then"), (9, "now")] {
        found.push(cache.get::<String>(&key(number), stamp).await.is_some());
    }
    assert_eq!(found, [true, true, false, false]);

    let overview = world.get("/api/admin/cache").await;
    let ours = |overview: &Value, prefix: &str| {
        let prefixes = overview["prefixes"].as_array().unwrap().iter();
        prefixes.clone().find(|one| one["prefix"] == prefix).cloned().unwrap_or_default()
    };
    let words = ours(&overview, &format!("{word}:"));
    assert_eq!(words["keys"], 3, "{overview}");
    let look_ups =
        json!({ "window": "24h", "hits": 2, "misses": 1, "stale": 1, "writes": 3, "hit_rate": 0.5 });
    assert_eq!(words["look_ups"], look_ups, "{overview}");
    assert!(overview["keys"].as_u64().unwrap() >= 4 && overview["all_keys_looked_at"] == true);
    assert!(overview["look_ups"][0]["hits"].as_u64().unwrap() >= 2, "{overview}");
    match cache {
        Cache::Redis(_) => {
            assert_eq!(overview["kind"], "redis");
            assert!(overview["server"]["memory_bytes"].as_u64().unwrap() > 100_000, "{overview}");
            assert!(
                overview["server"]["evicted_keys"].is_u64()
                    && overview["server"]["eviction_policy"].is_string()
            );
        }
        Cache::InMemory(_) => assert_eq!(overview["kind"], "in_memory"),
    }

    let path = format!("/api/admin/cache?prefix={word}:");
    let (status, answer) = world.send(Method::DELETE, &path, None).await;
    assert_eq!((status, answer), (StatusCode::OK, json!({ "dry_run": true, "count": 3, "cleared": 0 })));
    for wrong in ["", "&expected_count=2"] {
        let (status, answer) =
            world.send(Method::DELETE, &format!("{path}&dry_run=false{wrong}"), None).await;
        assert_eq!((status, &answer["errors"][0]["message"]), (StatusCode::CONFLICT, &json!("is 3 now")));
    }
    // A prefix is no pattern.
    let (_, answer) =
        world.send(Method::DELETE, &format!("/api/admin/cache?prefix={}*", &word[..4]), None).await;
    assert_eq!(answer["count"], 0, "{answer}");
    let (status, answer) =
        world.send(Method::DELETE, &format!("{path}&dry_run=false&expected_count=3"), None).await;
    assert_eq!((status, &answer["cleared"]), (StatusCode::OK, &json!(3)), "{answer}");
    assert_eq!(cache.get::<String>(&key(0), "now").await, None);
    assert_eq!(cache.get::<String>(&format!("{word}-other:1"), "now").await.as_deref(), Some("value"));
    let overview = world.get("/api/admin/cache").await;
    assert_eq!(
        ours(&overview, &format!("{word}:"))["look_ups"]["misses"],
        2,
        "what was counted stays: {overview}"
    );
    let deed = &world.get("/api/admin/audit_log").await["deeds"][0];
    assert_eq!((&deed["action"], &deed["count"]), (&json!("cache.clear"), &json!(3)));
    assert_eq!(deed["target"], json!(format!("{word}:")));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_in_memory_is_seen_and_cleared_by_prefix() {
    a_cache_is_seen_and_cleared(in_memory(), "words").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cache_in_redis_is_seen_and_cleared_by_prefix_and_nothing_of_others_is_touched() {
    let url = variable("REDIS_URL");
    let word = Uuid::now_v7().simple().to_string();
    // Somebody else's key, whose name a pattern of ours could take for one of ours.
    let mut others = redis_connection(&url).await;
    let theirs = format!("others:{word}:1");
    redis::cmd("SET").arg(&theirs).arg("theirs").exec_async(&mut others).await.unwrap();
    a_cache_is_seen_and_cleared(Cache::Redis(Redis::new(&url).unwrap()), &word).await;
    let kept: Option<String> = redis::cmd("GET").arg(&theirs).query_async(&mut others).await.unwrap();
    assert_eq!(kept.as_deref(), Some("theirs"));

    // What one process looks up is counted for all: with its next command, or when somebody looks.
    let (one, other) = (Redis::new(&url).unwrap(), Redis::new(&url).unwrap());
    let (one, other) = (Cache::Redis(one), Cache::Redis(other));
    let key = format!("{word}x:1");
    assert_eq!(one.get::<String>(&key, "now").await, None);
    one.put(&key, "now", &"value").await;
    assert!(one.get::<String>(&key, "now").await.is_some() && one.get::<String>(&key, "now").await.is_some());
    let overview = other.overview().await.unwrap();
    let seen = overview.prefixes.iter().find(|one| one.prefix == format!("{word}x:")).expect("it is seen");
    assert_eq!(
        (seen.look_ups.hits, seen.look_ups.misses, seen.look_ups.writes),
        (1, 1, 1),
        "but for its last"
    );
}

async fn redis_connection(url: &str) -> redis::aio::MultiplexedConnection {
    redis::Client::open(url).unwrap().get_multiplexed_async_connection().await.unwrap()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().expect("a list").iter().map(|one| one["name"].as_str().expect("a name")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_database_tells_of_itself_without_the_values_of_any_statement() {
    let world = world(in_memory()).await;
    let cv = world.upload("clara", "a.txt", b"Clara Olsen\nNurse\n\nSkills\nwound care\n").await;
    world.work().await;
    // Enough dead rows that autovacuum would come. The server's counts would come a moment later by themselves.
    let db = &world.pipeline.db;
    let writer = db.client().await.unwrap();
    let statements = format!(
        "alter table history set (autovacuum_enabled = false);
        insert into history (cv_id, step, outcome) select '{cv}', 'matching', 'completed' from generate_series(1, 3000);
        delete from history where step = 'matching'; select 'a-secret-value' from cv where text like '%wound%'"
    );
    writer.batch_execute(&statements).await.unwrap();
    writer.batch_execute("select pg_stat_force_next_flush()").await.unwrap();
    // One holds a lock, one waits for it.
    let holder = db.client().await.unwrap();
    holder.batch_execute("begin; update cv set version = 1").await.unwrap();
    let waiter = db.client().await.unwrap();
    let waiting = tokio::spawn(async move {
        waiter.batch_execute("update cv set version = 1 where text like '%wound%'").await
    });
    while world.number("select count(*) from pg_locks where not granted").await == 0 {
        tokio::task::yield_now().await;
    }
    let report = world.get("/api/admin/database").await;
    let history =
        report["tables"].as_array().unwrap().iter().find(|table| table["name"] == "history").unwrap();
    assert!(history["needs_vacuum"] == true && history["dead_ratio"].as_f64().unwrap() > 0.2, "{history}");
    let waits = report["lock_waits"].as_array().unwrap();
    assert!(!waits.is_empty() && !waits[0]["blocked_by"].as_array().unwrap().is_empty(), "{report}");
    assert!(!report["longest_running"].as_array().unwrap().is_empty(), "{report}");
    assert!(
        report["connections"].as_array().unwrap().iter().any(|one| one["state"] == "idle in transaction")
    );
    holder.batch_execute("rollback").await.unwrap();
    waiting.await.unwrap().unwrap();

    for table in ["cv", "job", "match", "history", "audit_log"] {
        assert!(names(&report["tables"]).contains(&table), "{table}: {report}");
    }
    assert!(names(&report["indexes"]).contains(&"cv_to_parse"), "{report}");
    assert!(report["database"]["size_bytes"].as_u64().unwrap() > 1_000_000);
    assert!(report["database"]["max_connections"].as_u64().unwrap() >= 100);
    let slow = &report["slow_statements"];
    assert!(
        slow.get("how_to_switch_on").is_none() && !slow["statements"].as_array().unwrap().is_empty(),
        "{slow}"
    );
    let said = report.to_string();
    for value in ["a-secret-value", "%wound%", "Clara", "clara"] {
        assert!(!said.contains(value), "{value} is shown: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_without_further_rights_and_a_server_that_counts_no_statements_are_told_of_too() {
    let folder = cv_matching_tests::folder();
    let postgres = fetched::postgres();
    let settings = ["shared_preload_libraries=".to_owned()];
    let server =
        shared::host::EmbeddedPostgres::start_with(&postgres, &folder.path().join("database"), &settings);
    let server = server.expect("a database can be started");
    let db = Db::new(&server.url(), 2).unwrap();
    db.migrate().await.unwrap();
    let statements =
        "create role plain login password 'plain'; grant select on all tables in schema public to plain";
    db.client().await.unwrap().batch_execute(statements).await.unwrap();
    let url = format!("postgres://plain:plain@127.0.0.1:{}/cv_matching?sslmode=disable", server.port());
    let plain = Db::new(&url, 2).unwrap();
    let report = plain.report().await.unwrap();
    assert!(report.tables.iter().any(|table| table.name == "cv"));
    assert!(report.indexes.iter().any(|index| index.name == "cv_to_parse" && index.is_unused));
    let how = report.slow_statements.how_to_switch_on.expect("it says how");
    assert!(how.contains("shared_preload_libraries") && how.contains("create extension"), "{how}");
    // Made, but not loaded.
    let made = "create extension pg_stat_statements; grant select on pg_stat_statements to plain";
    db.client().await.unwrap().batch_execute(made).await.unwrap();
    let how = plain.report().await.unwrap().slow_statements.how_to_switch_on.expect("it says how");
    assert!(how.contains("restart"), "{how}");
}

/// The proxy gives a server connection for the length of a transaction only.
#[tokio::test(flavor = "multi_thread")]
async fn looking_retrying_and_cleaning_work_through_a_transaction_pooling_proxy() {
    let Some(program) = fetched::debian("pgbouncer") else { return };
    let world = world(in_memory()).await;
    let port = cv_matching_tests::function::free_port();
    let proxy = PgBouncer::start(&program, port, &world.database.url(), world.folder.path());
    let db = Db::new(&proxy.url, 6).unwrap();
    let mut failed = Vec::new();
    for number in 0..6 {
        failed.push(world.upload(&format!("{number}"), "a.txt", b"Clara\nNurse\n").await);
    }
    world
        .sql(
            "update cv set parsing_status = 'failed'; insert into history (cv_id, step, outcome, at) \
        select id, 'parsing', 'failed', now() - interval '90 days' from cv",
        )
        .await;
    // Side by side, so that the proxy mixes their transactions: each is done by who did it, and by nobody else.
    let one = async |id: shared::domain::CvId, caller: String| {
        let ids = [id.0];
        let filter = StateFilter { stages: &[Stage::CvParsing], ids: Some(&ids), ..StateFilter::default() };
        assert_eq!(db.retry_failed(&filter, &caller, 10).await.unwrap(), ids);
        assert!(db.report().await.unwrap().tables.iter().any(|table| table.name == "cv"));
        db.delete_past_retention(Kept::History, 30.0).await.unwrap().rows
    };
    let work = failed.iter().map(|id| one(*id, format!("caller of {id}")));
    let deleted: u64 = futures_util::future::join_all(work).await.iter().sum();
    assert_eq!(deleted, 6);
    let named = "select count(*) from history where outcome = 'requested' and actor = 'caller of ' || cv_id";
    assert_eq!(world.number(named).await, 6);
    world.sql("update cv set parsing_status = 'failed'; update cv set parsing_status = 'pending'").await;
    assert_eq!(
        world.number("select count(*) from history where outcome = 'requested' and actor is null").await,
        6
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_to_the_chat_api_are_listed_with_what_they_cost_and_what_is_left() {
    let world = Operated::make(in_memory(), |settings| {
        settings.chat = Some(ChatSettings {
            api: ModelApiSettings {
                base_url: "http://127.0.0.1:9/v1".into(),
                model: "small".into(),
                api_key: None,
            },
            price_input: 1.0,
            price_output: 4.0,
            daily_budget: Some(2.0),
            matches_per_call: 5,
            input_tokens_per_match: 1200,
            output_tokens_per_match: 700,
            timeout: std::time::Duration::from_secs(25),
        });
    })
    .await;
    let db = &world.pipeline.db;
    let empty = world.get("/api/admin/batches").await;
    assert_eq!((&empty["batches"], &empty["budget"]["left_today"]), (&json!([]), &json!(2.0)), "{empty}");
    for number in 0..4 {
        let call = NewChatCall {
            id: Uuid::now_v7(),
            model: if number == 3 { "large" } else { "small" },
            matches: 5,
            estimated_input_tokens: 1000,
            estimated_micros: 300_000,
        };
        assert!(db.reserve_chat_call(&call, Some(2_000_000)).await.unwrap());
        let answered = ChatCallEnd {
            input_tokens: Some(900),
            output_tokens: Some(100),
            cost_micros: 250_000,
            duration_ms: 1000 + number,
            error: None,
        };
        match number {
            0 | 3 => {
                db.end_chat_call(call.id, &answered).await.unwrap();
                db.judge_chat_call(call.id, 3, &["number", "number", "name"]).await.unwrap();
            }
            1 => {
                let failed =
                    ChatCallEnd { error: Some("timeout"), duration_ms: 25_000, ..ChatCallEnd::default() };
                db.end_chat_call(call.id, &failed).await.unwrap();
            }
            // Still on its way: what it costs at most is reserved.
            _ => {}
        }
    }
    let list = world.get("/api/admin/batches?limit=3").await;
    assert_eq!(list["batches"].as_array().unwrap().len(), 3);
    assert_eq!(list["batches"][0]["model"], "large");
    assert_eq!((&list["batches"][1]["outcome"], list["batches"][1].get("cost")), (&json!("started"), None));
    let rest = world
        .get(&format!("/api/admin/batches?limit=3&cursor={}", list["next_cursor"].as_str().unwrap()))
        .await;
    assert_eq!((&rest["batches"][0]["cost"], rest.get("next_cursor")), (&json!(0.25), None));
    assert_eq!(rest["batches"][0]["faults"], json!(["number", "number", "name"]));
    let budget = json!({ "model": "small", "daily_budget": 2.0, "spent_today": 0.8, "left_today": 1.2 });
    assert_eq!(list["budget"], budget, "two answered, one on its way");
    let small = list["days"].as_array().unwrap().iter().find(|day| day["model"] == "small").expect("a day");
    assert_eq!(
        (&small["calls"], &small["failed"], &small["cost"]),
        (&json!(3), &json!(1), &json!(0.25)),
        "{small}"
    );
    assert_eq!((&small["accepted"], &small["p50_ms"]), (&json!(3), &json!(13_000.0)), "{small}");
    assert_eq!(list["errors"], json!([{ "name": "timeout", "count": 1 }]));
    assert_eq!(list["faults"], json!([{ "name": "number", "count": 4 }, { "name": "name", "count": 2 }]));
    let failed = world.get("/api/admin/batches?outcome=failed").await;
    assert_eq!(failed["batches"].as_array().unwrap().len(), 1);
    let (status, _) = world.send(Method::GET, "/api/admin/batches?outcome=lost", None).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_by_hand_stands_in_the_audit_log_with_who_did_it() {
    let world = world(in_memory()).await;
    let (status, _) = world.send(Method::PUT, "/api/admin/variants/bold", Some(json!({ "share": 10 }))).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = world.send(Method::DELETE, "/api/admin/variants/bold", None).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let (status, _) = world.send(Method::DELETE, "/api/admin/variants/none", None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let log = world.get("/api/admin/audit_log?limit=1").await;
    assert_eq!(log["deeds"][0]["action"], "variant.switch_off", "{log}");
    let next = log["next_cursor"].as_str().expect("there is more");
    let rest = world.get(&format!("/api/admin/audit_log?cursor={next}")).await;
    let deeds = rest["deeds"].as_array().unwrap();
    assert_eq!(deeds.len(), 1, "what was not done is not in it: {rest}");
    assert_eq!((&deeds[0]["action"], &deeds[0]["caller"]), (&json!("variant.put"), &json!("olga")));
    assert_eq!((&deeds[0]["target"], &deeds[0]["details"]["share"]), (&json!("bold"), &json!(10.0)));
    assert_eq!(world.get("/api/admin/audit_log?caller=nobody").await["deeds"], json!([]));
    assert_eq!(
        world.get("/api/admin/audit_log?action=variant.put").await["deeds"].as_array().unwrap().len(),
        1
    );
}
