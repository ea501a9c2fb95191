//! What Lambda functions write into their log for CloudWatch: lines in the embedded metric format.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use cv_matching_tests::lambda::LambdaFunction;
use cv_matching_tests::outside::Outside;
use cv_matching_tests::{checkout, token};
use serde_json::{Value, json};
use shared::auth::Role;
use shared::domain::CandidateId;
use shared::telemetry::instruments::{ALL, Scope};

/// The units that CloudWatch knows, of those that the instruments have.
const UNITS: [&str; 3] = ["Count", "Seconds", "Bytes"];

/// A line of the format, held against its specification; the metrics in it.
fn check(line: &Value) -> BTreeSet<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64;
    let at = line["_aws"]["Timestamp"].as_u64().unwrap();
    assert!(now.abs_diff(at) < 600_000, "{line}");
    let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
    assert_eq!(directives.len(), 1, "{line}");
    assert_eq!(directives[0]["Namespace"], "cv-matching");
    for set in directives[0]["Dimensions"].as_array().unwrap() {
        let set = set.as_array().unwrap();
        assert!(set.len() <= 30, "{line}");
        for dimension in set {
            let value =
                line[dimension.as_str().unwrap()].as_str().unwrap_or_else(|| panic!("{dimension} of {line}"));
            assert!((1..=1024).contains(&value.len()), "{line}");
        }
    }
    let mut names = BTreeSet::new();
    let metrics = directives[0]["Metrics"].as_array().unwrap();
    assert!((1..=100).contains(&metrics.len()), "{line}");
    for metric in metrics {
        let name = metric["Name"].as_str().unwrap();
        assert!(UNITS.contains(&metric["Unit"].as_str().unwrap()), "{line}");
        let values = match &line[name] {
            Value::Array(values) => values.clone(),
            one => vec![one.clone()],
        };
        assert!((1..=100).contains(&values.len()) && values.iter().all(Value::is_number), "{name} of {line}");
        assert!(
            ALL.iter().any(|one| one.name == name && one.scope == Scope::Process),
            "{name} is no instrument"
        );
        names.insert(name.to_owned());
    }
    names
}

#[tokio::test]
async fn each_call_ends_with_its_metrics_in_the_log() {
    let parts = Outside::make().await;
    let log = parts.folder.path().join("functions.log");
    let start = async |name: &str| LambdaFunction::start(name, &parts.variables(), &log).await;

    let list_cvs = start("list-cvs").await;
    let path = checkout().join("tests/events/http-api.json");
    let mut request: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    for place in ["/rawPath", "/requestContext/http/path"] {
        *request.pointer_mut(place).unwrap() = "/prod/api/candidate/cvs".into();
    }
    request["requestContext"]["http"]["method"] = "GET".into();
    request["headers"]["authorization"] = format!("Bearer {}", token("ann", &Role::ALL)).into();
    request["body"] = Value::Null;
    request["isBase64Encoded"] = false.into();
    assert_eq!(list_cvs.call(&request).await.unwrap()["statusCode"], 200);
    // Metrics of one environment are nobody's to ask for.
    for place in ["/rawPath", "/requestContext/http/path"] {
        *request.pointer_mut(place).unwrap() = "/prod/metrics".into();
    }
    assert_eq!(list_cvs.call(&request).await.unwrap()["statusCode"], 404);

    let (pipeline, cv) = (parts.pipeline().await, CandidateId::from("kim"));
    let text = b"Kim Lee\nChef\n\nExperience\nChef, Blue Inn, 2019 - 2022\n".to_vec();
    let cv = pipeline.store_cv(&cv, "cv.txt", text.into(), None).await.unwrap().cv_id;
    let body = json!({ "version": 1, "id": cv.0 }).to_string();
    let path = checkout().join("tests/events/sqs.json");
    let mut messages: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut record = messages["Records"][0].take();
    record["body"] = body.into();
    messages["Records"] = json!([record]);
    let parse_cv = start("parse-cv").await;
    assert_eq!(parse_cv.call(&messages).await.unwrap(), json!({ "batchItemFailures": [] }));

    let text = std::fs::read_to_string(&log).unwrap();
    let lines: Vec<Value> = text
        .lines()
        .filter(|line| line.contains("\"_aws\""))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let names: BTreeSet<String> = lines.iter().flat_map(check).collect();
    for name in [
        "cv_matching_http_requests_total",
        "cv_matching_http_request_duration_seconds",
        "cv_matching_stage_items_total",
        "cv_matching_stage_item_duration_seconds",
        "cv_matching_stage_batch_duration_seconds",
    ] {
        assert!(names.contains(name), "{name} is not in {text}");
    }
    let answered =
        lines.iter().find(|line| line["route"] == "/api/candidate/cvs" && line["status"] == "2xx").unwrap();
    assert_eq!(answered["cv_matching_http_requests_total"], 1);
    let parsed =
        lines.iter().find(|line| line["function"] == "parse-cv" && line["outcome"] == "completed").unwrap();
    assert_eq!(parsed["cv_matching_stage_items_total"], 1);
}
