//! Variants of matching on a real Postgres: who gets which, that all follow a change, and that the numbers of a comparison are
//! those that one counts by hand.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use cv_matching_tests::{Server, fetched, folder, program};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::auth::Role;
use shared::config::{EmbeddingSetting, Settings};
use shared::db::Db;
use shared::db::dummy::{DummyCv, DummyInteraction, DummyJob};
use shared::db::interaction::InteractionKind;
use shared::db::match_variant::VariantRow;
use shared::db::stage::Claim;
use shared::domain::{CandidateId, CvId, JobText, MatchId, Profile, Requirements};
use shared::evaluation::interactions::EvaluationMetrics;
use shared::host::EmbeddedPostgres;
use shared::matching::ExplanationWriter;
use shared::pipeline::Pipeline;
use tempfile::TempDir;
use uuid::Uuid;

/// A database of a test's own.
struct World {
    url: String,
    folder: TempDir,
    _database: EmbeddedPostgres,
}

impl World {
    async fn new() -> Self {
        let folder = folder();
        let database =
            EmbeddedPostgres::start(&fetched::postgres(), &folder.path().join("database")).unwrap();
        let url = database.url();
        Db::new(&url, 1).unwrap().migrate().await.unwrap();
        Self { url, folder, _database: database }
    }

    /// A process's pipeline that keeps the variants for so many seconds.
    async fn pipeline(&self, kept_seconds: u64) -> Pipeline {
        let mut settings = Settings::from_env().unwrap();
        settings.database_url = Some(self.url.clone());
        settings.data_dir = self.folder.path().to_owned();
        settings.embedding = EmbeddingSetting::Mock;
        (settings.s3_bucket, settings.sqs_queue_url_prefix, settings.redis_url) = (None, None, None);
        settings.limits.variants_kept = Duration::from_secs(kept_seconds);
        shared::host::pipeline(Db::new(&self.url, 4).unwrap(), settings).await.unwrap()
    }
}

fn vector(number: usize) -> Option<Vec<f32>> {
    let mut vector = vec![0.05; 384];
    vector[number % 384] = 1.0;
    Some(vector)
}

async fn add_cvs(db: &Db, names: &[String]) {
    let cvs = names.iter().enumerate().map(|(number, name)| DummyCv {
        id: Uuid::now_v7(),
        candidate_id: name.clone(),
        text: format!("{name}\nNurse\n\nSkills\nwound care, triage\n"),
        profile: Profile::default(),
        embedding: vector(number),
    });
    let mut batch = Some(cvs.collect());
    db.insert_dummy_cvs("mock", false, async || batch.take()).await.unwrap();
}

async fn add_jobs(db: &Db, count: usize) {
    let text = |number: usize| JobText {
        title: format!("Nurse {number}"),
        company: None,
        location: None,
        remote: None,
        employment_type: None,
        salary: None,
        text: "Wound care and triage on our ward.".to_owned(),
    };
    let jobs = (0..count).map(|number| DummyJob {
        id: Uuid::now_v7(),
        external_id: format!("job-{number}"),
        text: text(number),
        requirements: Some(Requirements::default()),
        embedding: vector(number),
    });
    let mut batch = Some(jobs.collect());
    db.insert_dummy_jobs("mock", false, async || batch.take()).await.unwrap();
}

/// By candidate: the variant of the latest prediction, and how many matches it has.
async fn predicted(db: &Db) -> BTreeMap<String, (String, i64)> {
    let client = db.client().await.unwrap();
    let rows = client
        .query(
            "select candidate_id, variant, count(match.id) from prediction join cv on cv.id = prediction.cv_id
            left join match on match.prediction_id = prediction.id
            where prediction.is_latest and cv.is_latest group by candidate_id, variant",
            &[],
        )
        .await
        .unwrap();
    rows.iter().map(|row| (row.get(0), (row.get(1), row.get(2)))).collect()
}

async fn run_sql(db: &Db, sql: &str) {
    db.client().await.unwrap().batch_execute(sql).await.unwrap();
}

#[tokio::test]
async fn every_prediction_and_interaction_carries_the_variant_that_its_candidate_is_drawn() {
    let world = World::new().await;
    let pipeline = world.pipeline(0).await;
    let db = &pipeline.db;
    let few_jobs = VariantRow {
        retrieved_per_cv: Some(5),
        explanation: Some("local".into()),
        ..VariantRow::new("few-jobs", 100.0)
    };
    pipeline.put_variant(&few_jobs).await.unwrap();
    let names: Vec<String> = (0..40).map(|number| format!("candidate-{number}")).collect();
    add_cvs(db, &names).await;
    add_jobs(db, 30).await;
    assert_eq!(pipeline.match_cvs(Claim::Any(100)).await.unwrap().completed, 40);

    let experiment = pipeline.experiment().await.unwrap();
    let first = predicted(db).await;
    let mut seen = BTreeMap::new();
    for name in &names {
        let variant = experiment.variant_of(&CandidateId::from(name.as_str()));
        let (stored, matches) = &first[name];
        assert_eq!(*stored, variant.name, "{name}");
        assert_eq!(*matches, if variant.name == "few-jobs" { 5 } else { 20 }, "{name} has {}", variant.name);
        *seen.entry(variant.name.clone()).or_insert(0) += 1;
    }
    // By chance alone a variant with half of the traffic has fewer than 8 of 40 once in 10,000 times; the hash is fixed.
    assert!(seen["few-jobs"] >= 8 && seen["default"] >= 8, "{seen:?}");
    assert_eq!(pipeline.explanation_writer("few-jobs").await.unwrap(), ExplanationWriter::Local);
    assert_eq!(pipeline.explanation_writer("default").await.unwrap(), ExplanationWriter::Chat);
    assert_eq!(pipeline.explanation_writer("gone").await.unwrap(), ExplanationWriter::Chat);

    // What is recorded with a match names its variant too, and those claimed for explanation say whose they are.
    let client = db.client().await.unwrap();
    let matches = client.query("select id from match order by id limit 200", &[]).await.unwrap();
    for row in matches {
        let id = MatchId(row.get(0));
        let owner = db.match_owner(id).await.unwrap().unwrap();
        db.record_interaction(id, &owner, InteractionKind::Click).await.unwrap();
    }
    let wrong: i64 = client
        .query_one(
            "select count(*) from interaction join prediction on prediction.id = interaction.prediction_id
            where interaction.variant <> prediction.variant",
            &[],
        )
        .await
        .unwrap()
        .get(0);
    assert_eq!(wrong, 0);
    let lease = shared::db::stage::Lease::new(Duration::from_secs(60), 4);
    for claimed in db.claim_matches_to_explain(Claim::Any(1000), &lease).await.unwrap() {
        let owner = db.match_owner(claimed.id).await.unwrap().unwrap();
        assert_eq!(claimed.variant, owner.variant);
    }

    // Who is erased and comes again gets the same.
    for name in &names {
        db.erase_candidate(&CandidateId::from(name.as_str())).await.unwrap();
    }
    add_cvs(db, &names).await;
    pipeline.match_cvs(Claim::Any(100)).await.unwrap();
    assert_eq!(predicted(db).await, first);
}

#[tokio::test]
async fn all_processes_follow_a_change_and_a_variant_that_is_off_is_left_at_the_next_refresh() {
    let world = World::new().await;
    let (one, other, keeping) =
        (world.pipeline(0).await, world.pipeline(0).await, world.pipeline(3600).await);
    let ann = CandidateId::from("ann");
    let variant_of =
        async |pipeline: &Pipeline| pipeline.experiment().await.unwrap().variant_of(&ann).name.clone();
    assert_eq!(variant_of(&keeping).await, "default");
    one.put_variant(&VariantRow::new("b", 900_000.0)).await.unwrap();
    assert_eq!(variant_of(&one).await, "b");
    assert_eq!(variant_of(&other).await, "b");
    assert_eq!(variant_of(&keeping).await, "default", "it has read them within the hour");
    keeping.put_variant(&VariantRow::new("c", 0.0)).await.unwrap();
    assert_eq!(variant_of(&keeping).await, "b", "a change of its own is seen at once");

    let db = &one.db;
    add_cvs(db, &["ann".to_owned()]).await;
    add_jobs(db, 3).await;
    other.match_cvs(Claim::Any(10)).await.unwrap();
    assert_eq!(predicted(db).await["ann"].0, "b");
    one.switch_off_variant("b").await.unwrap();
    assert_eq!(other.match_cvs(Claim::Any(10)).await.unwrap().claimed, 0, "a change marks nothing by itself");
    run_sql(db, "update cv set last_analyzed = now() - interval '25 hours'").await;
    other.match_cvs(Claim::Any(10)).await.unwrap();
    assert_eq!(predicted(db).await["ann"].0, "default");
}

#[tokio::test]
async fn a_row_that_somebody_wrote_wrong_by_hand_stops_nothing() {
    let world = World::new().await;
    let pipeline = world.pipeline(0).await;
    let db = &pipeline.db;
    run_sql(
        db,
        r#"insert into match_variant (name, weights, share) values ('negative', '{"skills": -1}', 900000);
        insert into match_variant (name, weights, share) values ('unknown', '{"charm": 1}', 900000);
        insert into match_variant (name, weights, share) values ('list', '[1, 2]', 900000);
        update match_variant set weights = '"all"' where name = 'default'"#,
    )
    .await;
    add_cvs(db, &["ann".to_owned()]).await;
    add_jobs(db, 3).await;
    assert_eq!(pipeline.match_cvs(Claim::Any(10)).await.unwrap().completed, 1);
    assert_eq!(predicted(db).await["ann"], ("default".to_owned(), 3));
    let stored = pipeline.stored_variants().await.unwrap();
    assert!(
        stored.iter().all(|one| one.faults.len() == 1 && one.faults[0].field.starts_with("weights")),
        "{stored:?}"
    );
    let refused = db
        .client()
        .await
        .unwrap()
        .batch_execute("update match_variant set is_on = false where name = 'default'")
        .await;
    assert!(refused.is_err(), "the table lets the default be switched off");
}

/// An interaction `days` ago with the match of `rank` in prediction `prediction`. Ids follow from their places: the same prediction
/// and rank are the same match.
fn did(
    candidate: &str,
    (prediction, variant): (u8, &str),
    (rank, job): (i32, u8),
    kind: InteractionKind,
    days: i64,
) -> DummyInteraction {
    let at = std::time::SystemTime::now() - Duration::from_secs(days as u64 * 86_400);
    let mut seed = [prediction; 10];
    seed[9] = 0;
    let prediction_id = uuid::Builder::from_unix_timestamp_millis(1_800_000_000_000, &seed).into_uuid();
    DummyInteraction {
        id: Uuid::now_v7(),
        candidate_id: candidate.to_owned(),
        match_id: Uuid::from_u128(u128::from(prediction) << 32 | rank as u128),
        prediction_id,
        cv_id: CvId::new().0,
        job_id: Uuid::from_u128(u128::from(job)),
        kind,
        rank,
        variant: variant.to_owned(),
        created_at: at.into(),
    }
}

async fn metrics(pipeline: &Pipeline, days: u32) -> EvaluationMetrics {
    pipeline.evaluation_metrics(days, "default").await.unwrap().unwrap()
}

#[tokio::test]
async fn the_numbers_are_those_that_one_counts_by_hand() {
    use InteractionKind::{Apply, Click, Dismiss, Hired, Impression, Save};
    let world = World::new().await;
    let pipeline = world.pipeline(0).await;
    let (one, two, three, old) = ((1, "default"), (2, "default"), (3, "b"), (4, "default"));
    let all = vec![
        // Out of order, and doubled: still one click on the first match.
        did("c1", one, (1, 1), Click, 3),
        did("c1", one, (1, 1), Impression, 2),
        did("c1", one, (1, 1), Impression, 1),
        did("c1", one, (1, 1), Click, 1),
        did("c1", one, (2, 2), Impression, 2),
        did("c1", one, (3, 3), Impression, 2),
        did("c1", one, (3, 3), Click, 2),
        did("c1", one, (3, 3), Save, 2),
        did("c1", one, (3, 3), Apply, 2),
        did("c1", one, (4, 4), Impression, 2),
        did("c2", two, (1, 1), Impression, 5),
        did("c2", two, (12, 2), Impression, 5),
        did("c2", two, (12, 2), Apply, 5),
        // Its impression got lost.
        did("c2", two, (2, 3), Click, 5),
        did("c3", three, (1, 1), Impression, 5),
        did("c3", three, (1, 1), Hired, 5),
        did("c3", three, (2, 2), Impression, 5),
        did("c3", three, (2, 2), Dismiss, 5),
        // Before the time that is asked for; the same candidate and job as the first match, at another rank.
        did("c1", old, (2, 1), Impression, 40),
        did("c1", old, (2, 1), Click, 40),
    ];
    let mut batch = Some(all);
    pipeline.db.insert_dummy_interactions(async || batch.take()).await.unwrap();

    let found = metrics(&pipeline, 30).await;
    let names: Vec<&str> = found.variants.iter().map(|one| one.variant.as_str()).collect();
    assert_eq!(names, ["default", "b"]);
    let (default, b) = (&found.variants[0], &found.variants[1]);
    assert_eq!((default.candidates, default.impressions, default.without_impression), (2, 6, 1));
    let counts = |one: &shared::evaluation::interactions::VariantMetrics| {
        [one.click, one.save, one.dismiss, one.apply, one.hire].map(|rate| (rate.count, rate.of))
    };
    assert_eq!(counts(default), [(2, 6), (1, 6), (0, 6), (2, 6), (0, 6)]);
    assert_eq!((b.candidates, b.impressions, b.traffic), (1, 2, 0.0));
    assert_eq!(counts(b), [(0, 2), (0, 2), (1, 2), (0, 2), (1, 2)]);
    // Two of six by Wilson.
    assert!(
        (default.click.low - 0.0968).abs() < 1e-3 && (default.click.high - 0.7000).abs() < 1e-3,
        "{:?}",
        default.click
    );
    // Clicks at the ranks 1 and 3 count 1 and log2(4) = 2, of six.
    assert!((default.position_corrected_click_rate.unwrap() - 0.5).abs() < 1e-3, "{default:?}");
    // First prediction: gain 1 at rank 1 and gain 3 at rank 3, (1 + 3/2) / (3 + 1/log2 3). Second: the one gain is at rank 12: 0.
    let first = 2.5 / (3.0 + 1.0 / 3.0f64.log2());
    assert_eq!(default.graded_predictions, 2);
    assert!((default.ndcg_at_10.unwrap() - first / 2.0).abs() < 1e-9, "{default:?}");
    assert!((b.ndcg_at_10.unwrap() - 1.0).abs() < 1e-9);
    // Shown in the first ten: four jobs to c1 and one to c2. Applied to: job 3 by c1, which was among them, and job 2 by c2, which was not.
    let pair = |rate: shared::evaluation::interactions::Rate| (rate.count, rate.of);
    assert_eq!((pair(default.precision_at_10), pair(default.recall_at_10)), ((1, 5), (1, 2)));
    assert!((default.f1_at_10.unwrap() - 2.0 / 7.0).abs() < 1e-12);
    assert_eq!((pair(b.precision_at_10), b.recall_at_10.rate, b.f1_at_10), ((0, 2), None, None));
    assert_eq!(found.position_bias.harvested_clicks, 0.0);

    // With the older ones, job 1 was shown to c1 at two ranks, and clicked at both.
    let longer = metrics(&pipeline, 60).await;
    assert_eq!((longer.variants[0].impressions, longer.variants[0].click.count), (7, 3));
    assert_eq!(longer.position_bias.harvested_clicks, 2.0);

    let unknown = pipeline.evaluation_metrics(30, "nobody").await.unwrap().unwrap_err();
    assert_eq!(unknown.known, ["b", "default"]);
    assert!(pipeline.evaluation_metrics(30, "b").await.unwrap().is_ok(), "it was a variant once");
}

#[tokio::test]
async fn nothing_recorded_is_no_error() {
    let world = World::new().await;
    let found = metrics(&world.pipeline(0).await, 30).await;
    assert!(found.verdict.starts_with("No match was shown in the last 30 days"), "{}", found.verdict);
    assert_eq!(found.variants.len(), 1);
    assert_eq!(found.variants[0].click.rate, None);
}

fn generate(url: &str, folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(program());
    command.arg("generate-dummy").args(["--cvs", "0", "--jobs", "0"]).args(arguments);
    for name in ["S3_BUCKET", "SQS_QUEUE_URL_PREFIX", "REDIS_URL", "AWS_ENDPOINT_URL"] {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", url).env("DATA_DIR", folder).output().expect("the program is built")
}

#[tokio::test]
async fn an_operator_runs_an_experiment_from_the_first_share_to_the_verdict() {
    let world = World::new().await;
    let server = Server::start(world.folder.path(), &[("DATABASE_URL", world.url.as_str())], None);
    let path = "/api/admin/evaluation_metrics?days=30";

    for roles in [&[Role::Candidate][..], &[Role::Recruiter]] {
        for (method, path) in [
            (Method::GET, path),
            (Method::GET, "/api/admin/variants"),
            (Method::PUT, "/api/admin/variants/b"),
            (Method::DELETE, "/api/admin/variants/b"),
        ] {
            let body = (method == Method::PUT).then(|| json!({ "share": 1 }));
            let answer = server.send_as("somebody", roles, method.clone(), path, body).await;
            assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{method} {path} as {roles:?}");
            assert_eq!(answer.headers()["content-type"], "application/problem+json");
        }
    }

    let put = async |name: &str, body: Value| {
        let answer = server.send("op", Method::PUT, &format!("/api/admin/variants/{name}"), Some(body)).await;
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let refused = [
        ("b", json!({ "share": -1 }), "share"),
        ("b", json!({ "share": 1, "weights": { "charm": 1 } }), "weights.charm"),
        ("b", json!({ "share": 1, "weights": "all" }), "weights"),
        ("b", json!({ "share": 1, "retrieved_per_cv": 5 }), "retrieved_per_cv"),
        ("b", json!({ "share": 1, "explanation": "oracle" }), "explanation"),
        ("b", json!({ "share": 1, "wieghts": {} }), "wieghts"),
        ("b", json!({}), "share"),
        ("B", json!({ "share": 1 }), "name"),
        ("default", json!({ "share": 1, "is_on": false }), "is_on"),
    ];
    for (name, body, field) in refused {
        let (status, problem) = put(name, body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}: {problem}");
        assert!(problem["errors"].to_string().contains(field), "{body}: {problem}");
    }
    let (status, b) =
        put("b", json!({ "share": 50, "weights": { "skills": 30 }, "retrieved_per_cv": 100 })).await;
    assert_eq!(
        (status, &b["weights"]["skills"], b["weights"].as_object().unwrap().len() > 1),
        (StatusCode::OK, &json!(30.0), true)
    );
    let (status, c) = put("c", json!({ "share": 50, "explanation": "local" })).await;
    assert_eq!((status, &c["traffic"], &c["explanation"]), (StatusCode::OK, &json!(0.25), &json!("local")));

    // Ten thousand candidates, for whom b is better and c is not.
    let made = generate(&world.url, world.folder.path(), &["--interactions", "10000", "--lift", "b=1.25"]);
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let wrong = generate(&world.url, world.folder.path(), &["--interactions", "1", "--lift", "nobody=2"]);
    assert!(!wrong.status.success() && String::from_utf8_lossy(&wrong.stderr).contains("no candidate gets"));

    let found = server.get("op", path).await;
    let said = |variant: &str| {
        let all = found["comparisons"].as_array().unwrap();
        all.iter().find(|one| one["variant"] == variant && one["metric"] == "click").unwrap().clone()
    };
    assert_eq!(said("b")["outcome"], "more", "{found}");
    assert_eq!(said("c")["outcome"], "undecided", "{found}");
    assert!(found["verdict"].as_str().unwrap().starts_with("b gets more clicks than default"), "{found}");
    assert_eq!(found["warnings"], json!([]), "{found}");
    let spread = &found["sample_ratio"];
    assert_eq!(spread["mismatch"], false, "{spread}");
    for one in spread["variants"].as_array().unwrap() {
        let (got, expected) = (one["candidates"].as_f64().unwrap(), one["expected"].as_f64().unwrap());
        // Four standard deviations of a binomial count.
        assert!((got - expected).abs() < 4.0 * (expected * (1.0 - expected / 10_000.0)).sqrt(), "{spread}");
    }
    // The model looks at rank 4 0.379 times as often as at the first; the prior would say 0.431.
    let fourth = found["position_bias"]["propensities"][3].as_f64().unwrap();
    assert!((fourth - 0.379).abs() < 0.05, "{}", found["position_bias"]);

    let against_b = server.get("op", &format!("{path}&baseline=b")).await;
    assert!(against_b["verdict"].as_str().unwrap().contains("c gets fewer clicks than b"), "{against_b}");
    let unknown = server.send("op", Method::GET, &format!("{path}&baseline=nobody"), None).await;
    assert_eq!(unknown.status(), StatusCode::BAD_REQUEST);
    assert!(unknown.text().await.unwrap().contains("there are b, c, default"));

    let delete = async |name: &str| {
        server.send("op", Method::DELETE, &format!("/api/admin/variants/{name}"), None).await.status()
    };
    assert_eq!(delete("default").await, StatusCode::CONFLICT);
    assert_eq!(delete("nobody").await, StatusCode::NOT_FOUND);
    assert_eq!(delete("b").await, StatusCode::NO_CONTENT);
    let list = server.get("op", "/api/admin/variants").await;
    let off = list["variants"].as_array().unwrap().iter().find(|one| one["name"] == "b").unwrap();
    assert_eq!(
        (&off["is_on"], &off["traffic"], &off["weights"]["skills"]),
        (&json!(false), &json!(0.0), &json!(30.0))
    );
    let begun_anew = server.get("op", path).await;
    assert!(begun_anew["verdict"].as_str().unwrap().starts_with("Too few candidates"), "{begun_anew}");
    assert!(begun_anew["variants"].to_string().contains("\"b\""), "what it showed stays to be seen");
    assert!(server.stop().success());
}
