//! Runs one function on AWS Lambda. What the function works with is made once for each environment, before its first call.

mod events;
mod messages;
mod requests;

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};

use super::pipeline;
use super::running::{Handler, HostError, Hosted, Warm, verifier};
use crate::api::ApiState;
use crate::config::Settings;
use crate::db::Db;
use crate::pipeline::{Pipeline, RunHost, Task, TaskOutcome, TaskWork};
use crate::telemetry;

type Error = lambda_runtime::Error;

/// Answers calls until the environment ends.
pub(super) async fn run(function: Hosted, db: Db, settings: Settings) -> Result<(), HostError> {
    let tokens = matches!(function.handler, Handler::Requests(_)).then(|| verifier(&settings)).transpose()?;
    let pipeline = pipeline(db, settings).await?;
    warm(&pipeline, function.warm);
    let ran = match (function.handler, tokens) {
        (Handler::Requests(router), Some(verifier)) => {
            lambda_http::run(requests::service(router(ApiState { pipeline, verifier }))).await
        }
        (Handler::Requests(_), None) => return Err(HostError::Missing("JWT_SECRET")),
        (Handler::Messages(stage), _) => {
            let work = async |event: LambdaEvent<Value>| {
                let answer = messages::work_on(&pipeline, stage, event).await;
                telemetry::end_call().await;
                answer
            };
            lambda_runtime::run(service_fn(work)).await
        }
        (Handler::Task(task, run) | Handler::TaskOnce(task, run), _) => {
            lambda_runtime::run(service_fn(|_: LambdaEvent<Value>| run_task(&pipeline, task, run))).await
        }
        (Handler::Migrations, _) => {
            lambda_runtime::run(service_fn(|_: LambdaEvent<Value>| migrate(&pipeline))).await
        }
    };
    ran.map_err(ended)
}

async fn run_task(pipeline: &Pipeline, task: Task, work: TaskWork) -> Result<Value, Error> {
    let ran = pipeline.run_scheduled_by(task, RunHost::Lambda, work).await;
    telemetry::end_call().await;
    let outcome = ran?;
    let answer = outcome.counts().map(
        |counts| json!({ "items": counts.items, "succeeded": counts.succeeded, "failed": counts.failed }),
    );
    let ran = matches!(outcome, TaskOutcome::Ran(_));
    Ok(json!({ "task": task.as_str(), "ran": ran, "counts": answer }))
}

async fn migrate(pipeline: &Pipeline) -> Result<Value, Error> {
    Ok(json!({ "applied": pipeline.db.migrate().await? }))
}

fn ended(error: Error) -> HostError {
    HostError::Lambda(error.to_string())
}

/// Has what the first call would wait for made while the environment starts: the connection to the database, and what the
/// function names.
fn warm(pipeline: &Pipeline, more: Option<Warm>) {
    let one = pipeline.clone();
    tokio::spawn(async move {
        if let Err(error) = one.db.ping().await {
            tracing::warn!(%error, "the database does not answer yet");
        }
    });
    if let Some(warm) = more {
        tokio::spawn(warm(pipeline.clone()));
    }
}
