//! `template.yaml` against the table.

use std::collections::BTreeSet;

use functions::function::{Function, Need, Trigger};
use serde_yaml_ng::Value;
use shared::pipeline::Schedule;
use shared::queue::{MOST_RECEIVES, QueueName};

use crate::reading::{Differences, at, camel, document, file, keys, text};

fn template() -> Value {
    document("template.yaml")
}

/// The names of the resources of a type.
fn of_type(template: &Value, kind: &str) -> Vec<String> {
    let resources = at(template, &["Resources"]);
    keys(resources).into_iter().filter(|name| text(at(resources, &[name.as_str(), "Type"])) == kind).collect()
}

fn expression(schedule: Schedule) -> String {
    match schedule {
        Schedule::Every(period) if period.as_secs() == 3600 => "rate(1 hour)".to_owned(),
        Schedule::Every(period) => format!("rate({} minutes)", period.as_secs() / 60),
        Schedule::Daily(time) => {
            let minutes = time.as_secs() / 60;
            format!("cron({} {} * * ? *)", minutes % 60, minutes / 60)
        }
    }
}

/// What a function may do, as `action on resource`.
fn allowed(function: &Function) -> BTreeSet<String> {
    let (files, bucket) = ("!Sub ${Files.Arn}/*", "!GetAtt Files.Arn");
    let queue = |queue: QueueName| format!("!GetAtt {}Queue.Arn", camel(queue.as_str()));
    let dead = |queue: QueueName| format!("!GetAtt {}DeadLetters.Arn", camel(queue.as_str()));
    let looking = |name| {
        ["ReceiveMessage", "ChangeMessageVisibility", "GetQueueAttributes"]
            .map(|action| format!("sqs:{action} on {}", dead(name)))
            .to_vec()
    };
    let mut allowed = BTreeSet::new();
    for need in function.needs {
        let rights = match *need {
            Need::ReadFiles => vec![format!("s3:GetObject on {files}"), format!("s3:ListBucket on {bucket}")],
            Need::WriteFiles => vec![format!("s3:PutObject on {files}")],
            Need::DeleteFiles => vec![format!("s3:DeleteObject on {files}")],
            Need::ListFiles => vec![format!("s3:ListBucket on {bucket}")],
            Need::Send(name) => vec![format!("sqs:SendMessage on {}", queue(name))],
            Need::Measure(name) => {
                [queue(name), dead(name)].map(|queue| format!("sqs:GetQueueAttributes on {queue}")).to_vec()
            }
            Need::ReadDeadLetters(name) => looking(name),
            Need::Redrive(name) => {
                let mut rights = looking(name);
                rights.push(format!("sqs:DeleteMessage on {}", dead(name)));
                rights.push(format!("sqs:SendMessage on {}", queue(name)));
                rights
            }
            Need::Database | Need::Cache | Need::Model | Need::Chat => Vec::new(),
        };
        allowed.extend(rights);
    }
    allowed
}

fn allows(properties: &Value) -> BTreeSet<String> {
    let mut allows = BTreeSet::new();
    for policy in at(properties, &["Policies"]).as_sequence().into_iter().flatten() {
        for statement in at(policy, &["Statement"]).as_sequence().into_iter().flatten() {
            assert_eq!(text(at(statement, &["Effect"])), "Allow");
            for action in at(statement, &["Action"]).as_sequence().unwrap() {
                allows.insert(format!("{} on {}", text(action), text(at(statement, &["Resource"]))));
            }
        }
    }
    allows
}

#[test]
fn every_function_stands_in_it_with_its_trigger_its_limits_and_no_right_too_many() {
    let template = template();
    let mut differences = Differences::of("template.yaml");
    let expected = functions::all().iter().map(|one| format!("{}Function", camel(one.name))).collect();
    differences.expect_names("function", of_type(&template, "AWS::Serverless::Function"), expected);
    for function in functions::all() {
        let name = function.name;
        let properties =
            at(&template, &["Resources", &format!("{}Function", camel(name)), "Properties"]).clone();
        let mut is =
            |what: &str, found: &Value, wanted: String| differences.expect(name, what, &text(found), &wanted);
        is("CodeUri", at(&properties, &["CodeUri"]), format!("target/lambda/{name}/"));
        is("FunctionName", at(&properties, &["FunctionName"]), format!("!Sub ${{AWS::StackName}}-{name}"));
        is("MemorySize", at(&properties, &["MemorySize"]), function.memory_mb.to_string());
        is("Timeout", at(&properties, &["Timeout"]), function.timeout_seconds.to_string());
        let layers = if function.embeds() { "[!Ref Model]" } else { "nothing" };
        is("Layers", at(&properties, &["Layers"]), layers.to_owned());
        differences.expect(name, "what it may do", &allows(&properties), &allowed(&function));
        let events = at(&properties, &["Events"]);
        differences.expect(name, "its events", &events_of(events), &expected_events(&function));
    }
    differences.assert_none();
}

/// Each event with all that it says: a property that is misspelt or too many shows.
fn events_of(events: &Value) -> BTreeSet<String> {
    keys(events)
        .iter()
        .map(|key| {
            let event = at(events, &[key.as_str()]);
            format!("{} {}", text(at(event, &["Type"])), text(at(event, &["Properties"])))
        })
        .collect()
}

fn expected_events(function: &Function) -> BTreeSet<String> {
    let public = ["/healthz", "/readyz", "/api/openapi.json"];
    match function.trigger {
        Trigger::Http(routes) => routes
            .iter()
            .map(|(method, path)| {
                let auth = if public.contains(path) { ", Auth: {Authorizer: NONE}" } else { "" };
                format!("HttpApi {{ApiId: !Ref Api, Method: {method}, Path: {path}{auth}}}")
            })
            .collect(),
        Trigger::Queue(queue) => BTreeSet::from([format!(
            "SQS {{Queue: !GetAtt {}Queue.Arn, BatchSize: {}, FunctionResponseTypes: [ReportBatchItemFailures], \
            ScalingConfig: {{MaximumConcurrency: !Ref StageConcurrency}}}}",
            camel(queue.as_str()),
            function.batch_size
        )]),
        Trigger::Schedule(task) => BTreeSet::from([format!(
            "ScheduleV2 {{ScheduleExpression: {}, RetryPolicy: {{MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 300}}, \
            DeadLetterConfig: {{Arn: !GetAtt CallDeadLetters.Arn}}}}",
            expression(task.schedule())
        )]),
        Trigger::Deployment => BTreeSet::new(),
    }
}

#[test]
fn every_queue_hides_a_message_six_times_as_long_as_its_function_may_take_and_has_dead_letters() {
    let template = template();
    let mut differences = Differences::of("template.yaml");
    let mut expected = vec!["CallDeadLetters".to_owned()];
    for function in functions::all() {
        let Trigger::Queue(queue) = function.trigger else { continue };
        let name = camel(queue.as_str());
        expected.extend([format!("{name}Queue"), format!("{name}DeadLetters")]);
        let properties = at(&template, &["Resources", &format!("{name}Queue"), "Properties"]);
        let visibility = at(properties, &["VisibilityTimeout"]).as_u64().unwrap_or(0);
        if visibility < u64::from(6 * function.timeout_seconds) || visibility <= 120 {
            differences.add(function.name, &format!("its queue hides messages for {visibility} s only"));
        }
        let redrive = text(at(properties, &["RedrivePolicy"]));
        let wanted = format!(
            "{{deadLetterTargetArn: !GetAtt {name}DeadLetters.Arn, maxReceiveCount: {MOST_RECEIVES}}}"
        );
        differences.expect(function.name, "RedrivePolicy", &redrive, &wanted);
        let queue_name = text(at(properties, &["QueueName"]));
        differences.expect(
            function.name,
            "QueueName",
            &queue_name,
            &format!("!Sub ${{AWS::StackName}}-{}", queue.as_str()),
        );
    }
    for queue in QueueName::ALL {
        if !expected.contains(&format!("{}Queue", camel(queue.as_str()))) {
            differences.add(queue.as_str(), "no function works on this queue");
        }
    }
    differences.expect_names("queue", of_type(&template, "AWS::SQS::Queue"), expected);
    differences.assert_none();
}

#[test]
fn the_bucket_is_encrypted_closed_to_the_public_and_notifies_of_uploads() {
    let template = template();
    let bucket = at(&template, &["Resources", "Files", "Properties"]);
    for setting in ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"] {
        assert_eq!(text(at(bucket, &["PublicAccessBlockConfiguration", setting])), "true", "{setting}");
    }
    assert!(text(at(bucket, &["BucketEncryption"])).contains("aws:kms"));
    assert!(text(at(bucket, &["LifecycleConfiguration"])).contains("DaysAfterInitiation"));
    let notification = text(at(bucket, &["NotificationConfiguration"]));
    assert!(notification.contains("!GetAtt CvUploadQueue.Arn"), "{notification}");
    let prefix = format!("{{Name: prefix, Value: {}}}", shared::queue::UPLOAD_PREFIX);
    assert!(notification.contains(&prefix), "{notification}");
}

/// The filters count lines of the log: the code must still write them.
#[test]
fn what_the_alarms_count_is_what_the_code_logs() {
    let template = template();
    let code: String =
        ["pipeline/parsing.rs", "pipeline/embedding.rs", "pipeline/mod.rs", "cache/redis.rs", "db/mod.rs"]
            .iter()
            .map(|name| file(&format!("shared/src/{name}")))
            .collect();
    let mut filters = 0;
    for name in of_type(&template, "AWS::Logs::MetricFilter") {
        let pattern = text(at(&template, &["Resources", &name, "Properties", "FilterPattern"]));
        for said in pattern.split("$.message = \"").skip(1) {
            let said = said.split('"').next().unwrap();
            assert!(code.contains(&format!("\"{said}\"")), "{name}: the code does not log \"{said}\"");
        }
        for stage in pattern.split("$.stage = \"").skip(1) {
            let stage = stage.split('"').next().unwrap();
            assert!(code.contains(&format!("Stage::{stage}")), "{name}: there is no stage {stage}");
        }
        filters += 1;
    }
    assert!(filters >= 6);
    let alarms = of_type(&template, "AWS::CloudWatch::Alarm");
    let thresholds: BTreeSet<String> = alarms
        .iter()
        .map(|name| {
            format!("{name} {}", text(at(&template, &["Resources", name, "Properties", "Threshold"])))
        })
        .collect();
    let expected = [
        "BacklogAlarm 1000",
        "DatabaseAlarm 0",
        "DeadLettersAlarm 0",
        "EmbeddingFailuresAlarm 5",
        "LatencyAlarm 5000",
        "OldestMessageAlarm 900",
        "ParsingFailuresAlarm 10",
        "RedisAlarm 0",
    ];
    assert_eq!(thresholds, expected.map(str::to_owned).into());
}

#[test]
fn alarms_of_queues_look_at_every_queue() {
    let template = template();
    let queues = of_type(&template, "AWS::SQS::Queue");
    let (dead, alive): (Vec<String>, Vec<String>) =
        queues.into_iter().partition(|name| name.ends_with("DeadLetters"));
    for (alarm, metric, wanted) in [
        ("BacklogAlarm", "ApproximateNumberOfMessagesVisible", &alive),
        ("OldestMessageAlarm", "ApproximateAgeOfOldestMessage", &alive),
        ("DeadLettersAlarm", "ApproximateNumberOfMessagesVisible", &dead),
    ] {
        let metrics = at(&template, &["Resources", alarm, "Properties", "Metrics"]).as_sequence().unwrap();
        let found: BTreeSet<String> = metrics
            .iter()
            .map(|one| at(one, &["MetricStat", "Metric"]))
            .filter(|one| !one.is_null())
            .map(|one| format!("{} {}", text(at(one, &["MetricName"])), text(&at(one, &["Dimensions"])[0])))
            .collect();
        let expected = wanted
            .iter()
            .map(|name| format!("{metric} {{Name: QueueName, Value: !GetAtt {name}.QueueName}}"));
        assert_eq!(found, expected.collect(), "{alarm}");
    }
}

#[test]
fn every_variable_that_it_sets_is_one_that_the_program_knows() {
    let template = template();
    let set = keys(at(&template, &["Globals", "Function", "Environment", "Variables"]));
    for name in set {
        assert!(shared::config::SETTINGS.iter().any(|(known, _, _)| *known == name), "{name}");
    }
}
