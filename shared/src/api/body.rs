//! Request bodies, read whole and bounded in bytes and time.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use bytes::{Bytes, BytesMut};
use futures_util::StreamExt;
use tokio::time::timeout;

use super::problem::{Problem, ProblemKind};

/// A file or an import in one request: what a Lambda takes as base64.
pub const MOST_BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

/// The file of a promised upload.
pub const MOST_BYTES_OF_FILE: usize = 10 * 1024 * 1024;

/// A request in JSON.
pub const MOST_BYTES_OF_JSON: usize = 1024 * 1024;

/// How long a body may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// How much of a body that is too large is read and thrown away: a client that is still sending when the connection is
/// closed sees a broken connection in place of the answer that says why.
const THROWN_AWAY: usize = 64 * 1024 * 1024;

/// Reads the body of a request, at most `most` bytes.
pub(super) async fn read(request: Request, most: usize) -> Result<(Parts, Bytes), Problem> {
    let (parts, body) = request.into_parts();
    let declared =
        parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let read = timeout(PATIENCE, collect(body, most, declared.unwrap_or(0))).await;
    let content = read.map_err(|_| {
        Problem::new(
            ProblemKind::TooSlow,
            format!("It was not there after {} s. Send it again.", PATIENCE.as_secs()),
        )
    })??;
    Ok((parts, content))
}

async fn collect(body: Body, most: usize, declared: usize) -> Result<Bytes, Problem> {
    let mut stream = body.into_data_stream();
    let mut content = BytesMut::with_capacity(declared.min(most));
    let mut bytes = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|error| {
            tracing::info!(%error, "a request broke off");
            Problem::new(ProblemKind::Malformed, "The request broke off before its end. Send it again.")
        })?;
        bytes += chunk.len();
        if bytes <= most {
            content.extend_from_slice(&chunk);
        } else if bytes > THROWN_AWAY {
            break;
        }
    }
    if bytes > most { Err(too_large(most)) } else { Ok(content.freeze()) }
}

pub(super) fn too_large(most: usize) -> Problem {
    let most = if most >= 1024 * 1024 {
        format!("{} MiB", most / 1024 / 1024)
    } else {
        format!("{} KiB", most / 1024)
    };
    Problem::new(ProblemKind::TooLarge, format!("At most {most} are taken here."))
}
