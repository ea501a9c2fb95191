//! `/metrics` of the hosts: who may read it, and what is in it after real work.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use cv_matching_tests::function::{Function, answers, free_port};
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{PATIENCE, Server, folder, sample_cvs};
use reqwest::{Method, StatusCode};
use shared::auth::Role;
use shared::telemetry::instruments::{ALL, Kind, Scope};

use crate::exposition::Metrics;
use crate::promtool::Promtool;

pub const TOKEN: &str = "of Prometheus in these tests";

/// What `/metrics` of an address says to Prometheus.
pub async fn scraped(url: &str) -> String {
    shared::tls::use_ring();
    let answer =
        reqwest::Client::new().get(format!("{url}/metrics")).bearer_auth(TOKEN).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert_eq!(kind, "text/plain; version=0.0.4; charset=utf-8");
    answer.text().await.unwrap()
}

#[tokio::test]
async fn after_real_work_the_metrics_are_well_formed_and_every_name_is_an_instrument() {
    let parts = Outside::make().await;
    let mut variables = parts.variables();
    variables.extend([("METRICS_TOKEN", TOKEN), ("DATABASE_SIZE_LIMIT_GB", "10")]);
    let server = Server::start(parts.folder.path(), &variables, None);
    for title in ["Registered Nurse", "Electrician"] {
        server.post_job("rita", title, "Wound care, wiring, patience.").await;
    }
    let (path, _) = sample_cvs().remove(0);
    let name = path.file_name().unwrap().to_str().unwrap();
    let cv = server.upload_cv("ann", name, std::fs::read(&path).unwrap()).await;
    assert_eq!(server.send("ann", Method::GET, "/api/nothing", None).await.status(), 404);

    // The cache has an answer as soon as neither job changes it any more.
    let until = Instant::now() + PATIENCE;
    let (text, metrics) = loop {
        server.recommendations("ann", &cv).await;
        let text = scraped(&server.url).await;
        let metrics = Metrics::read(&text);
        if metrics.value("cv_matching_cache_lookups_total", &[("result", "hit")]).is_some() {
            break (text, metrics);
        }
        assert!(Instant::now() < until, "the cache never had an answer: {text}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let instruments: BTreeSet<&str> = ALL.iter().map(|instrument| instrument.name).collect();
    for (name, kind) in &metrics.families {
        assert!(instruments.contains(name.as_str()), "{name} is no instrument");
        let instrument = ALL.iter().find(|instrument| instrument.name == name).unwrap();
        let wanted = match instrument.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram => "histogram",
        };
        assert_eq!(kind, wanted, "{name}");
        let labels: BTreeSet<&str> = instrument.labels.iter().copied().collect();
        for sample in metrics.samples.iter().filter(|sample| metrics.family(&sample.name) == Some(name)) {
            let found: BTreeSet<&str> =
                sample.labels.keys().map(String::as_str).filter(|label| *label != "le").collect();
            assert_eq!(found, labels, "{name}");
        }
    }
    // What did not happen, and the age of messages that SQS does not tell.
    let absent: BTreeSet<&str> =
        instruments.into_iter().filter(|name| !metrics.families.contains_key(*name)).collect();
    let expected = [
        "cv_matching_chat_call_duration_seconds",
        "cv_matching_chat_calls_total",
        "cv_matching_chat_cost_micros_total",
        "cv_matching_chat_tokens_total",
        "cv_matching_database_errors_total",
        "cv_matching_queue_oldest_message_age_seconds",
        "cv_matching_redis_errors_total",
        "cv_matching_task_runs_total",
    ];
    assert_eq!(absent, BTreeSet::from(expected), "{text}");

    let value = |name: &str, labels: &[(&str, &str)]| {
        metrics.value(name, labels).unwrap_or_else(|| panic!("no {name} {labels:?} in {text}"))
    };
    for function in ["parse-cv", "embed-cv", "match-cv", "explain-matches", "embed-job"] {
        let of =
            |outcome| value("cv_matching_stage_items_total", &[("function", function), ("outcome", outcome)]);
        assert!(of("completed") >= 1.0 && of("failed") == 0.0, "{function}");
        assert!(
            value("cv_matching_stage_item_duration_seconds_count", &[("function", function)]) >= 1.0,
            "{function}"
        );
    }
    let upload = [("method", "POST"), ("route", "/api/candidate/upload_and_parse"), ("status", "2xx")];
    assert!((value("cv_matching_http_requests_total", &upload) - 1.0).abs() < 0.5);
    let unknown = [("method", "GET"), ("route", "none"), ("status", "4xx")];
    assert!((value("cv_matching_http_requests_total", &unknown) - 1.0).abs() < 0.5);
    assert!(value("cv_matching_cache_lookups_total", &[("result", "hit")]) >= 1.0);
    assert!(value("cv_matching_cache_lookups_total", &[("result", "miss")]) >= 1.0);
    for up in ["cv_matching_database_up", "cv_matching_redis_up"] {
        assert!((value(up, &[]) - 1.0).abs() < 0.5, "{up}");
    }
    assert!(value("cv_matching_database_size_bytes", &[]) > 1e6);
    assert!((value("cv_matching_database_size_limit_bytes", &[]) - 1e10).abs() < 1.0);
    assert!(value("cv_matching_backlog_items", &[("stage", "cv_parsing")]) < 0.5);
    assert!(value("cv_matching_pool_connections", &[("state", "idle")]) >= 0.0);
    // What identifies somebody is in no label.
    for word in ["ann", cv.as_str(), "Bearer"] {
        assert!(!text.contains(&format!("\"{word}\"")) && !text.contains(&cv), "{word}");
    }
    if let Some(promtool) = Promtool::find() {
        promtool.check_metrics(&text);
    }
}

#[tokio::test]
async fn the_whole_systems_metrics_need_prometheus_token_or_an_administrators() {
    let folder = folder();
    let server = Server::start(folder.path(), &[("METRICS_TOKEN", TOKEN)], None);
    let plain = server.client().get(format!("{}/metrics", server.url)).send().await.unwrap();
    assert_eq!(plain.status(), StatusCode::UNAUTHORIZED);
    let wrong = server
        .client()
        .get(format!("{}/metrics", server.url))
        .bearer_auth(format!("{TOKEN}."))
        .send()
        .await
        .unwrap();
    assert_eq!(wrong.status(), StatusCode::UNAUTHORIZED);
    let others =
        server.send_as("ann", &[Role::Candidate, Role::Recruiter], Method::GET, "/metrics", None).await;
    assert_eq!(others.status(), StatusCode::FORBIDDEN);
    let admin = server.send_as("olga", &[Role::Admin], Method::GET, "/metrics", None).await;
    assert_eq!(admin.status(), StatusCode::OK);
    Metrics::read(&scraped(&server.url).await);
}

#[tokio::test]
async fn every_process_that_stays_has_its_own_metrics_and_only_one_function_those_of_all() {
    let parts = Outside::make().await;
    let log = parts.folder.path().join("functions.log");
    let queue_url = format!("{}cv-parse", parts.queue_prefix);
    for (name, polls) in [("get-cv", false), ("parse-cv", true), ("parse-cv", false), ("metrics", false)] {
        let port = free_port().to_string();
        let mut variables = parts.variables();
        variables.extend([("PORT", port.as_str()), ("METRICS_TOKEN", TOKEN)]);
        if polls {
            variables.push(("QUEUE_URL", &queue_url));
        }
        let _function = Function::start(name, &variables, &log);
        let url = format!("http://127.0.0.1:{port}");
        answers(&format!("{url}/readyz")).await;
        let without_token = reqwest::get(format!("{url}/metrics")).await.unwrap().status();
        let of_all = name == "metrics";
        assert_eq!(without_token == StatusCode::OK, !of_all, "{name}: {without_token}");
        let metrics = Metrics::read(&scraped(&url).await);
        assert!(metrics.families.contains_key("cv_matching_build_info"), "{name}");
        for instrument in ALL.iter().filter(|instrument| instrument.scope == Scope::System) {
            assert!(
                of_all || !metrics.families.contains_key(instrument.name),
                "{name} has {}",
                instrument.name
            );
        }
        assert_eq!(metrics.families.contains_key("cv_matching_database_up"), of_all, "{name}");
    }
}
