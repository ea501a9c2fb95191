//! JSON Web Tokens (RFC 7519): checking those of others, and issuing own ones for local use.

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};

use super::jwks::Jwks;
use super::{AuthError, Caller, Role};
use crate::config::AuthSettings;

/// How far the signer's clock may be off, in seconds.
const LEEWAY: u64 = 30;

/// The longest token that is looked at, in bytes.
const LONGEST_TOKEN: usize = 16 * 1024;

/// The longest `sub`, in bytes.
const LONGEST_SUB: usize = 255;

/// Checks tokens. Cheap to clone.
///
/// Which algorithm a token is checked by is decided by the key, never by the token: a secret checks HS256 only, a public key
/// only the algorithm of its kind (RS256 or ES256).
#[derive(Clone)]
pub struct Verifier {
    inner: Arc<Inner>,
}

struct Inner {
    secret: Option<DecodingKey>,
    jwks: Option<Jwks>,
    issuer: Option<String>,
    audience: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(default)]
    roles: Vec<String>,
}

#[derive(Serialize)]
struct IssuedClaims<'a> {
    sub: &'a str,
    roles: &'a [Role],
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<&'a str>,
}

impl Verifier {
    /// Checks tokens as `settings` say. Public keys are fetched at the first token that needs them.
    ///
    /// # Errors
    /// Neither a secret nor the address of public keys is set, or no HTTP client can be made.
    pub fn new(settings: &AuthSettings) -> Result<Self, AuthError> {
        let jwks = settings.jwks_url.as_deref().map(Jwks::new).transpose()?;
        Self::with_jwks(settings, jwks)
    }

    pub(super) fn with_jwks(settings: &AuthSettings, jwks: Option<Jwks>) -> Result<Self, AuthError> {
        if settings.jwt_secret.is_none() && jwks.is_none() {
            return Err(AuthError::NoKey);
        }
        let inner = Inner {
            secret: settings.jwt_secret.as_ref().map(|secret| DecodingKey::from_secret(secret.as_bytes())),
            jwks,
            issuer: settings.jwt_issuer.clone(),
            audience: settings.jwt_audience.clone(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Whom the token names.
    ///
    /// # Errors
    /// The token is expired or not valid, or the keys to check it with cannot be had.
    pub async fn verify(&self, token: &str) -> Result<Caller, AuthError> {
        if token.len() > LONGEST_TOKEN {
            return Err(AuthError::Invalid("it is too long".to_owned()));
        }
        let header = jsonwebtoken::decode_header(token).map_err(invalid)?;
        let (key, algorithm) = match header.alg {
            Algorithm::HS256 => {
                let secret = self.inner.secret.clone();
                (secret.ok_or_else(|| invalid("HS256, but no secret is set"))?, Algorithm::HS256)
            }
            Algorithm::RS256 | Algorithm::ES256 => {
                let jwks = self.inner.jwks.as_ref().ok_or_else(|| invalid("no public keys are set"))?;
                let key = jwks.key(header.kid.as_deref()).await?;
                let key = key.ok_or_else(|| invalid("its key is none of the signers' public keys"))?;
                (key.decoding, key.algorithm)
            }
            other => return Err(invalid(format!("{other:?} is not accepted"))),
        };
        let claims =
            jsonwebtoken::decode::<Claims>(token, &key, &self.validation(algorithm)).map_err(|error| {
                match error.kind() {
                    ErrorKind::ExpiredSignature => AuthError::Expired,
                    _ => invalid(error),
                }
            })?;
        caller(claims.claims)
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY;
        validation.validate_nbf = true;
        let mut required = vec!["exp", "sub"];
        // The library checks issuer and audience only where the token has them: they must be required too.
        if let Some(issuer) = &self.inner.issuer {
            validation.set_issuer(&[issuer]);
            required.push("iss");
        }
        match &self.inner.audience {
            Some(audience) => {
                validation.set_audience(&[audience]);
                required.push("aud");
            }
            None => validation.validate_aud = false,
        }
        validation.set_required_spec_claims(&required);
        validation
    }
}

fn caller(claims: Claims) -> Result<Caller, AuthError> {
    let sub = claims.sub;
    // The `sub` becomes a column's value and a part of files' keys.
    if sub.is_empty() || sub.len() > LONGEST_SUB || sub.chars().any(char::is_control) {
        return Err(invalid(format!("its sub must have 1 to {LONGEST_SUB} bytes and no control characters")));
    }
    let mut roles: Vec<Role> = claims.roles.iter().filter_map(|name| Role::from_name(name)).collect();
    roles.sort_unstable();
    roles.dedup();
    Ok(Caller { sub, roles })
}

fn invalid(reason: impl ToString) -> AuthError {
    AuthError::Invalid(reason.to_string())
}

/// A token signed with the secret of `settings` (HS256), with their issuer and audience, for local use and for tests.
///
/// # Errors
/// No secret is set, or it cannot sign.
pub fn issue_token(
    settings: &AuthSettings,
    sub: &str,
    roles: &[Role],
    valid: Duration,
) -> Result<String, AuthError> {
    let secret = settings.jwt_secret.as_ref().ok_or(AuthError::NoKey)?;
    let now = Utc::now().timestamp();
    let claims = IssuedClaims {
        sub,
        roles,
        iat: now,
        exp: now.saturating_add_unsigned(valid.as_secs()),
        iss: settings.jwt_issuer.as_deref(),
        aud: settings.jwt_audience.as_deref(),
    };
    jsonwebtoken::encode(
        &Header::new(Algorithm::HS256),
        &claims,
        &EncodingKey::from_secret(secret.as_bytes()),
    )
    .map_err(invalid)
}
