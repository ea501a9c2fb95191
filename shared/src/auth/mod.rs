//! Who is calling, and what they may see. [`Verifier`] turns a bearer token into a [`Caller`]; [`access`] holds the rules of
//! who may see what, all of them.

pub mod access;
mod jwks;
mod token;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use access::Denied;
pub use token::{Verifier, issue_token};

/// What a person is to the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Has CVs.
    Candidate,
    /// Has jobs.
    Recruiter,
    /// Runs the system.
    Admin,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Candidate, Self::Recruiter, Self::Admin];

    /// The name in the claim `roles`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Candidate => "candidate",
            Self::Recruiter => "recruiter",
            Self::Admin => "admin",
        }
    }

    /// The role of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Whom a verified token names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The claim `sub`: the person's id at the signer.
    pub sub: String,
    /// The claim `roles`, without names that this system does not know.
    pub roles: Vec<Role>,
}

impl Caller {
    /// Whether the caller has `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Why a caller is not known, or a token cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// The request has no token.
    #[error("there is no bearer token")]
    Missing,
    /// The token's time is over.
    #[error("the token has expired")]
    Expired,
    /// The token is not one that this system takes. The text says why, for the log.
    #[error("the token is not valid: {0}")]
    Invalid(String),
    /// The signers' public keys were never to be had, so that no token can be checked.
    #[error("the public keys of the token signers cannot be fetched: {0}")]
    KeysUnavailable(String),
    /// Neither a secret nor the address of public keys is set.
    #[error("no key to check tokens with: set JWT_SECRET or JWKS_URL")]
    NoKey,
    /// The HTTP client for the public keys could not be made.
    #[error("the HTTP client for the public keys cannot be made: {0}")]
    Client(#[from] reqwest::Error),
}
