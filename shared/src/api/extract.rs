//! What handlers take from a request: the caller by role, ids of the path, the query, JSON, a file. Each turns what it
//! cannot read into a problem that says what is wrong.

use std::str::FromStr;

use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRef, FromRequest, FromRequestParts, Multipart, Path, Request};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::body::{self, MOST_BYTES_OF_JSON};
use super::problem::{FieldError, Problem, ProblemKind};
use crate::auth::{AuthError, Caller, Verifier, access};
use crate::domain::{CandidateId, CvId, JobId, RecruiterId};
use crate::queue::QueueName;

/// A caller with the role of a candidate.
#[derive(Clone, Debug)]
pub struct Candidate(pub CandidateId);

/// A caller with the role of a recruiter.
#[derive(Clone, Debug)]
pub struct Recruiter(pub RecruiterId);

/// A caller with the role of one who runs the system: the subject of the token, which the audit log names.
#[derive(Clone, Debug)]
pub struct Admin(pub String);

/// The bearer token of a request.
pub(super) fn bearer_token(headers: &HeaderMap) -> Result<&str, AuthError> {
    let value = headers.get(AUTHORIZATION).ok_or(AuthError::Missing)?;
    let value = value.to_str().map_err(|_| AuthError::Invalid("the header is not ASCII".to_owned()))?;
    match value.split_once(' ') {
        // The scheme's name has no case (RFC 9110).
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") && !token.trim().is_empty() => {
            Ok(token.trim())
        }
        _ => Err(AuthError::Missing),
    }
}

impl<S> FromRequestParts<S> for Caller
where
    Verifier: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let verifier = Verifier::from_ref(state);
        Ok(verifier.verify(bearer_token(&parts.headers)?).await?)
    }
}

macro_rules! caller_with_role {
    ($name:ident, $caller:ident => $checked:expr) => {
        impl<S> FromRequestParts<S> for $name
        where
            Verifier: FromRef<S>,
            S: Send + Sync,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                let $caller = &Caller::from_request_parts(parts, state).await?;
                Ok($checked)
            }
        }
    };
}

caller_with_role!(Candidate, caller => Candidate(access::candidate(caller)?));
caller_with_role!(Recruiter, caller => Recruiter(access::recruiter(caller)?));
caller_with_role!(Admin, caller => {
    access::admin(caller)?;
    Admin(caller.sub.clone())
});

/// An id that a path names.
pub trait IdInPath: FromStr {
    /// What it is the id of.
    const OF: &'static str;
}

impl IdInPath for CvId {
    const OF: &'static str = "CV";
}

impl IdInPath for JobId {
    const OF: &'static str = "job";
}

impl IdInPath for QueueName {
    const OF: &'static str = "queue";
}

/// The one id in the path. A text that is no id is the id of nothing: the answer is 404.
#[derive(Clone, Copy, Debug)]
pub struct IdOf<T>(pub T);

impl<T, S> FromRequestParts<S> for IdOf<T>
where
    T: IdInPath,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let text = Path::<String>::from_request_parts(parts, state).await;
        let id = text.ok().and_then(|Path(text)| text.parse().ok());
        id.map(Self).ok_or_else(|| Problem::not_found(T::OF))
    }
}

/// The two ids in the path, in their order. A text that is no id is the id of nothing: the answer is 404.
#[derive(Clone, Copy, Debug)]
pub struct TwoIds<A, B>(pub A, pub B);

impl<A, B, S> FromRequestParts<S> for TwoIds<A, B>
where
    A: IdInPath,
    B: IdInPath,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let texts = Path::<(String, String)>::from_request_parts(parts, state).await;
        let Ok(Path((first, second))) = texts else { return Err(Problem::not_found(A::OF)) };
        let first = first.parse().map_err(|_| Problem::not_found(A::OF))?;
        Ok(Self(first, second.parse().map_err(|_| Problem::not_found(B::OF))?))
    }
}

/// The query.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match axum::extract::Query::try_from_uri(&parts.uri) {
            Ok(axum::extract::Query(query)) => Ok(Self(query)),
            Err(rejection) => {
                let error = field_error(&rejection.body_text(), "query");
                Err(Problem::bad_parameter(&error.field, error.message))
            }
        }
    }
}

/// JSON, taken and answered.
#[derive(Clone, Copy, Debug)]
pub struct Json<T>(pub T);

impl<T, S> FromRequest<S> for Json<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() != Some("application/json") {
            return Err(Problem::new(
                ProblemKind::UnsupportedMediaType,
                "Send JSON, with the header `Content-Type: application/json`.",
            ));
        }
        let (_, content) = body::read(request, MOST_BYTES_OF_JSON).await?;
        use axum::extract::rejection::JsonRejection;
        match axum::Json::from_bytes(&content) {
            Ok(axum::Json(value)) => Ok(Self(value)),
            Err(JsonRejection::JsonDataError(error)) => {
                Err(Problem::invalid(vec![field_error(&error.body_text(), "body")]))
            }
            Err(error) => {
                let error = field_error(&error.body_text(), "body");
                Err(Problem::new(ProblemKind::Malformed, format!("This is no JSON: {}.", error.message)))
            }
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// What serde says of a field, from the text of one of axum's rejections: "What failed: field: what is wrong with it".
fn field_error(rejection: &str, whole: &str) -> FieldError {
    let said = rejection.split_once(": ").map_or(rejection, |(_, said)| said);
    match said.split_once(": ") {
        Some((field, message)) if !field.contains(' ') => FieldError::new(field, message),
        _ => match said.strip_prefix("missing field `").and_then(|rest| rest.split_once('`')) {
            Some((field, _)) => FieldError::new(field, "is missing"),
            None => FieldError::new(whole, said),
        },
    }
}

/// The media type of a request without its parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// A body of any media type, of at most `MOST` bytes.
#[derive(Clone, Debug)]
pub struct Content<const MOST: usize> {
    /// Its media type without parameters, in lower case; empty where none is said.
    pub media_type: String,
    /// The bytes.
    pub bytes: Bytes,
}

impl<const MOST: usize, S: Send + Sync> FromRequest<S> for Content<MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let (parts, bytes) = body::read(request, MOST).await?;
        Ok(Self { media_type: media_type(&parts.headers).unwrap_or_default(), bytes })
    }
}

/// The file of a form (`multipart/form-data`), of at most `MOST` bytes: the first part that is a file, or is named `file`.
#[derive(Clone, Debug)]
pub struct FormFile<const MOST: usize> {
    /// The file's name as the client says it; empty where it says none.
    pub name: String,
    /// The bytes.
    pub content: Bytes,
}

/// What a form may have beside its file.
const FORM_FRAME: usize = 64 * 1024;

impl<const MOST: usize, S: Send + Sync> FromRequest<S> for FormFile<MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if media_type(request.headers()).as_deref() != Some("multipart/form-data") {
            return Err(Problem::new(
                ProblemKind::UnsupportedMediaType,
                "Send a form (`multipart/form-data`) whose field `file` is the file.",
            ));
        }
        let (parts, content) = match body::read(request, MOST + FORM_FRAME).await {
            Err(problem) if problem.kind() == ProblemKind::TooLarge => return Err(body::too_large(MOST)),
            other => other?,
        };
        let mut request = Request::from_parts(parts, Body::from(content));
        DefaultBodyLimit::disable().apply(&mut request);
        let malformed =
            |text: String| Problem::new(ProblemKind::Malformed, format!("This is no whole form: {text}"));
        let mut form = Multipart::from_request(request, state).await.map_err(|e| malformed(e.body_text()))?;
        while let Some(field) = form.next_field().await.map_err(|e| malformed(e.body_text()))? {
            if field.file_name().is_none() && field.name() != Some("file") {
                continue;
            }
            let name = field.file_name().unwrap_or_default().to_owned();
            let content = field.bytes().await.map_err(|e| malformed(e.body_text()))?;
            if content.len() > MOST {
                return Err(body::too_large(MOST));
            }
            return Ok(Self { name, content });
        }
        Err(Problem::invalid(vec![FieldError::new("file", "is missing: the form has no file")]))
    }
}

/// The header by which a client marks a request that it may send again.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header `Idempotency-Key`, where it is sent.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(IDEMPOTENCY_KEY) else { return Ok(Self(None)) };
        match value.to_str() {
            Ok(key) if (1..=255).contains(&key.trim().len()) => Ok(Self(Some(key.trim().to_owned()))),
            _ => {
                Err(Problem::bad_parameter("Idempotency-Key", "must have 1 to 255 visible ASCII characters"))
            }
        }
    }
}
