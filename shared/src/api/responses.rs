//! The problems that a route can answer, for its description: each group stands for what an extractor or a part can say.

use utoipa::IntoResponses;

use super::problem::ProblemDetails;

/// Of every route that needs a token.
#[derive(IntoResponses)]
pub enum TokenProblems {
    /// No token, or none that is taken here.
    #[response(
        status = 401,
        content_type = "application/problem+json",
        headers(("WWW-Authenticate" = String, description = "`Bearer`, with the error (RFC 6750)"))
    )]
    Unauthenticated(ProblemDetails),
    /// A defect; the operator finds its cause under `request_id`.
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(ProblemDetails),
    /// A part cannot be reached; try the same again.
    #[response(
        status = 503,
        content_type = "application/problem+json",
        headers(("Retry-After" = u32, description = "Seconds"))
    )]
    Unavailable(ProblemDetails),
}

/// Of every route that needs a role, or ownership.
#[derive(IntoResponses)]
pub enum RoleProblems {
    /// The caller has not the role that this needs, or it belongs to somebody else.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemDetails),
}

/// Of every route that names something.
#[derive(IntoResponses)]
pub enum IdProblems {
    /// There is no such thing, or it is not the caller's.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemDetails),
}

/// Of every route with a query.
#[derive(IntoResponses)]
pub enum QueryProblems {
    /// A parameter that cannot be read, or is out of range.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemDetails),
}

/// Of every route with a body.
#[derive(IntoResponses)]
pub enum BodyProblems {
    /// The body cannot be read.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemDetails),
    /// The body took too long to arrive.
    #[response(status = 408, content_type = "application/problem+json")]
    TooSlow(ProblemDetails),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemDetails),
    /// The body, or the file in it, is of a media type that is not read here.
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(ProblemDetails),
    /// The body can be read, and says what cannot be.
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(ProblemDetails),
}
