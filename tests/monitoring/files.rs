//! The rules, the dashboard, the monitors and their documentation, against the instruments and against each other.

use std::collections::BTreeSet;
use std::fs;

use cv_matching_tests::{checkout, folder};
use functions::function::Trigger;
use serde_json::Value as Json;
use serde_yaml_ng::Value;
use shared::telemetry::instruments::{ALL, Kind};

use crate::promtool::{Promtool, all_alerts};

fn file(path: &str) -> String {
    fs::read_to_string(checkout().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn yaml(path: &str) -> Value {
    serde_yaml_ng::from_str(&file(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every expression of the dashboard.
fn expressions(dashboard: &Json) -> Vec<String> {
    let mut found = Vec::new();
    match dashboard {
        Json::Object(map) => {
            for (key, value) in map {
                match value.as_str() {
                    Some(text) if key == "expr" => found.push(text.to_owned()),
                    _ => found.extend(expressions(value)),
                }
            }
        }
        Json::Array(all) => found.extend(all.iter().flat_map(expressions)),
        _ => {}
    }
    found
}

/// The names in a text that look like ours.
fn names(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != ':')
        .filter(|word| word.starts_with("cv_matching"))
        .map(str::to_owned)
        .collect()
}

fn rules() -> Vec<Value> {
    let rules = yaml("k8s/monitoring/rules.yml");
    let groups = rules["groups"].as_sequence().unwrap().clone();
    groups.iter().flat_map(|group| group["rules"].as_sequence().unwrap().clone()).collect()
}

fn dashboard() -> Json {
    serde_json::from_str(&file("k8s/monitoring/grafana-dashboard.json")).unwrap()
}

#[test]
fn every_name_that_is_shown_is_an_instrument_and_every_instrument_is_shown() {
    let recorded: BTreeSet<String> =
        rules().iter().filter_map(|rule| Some(rule["record"].as_str()?.to_owned())).collect();
    let mut shown: BTreeSet<String> =
        rules().iter().flat_map(|rule| names(rule["expr"].as_str().unwrap())).collect();
    shown.extend(expressions(&dashboard()).iter().flat_map(|expression| names(expression)));
    let mut of_instruments = BTreeSet::new();
    for instrument in ALL {
        let parts: Vec<String> = match instrument.kind {
            Kind::Histogram => {
                ["_bucket", "_sum", "_count"].map(|part| format!("{}{part}", instrument.name)).to_vec()
            }
            Kind::Counter | Kind::Gauge => vec![instrument.name.to_owned()],
        };
        assert!(
            parts.iter().any(|part| shown.contains(part)),
            "no panel and no rule shows {}",
            instrument.name
        );
        of_instruments.extend(parts);
    }
    for name in shown {
        let known = if name.contains(':') { &recorded } else { &of_instruments };
        assert!(known.contains(&name), "{name} is shown, and there is no such thing");
    }
    let used: BTreeSet<String> = expressions(&dashboard())
        .iter()
        .chain(&rules().iter().map(|rule| rule["expr"].as_str().unwrap().to_owned()).collect::<Vec<_>>())
        .flat_map(|expression| names(expression))
        .collect();
    for name in recorded {
        assert!(used.contains(&name), "{name} is recorded and used nowhere");
    }
}

#[test]
fn labels_that_rules_and_panels_choose_by_are_those_of_the_instrument() {
    let all = rules();
    let expressions = expressions(&dashboard())
        .into_iter()
        .chain(all.iter().map(|rule| rule["expr"].as_str().unwrap().to_owned()));
    let mut chosen = 0;
    for expression in expressions {
        for instrument in ALL {
            for place in expression.split(instrument.name).skip(1) {
                let place = place.strip_prefix("_bucket").unwrap_or(place);
                let Some(selector) = place.strip_prefix('{').and_then(|rest| rest.split('}').next()) else {
                    continue;
                };
                for condition in selector.split("\",") {
                    let label = condition.split(['=', '!']).next().unwrap();
                    assert!(
                        instrument.labels.contains(&label),
                        "{} has no label {label}: {expression}",
                        instrument.name
                    );
                    chosen += 1;
                }
            }
        }
    }
    assert!(chosen >= 15, "{chosen} labels were found");
}

#[test]
fn every_alert_says_how_bad_it_is_what_happened_and_what_to_do() {
    let mut found = BTreeSet::new();
    for rule in rules() {
        let Some(name) = rule["alert"].as_str() else { continue };
        assert!(found.insert(name.to_owned()), "{name} is there twice");
        let severity = rule["labels"]["severity"].as_str().unwrap_or_default();
        assert!(["info", "warning", "critical"].contains(&severity), "{name}: {severity}");
        for annotation in ["summary", "description", "runbook"] {
            assert!(
                rule["annotations"][annotation].as_str().is_some_and(|text| text.len() > 15),
                "{name}: {annotation}"
            );
        }
    }
    // Those of the replaced system, and what was missing there.
    for name in [
        "ParsingFails",
        "EmbeddingFails",
        "DatabaseDown",
        "RedisDown",
        "Backlog",
        "SlowStage",
        "SlowAnswers",
        "OldestWaits",
        "DeadLetters",
        "ScheduleMissed",
        "DatabaseFills",
    ] {
        assert!(found.contains(&format!("CvMatching{name}")), "{name}");
    }
}

#[test]
fn the_documentation_names_every_instrument_and_every_alert() {
    let text = file("docs/monitoring.md");
    for instrument in ALL {
        assert!(text.contains(&format!("`{}`", instrument.name)), "{}", instrument.name);
    }
    for alert in all_alerts() {
        assert!(text.contains(&format!("`{alert}`")), "{alert}");
    }
    let known: BTreeSet<String> = ALL.iter().map(|instrument| instrument.name.to_owned()).collect();
    for name in
        names(&text).into_iter().filter(|name| name.starts_with("cv_matching_") && !name.contains(':'))
    {
        assert!(known.contains(&name), "docs/monitoring.md speaks of {name}, which is no instrument");
    }
}

#[test]
fn the_rules_of_the_operator_are_those_of_the_file() {
    let rule = yaml("k8s/monitoring/prometheus-rule.yaml");
    assert_eq!(rule["spec"], yaml("k8s/monitoring/rules.yml"), "run `make deploy-files`");
    assert_eq!(rule["kind"], "PrometheusRule");
}

#[test]
fn every_function_that_stays_is_scraped_beside_docker_compose() {
    let config = yaml("k8s/monitoring/prometheus.yml");
    let jobs = config["scrape_configs"].as_sequence().unwrap();
    let mut found = BTreeSet::new();
    for job in jobs {
        for part in job["dns_sd_configs"].as_sequence().unwrap() {
            assert_eq!((part["type"].as_str(), part["port"].as_u64()), (Some("A"), Some(8000)));
            found.extend(
                part["names"].as_sequence().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()),
            );
        }
        let with_token = !job["authorization"].is_null();
        assert_eq!(with_token, job["job_name"] == "cv-matching-system");
    }
    let expected: BTreeSet<String> = functions::all()
        .into_iter()
        .filter(|function| function.trigger != Trigger::Deployment)
        .map(|function| function.name.to_owned())
        .collect();
    assert_eq!(found, expected, "run `make deploy-files`");
}

#[test]
fn pods_are_found_by_labels_and_ports_that_they_have() {
    let text = file("k8s/monitoring/pod-monitor.yaml");
    let monitors: Vec<Value> = serde_yaml_ng::Deserializer::from_str(&text)
        .map(|document| serde::Deserialize::deserialize(document).unwrap())
        .collect();
    assert_eq!(monitors.len(), 2);
    for monitor in &monitors {
        assert_eq!(monitor["kind"], "PodMonitor");
        assert_eq!(monitor["metadata"]["namespace"], "cv-matching");
        assert_eq!(monitor["spec"]["selector"]["matchLabels"]["app.kubernetes.io/part-of"], "cv-matching");
        // `user-port` is what Knative calls the port of a container that has no name for it.
        let endpoints = monitor["spec"]["podMetricsEndpoints"].as_sequence().unwrap();
        let ports: Vec<&str> = endpoints.iter().map(|one| one["port"].as_str().unwrap()).collect();
        assert_eq!(ports, ["http", "user-port"]);
        for endpoint in endpoints {
            assert_eq!(endpoint["path"], functions::http::metrics::PATH);
        }
    }
    let plain = file("k8s/without-knative/http-functions.yaml") + &file("k8s/without-knative/stages.yaml");
    for label in [
        "app.kubernetes.io/part-of: cv-matching",
        "app.kubernetes.io/name: metrics",
        "{ name: http, containerPort: 8000 }",
    ] {
        assert!(plain.contains(label), "{label}");
    }
    let knative = file("k8s/base/http-functions.yaml");
    assert!(
        knative.contains("- containerPort: 8000") && !knative.contains("name: http"),
        "Knative's port has no name"
    );
}

#[test]
fn promtool_accepts_rules_configuration_and_every_expression_of_the_dashboard_and_the_rules_pass_their_tests()
{
    let Some(promtool) = Promtool::find() else { return };
    promtool.run(&["check", "rules", "k8s/monitoring/rules.yml"]);
    promtool.run(&["test", "rules", "k8s/monitoring/tests/alerts.yml"]);
    promtool.run(&["check", "config", "--syntax-only", "k8s/monitoring/prometheus.yml"]);
    // Grafana puts a duration in the place of the variable.
    let expressions = expressions(&dashboard());
    assert!(expressions.len() > 40, "{} expressions", expressions.len());
    let rules: Vec<Json> = expressions
        .iter()
        .enumerate()
        .map(|(number, expression)| {
            serde_json::json!({ "record": format!("panel:{number}"), "expr": expression.replace("$__rate_interval", "5m") })
        })
        .collect();
    let folder = folder();
    let path = folder.path().join("panels.yml");
    fs::write(&path, serde_json::json!({ "groups": [{ "name": "panels", "rules": rules }] }).to_string())
        .unwrap();
    promtool.run(&["check", "rules", path.to_str().unwrap()]);
}

#[test]
fn every_alert_is_tried_by_a_test_of_the_rules() {
    let text = file("k8s/monitoring/tests/alerts.yml");
    for alert in all_alerts() {
        assert!(
            text.contains(&format!("alertname: {alert}")) || text.contains(&format!("alertname=\"{alert}\"")),
            "{alert}"
        );
    }
}
