//! Errors as they are answered: `application/problem+json` (RFC 9457). A problem says what the caller can do something
//! with; what went on inside is logged, and never answered.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The media type of a problem.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What kind of problem it is. The name ends the problem's `type`, and is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProblemKind {
    /// The request cannot be read.
    Malformed,
    /// No token, or none that is taken.
    Unauthenticated,
    /// The caller may not do this.
    Forbidden,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// The route has no such method.
    MethodNotAllowed,
    /// The request took too long to arrive.
    TooSlow,
    /// Something has to happen first.
    Conflict,
    /// It was there, and its time is over.
    Expired,
    /// Too many bytes.
    TooLarge,
    /// Not a media type, or file format, that is read.
    UnsupportedMediaType,
    /// The request can be read, and says what cannot be.
    Invalid,
    /// A defect of ours.
    Internal,
    /// A part cannot be reached; the same request may succeed soon.
    Unavailable,
    /// What was waited for did not happen in time.
    NoAnswer,
}

impl ProblemKind {
    fn row(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::Malformed => (StatusCode::BAD_REQUEST, "malformed", "The request cannot be read"),
            Self::Unauthenticated => {
                (StatusCode::UNAUTHORIZED, "unauthenticated", "A valid bearer token is needed")
            }
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden", "You may not do this"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is no such thing"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This address has no such method")
            }
            Self::TooSlow => (StatusCode::REQUEST_TIMEOUT, "too-slow", "The request took too long to arrive"),
            Self::Conflict => (StatusCode::CONFLICT, "conflict", "Something has to happen first"),
            Self::Expired => (StatusCode::GONE, "expired", "This is no longer valid"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The request is too large"),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "This format is not read here")
            }
            Self::Invalid => (StatusCode::UNPROCESSABLE_ENTITY, "invalid", "The request says what cannot be"),
            Self::Internal => {
                (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong on our side")
            }
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "unavailable", "A part cannot be reached"),
            Self::NoAnswer => {
                (StatusCode::GATEWAY_TIMEOUT, "no-answer", "What was waited for did not happen")
            }
        }
    }

    /// The HTTP status.
    pub fn status(self) -> StatusCode {
        self.row().0
    }

    /// The problem's `type`.
    pub fn type_uri(self) -> String {
        format!("urn:problem-type:cv-matching:{}", self.row().1)
    }

    /// The problem's `title`.
    pub fn title(self) -> &'static str {
        self.row().2
    }
}

/// What is wrong with one field of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldError {
    /// The field's name.
    #[schema(example = "title")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "is missing")]
    pub message: String,
}

impl FieldError {
    /// What is wrong with `field`.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

/// A problem as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDetails {
    /// Which kind of problem: `urn:problem-type:cv-matching:` and a stable name.
    #[serde(rename = "type")]
    #[schema(example = "urn:problem-type:cv-matching:not-found")]
    pub type_uri: String,
    /// The kind in words.
    #[schema(example = "There is no such thing")]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 404)]
    pub status: u16,
    /// What happened this time, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "There is no such CV.")]
    pub detail: Option<String>,
    /// The path that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/candidate/cvs/0199b1f0-7a53-7d6e-8c11-5d6f2f2c9a10")]
    pub instance: Option<String>,
    /// The request's id, under which the log knows more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "0199b1f0-9c2e-7b1a-a6f2-3c1f8e0d4b77")]
    pub request_id: Option<String>,
    /// What is wrong field by field, where it is fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// A problem on its way to the caller.
#[derive(Clone, Debug)]
pub struct Problem {
    details: Box<ProblemDetails>,
    kind: ProblemKind,
    retry_after_seconds: Option<u32>,
    challenge: Option<&'static str>,
}

impl Problem {
    /// A problem of a kind; `detail` says what happened this time and what to do.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        let details = ProblemDetails {
            type_uri: kind.type_uri(),
            title: kind.title().to_owned(),
            status: kind.status().as_u16(),
            detail: Some(detail.into()),
            instance: None,
            request_id: None,
            errors: Vec::new(),
        };
        Self { details: Box::new(details), kind, retry_after_seconds: None, challenge: None }
    }

    /// Fields that say what cannot be.
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] => format!("{}: {}.", only.field, only.message.trim_end_matches('.')),
            _ => format!("{} fields are wrong.", errors.len()),
        };
        let mut problem = Self::new(ProblemKind::Invalid, detail);
        problem.details.errors = errors;
        problem
    }

    /// A part of the address that cannot be read.
    pub fn bad_parameter(field: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut problem = Self::new(ProblemKind::Malformed, format!("{field}: {message}"));
        problem.details.errors = vec![FieldError::new(field, message)];
        problem
    }

    /// What is to be done concerns another number of rows than the caller expects, who has to look again first.
    pub fn count_differs(expected: Option<i64>, present: i64) -> Self {
        let detail = match expected {
            Some(expected) => format!(
                "It concerns {present} now, not {expected}. Look at what changed, and send expected_count={present} to have it done."
            ),
            None => format!("It concerns {present} now. Send expected_count={present} to have it done."),
        };
        let mut problem = Self::new(ProblemKind::Conflict, detail);
        problem.details.errors = vec![FieldError::new("expected_count", format!("is {present} now"))];
        problem
    }

    /// There is no such thing, or not for this caller.
    pub fn not_found(what: &str) -> Self {
        Self::new(ProblemKind::NotFound, format!("There is no such {what}."))
    }

    /// A defect of ours; the cause is to be logged by who calls this.
    pub fn internal() -> Self {
        Self::new(
            ProblemKind::Internal,
            "This is a defect of the system, not of your request. The operator finds its cause under the request's id.",
        )
    }

    /// A part that cannot be reached; the cause is to be logged by who calls this.
    pub fn unavailable(seconds: u32) -> Self {
        let mut problem = Self::new(
            ProblemKind::Unavailable,
            format!("Nothing was lost. Try the same again in {seconds} s."),
        );
        problem.retry_after_seconds = Some(seconds);
        problem
    }

    /// No token, or none that is taken; `challenge` is the header `WWW-Authenticate` (RFC 6750).
    pub(super) fn unauthenticated(detail: &str, challenge: &'static str) -> Self {
        let mut problem = Self::new(ProblemKind::Unauthenticated, detail);
        problem.challenge = Some(challenge);
        problem
    }

    /// The same problem with another detail.
    #[must_use]
    pub fn with_detail(mut self, detail: impl Into<String>) -> Self {
        self.details.detail = Some(detail.into());
        self
    }

    /// The same problem with what is wrong with one field.
    #[must_use]
    pub fn with_field(mut self, field: &str, message: impl Into<String>) -> Self {
        self.details.errors.push(FieldError::new(field, message));
        self
    }

    /// Its kind.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// What will be sent.
    pub fn details(&self) -> &ProblemDetails {
        &self.details
    }

    /// Names the request that it happened to.
    pub(super) fn name_request(&mut self, path: &str, request_id: &str) {
        self.details.instance = Some(path.to_owned());
        self.details.request_id = Some(request_id.to_owned());
    }

    pub(super) fn body(&self) -> Body {
        Body::from(serde_json::to_vec(&self.details).expect("text and numbers can be written as JSON"))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(self.body());
        *response.status_mut() = self.kind.status();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_JSON));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        // The layer around all routes writes the body anew, with the request's path and id.
        response.extensions_mut().insert(self);
        response
    }
}
