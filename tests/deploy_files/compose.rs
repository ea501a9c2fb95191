//! `docker-compose.yml`, its file for production, and LocalStack's init script against the table.

use functions::function::Trigger;
use shared::pipeline::Schedule;

use crate::reading::{Differences, at, document, file, keys, text};

const PARTS: [&str; 5] = ["postgres", "redis", "localstack", "migrate", "nginx"];

#[test]
fn every_function_is_a_service_with_its_command_its_queue_and_migrations_before_it() {
    let compose = document("docker-compose.yml");
    let mut differences = Differences::of("docker-compose.yml");
    let services = at(&compose, &["services"]);
    let found = keys(services)
        .into_iter()
        .filter(|name| !PARTS.contains(&name.as_str()) || name == "migrate")
        .collect();
    let expected = functions::all().iter().map(|function| function.name.to_owned()).collect();
    differences.expect_names("service", found, expected);
    for function in functions::all() {
        let name = function.name;
        let service = at(services, &[name]);
        let command = text(at(service, &["command"]));
        let queue = match function.trigger {
            Trigger::Http(_) => None,
            Trigger::Queue(queue) => Some(queue.as_str()),
            Trigger::Schedule(_) => Some(name),
            Trigger::Deployment => {
                differences.expect(name, "command", &command, &"[migrate]".to_owned());
                continue;
            }
        };
        differences.expect(name, "command", &command, &format!("[function, {name}]"));
        let url = queue.map_or("nothing".to_owned(), |queue| {
            format!("http://localstack:4566/000000000000/cv-matching-{queue}")
        });
        differences.expect(name, "QUEUE_URL", &text(at(service, &["environment", "QUEUE_URL"])), &url);
        let before = text(at(service, &["depends_on", "migrate", "condition"]));
        differences.expect(
            name,
            "what must be before it",
            &before,
            &"service_completed_successfully".to_owned(),
        );
        let health = text(at(service, &["healthcheck", "test"]));
        differences.expect(name, "health check", &health, &"[CMD, /cv-matching, probe]".to_owned());
        for variable in keys(at(service, &["environment"])) {
            let known = shared::config::SETTINGS.iter().any(|(known, _, _)| *known == variable);
            if !known
                && !["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].contains(&variable.as_str())
            {
                differences.add(name, &format!("the program knows no variable {variable}"));
            }
        }
    }
    differences.assert_none();
}

#[test]
fn production_has_replicas_and_limits_for_every_function() {
    let compose = document("docker-compose.prod.yml");
    let mut differences = Differences::of("docker-compose.prod.yml");
    let services = at(&compose, &["services"]);
    let expected = functions::all()
        .into_iter()
        .filter(|one| one.trigger != Trigger::Deployment)
        .map(|one| one.name.to_owned());
    differences.expect_names("service", keys(services), expected.collect());
    for name in keys(services) {
        for limit in ["cpus", "memory"] {
            for kind in ["limits", "reservations"] {
                if at(services, &[&name, "deploy", "resources", kind, limit]).is_null() {
                    differences.add(&name, &format!("no {kind} of {limit}"));
                }
            }
        }
    }
    differences.assert_none();
}

#[test]
fn localstack_gets_every_queue_and_every_schedule() {
    let path = "localstack/init/ready.d/make-resources.py";
    let script = file(path);
    let mut differences = Differences::of(path);
    let lines: Vec<String> = script
        .lines()
        .skip_while(|line| !line.contains("begin functions"))
        .take_while(|line| !line.contains("end functions"))
        .filter(|line| line.starts_with("    \""))
        .map(|line| line.trim().to_owned())
        .collect();
    let mut expected = Vec::new();
    for function in functions::all() {
        match function.trigger {
            Trigger::Queue(queue) => {
                expected.push(format!(
                    "\"{}\": {},",
                    queue.as_str(),
                    (6 * function.timeout_seconds).max(180)
                ));
            }
            Trigger::Schedule(task) => {
                let when = match task.schedule() {
                    Schedule::Every(period) if period.as_secs() == 3600 => "rate(1 hour)".to_owned(),
                    Schedule::Every(period) => format!("rate({} minutes)", period.as_secs() / 60),
                    Schedule::Daily(time) => format!("cron(0 {} * * ? *)", time.as_secs() / 3600),
                };
                expected.push(format!("\"{}\": (\"{when}\", {}),", function.name, function.timeout_seconds));
            }
            Trigger::Http(_) | Trigger::Deployment => {}
        }
    }
    differences.expect_names("line", lines, expected);
    differences.assert_none();
}
