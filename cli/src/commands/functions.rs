//! `functions`: the table of functions.

use std::process::ExitCode;

use clap::Args;
use functions::function::{Function, Trigger};
use serde_json::{Value, json};
use shared::pipeline::Schedule;

use crate::output::Lines;

/// Prints the table of functions: name, what calls it, batch size, timeout (s), memory (MiB), what it needs.
#[derive(Args)]
pub struct FunctionsArguments {
    /// Print NDJSON.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &FunctionsArguments) -> anyhow::Result<ExitCode> {
    let mut lines = Lines::stdout();
    for function in functions::all() {
        let needs: Vec<String> = function.needs.iter().map(|need| need.text()).collect();
        if arguments.json {
            let mut row = json!({
                "name": function.name, "trigger": trigger(&function), "batch_size": function.batch_size,
                "timeout_seconds": function.timeout_seconds, "memory_mb": function.memory_mb, "needs": needs,
            });
            let (kind, more) = details(&function);
            row["kind"] = kind.into();
            row.as_object_mut()
                .into_iter()
                .zip(more.as_object())
                .for_each(|(row, more)| row.extend(more.clone()));
            lines.write(&row)?;
        } else {
            lines.text(&format!(
                "{:<32} {:<78} {:>3} {:>5} {:>6}  {}",
                function.name,
                trigger(&function),
                function.batch_size,
                function.timeout_seconds,
                function.memory_mb,
                needs.join(", "),
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn trigger(function: &Function) -> String {
    match function.trigger {
        Trigger::Http(routes) => {
            routes.iter().map(|(method, path)| format!("{method} {path}")).collect::<Vec<_>>().join(", ")
        }
        Trigger::Queue(queue) => format!("queue {}", queue.as_str()),
        Trigger::Schedule(task) => task.schedule().to_string(),
        Trigger::Deployment => "each deployment".to_owned(),
    }
}

/// The function's kind, and what belongs to it.
fn details(function: &Function) -> (&'static str, Value) {
    match function.trigger {
        Trigger::Http(routes) => ("http", json!({ "routes": routes })),
        Trigger::Queue(queue) => ("queue", json!({ "queue": queue.as_str() })),
        Trigger::Schedule(task) => {
            let schedule = match task.schedule() {
                Schedule::Every(period) => json!({ "every_minutes": period.as_secs() / 60 }),
                Schedule::Daily(time) => json!({ "daily_at_minute": time.as_secs() / 60 }),
            };
            ("schedule", json!({ "task": task.as_str(), "schedule": schedule }))
        }
        Trigger::Deployment => ("deployment", json!({})),
    }
}
