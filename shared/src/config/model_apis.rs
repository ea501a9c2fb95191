//! Settings of the models that are reached over HTTP: the chat API that writes explanations, and the embedding API.

use std::fmt;
use std::time::Duration;

use super::ConfigError;
use crate::domain::LOCAL_GENERATOR;

/// A secret that no log shows.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl ApiKey {
    /// The key itself, for the header that it is sent in.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for ApiKey {
    fn from(key: &str) -> Self {
        Self(key.to_owned())
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKey(…)")
    }
}

/// Where an OpenAI-compatible API is, and which of its models is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelApiSettings {
    /// What the API's paths are appended to, without a slash at the end, such as `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name there.
    pub model: String,
    /// The key; servers of one's own need none.
    pub api_key: Option<ApiKey>,
}

/// How a chat API writes explanations.
#[derive(Clone, Debug, PartialEq)]
pub struct ChatSettings {
    /// Which.
    pub api: ModelApiSettings,
    /// Price of a million tokens that are sent.
    pub price_input: f64,
    /// Price of a million tokens that are answered.
    pub price_output: f64,
    /// Most that is spent in a day (UTC), in the prices' currency.
    pub daily_budget: Option<f64>,
    /// Matches of one CV that a call explains.
    pub matches_per_call: usize,
    /// Tokens of passages that are sent for a match.
    pub input_tokens_per_match: usize,
    /// Tokens that the answer may have for a match.
    pub output_tokens_per_match: usize,
    /// How long a batch of calls may take in all, retries counted.
    pub timeout: Duration,
}

/// Looks a variable up: none where it is unset or empty.
type Lookup<'a> = &'a dyn Fn(&'static str) -> Result<Option<String>, ConfigError>;

impl ChatSettings {
    /// Reads the `LLM_*` variables; none where they are unset.
    ///
    /// # Errors
    /// A variable that cannot be right by itself, lacks its counterpart, or contradicts another one.
    pub(super) fn read(value: Lookup<'_>) -> Result<Option<Self>, ConfigError> {
        let Some(api) = api(value, "LLM_BASE_URL", "LLM_MODEL", "LLM_API_KEY")? else {
            for name in [
                "LLM_PRICE_INPUT",
                "LLM_PRICE_OUTPUT",
                "LLM_DAILY_BUDGET",
                "LLM_MATCHES_PER_CALL",
                "LLM_INPUT_TOKENS_PER_MATCH",
                "LLM_OUTPUT_TOKENS_PER_MATCH",
                "LLM_TIMEOUT_SECONDS",
            ] {
                refuse_without(value, name, "LLM_BASE_URL")?;
            }
            return Ok(None);
        };
        let settings = Self {
            api,
            price_input: number(value, "LLM_PRICE_INPUT", 0.0, 0.0, 1e6)?,
            price_output: number(value, "LLM_PRICE_OUTPUT", 0.0, 0.0, 1e6)?,
            daily_budget: match value("LLM_DAILY_BUDGET")? {
                Some(_) => Some(number(value, "LLM_DAILY_BUDGET", 0.0, 0.0, 1e9)?),
                None => None,
            },
            matches_per_call: number(value, "LLM_MATCHES_PER_CALL", 5, 1, 50)?,
            input_tokens_per_match: number(value, "LLM_INPUT_TOKENS_PER_MATCH", 1200, 200, 100_000)?,
            output_tokens_per_match: number(value, "LLM_OUTPUT_TOKENS_PER_MATCH", 700, 200, 100_000)?,
            timeout: Duration::from_secs(number(value, "LLM_TIMEOUT_SECONDS", 25, 1, 600)?),
        };
        if settings.api.model == LOCAL_GENERATOR {
            return Err(ConfigError {
                name: "LLM_MODEL",
                value: settings.api.model,
                reason: "it is the name that this program's own explanations bear".into(),
            });
        }
        if let Some(budget) = settings.daily_budget
            && settings.price_input == 0.0
            && settings.price_output == 0.0
        {
            return Err(ConfigError {
                name: "LLM_DAILY_BUDGET",
                value: budget.to_string(),
                reason: "without LLM_PRICE_INPUT or LLM_PRICE_OUTPUT nothing that is spent can be counted"
                    .into(),
            });
        }
        Ok(Some(settings))
    }
}

impl ModelApiSettings {
    /// Reads `EMBEDDING_BASE_URL` and its companions; none where they are unset.
    ///
    /// # Errors
    /// As [`ChatSettings::read`].
    pub(super) fn read_embedding(value: Lookup<'_>) -> Result<Option<Self>, ConfigError> {
        api(value, "EMBEDDING_BASE_URL", "EMBEDDING_MODEL", "EMBEDDING_API_KEY")
    }
}

fn api(
    value: Lookup<'_>,
    url: &'static str,
    model: &'static str,
    key: &'static str,
) -> Result<Option<ModelApiSettings>, ConfigError> {
    let Some(base_url) = value(url)? else {
        refuse_without(value, model, url)?;
        refuse_without(value, key, url)?;
        return Ok(None);
    };
    let wrong = |name, value: &str, reason: &str| ConfigError {
        name,
        value: value.to_owned(),
        reason: reason.to_owned(),
    };
    let base_url = base_url.trim().trim_end_matches('/').to_owned();
    let host = base_url.strip_prefix("https://").or_else(|| base_url.strip_prefix("http://"));
    if host.is_none_or(str::is_empty) || base_url.contains(['?', '#', '@', ' ']) {
        // It may hold a password before an `@`.
        let shown = if base_url.contains('@') { "…" } else { &base_url };
        let reason = "it must be an http(s) address without user, query and fragment, such as https://api.openai.com/v1";
        return Err(wrong(url, shown, reason));
    }
    let Some(name) = value(model)? else {
        return Err(wrong(model, "", &format!("it must name the model, for {url} is set")));
    };
    let api_key = value(key)?.map(|text| text.trim().to_owned());
    if api_key.as_ref().is_some_and(|text| !text.bytes().all(|byte| byte.is_ascii_graphic())) {
        return Err(wrong(key, "…", "it holds characters that no key has"));
    }
    Ok(Some(ModelApiSettings { base_url, model: name.trim().to_owned(), api_key: api_key.map(ApiKey) }))
}

fn refuse_without(value: Lookup<'_>, name: &'static str, other: &'static str) -> Result<(), ConfigError> {
    match value(name)? {
        Some(_) => Err(ConfigError {
            name,
            value: "…".to_owned(),
            reason: format!("it means nothing without {other}, which is not set"),
        }),
        None => Ok(()),
    }
}

fn number<T>(value: Lookup<'_>, name: &'static str, default: T, least: T, most: T) -> Result<T, ConfigError>
where
    T: std::str::FromStr + PartialOrd + fmt::Display,
    T::Err: fmt::Display,
{
    let Some(text) = value(name)? else { return Ok(default) };
    let wrong = |reason| ConfigError { name, value: text.clone(), reason };
    let number: T = text.trim().parse().map_err(|error: T::Err| wrong(error.to_string()))?;
    // Not a number is neither below nor above.
    if !(number >= least && number <= most) {
        return Err(wrong(format!("it must be between {least} and {most}")));
    }
    Ok(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chat(variables: &[(&str, &str)]) -> Result<Option<ChatSettings>, String> {
        let value = |name: &'static str| {
            Ok(variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        ChatSettings::read(&value).map_err(|error| error.to_string())
    }

    const SET: [(&str, &str); 3] =
        [("LLM_BASE_URL", "https://api.example/v1/"), ("LLM_MODEL", "small"), ("LLM_API_KEY", "sk-secret")];

    #[test]
    fn address_model_and_key_are_a_chat_api_and_nothing_is_none() {
        assert_eq!(chat(&[]).unwrap(), None);
        let settings = chat(&SET).unwrap().unwrap();
        assert_eq!(settings.api.base_url, "https://api.example/v1");
        assert_eq!(settings.api.model, "small");
        assert_eq!(settings.api.api_key.as_ref().unwrap().expose(), "sk-secret");
        assert_eq!((settings.price_input, settings.daily_budget), (0.0, None));
    }

    #[test]
    fn the_key_is_not_shown() {
        let settings = chat(&SET).unwrap().unwrap();
        assert!(!format!("{settings:?}").contains("secret"), "{settings:?}");
        let broken = chat(&[SET[0], SET[1], ("LLM_API_KEY", "sk-secret\n2")]).unwrap_err();
        assert!(broken.contains("LLM_API_KEY") && !broken.contains("secret"), "{broken}");
        let alone = chat(&[SET[2]]).unwrap_err();
        assert!(alone.contains("LLM_API_KEY") && !alone.contains("secret"), "{alone}");
    }

    #[test]
    fn what_is_partial_or_contradicts_itself_is_refused_by_its_name() {
        let with = |more: &[(&'static str, &'static str)]| [&SET[..], more].concat();
        for (variables, name) in [
            (vec![SET[0]], "LLM_MODEL"),
            (vec![SET[1]], "LLM_MODEL"),
            (vec![("LLM_DAILY_BUDGET", "5")], "LLM_DAILY_BUDGET"),
            (vec![("LLM_BASE_URL", "api.example"), SET[1]], "LLM_BASE_URL"),
            (vec![("LLM_BASE_URL", "https://user:pw@api.example"), SET[1]], "LLM_BASE_URL"),
            (with(&[("LLM_DAILY_BUDGET", "5")]), "LLM_DAILY_BUDGET"),
            (with(&[("LLM_PRICE_INPUT", "-1")]), "LLM_PRICE_INPUT"),
            (with(&[("LLM_PRICE_OUTPUT", "NaN")]), "LLM_PRICE_OUTPUT"),
            (with(&[("LLM_MATCHES_PER_CALL", "0")]), "LLM_MATCHES_PER_CALL"),
            (with(&[("LLM_TIMEOUT_SECONDS", "long")]), "LLM_TIMEOUT_SECONDS"),
        ] {
            let error = chat(&variables).unwrap_err();
            assert!(error.contains(&format!("variable {name} is wrong")), "{error}");
            assert!(!error.contains("pw"), "{error}");
        }
        assert!(chat(&with(&[("LLM_DAILY_BUDGET", "5"), ("LLM_PRICE_INPUT", "0.15")])).unwrap().is_some());
    }
}
