//! `functions`: the table of functions.

use std::process::ExitCode;

use clap::Args;
use functions::function::Trigger;
use serde_json::json;
use shared::pipeline::Schedule;

use crate::output::Lines;

/// Prints the table of functions: name, what calls it, batch size, timeout (s), memory (MiB).
#[derive(Args)]
pub struct FunctionsArguments {
    /// Print NDJSON.
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: &FunctionsArguments) -> anyhow::Result<ExitCode> {
    let mut lines = Lines::stdout();
    for function in functions::all() {
        let trigger = match function.trigger {
            Trigger::Http(routes) => {
                routes.iter().map(|(method, path)| format!("{method} {path}")).collect::<Vec<_>>().join(", ")
            }
            Trigger::Queue(queue) => format!("queue {}", queue.as_str()),
            Trigger::Schedule(task) => match task.schedule() {
                Schedule::Every(period) => format!("every {} min", period.as_secs() / 60),
                Schedule::Daily(time) => format!("daily at {:02}:00 UTC", time.as_secs() / 3600),
            },
        };
        if arguments.json {
            lines.write(&json!({
                "name": function.name, "trigger": trigger, "batch_size": function.batch_size,
                "timeout_seconds": function.timeout_seconds, "memory_mb": function.memory_mb,
            }))?;
        } else {
            lines.text(&format!(
                "{:<32} {:<78} {:>3} {:>5} {:>6}",
                function.name, trigger, function.batch_size, function.timeout_seconds, function.memory_mb
            ))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
