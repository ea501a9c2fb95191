//! The token signers' public keys (JSON Web Key Set, RFC 7517), fetched when they are needed and kept.
//!
//! A token with an unknown key id causes a new fetch, for keys rotate; but at most one a minute, so that nobody can make
//! this process hammer the signer. When a fetch fails, the keys that are known stay.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::AuthError;

/// The most bytes that a key set may have.
const MOST_BYTES: usize = 1024 * 1024;

/// When keys are fetched again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Freshness {
    /// Least time between two fetches that an unknown key id causes.
    pub(super) after_unknown: Duration,
    /// Least time between two fetches while no keys are known at all.
    pub(super) after_failure: Duration,
    /// Age at which keys are fetched again though they are known, so that a withdrawn one does not stay.
    pub(super) age: Duration,
}

impl Default for Freshness {
    fn default() -> Self {
        Self {
            after_unknown: Duration::from_secs(60),
            after_failure: Duration::from_secs(5),
            age: Duration::from_secs(10 * 60),
        }
    }
}

/// A public key with the one algorithm that it may check.
#[derive(Clone)]
pub(super) struct PublicKey {
    pub(super) decoding: DecodingKey,
    pub(super) algorithm: Algorithm,
}

/// The public keys at one address.
pub(super) struct Jwks {
    url: String,
    client: reqwest::Client,
    freshness: Freshness,
    known: RwLock<Known>,
    fetching: Mutex<()>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, PublicKey>,
    /// The only key of a set that names none.
    nameless: Option<PublicKey>,
    succeeded: bool,
    attempted: Option<Instant>,
    failure: String,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<Value>,
}

/// What is known of a key id.
enum Answer {
    Fresh(Option<PublicKey>),
    /// Known, but old enough to be asked for again.
    Old(PublicKey),
    /// Not known, and the time has come to ask.
    Ask,
}

impl Jwks {
    pub(super) fn new(url: &str) -> Result<Self, AuthError> {
        Self::with_freshness(url, Freshness::default())
    }

    pub(super) fn with_freshness(url: &str, freshness: Freshness) -> Result<Self, AuthError> {
        crate::tls::use_ring();
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(5))
            .connect_timeout(Duration::from_secs(3))
            .redirect(reqwest::redirect::Policy::limited(3))
            .build()?;
        Ok(Self {
            url: url.to_owned(),
            client,
            freshness,
            known: RwLock::new(Known::default()),
            fetching: Mutex::new(()),
        })
    }

    /// The key of that id; without an id, the only key there is.
    pub(super) async fn key(&self, id: Option<&str>) -> Result<Option<PublicKey>, AuthError> {
        match self.look_up(id)? {
            Answer::Fresh(key) => return Ok(key),
            Answer::Old(key) => {
                // One caller refreshes, the others go on with what is known.
                let Ok(_turn) = self.fetching.try_lock() else { return Ok(Some(key)) };
                self.refresh().await;
            }
            Answer::Ask => {
                let _turn = self.fetching.lock().await;
                // Another caller may have fetched while this one waited.
                if let Answer::Fresh(key) = self.look_up(id)? {
                    return Ok(key);
                }
                self.refresh().await;
            }
        }
        match self.look_up(id)? {
            Answer::Fresh(key) => Ok(key),
            Answer::Old(key) => Ok(Some(key)),
            Answer::Ask => {
                let known = self.known();
                if known.succeeded {
                    Ok(None)
                } else {
                    Err(AuthError::KeysUnavailable(known.failure.clone()))
                }
            }
        }
    }

    fn look_up(&self, id: Option<&str>) -> Result<Answer, AuthError> {
        let known = self.known();
        let key = match id {
            Some(id) => known.keys.get(id).or(known.nameless.as_ref()),
            None if known.nameless.is_none() && known.keys.len() == 1 => known.keys.values().next(),
            None => known.nameless.as_ref(),
        };
        let Some(attempted) = known.attempted else { return Ok(Answer::Ask) };
        let since = attempted.elapsed();
        Ok(match key {
            Some(key) if since < self.freshness.age => Answer::Fresh(Some(key.clone())),
            Some(key) => Answer::Old(key.clone()),
            None if known.succeeded && since < self.freshness.after_unknown => Answer::Fresh(None),
            None if !known.succeeded && since < self.freshness.after_failure => {
                return Err(AuthError::KeysUnavailable(known.failure.clone()));
            }
            None => Answer::Ask,
        })
    }

    fn known(&self) -> RwLockReadGuard<'_, Known> {
        // Nothing panics while it holds the lock; and what is written is whole at every step.
        self.known.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Fetches the keys; when that fails, what is known stays.
    async fn refresh(&self) {
        let fetched = self.fetch().await;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.attempted = Some(Instant::now());
        match fetched {
            Ok(set) => {
                known.keys.clear();
                known.nameless = None;
                known.succeeded = true;
                for key in set.keys {
                    // A key of a kind that is not used here stands in many sets and must not spoil the others.
                    let Ok(key) = serde_json::from_value::<Jwk>(key) else { continue };
                    let Some(public) = public_key(&key) else { continue };
                    match key.common.key_id {
                        Some(id) => drop(known.keys.insert(id, public)),
                        None => known.nameless = Some(public),
                    }
                }
                tracing::info!(keys = known.keys.len(), "fetched the token signers' public keys");
            }
            Err(reason) => {
                tracing::warn!(
                    reason,
                    "the token signers' public keys could not be fetched; the known ones stay"
                );
                known.failure = reason;
            }
        }
    }

    async fn fetch(&self) -> Result<KeySet, String> {
        let response = self.client.get(&self.url).send().await.map_err(|error| reason(&error))?;
        let mut response = response.error_for_status().map_err(|error| reason(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err("the key set is too large".to_owned());
            }
            body.extend_from_slice(&chunk);
        }
        serde_json::from_slice(&body).map_err(|error| format!("no key set: {error}"))
    }
}

/// The error with what caused it, for `reqwest` says only that something failed.
fn reason(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn public_key(key: &Jwk) -> Option<PublicKey> {
    if key.common.public_key_use.as_ref().is_some_and(|usage| *usage != PublicKeyUse::Signature) {
        return None;
    }
    let algorithm = match &key.algorithm {
        AlgorithmParameters::RSA(_) => Algorithm::RS256,
        AlgorithmParameters::EllipticCurve(curve) if curve.curve == EllipticCurve::P256 => Algorithm::ES256,
        _ => return None,
    };
    // A key that says which algorithm it is for is used for no other.
    if key.common.key_algorithm.is_some_and(|said| said.to_string() != format!("{algorithm:?}")) {
        return None;
    }
    Some(PublicKey { decoding: DecodingKey::from_jwk(key).ok()?, algorithm })
}
