//! The chat API itself: one request, one answer, and which parameters its server takes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Value, json};

use super::Prompt;
use crate::config::ChatSettings;
use crate::model_api::{ModelApi, ModelApiError};

/// A chat API with its settings.
#[derive(Debug)]
pub struct Chat {
    /// The settings.
    pub settings: ChatSettings,
    api: ModelApi,
    takes_response_format: AtomicBool,
    takes_temperature: AtomicBool,
    /// Newer models of OpenAI take `max_completion_tokens` in its place.
    takes_max_tokens: AtomicBool,
}

/// What a model answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatAnswer {
    /// Its words.
    pub content: String,
    /// What it cost, where the server says.
    pub usage: Option<Usage>,
}

/// Tokens that a call took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub struct Usage {
    /// Of the request.
    pub prompt_tokens: u64,
    /// Of the answer, thinking included.
    pub completion_tokens: u64,
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Usage>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Value,
}

impl Chat {
    /// The API of these settings. Connects at the first request.
    ///
    /// # Errors
    /// No HTTP client can be made.
    pub fn new(settings: ChatSettings) -> Result<Self, ModelApiError> {
        let api = ModelApi::new(settings.api.clone())?;
        let yes = || AtomicBool::new(true);
        Ok(Self {
            settings,
            api,
            takes_response_format: yes(),
            takes_temperature: yes(),
            takes_max_tokens: yes(),
        })
    }

    /// The model's name.
    pub fn model(&self) -> &str {
        self.api.model()
    }

    /// Sends a request. A parameter that the server does not take is left out from then on, and the request sent once more.
    ///
    /// # Errors
    /// See [`ModelApiError`].
    pub async fn ask(&self, prompt: &Prompt, timeout: Duration) -> Result<ChatAnswer, ModelApiError> {
        let until = Instant::now() + timeout;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let answer = self.api.post::<Completion>("chat/completions", &self.request(prompt), left).await;
            match answer {
                Ok(completion) => return read(completion),
                Err(ModelApiError::Refused { status: 400 | 422, parameter: Some(name), .. })
                    if self.leave_out(name) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn request(&self, prompt: &Prompt) -> Value {
        let mut request = json!({
            "model": self.model(),
            "messages": [
                { "role": "system", "content": prompt.system },
                { "role": "user", "content": prompt.user },
            ],
        });
        let is_taken = |flag: &AtomicBool| flag.load(Ordering::Relaxed);
        let limit = if is_taken(&self.takes_max_tokens) { "max_tokens" } else { "max_completion_tokens" };
        request[limit] = prompt.output_tokens.into();
        if is_taken(&self.takes_response_format) {
            request["response_format"] = json!({ "type": "json_object" });
        }
        if is_taken(&self.takes_temperature) {
            request["temperature"] = 0.3.into();
        }
        request
    }

    /// Whether that changes the next request.
    fn leave_out(&self, name: &str) -> bool {
        let flag = match name {
            "response_format" => &self.takes_response_format,
            "temperature" => &self.takes_temperature,
            "max_tokens" | "max_completion_tokens" => &self.takes_max_tokens,
            _ => return false,
        };
        flag.swap(false, Ordering::Relaxed)
    }
}

/// The words of the first choice: a text, or a list of parts.
fn read(completion: Completion) -> Result<ChatAnswer, ModelApiError> {
    let usage = completion.usage;
    let first = completion.choices.into_iter().next().ok_or(ModelApiError::Unreadable("it has no choice"))?;
    let content = match first.message.content {
        Value::String(text) => text,
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    };
    Ok(ChatAnswer { content, usage })
}
