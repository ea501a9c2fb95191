//! The environment, read once into typed [`Settings`]. A setting that cannot be right stops the start and names itself.

mod model_apis;
mod schedules;

use std::env;
use std::fmt::Display;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

pub use model_apis::{ApiKey, ChatSettings, ModelApiSettings};
pub use schedules::Schedules;

/// Everything that can be set from outside. [`SETTINGS`] lists the variables.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where the HTTP server listens.
    pub http: HttpSettings,
    /// Folder of the embedded parts: database, files, local secret.
    pub data_dir: PathBuf,
    /// Where the programs of the embedded database lie: the folder of `bin/postgres`.
    pub postgres_dir: PathBuf,
    /// Outside Postgres; none means the embedded one.
    pub database_url: Option<String>,
    /// Most connections to the database.
    pub database_connections: usize,
    /// S3 bucket for the CVs' files; none means a folder below `data_dir`.
    pub s3_bucket: Option<String>,
    /// What a queue's name is appended to, to get its SQS address; none means queues in memory.
    pub sqs_queue_url_prefix: Option<String>,
    /// The one queue that a function which stands alone polls.
    pub queue_url: Option<String>,
    /// Endpoint of S3 and SQS where they are not Amazon's, such as LocalStack's.
    pub aws_endpoint_url: Option<String>,
    /// Redis; none means a cache in memory.
    pub redis_url: Option<String>,
    /// Which embeddings.
    pub embedding: EmbeddingSetting,
    /// Where the local model lies.
    pub model_dir: PathBuf,
    /// Threads for the local model; none means one for each core.
    pub embedding_threads: Option<usize>,
    /// Who writes explanations; none means this program itself.
    pub chat: Option<ChatSettings>,
    /// How CVs' files are read.
    pub reading: ReadingSettings,
    /// Who signs tokens.
    pub auth: AuthSettings,
    /// What this release of the program is called, so that its results can be told from another's.
    pub release: String,
    /// When the scheduled tasks run.
    pub schedules: Schedules,
    /// The pipeline's limits.
    pub limits: Limits,
    /// Who may read the metrics, and against what they are held.
    pub monitoring: MonitoringSettings,
}

/// Who may read the metrics, and against what they are held.
#[derive(Clone, Debug)]
pub struct MonitoringSettings {
    /// The bearer token that Prometheus shows; none means that only administrators may ask.
    pub token: Option<ApiKey>,
    /// The disk that the database has, which cannot be seen through SQL.
    pub database_size_limit_bytes: Option<f64>,
}

/// How CVs' files are read.
#[derive(Clone, Debug)]
pub struct ReadingSettings {
    /// Processes that files are read in; none means one for each core, 0 that they are read in this process.
    pub processes: Option<usize>,
    /// Who recognises text in pictures.
    pub recogniser: Recogniser,
    /// Languages of that text, as the recogniser names them: `eng+deu`.
    pub recognised_languages: String,
}

/// Who recognises text in pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Recogniser {
    /// `tesseract`, if it is on the `PATH`.
    IfOnPath,
    /// This program, which is called as `tesseract` is.
    Program(PathBuf),
    /// Nobody.
    Off,
}

impl ReadingSettings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable that cannot be read or is out of range.
    pub fn from_env() -> Result<Self, ConfigError> {
        Ok(Self {
            processes: match value("READING_PROCESSES")? {
                Some(_) => Some(in_range("READING_PROCESSES", "1", 0, 256)?),
                None => None,
            },
            recogniser: match value("OCR_COMMAND")? {
                None => Recogniser::IfOnPath,
                Some(text) if text.trim() == "off" => Recogniser::Off,
                Some(text) => Recogniser::Program(PathBuf::from(text)),
            },
            recognised_languages: languages()?,
        })
    }
}

fn languages() -> Result<String, ConfigError> {
    let text = value("OCR_LANGUAGES")?.unwrap_or_else(|| "eng".to_owned());
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if text.split('+').all(is_name) {
        Ok(text)
    } else {
        let reason = "it must be names of languages joined by `+`, as in `eng+deu`".to_owned();
        Err(ConfigError { name: "OCR_LANGUAGES", value: text, reason })
    }
}

/// Where the HTTP server listens.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Address.
    pub host: IpAddr,
    /// Port; 0 takes a free one.
    pub port: u16,
}

/// Which embeddings are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EmbeddingSetting {
    /// The model on this machine.
    Local,
    /// Hashed words, for load data.
    Mock,
    /// A model behind an OpenAI-compatible API.
    Api(ModelApiSettings),
}

impl EmbeddingSetting {
    fn from_env() -> Result<Self, ConfigError> {
        Self::of(value("EMBEDDING")?, ModelApiSettings::read_embedding(&value)?)
    }

    /// What `EMBEDDING` says, and the API if one is set: an API that is set is used, and naming another is a contradiction.
    fn of(name: Option<String>, api: Option<ModelApiSettings>) -> Result<Self, ConfigError> {
        let wrong =
            |name, value: String, reason: &str| Err(ConfigError { name, value, reason: reason.to_owned() });
        match (name.as_deref().map(str::trim), api) {
            (None | Some("api"), Some(api)) => Ok(Self::Api(api)),
            (None | Some("local"), None) => Ok(Self::Local),
            (Some("mock"), None) => Ok(Self::Mock),
            (Some("api"), None) => {
                wrong("EMBEDDING_BASE_URL", String::new(), "it must be set, for EMBEDDING is `api`")
            }
            (Some(text @ ("local" | "mock")), Some(_)) => {
                wrong("EMBEDDING", text.to_owned(), "it contradicts EMBEDDING_BASE_URL: unset one of them")
            }
            (Some(text), _) => wrong("EMBEDDING", text.to_owned(), "must be `local`, `mock` or `api`"),
        }
    }
}

/// Who signs tokens.
#[derive(Clone, Debug, Default)]
pub struct AuthSettings {
    /// Secret of HS256 tokens; none (and no JWKS) means one that the process makes and keeps in `data_dir`.
    pub jwt_secret: Option<String>,
    /// Address of the signers' public keys.
    pub jwks_url: Option<String>,
    /// The `iss` that a token must have.
    pub jwt_issuer: Option<String>,
    /// The `aud` that a token must have.
    pub jwt_audience: Option<String>,
}

/// The pipeline's limits: those of the replaced system unless set.
#[derive(Clone, Debug)]
pub struct Limits {
    /// CVs a run of `process_batch_cv_parsing` takes.
    pub parsing_batch: i64,
    /// CVs a run of `compute_pending_cv_embeddings` takes.
    pub cv_embedding_batch: i64,
    /// Jobs a run of `compute_pending_job_embeddings` takes.
    pub job_embedding_batch: i64,
    /// CVs a run of `generate_matches_for_new_cvs` takes.
    pub matching_batch: i64,
    /// Matches a run of `generate_batch_explanations` takes.
    pub explanation_batch: i64,
    /// Rows a run of `retry_failed_embeddings` takes.
    pub retry_batch: i64,
    /// How long a worker holds a row before others may take it.
    pub lease: Duration,
    /// How long a message that a stage works on is hidden from others.
    pub visibility: Duration,
    /// Attempts that a stage makes before it gives up.
    pub attempts: i32,
    /// Attempts that an embedding gets in all, the hourly retries counted.
    pub embedding_attempts: i32,
    /// Matches kept in a prediction.
    pub matches_per_cv: usize,
    /// Jobs retrieved by vector before they are scored.
    pub retrieved_per_cv: i64,
    /// How long the variants of matching are kept before they are read again.
    pub variants_kept: Duration,
    /// Jobs kept ready to be scored, in the memory of each process that matches.
    pub prepared_jobs: usize,
    /// CVs that a new job causes to be matched again for being near, at most; a changed one as many for standing in their lists.
    pub rematched_per_job: i64,
    /// Nearest CVs that are looked at for those whose lists a new job can enter.
    pub rematch_looked_at: i64,
    /// CVs last matched over a day ago that a run of `generate_matches_for_new_cvs` hands to the queue beside its batch.
    pub refresh_batch: i64,
    /// How long superseded CVs and their files are kept.
    pub retention_superseded_cvs: Duration,
    /// How long superseded predictions are kept.
    pub retention_predictions: Duration,
    /// How long the records of task runs are kept.
    pub retention_task_runs: Duration,
    /// How long interactions are kept.
    pub retention_interactions: Duration,
    /// How long records of what was done by hand are kept.
    pub retention_audit_log: Duration,
}

/// A setting that cannot be right.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {name} is wrong: {reason} (it is \"{value}\")")]
pub struct ConfigError {
    name: &'static str,
    value: String,
    reason: String,
}

/// Every variable with its default and meaning, as the program's help shows it.
pub const SETTINGS: &[(&str, &str, &str)] = &[
    ("HOST", "127.0.0.1", "address that the HTTP server listens on"),
    ("PORT", "8000", "its port; 0 takes a free one"),
    ("DATA_DIR", ".local/data", "folder of the embedded database, the files and the local secret"),
    (
        "CV_MATCHING_LOCAL",
        ".local",
        "folder of what set-up fetched: the defaults of the other folders lie below it",
    ),
    ("POSTGRES_DIR", ".local/postgres", "folder of the embedded database's programs"),
    (
        "DATABASE_URL",
        "(embedded Postgres)",
        "an outside Postgres with pgvector, postgres://user:password@host/database",
    ),
    ("DATABASE_CONNECTIONS", "16", "most connections to the database"),
    ("S3_BUCKET", "(a folder)", "S3 bucket for the CVs' files"),
    (
        "SQS_QUEUE_URL_PREFIX",
        "(in memory)",
        "address of the SQS queues without their names, https://sqs.REGION.amazonaws.com/ACCOUNT/PREFIX-",
    ),
    (
        "QUEUE_URL",
        "(none)",
        "with `function NAME`: the SQS queue that it polls; without, a stage or scheduled function takes CloudEvents on PORT",
    ),
    ("AWS_ENDPOINT_URL", "(Amazon's)", "endpoint of S3 and SQS, such as LocalStack's http://localhost:4566"),
    ("REDIS_URL", "(in memory)", "Redis for the cache, redis://host:6379"),
    (
        "EMBEDDING",
        "local",
        "`local` (MiniLM on this machine), `mock` (for load data) or `api` (the default where EMBEDDING_BASE_URL is set)",
    ),
    (
        "EMBEDDING_BASE_URL",
        "(none)",
        "OpenAI-compatible API that makes embeddings of 384 numbers, such as https://api.openai.com/v1",
    ),
    ("EMBEDDING_MODEL", "(none)", "its model, such as text-embedding-3-small"),
    ("EMBEDDING_API_KEY", "(none)", "its key"),
    (
        "LLM_BASE_URL",
        "(none)",
        "OpenAI-compatible chat API that writes explanations, such as https://api.openai.com/v1; without, this program does",
    ),
    ("LLM_MODEL", "(none)", "its model, such as gpt-4o-mini"),
    ("LLM_API_KEY", "(none)", "its key"),
    ("LLM_PRICE_INPUT", "0", "price of a million tokens that are sent to it; 0 for a server of one's own"),
    ("LLM_PRICE_OUTPUT", "0", "price of a million tokens that it answers"),
    (
        "LLM_DAILY_BUDGET",
        "(no limit)",
        "most that is spent on it in a day (UTC), in the prices' currency; then this program writes by itself",
    ),
    ("LLM_MATCHES_PER_CALL", "5", "matches of one CV that a call explains"),
    ("LLM_INPUT_TOKENS_PER_MATCH", "1200", "most tokens of passages that are sent for a match"),
    ("LLM_OUTPUT_TOKENS_PER_MATCH", "700", "most tokens that it answers for a match"),
    (
        "LLM_TIMEOUT_SECONDS",
        "25",
        "how long a prediction's calls may take in all, retries counted; below LEASE_SECONDS",
    ),
    ("MODEL_DIR", ".local/models/all-minilm-l6-v2-int8", "folder of the embedding model"),
    ("EMBEDDING_THREADS", "(one for each core)", "threads of the local model"),
    (
        "READING_PROCESSES",
        "(one for each core)",
        "processes that CV files are read in, each with at most 512 MB; 0 reads in this process, without that fence",
    ),
    (
        "OCR_COMMAND",
        "tesseract, if it is on the PATH",
        "program that recognises text in scanned CVs, called as tesseract is; `off` for none",
    ),
    ("OCR_LANGUAGES", "eng", "languages of scanned CVs as tesseract names them, such as `eng+deu+fra`"),
    ("JWT_SECRET", "(made and kept in DATA_DIR)", "secret of HS256 tokens, at least 32 bytes"),
    ("JWKS_URL", "(none)", "address of the token signers' public keys (RS256, ES256)"),
    ("JWT_ISSUER", "(any)", "the `iss` that a token must have"),
    ("JWT_AUDIENCE", "(any)", "the `aud` that a token must have"),
    (
        "RELEASE",
        env!("CARGO_PKG_VERSION"),
        "what this release is called, so that its results can be told from another's",
    ),
    ("PARSING_BATCH", "50", "CVs that a run of process_batch_cv_parsing takes"),
    ("CV_EMBEDDING_BATCH", "100", "CVs that a run of compute_pending_cv_embeddings takes"),
    ("JOB_EMBEDDING_BATCH", "100", "jobs that a run of compute_pending_job_embeddings takes"),
    ("MATCHING_BATCH", "50", "CVs that a run of generate_matches_for_new_cvs takes"),
    ("EXPLANATION_BATCH", "500", "matches that a run of generate_batch_explanations takes"),
    ("RETRY_BATCH", "100", "rows that a run of retry_failed_embeddings takes"),
    (
        "SCHEDULE_PROCESS_BATCH_CV_PARSING",
        "300",
        "every so many seconds, or daily at a time (UTC) as in 02:00",
    ),
    ("SCHEDULE_COMPUTE_PENDING_CV_EMBEDDINGS", "600", "likewise"),
    ("SCHEDULE_COMPUTE_PENDING_JOB_EMBEDDINGS", "900", "likewise"),
    ("SCHEDULE_GENERATE_MATCHES_FOR_NEW_CVS", "1200", "likewise"),
    ("SCHEDULE_GENERATE_BATCH_EXPLANATIONS", "1800", "likewise"),
    ("SCHEDULE_RETRY_FAILED_EMBEDDINGS", "3600", "likewise"),
    ("SCHEDULE_CLEANUP_OLD_DATA", "02:00", "likewise"),
    ("LEASE_SECONDS", "120", "how long a worker holds a row before others may take it"),
    (
        "VISIBILITY_SECONDS",
        "LEASE_SECONDS + 5",
        "how long a message that is worked on is hidden from others; above LEASE_SECONDS, so that its row is free when it comes again",
    ),
    ("ATTEMPTS", "4", "attempts that a stage makes before it gives up"),
    ("EMBEDDING_ATTEMPTS", "12", "attempts that an embedding gets in all, hourly retries counted"),
    ("MATCHES_PER_CV", "20", "matches kept for a CV"),
    ("RETRIEVED_PER_CV", "200", "jobs retrieved by vector before they are scored"),
    (
        "VARIANTS_KEPT_SECONDS",
        "30",
        "how long the variants of matching are kept before they are read again: a change reaches all processes within it",
    ),
    (
        "PREPARED_JOBS",
        "10000",
        "jobs that each process that matches keeps ready to be scored, some 10 KB each",
    ),
    ("REMATCHED_PER_JOB", "100", "CVs that a new job causes to be matched again, at most"),
    (
        "REMATCH_LOOKED_AT",
        "1000",
        "nearest CVs that are looked at for those whose lists a new job can enter; the others see it when they look, or within a day",
    ),
    (
        "REFRESH_BATCH",
        "5000",
        "CVs last matched over a day ago that a run of generate_matches_for_new_cvs hands to the queue beside its batch",
    ),
    ("RETENTION_SUPERSEDED_CVS_DAYS", "90", "how long superseded CVs and their files are kept"),
    ("RETENTION_PREDICTIONS_DAYS", "30", "how long superseded predictions are kept"),
    ("RETENTION_TASK_RUNS_DAYS", "30", "how long records of task runs are kept"),
    ("RETENTION_INTERACTIONS_DAYS", "730", "how long interactions are kept"),
    ("RETENTION_AUDIT_LOG_DAYS", "730", "how long records of what was done by hand are kept"),
    (
        "METRICS_TOKEN",
        "(none)",
        "bearer token, at least 16 characters, with which Prometheus reads GET /metrics; an administrator's token does too",
    ),
    (
        "DATABASE_SIZE_LIMIT_GB",
        "(none)",
        "disk that the database has, for the alert before it is full: it cannot be seen through SQL",
    ),
    (
        "LOG",
        "info",
        "what is logged: error, warn, info, debug, trace (the last two of this project only), or per module as in `info,shared::db=debug`",
    ),
    (
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "(none)",
        "collector of OpenTelemetry traces (OTLP over HTTP, protobuf), such as http://localhost:4318; without, none are sent",
    ),
    ("OTEL_EXPORTER_OTLP_HEADERS", "(none)", "headers for it, such as `api-key=…`"),
    (
        "OTEL_SERVICE_NAME",
        "cv-matching",
        "what this is called in traces; the other OTEL_ variables of the specification are heeded too (sampler, batches, timeout)",
    ),
    ("LOG_FORMAT", "text on a terminal, else json", "`text` or `json`"),
];

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// A variable that cannot be read, is out of range or contradicts another one.
    pub fn from_env() -> Result<Self, ConfigError> {
        let lease: u64 = in_range("LEASE_SECONDS", "120", 1, 86_400)?;
        let settings = Self {
            http: HttpSettings { host: read("HOST", "127.0.0.1")?, port: read("PORT", "8000")? },
            data_dir: path("DATA_DIR", "data")?,
            postgres_dir: path("POSTGRES_DIR", "postgres")?,
            database_url: optional("DATABASE_URL")?,
            database_connections: in_range("DATABASE_CONNECTIONS", "16", 1, 1000)?,
            s3_bucket: optional("S3_BUCKET")?,
            sqs_queue_url_prefix: optional("SQS_QUEUE_URL_PREFIX")?,
            queue_url: optional("QUEUE_URL")?,
            aws_endpoint_url: optional("AWS_ENDPOINT_URL")?,
            redis_url: optional("REDIS_URL")?,
            embedding: EmbeddingSetting::from_env()?,
            chat: ChatSettings::read(&value)?,
            model_dir: path("MODEL_DIR", "models/all-minilm-l6-v2-int8")?,
            embedding_threads: match value("EMBEDDING_THREADS")? {
                Some(_) => Some(in_range("EMBEDDING_THREADS", "1", 1, 256)?),
                None => None,
            },
            reading: ReadingSettings::from_env()?,
            auth: AuthSettings {
                jwt_secret: optional("JWT_SECRET")?,
                jwks_url: optional("JWKS_URL")?,
                jwt_issuer: optional("JWT_ISSUER")?,
                jwt_audience: optional("JWT_AUDIENCE")?,
            },
            release: read("RELEASE", env!("CARGO_PKG_VERSION"))?,
            schedules: Schedules::from_env()?,
            limits: Limits {
                parsing_batch: in_range("PARSING_BATCH", "50", 1, 10_000)?,
                cv_embedding_batch: in_range("CV_EMBEDDING_BATCH", "100", 1, 10_000)?,
                job_embedding_batch: in_range("JOB_EMBEDDING_BATCH", "100", 1, 10_000)?,
                matching_batch: in_range("MATCHING_BATCH", "50", 1, 10_000)?,
                explanation_batch: in_range("EXPLANATION_BATCH", "500", 1, 100_000)?,
                retry_batch: in_range("RETRY_BATCH", "100", 1, 10_000)?,
                lease: Duration::from_secs(lease),
                visibility: Duration::from_secs(in_range(
                    "VISIBILITY_SECONDS",
                    &(lease + 5).to_string(),
                    1,
                    12 * 3600,
                )?),
                attempts: in_range("ATTEMPTS", "4", 1, 100)?,
                embedding_attempts: in_range("EMBEDDING_ATTEMPTS", "12", 1, 1000)?,
                matches_per_cv: in_range("MATCHES_PER_CV", "20", 1, 1000)?,
                retrieved_per_cv: in_range("RETRIEVED_PER_CV", "200", 1, 1000)?,
                variants_kept: Duration::from_secs(in_range("VARIANTS_KEPT_SECONDS", "30", 0, 3600)?),
                prepared_jobs: in_range("PREPARED_JOBS", "10000", 0, 10_000_000)?,
                rematched_per_job: in_range("REMATCHED_PER_JOB", "100", 0, 10_000)?,
                rematch_looked_at: in_range("REMATCH_LOOKED_AT", "1000", 1, 10_000)?,
                refresh_batch: in_range("REFRESH_BATCH", "5000", 0, 100_000)?,
                retention_superseded_cvs: days("RETENTION_SUPERSEDED_CVS_DAYS", "90")?,
                retention_predictions: days("RETENTION_PREDICTIONS_DAYS", "30")?,
                retention_task_runs: days("RETENTION_TASK_RUNS_DAYS", "30")?,
                retention_interactions: days("RETENTION_INTERACTIONS_DAYS", "730")?,
                retention_audit_log: days("RETENTION_AUDIT_LOG_DAYS", "730")?,
            },
            monitoring: MonitoringSettings {
                token: optional("METRICS_TOKEN")?.map(|token| ApiKey::from(token.trim())),
                database_size_limit_bytes: match value("DATABASE_SIZE_LIMIT_GB")? {
                    Some(_) => Some(in_range("DATABASE_SIZE_LIMIT_GB", "1", 0.001, 1e6)? * 1e9),
                    None => None,
                },
            },
        };
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let wrong = |name, value: &dyn Display, reason: &str| {
            Err(ConfigError { name, value: value.to_string(), reason: reason.to_owned() })
        };
        if let Some(secret) = &self.auth.jwt_secret
            && secret.len() < 32
        {
            return wrong("JWT_SECRET", &"…", "it must have at least 32 bytes");
        }
        if let Some(token) = &self.monitoring.token
            && token.expose().len() < 16
        {
            return wrong("METRICS_TOKEN", &"…", "it must have at least 16 characters");
        }
        if let Some(prefix) = &self.sqs_queue_url_prefix
            && !prefix.starts_with("http")
        {
            return wrong(
                "SQS_QUEUE_URL_PREFIX",
                prefix,
                "it must be the http(s) address of the queues without their names",
            );
        }
        if self.limits.matches_per_cv as i64 > self.limits.retrieved_per_cv {
            return wrong(
                "MATCHES_PER_CV",
                &self.limits.matches_per_cv,
                "it must not be above RETRIEVED_PER_CV",
            );
        }
        if self.limits.visibility <= self.limits.lease {
            return wrong(
                "VISIBILITY_SECONDS",
                &self.limits.visibility.as_secs(),
                "it must be above LEASE_SECONDS, or a message comes again while its row is still held",
            );
        }
        if let Some(chat) = &self.chat
            && chat.timeout.saturating_mul(2) > self.limits.lease
        {
            return wrong(
                "LLM_TIMEOUT_SECONDS",
                &chat.timeout.as_secs(),
                "it must be at most half of LEASE_SECONDS, so that what is written is kept",
            );
        }
        if self.limits.embedding_attempts < self.limits.attempts {
            return wrong(
                "EMBEDDING_ATTEMPTS",
                &self.limits.embedding_attempts,
                "it must not be below ATTEMPTS",
            );
        }
        Ok(())
    }
}

/// The variable's text; none where it is unset or empty.
fn value(name: &'static str) -> Result<Option<String>, ConfigError> {
    match env::var(name) {
        Ok(text) if text.trim().is_empty() => Ok(None),
        Ok(text) => Ok(Some(text)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(bytes)) => Err(ConfigError {
            name,
            value: bytes.to_string_lossy().into_owned(),
            reason: "it is not UTF-8".to_owned(),
        }),
    }
}

fn optional(name: &'static str) -> Result<Option<String>, ConfigError> {
    value(name)
}

fn read<T>(name: &'static str, default: &str) -> Result<T, ConfigError>
where
    T: FromStr,
    T::Err: Display,
{
    let text = value(name)?.unwrap_or_else(|| default.to_owned());
    text.trim().parse().map_err(|error: T::Err| ConfigError {
        name,
        value: text.clone(),
        reason: error.to_string(),
    })
}

/// A folder; by default the one called `below` in the folder of what set-up fetched.
fn path(name: &'static str, below: &str) -> Result<PathBuf, ConfigError> {
    match value(name)? {
        Some(text) => Ok(PathBuf::from(text)),
        None => Ok(local_dir()?.join(below)),
    }
}

/// The folder of what set-up fetched: the one that is set, else `.local` here, else `.local` of the checkout that this
/// program was built in.
fn local_dir() -> Result<PathBuf, ConfigError> {
    if let Some(text) = value("CV_MATCHING_LOCAL")? {
        return Ok(PathBuf::from(text));
    }
    let here = PathBuf::from(".local");
    let built = env::current_exe().ok().and_then(|program| Some(program.ancestors().nth(3)?.join(".local")));
    Ok(match built {
        Some(built) if !here.is_dir() && built.is_dir() => built,
        _ => here,
    })
}

fn in_range<T>(name: &'static str, default: &str, least: T, most: T) -> Result<T, ConfigError>
where
    T: FromStr + PartialOrd + Display,
    T::Err: Display,
{
    let number: T = read(name, default)?;
    if number < least || number > most {
        let reason = format!("it must be between {least} and {most}");
        return Err(ConfigError { name, value: number.to_string(), reason });
    }
    Ok(number)
}

fn days(name: &'static str, default: &str) -> Result<Duration, ConfigError> {
    in_range::<u64>(name, default, 0, 36_500).map(|days| Duration::from_secs(days * 86_400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_embedding_api_that_is_set_is_used_and_may_not_be_contradicted() {
        let api = ModelApiSettings {
            base_url: "http://localhost:8080/v1".to_owned(),
            model: "bge-small".to_owned(),
            api_key: None,
        };
        let of = |name: Option<&str>, api: Option<&ModelApiSettings>| {
            EmbeddingSetting::of(name.map(str::to_owned), api.cloned()).map_err(|error| error.name)
        };
        assert_eq!(of(None, None), Ok(EmbeddingSetting::Local));
        assert_eq!(of(Some("mock"), None), Ok(EmbeddingSetting::Mock));
        assert_eq!(of(None, Some(&api)), Ok(EmbeddingSetting::Api(api.clone())));
        assert_eq!(of(Some("api"), Some(&api)), Ok(EmbeddingSetting::Api(api.clone())));
        assert_eq!(of(Some("api"), None), Err("EMBEDDING_BASE_URL"));
        assert_eq!(of(Some("local"), Some(&api)), Err("EMBEDDING"));
        assert_eq!(of(Some("mock"), Some(&api)), Err("EMBEDDING"));
        assert_eq!(of(Some("both"), None), Err("EMBEDDING"));
    }
}
