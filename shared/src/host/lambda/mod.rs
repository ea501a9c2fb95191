//! Runs one function on AWS Lambda. What the function works with is made once for each environment, before its first call.

mod events;
mod messages;
mod requests;

use lambda_runtime::{LambdaEvent, service_fn};
use serde_json::{Value, json};

use super::pipeline;
use super::running::{Handler, HostError, Hosted, verifier};
use crate::api::ApiState;
use crate::config::Settings;
use crate::db::Db;

type Error = lambda_runtime::Error;

/// Answers calls until the environment ends.
pub(super) async fn run(function: Hosted, db: Db, settings: Settings) -> Result<(), HostError> {
    if let Handler::Requests(router) = function.handler {
        let verifier = verifier(&settings)?;
        let pipeline = pipeline(db, settings).await?;
        warm(&pipeline, function.embeds);
        let service = requests::service(router(ApiState { pipeline, verifier }));
        return lambda_http::run(service).await.map_err(ended);
    }
    let pipeline = pipeline(db, settings).await?;
    warm(&pipeline, function.embeds);
    let ran = match function.handler {
        Handler::Messages(handle) => {
            let pipeline = &pipeline;
            let work = async |event: LambdaEvent<Value>| messages::work_on(pipeline, handle, event).await;
            lambda_runtime::run(service_fn(work)).await
        }
        Handler::Task(task) | Handler::TaskOnce(task) => {
            let pipeline = &pipeline;
            let work = async |_: LambdaEvent<Value>| {
                let counts = pipeline.run_task(task).await?;
                let answer = counts.map(|counts| {
                    json!({ "items": counts.items, "succeeded": counts.succeeded, "failed": counts.failed })
                });
                Ok::<Value, Error>(
                    json!({ "task": task.as_str(), "ran": counts.is_some(), "counts": answer }),
                )
            };
            lambda_runtime::run(service_fn(work)).await
        }
        Handler::Migrations => {
            let pipeline = &pipeline;
            let work = async |_: LambdaEvent<Value>| {
                let applied = pipeline.db.migrate().await?;
                Ok::<Value, Error>(json!({ "applied": applied }))
            };
            lambda_runtime::run(service_fn(work)).await
        }
        Handler::Requests(_) => Ok(()),
    };
    ran.map_err(ended)
}

fn ended(error: Error) -> HostError {
    HostError::Lambda(error.to_string())
}

/// Has what the first call would wait for made while the environment starts: the model where it is needed, and the
/// connection to the database.
fn warm(pipeline: &crate::pipeline::Pipeline, embeds: bool) {
    let one = pipeline.clone();
    tokio::spawn(async move {
        if let Err(error) = one.db.ping().await {
            tracing::warn!(%error, "the database does not answer yet");
        }
    });
    if embeds {
        let one = pipeline.clone();
        tokio::spawn(async move {
            if let Err(error) = one.embedder().await {
                tracing::error!(%error, "the model cannot be loaded");
            }
        });
    }
}
