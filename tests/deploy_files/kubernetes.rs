//! `k8s/` against the table, and the kinds that no public schema checks against the fields that their makers document.

use std::collections::BTreeSet;
use std::process::Command;

use cv_matching_tests::{checkout, fetched};
use functions::function::{Function, Trigger};
use serde::Deserialize;
use serde_yaml_ng::{Deserializer, Value};
use shared::pipeline::Schedule;

use crate::reading::{Differences, at, documents, keys, text};

fn of_kind(files: &[&str], kind: &str) -> Vec<Value> {
    files
        .iter()
        .flat_map(|file| documents(file))
        .filter(|document| text(at(document, &["kind"])) == kind)
        .collect()
}

fn name(document: &Value) -> String {
    text(at(document, &["metadata", "name"]))
}

fn names(of: impl Fn(&Function) -> bool) -> Vec<String> {
    functions::all().iter().filter(|one| of(one)).map(|one| one.name.to_owned()).collect()
}

fn is_http(function: &Function) -> bool {
    matches!(function.trigger, Trigger::Http(_))
}

fn is_stage(function: &Function) -> bool {
    matches!(function.trigger, Trigger::Queue(_))
}

fn is_task(function: &Function) -> bool {
    matches!(function.trigger, Trigger::Schedule(_))
}

fn function(name: &str) -> Option<Function> {
    functions::all().into_iter().find(|function| function.name == name)
}

fn cron(schedule: Schedule) -> String {
    match schedule {
        Schedule::Every(period) if period.as_secs() == 3600 => "0 * * * *".to_owned(),
        Schedule::Every(period) => format!("*/{} * * * *", period.as_secs() / 60),
        Schedule::Daily(time) => format!("{} {} * * *", time.as_secs() / 60 % 60, time.as_secs() / 3600),
    }
}

const BASE: [&str; 4] = [
    "k8s/base/http-functions.yaml",
    "k8s/base/stages.yaml",
    "k8s/base/schedules.yaml",
    "k8s/base/queue-sources.yaml",
];
const PLAIN: [&str; 3] = [
    "k8s/without-knative/http-functions.yaml",
    "k8s/without-knative/stages.yaml",
    "k8s/without-knative/schedules.yaml",
];

/// What every container must be: it runs its function, as nobody, with requests and limits.
fn check_container(differences: &mut Differences, name: &str, container: &Value, arguments: &str) {
    differences.expect(name, "args", &text(at(container, &["args"])), &arguments.to_owned());
    for (path, wanted) in [
        ("allowPrivilegeEscalation", "false"),
        ("readOnlyRootFilesystem", "true"),
        ("runAsNonRoot", "true"),
        ("capabilities", "{drop: [ALL]}"),
        ("seccompProfile", "{type: RuntimeDefault}"),
    ] {
        differences.expect(name, path, &text(at(container, &["securityContext", path])), &wanted.to_owned());
    }
    for kind in ["requests", "limits"] {
        for what in ["cpu", "memory"] {
            if at(container, &["resources", kind, what]).is_null() {
                differences.add(name, &format!("no {kind} of {what}"));
            }
        }
    }
}

#[test]
fn knative_has_a_service_for_every_function_with_its_scale() {
    let mut differences = Differences::of("k8s/base");
    let services = of_kind(&BASE, "Service");
    let expected = names(|one| one.trigger != Trigger::Deployment);
    differences.expect_names("Knative Service", services.iter().map(name).collect(), expected);
    for service in &services {
        let name = name(service);
        let Some(function) = function(&name) else { continue };
        let template = at(service, &["spec", "template"]);
        let container = &at(template, &["spec", "containers"])[0];
        check_container(&mut differences, &name, container, &format!("[function, {name}]"));
        differences.expect(
            &name,
            "readiness",
            &text(at(container, &["readinessProbe"])),
            &"{httpGet: {path: /readyz}}".to_owned(),
        );
        differences.expect(
            &name,
            "liveness",
            &text(at(container, &["livenessProbe"])),
            &"{httpGet: {path: /healthz}}".to_owned(),
        );
        let timeout = text(at(template, &["spec", "timeoutSeconds"]));
        differences.expect(&name, "timeoutSeconds", &timeout, &function.timeout_seconds.min(600).to_string());
        let annotation = |key: &str| {
            text(at(template, &["metadata", "annotations", &format!("autoscaling.knative.dev/{key}")]))
        };
        let scale = ["class", "metric", "target", "min-scale", "max-scale"].map(annotation).join(" ");
        let wanted = match function.trigger {
            Trigger::Http(_) => "hpa.autoscaling.knative.dev cpu 70 3 10",
            Trigger::Queue(_) => "hpa.autoscaling.knative.dev cpu 75 5 20",
            _ => "kpa.autoscaling.knative.dev concurrency 1 0 1",
        };
        differences.expect(&name, "scale", &scale, &wanted.to_owned());
    }
    differences.assert_none();
}

#[test]
fn knative_has_a_source_of_events_for_every_stage_and_every_task() {
    let mut differences = Differences::of("k8s/base");
    let pings = of_kind(&BASE, "PingSource");
    differences.expect_names("PingSource", pings.iter().map(name).collect(), names(is_task));
    for ping in &pings {
        let Some(Function { trigger: Trigger::Schedule(task), .. }) = function(&name(ping)) else { continue };
        let schedule = text(at(ping, &["spec", "schedule"]));
        differences.expect(&name(ping), "schedule", &schedule, &cron(task.schedule()));
    }
    let sources = of_kind(&BASE, "IntegrationSource");
    let mut expected = Vec::new();
    for one in functions::all() {
        let Trigger::Queue(queue) = one.trigger else { continue };
        expected.push(queue.as_str().to_owned());
        let Some(source) = sources.iter().find(|source| name(source) == queue.as_str()) else { continue };
        let sqs = at(source, &["spec", "aws", "sqs"]);
        let arn = format!("arn:aws:sqs:REGION:ACCOUNT:cv-matching-{}", queue.as_str());
        differences.expect(one.name, "arn", &text(at(sqs, &["arn"])), &arn);
        differences.expect(
            one.name,
            "sink",
            &text(at(source, &["spec", "sink", "ref", "name"])),
            &one.name.to_owned(),
        );
        let most = text(at(sqs, &["maxMessagesPerPoll"]));
        differences.expect(one.name, "maxMessagesPerPoll", &most, &one.batch_size.to_string());
    }
    differences.expect_names("IntegrationSource", sources.iter().map(name).collect(), expected);
    for ping in &pings {
        differences.expect(
            &name(ping),
            "sink",
            &text(at(ping, &["spec", "sink", "ref", "name"])),
            &name(ping),
        );
    }
    differences.assert_none();
}

#[test]
fn without_knative_there_is_a_deployment_or_a_cron_job_for_every_function() {
    let mut differences = Differences::of("k8s/without-knative");
    let deployments = of_kind(&PLAIN, "Deployment");
    let expected = names(|one| is_http(one) || is_stage(one));
    differences.expect_names("Deployment", deployments.iter().map(name).collect(), expected.clone());
    for deployment in &deployments {
        let name = name(deployment);
        let container = &at(deployment, &["spec", "template", "spec", "containers"])[0];
        check_container(&mut differences, &name, container, &format!("[function, {name}]"));
        let url = match function(&name).map(|one| one.trigger) {
            Some(Trigger::Queue(queue)) => {
                format!("[{{name: QUEUE_URL, value: $(SQS_QUEUE_URL_PREFIX){}}}]", queue.as_str())
            }
            _ => "nothing".to_owned(),
        };
        differences.expect(&name, "env", &text(at(container, &["env"])), &url);
        for probe in ["startupProbe", "readinessProbe", "livenessProbe"] {
            if at(container, &[probe, "httpGet", "path"]).is_null() {
                differences.add(&name, &format!("no {probe}"));
            }
        }
    }
    let budgets = of_kind(&PLAIN, "PodDisruptionBudget").iter().map(name).collect();
    differences.expect_names("PodDisruptionBudget", budgets, expected);
    let scaled = of_kind(&PLAIN, "HorizontalPodAutoscaler").iter().map(name).collect();
    differences.expect_names("HorizontalPodAutoscaler", scaled, names(is_http));
    let services = of_kind(&PLAIN, "Service").iter().map(name).collect();
    differences.expect_names("Service", services, names(is_http));
    let scaled = of_kind(&PLAIN, "ScaledObject").iter().map(name).collect();
    differences.expect_names("ScaledObject", scaled, names(is_stage));
    let jobs = of_kind(&PLAIN, "CronJob");
    differences.expect_names("CronJob", jobs.iter().map(name).collect(), names(is_task));
    for job in &jobs {
        let name = name(job);
        let container = &at(job, &["spec", "jobTemplate", "spec", "template", "spec", "containers"])[0];
        check_container(&mut differences, &name, container, &format!("[function, {name}, --once]"));
        let Some(Function { trigger: Trigger::Schedule(task), .. }) = function(&name) else { continue };
        differences.expect(&name, "schedule", &text(at(job, &["spec", "schedule"])), &cron(task.schedule()));
    }
    differences.assert_none();
}

/// Fields that the documentation of these kinds has, below `spec`, of those that are used here.
const DOCUMENTED: [(&str, &[&str]); 4] = [
    (
        "Service",
        &[
            "template",
            "template.metadata",
            "template.metadata.labels",
            "template.metadata.annotations",
            "template.spec",
            "template.spec.serviceAccountName",
            "template.spec.automountServiceAccountToken",
            "template.spec.timeoutSeconds",
            "template.spec.containers",
        ],
    ),
    (
        "PingSource",
        &[
            "schedule",
            "timezone",
            "contentType",
            "data",
            "sink",
            "sink.ref",
            "sink.ref.apiVersion",
            "sink.ref.kind",
            "sink.ref.name",
        ],
    ),
    (
        "IntegrationSource",
        &[
            "aws",
            "aws.sqs",
            "aws.sqs.arn",
            "aws.sqs.region",
            "aws.sqs.autoCreateQueue",
            "aws.sqs.deleteAfterRead",
            "aws.sqs.maxMessagesPerPoll",
            "aws.sqs.waitTimeSeconds",
            "aws.sqs.visibilityTimeout",
            "aws.sqs.overrideEndpoint",
            "aws.sqs.uriEndpointOverride",
            "aws.auth",
            "aws.auth.serviceAccountName",
            "aws.auth.secret",
            "aws.auth.secret.ref",
            "aws.auth.secret.ref.name",
            "sink",
            "sink.ref",
            "sink.ref.apiVersion",
            "sink.ref.kind",
            "sink.ref.name",
        ],
    ),
    (
        "ScaledObject",
        &["scaleTargetRef", "scaleTargetRef.name", "minReplicaCount", "maxReplicaCount", "triggers"],
    ),
];

fn fields(value: &Value, below: &str, found: &mut BTreeSet<String>) {
    for key in keys(value) {
        let path = if below.is_empty() { key.clone() } else { format!("{below}.{key}") };
        found.insert(path.clone());
        if !path.ends_with("labels") && !path.ends_with("annotations") {
            fields(at(value, &[key.as_str()]), &path, found);
        }
    }
}

/// What kustomize makes of an overlay; none where there is no kustomize.
fn built(overlay: &str) -> Option<Vec<Value>> {
    let path = format!("k8s/overlays/{overlay}");
    for command in [["kustomize", "build"], ["kubectl", "kustomize"]] {
        let output = Command::new(command[0]).args([command[1], &path]).current_dir(checkout()).output();
        let Ok(output) = output else { continue };
        assert!(output.status.success(), "{path}: {}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        return Some(Deserializer::from_str(&text).map(|one| Value::deserialize(one).unwrap()).collect());
    }
    fetched::not_tested("overlays as kustomize builds them: there is no kustomize or kubectl");
    None
}

#[test]
fn kinds_without_a_public_schema_have_documented_fields_only() {
    let mut all: Vec<Value> = BASE.iter().chain(&PLAIN).flat_map(|file| documents(file)).collect();
    for overlay in ["local", "production", "without-knative"] {
        all.extend(built(overlay).into_iter().flatten());
    }
    for (kind, documented) in DOCUMENTED {
        let maker = if kind == "ScaledObject" { "keda.sh/" } else { ".knative.dev/" };
        let of_kind: Vec<&Value> = all
            .iter()
            .filter(|one| text(at(one, &["kind"])) == kind && text(at(one, &["apiVersion"])).contains(maker))
            .collect();
        assert!(!of_kind.is_empty(), "{kind}");
        for one in of_kind {
            let mut found = BTreeSet::new();
            fields(at(one, &["spec"]), "", &mut found);
            for field in found {
                assert!(
                    documented.contains(&field.as_str()),
                    "{kind} {}: spec.{field} is documented nowhere",
                    name(one)
                );
            }
        }
    }
}
