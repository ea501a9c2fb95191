//! Models behind an OpenAI-compatible HTTP API: [`ModelApi`] sends one request, [`retry`] says what is tried again and when.
//! What is sent and answered, and the key, never reach a log or an error's text: people's CVs are in it.

mod retry;

#[cfg(test)]
mod tests;

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{Client, StatusCode, redirect};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::config::ModelApiSettings;

pub use retry::{Retries, Retryable, retrying};

/// The most bytes that an answer may have.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// How long the other side may take to accept a connection.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);

/// A model behind an API. Cheap to clone; clones share the connections.
#[derive(Clone, Debug)]
pub struct ModelApi {
    settings: ModelApiSettings,
    client: Client,
}

/// Why a request brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum ModelApiError {
    /// No connection: nothing was sent.
    #[error("the model's server cannot be reached at {url}")]
    Unreachable {
        /// The address without the path.
        url: String,
    },
    /// The request was on its way when the connection broke or time was up.
    #[error("the model's server did not answer ({reason})")]
    Interrupted {
        /// `timeout` or `connection`.
        reason: &'static str,
    },
    /// The server refused.
    #[error("the model's server answered {status}{}", code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's own code for it, such as `model_not_found`.
        code: Option<String>,
        /// The parameter that it does not take, where its words name one of [`OPTIONAL`].
        parameter: Option<&'static str>,
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The answer is not of the form that the API has.
    #[error("the model's server answered what cannot be read: {0}")]
    Unreadable(&'static str),
    /// No client can be made of what this machine offers.
    #[error("no HTTP client can be made: {0}")]
    Client(String),
}

/// Parameters that some servers do not take.
pub const OPTIONAL: [&str; 5] =
    ["response_format", "max_completion_tokens", "max_tokens", "temperature", "dimensions"];

impl ModelApiError {
    /// The kind as a stable name for logs, metrics and tables.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } => "unreachable",
            Self::Interrupted { reason } => reason,
            Self::Refused { status: 429, .. } => "rate_limited",
            Self::Refused { status: 401 | 403, .. } => "unauthorised",
            Self::Refused { status: 500.., .. } => "server_error",
            Self::Refused { .. } => "refused",
            Self::Unreadable(_) => "unreadable",
            Self::Client(_) => "client",
        }
    }

    /// Whether the server may have done the work, and charge for it, though no answer came.
    pub fn may_be_charged(&self) -> bool {
        matches!(self, Self::Interrupted { .. } | Self::Unreadable(_))
    }
}

impl Retryable for ModelApiError {
    fn is_retryable(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Interrupted { .. } => true,
            Self::Refused { status, .. } => matches!(status, 408 | 409 | 425 | 429 | 500..),
            Self::Unreadable(_) | Self::Client(_) => false,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}

impl ModelApi {
    /// The API of these settings. Connects at the first request.
    ///
    /// # Errors
    /// The system's certificates cannot be read.
    pub fn new(settings: ModelApiSettings) -> Result<Self, ModelApiError> {
        crate::tls::use_ring();
        let client = Client::builder()
            .connect_timeout(CONNECT_PATIENCE)
            // The key goes to the address that was set and to no other.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| ModelApiError::Client(error.to_string()))?;
        Ok(Self { settings, client })
    }

    /// The model's name at the API.
    pub fn model(&self) -> &str {
        &self.settings.model
    }

    /// Sends one request and reads its answer; `timeout` is for all of it.
    ///
    /// # Errors
    /// See [`ModelApiError`].
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &(impl Serialize + Sync),
        timeout: Duration,
    ) -> Result<T, ModelApiError> {
        let mut request =
            self.client.post(format!("{}/{path}", self.settings.base_url)).timeout(timeout).json(body);
        if let Some(key) = &self.settings.api_key {
            let mut value = HeaderValue::try_from(format!("Bearer {}", key.expose()))
                .map_err(|_| ModelApiError::Client("the key cannot stand in a header".to_owned()))?;
            value.set_sensitive(true);
            request = request.header(AUTHORIZATION, value);
        }
        let response = request.send().await.map_err(|error| self.failure(&error))?;
        let (status, retry_after) = (response.status(), retry_after(response.headers()));
        let bytes = self.bytes(response).await?;
        if !status.is_success() {
            return Err(refusal(status, retry_after, &bytes));
        }
        serde_json::from_slice(&bytes).map_err(|_| ModelApiError::Unreadable("its JSON is of another form"))
    }

    async fn bytes(&self, mut response: reqwest::Response) -> Result<Vec<u8>, ModelApiError> {
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.failure(&error))? {
            if bytes.len() + chunk.len() > MOST_BYTES {
                return Err(ModelApiError::Unreadable("it is too long"));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(bytes)
    }

    fn failure(&self, error: &reqwest::Error) -> ModelApiError {
        if error.is_connect() {
            ModelApiError::Unreachable { url: self.settings.base_url.clone() }
        } else if error.is_timeout() {
            ModelApiError::Interrupted { reason: "timeout" }
        } else {
            ModelApiError::Interrupted { reason: "connection" }
        }
    }
}

/// What a refusal says, without the server's words: they may repeat what was sent.
fn refusal(status: StatusCode, retry_after: Option<Duration>, body: &[u8]) -> ModelApiError {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let error = body.get("error").unwrap_or(&body);
    let is_code = |code: &str| {
        code.len() <= 60 && code.bytes().all(|b| b.is_ascii_lowercase() || b"_0123456789".contains(&b))
    };
    let code = ["code", "type"].iter().find_map(|key| error.get(key)?.as_str().filter(|code| is_code(code)));
    let words = error.to_string();
    ModelApiError::Refused {
        status: status.as_u16(),
        code: code.map(str::to_owned),
        parameter: OPTIONAL.into_iter().find(|name| words.contains(name)),
        retry_after,
    }
}

/// `Retry-After` (RFC 9110): seconds, or a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = chrono::DateTime::parse_from_rfc2822(text).ok()?;
    (date.to_utc() - chrono::Utc::now()).to_std().ok()
}
