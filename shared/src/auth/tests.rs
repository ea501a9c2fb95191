//! Tokens as they may come: good, expired, forged, of other systems; and public keys that rotate.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::Utc;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};

use super::jwks::{Freshness, Jwks};
use super::{AuthError, Caller, Role, Verifier, issue_token};
use crate::config::AuthSettings;

const SECRET: &str = "a secret of these tests, 32 bytes long";

// Keys made for these tests alone with `openssl`: PKCS #8 (the first two) and PKCS #1, DER in base64.
const EC_KEY: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglCpbdQP1daHsYqBBslm2DFm25PYip0cfnTsD8PAZl0+hRANCAAR4\
    2ncvD7WuYB4H0cLgLOys9sm8oFT40ItbLuela7AnNbEmfOvzNdiPnudm18xSDp1/PkVVh0sDuszp8XkCU0+m";
const OTHER_EC_KEY: &str = "\
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgv7QTDwDqzV2hvDjBIde3PPEA/Vqr925X5B1+V6oS47mhRANCAASs\
    QzTYmIWUNT/ChBQv6qtnQOh9ZWuID23ZtrvV6yr1mlrFY/dEMUCaz4mlrPekJGf6YHiSOiwPZqIIgcfhaPsu";
const RSA_KEY: &str = "\
    MIIEowIBAAKCAQEAy97L3T6FQnv4AOKKRV1kwPsgJFbSBm8RApjtUjzCgjRW2YNcoYUPF30qjCxM52uPxO80wI3y54MSyo+AVKvz\
    uf5yy0oeii2OAThckD+S5/Pfbr81TIYaplSOCKj43nwxIAYvRIODGRrWY7D588jiyK1pWMsF2qXpdocdDHymHwDnKdXq9+wYeH9L\
    zIJPyPgvY9/0+8m74kL3z1sjxB87ZMneUKckLHE51FUPUxx81b/RcsbJRJLOpuK0bHRRIrpUpxYBFHYlpWWe7RAwySKmRPXTENez\
    U8FoY/xTFTHs9UJwyijQfaLwmjkzfW35CxPsKnR1BMVeDpiIMhB51OkYAQIDAQABAoIBAAbClOG5lZ9gXzc/S8y0Rbeg9B5EWzs/\
    olGi2sa18VCyNdmJUbBg6kDSA4/JlcS8NDSYZnhGlLIAzoYVN1EHcSHfGjUbuHLGQy3O7cHSO9exZlyknjqy/S38Aoguuy7ccSAR\
    2G4mCroxwb9lQkqHRB7ZojNBqyhmhTzrCsdr2DHRrX0Sx0wC1YiUfOWd3POcq3emf3cFrGlwafOWpr2mqKIiLJ5r97aJDLeohnG0\
    GqiUzkYH/aH9Ed1C4DNgPDWFEEfuoWTRoSfoFK0CcCNsqAB5ikdTaf/DKMXVFf1f2wGRljVXqorGjkzAdhCaXPKUUcfZCOCLRJGh\
    4C9fOH6yOnkCgYEA/XouLjdlosAffoa/Z8gPcuvqYAnI7+PxFtu7dh+WQFgvFynxAB6trkMEyt+6zcfVm023eLNPGJ0/Ttf69Epp\
    zfRKWpVLkK2TLIdTWNiSPqFsz1XUelrKncjPQfBIErwbbyUSbC+kxRTY5hV5wqMsUcrVzOz8elQpVAKexq5KmvkCgYEAzeY5rkH1\
    0oPCERXI9w5HuFKPn+2VfIHtDW/GksNHWIVNKRA6/d7geusQuu7r5bjwbY+JfHsX/oGXj+aAc0VlrjT+HrDgVvhajuUgvM1o0Syy\
    YK2LsCsGuFkEW45V743x1H2YGy98Mf5Mot1HenVclTb0lPhbxrdkjKuPde7E30kCgYB6WcmEwXSrtHT/S+eEHstmO33sUYzOToaG\
    9BVulRyffnFsivArkKNhJDRiANBYmAcBaegPuO2LAgwW8KXP2UNtCGgDhWDuOvp5WfDfR9p/pMey5MklLkHzG4T/XQ5NDMNpSMm1\
    suGjx8ZSeTdGviCccn305seP/KPeS018tZCJcQKBgBl7h+IAOdtPAUK6DoA9HTU7ypjBf8HEFsGV9t6NGpRjExSk9Jgc8G1mEFEC\
    ZuGsjN0SabKlTWfrRAXEQluB2D7CQj0sKOe6nwKWawHS7kkNHhqHAAXSnWdNZROrvwkB6U8iKCQdMWLClVuGxWTrh4TUI1sYjcs/\
    QUuDpCK1ZVo5AoGBAKL9pfQPbTMYoJcggpG0E/DypNq6UPzZE9UQyJW2Ok3ijQQhtKX/LOsoQcX6cd81l1I6f1NMagxwsUBh3P6z\
    aQ1h10xw5S1cPSyVSo4EzPdHo0+OaTfdeqanYBkMD3w9CPZhEbcl8+sFT9hL0d5DIRiESFHRUpdUmcd9tU51jHNa";

fn settings() -> AuthSettings {
    AuthSettings { jwt_secret: Some(SECRET.to_owned()), ..AuthSettings::default() }
}

fn verifier() -> Verifier {
    Verifier::new(&settings()).unwrap()
}

fn claims() -> Value {
    json!({ "sub": "ann", "roles": ["candidate"], "exp": Utc::now().timestamp() + 60 })
}

fn signed(claims: &Value) -> String {
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &key).unwrap()
}

async fn refusal(verifier: &Verifier, token: &str) -> AuthError {
    verifier.verify(token).await.expect_err("the token is refused")
}

#[tokio::test]
async fn an_issued_token_names_its_caller() {
    let token =
        issue_token(&settings(), "ann", &[Role::Candidate, Role::Admin], Duration::from_secs(60)).unwrap();
    let caller = verifier().verify(&token).await.unwrap();
    assert_eq!(caller, Caller { sub: "ann".to_owned(), roles: vec![Role::Candidate, Role::Admin] });
}

#[tokio::test]
async fn an_issued_token_has_the_issuer_and_audience_that_are_asked_for() {
    let strict = AuthSettings {
        jwt_issuer: Some("https://signer".to_owned()),
        jwt_audience: Some("cv-matching".to_owned()),
        ..settings()
    };
    let token = issue_token(&strict, "ann", &[Role::Candidate], Duration::from_secs(60)).unwrap();
    Verifier::new(&strict).unwrap().verify(&token).await.unwrap();
    // Where no audience is asked for, one that is there does no harm.
    verifier().verify(&token).await.unwrap();
}

#[tokio::test]
async fn a_token_is_good_until_30_seconds_after_its_end_and_not_longer() {
    let ended = |seconds: i64| {
        let mut claims = claims();
        claims["exp"] = json!(Utc::now().timestamp() - seconds);
        signed(&claims)
    };
    verifier().verify(&ended(20)).await.unwrap();
    assert!(matches!(refusal(&verifier(), &ended(40)).await, AuthError::Expired));
}

#[tokio::test]
async fn a_token_without_end_or_without_subject_is_refused() {
    for field in ["exp", "sub"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(field);
        assert!(matches!(refusal(&verifier(), &signed(&claims)).await, AuthError::Invalid(_)), "{field}");
    }
    for sub in ["", "a\0b", &"x".repeat(256)] {
        let mut claims = claims();
        claims["sub"] = json!(sub);
        assert!(matches!(refusal(&verifier(), &signed(&claims)).await, AuthError::Invalid(_)), "{sub:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_good_yet_is_refused() {
    let mut claims = claims();
    claims["nbf"] = json!(Utc::now().timestamp() + 50);
    assert!(matches!(refusal(&verifier(), &signed(&claims)).await, AuthError::Invalid(_)));
}

#[tokio::test]
async fn roles_of_other_systems_are_left_out_and_no_roles_are_none() {
    let mut claims = claims();
    claims["roles"] = json!(["offline_access", "recruiter", "recruiter"]);
    assert_eq!(verifier().verify(&signed(&claims)).await.unwrap().roles, vec![Role::Recruiter]);
    claims.as_object_mut().unwrap().remove("roles");
    assert_eq!(verifier().verify(&signed(&claims)).await.unwrap().roles, vec![]);
}

#[tokio::test]
async fn a_token_that_claims_no_signature_or_another_algorithm_is_refused() {
    let good = signed(&claims());
    let [_, payload, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let header = |alg: &str| URL_SAFE_NO_PAD.encode(json!({ "alg": alg, "typ": "JWT" }).to_string());
    for forged in [
        format!("{}.{payload}.", header("none")),
        format!("{}.{payload}.{signature}", header("none")),
        format!("{}.{payload}.{signature}", header("HS512")),
        format!("{}.{payload}.{signature}", header("RS256")),
        format!("{payload}.{signature}"),
        "x".repeat(100_000),
        String::new(),
    ] {
        assert!(matches!(refusal(&verifier(), &forged).await, AuthError::Invalid(_)), "{:.60}", forged);
    }
    let key = EncodingKey::from_secret(SECRET.as_bytes());
    let stronger = jsonwebtoken::encode(&Header::new(Algorithm::HS384), &claims(), &key).unwrap();
    assert!(matches!(refusal(&verifier(), &stronger).await, AuthError::Invalid(_)));
}

#[tokio::test]
async fn a_token_signed_with_another_secret_or_changed_afterwards_is_refused() {
    let other = EncodingKey::from_secret(b"another secret, of 32 bytes at least");
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims(), &other).unwrap();
    assert!(matches!(refusal(&verifier(), &token).await, AuthError::Invalid(_)));

    let good = signed(&claims());
    let [header, _, signature] = good.split('.').collect::<Vec<_>>()[..] else { panic!("three parts") };
    let mut changed = claims();
    changed["roles"] = json!(["admin"]);
    let forged = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(changed.to_string()));
    assert!(matches!(refusal(&verifier(), &forged).await, AuthError::Invalid(_)));
}

#[tokio::test]
async fn a_wrong_or_missing_audience_or_issuer_is_refused_where_one_is_asked_for() {
    let audience = AuthSettings { jwt_audience: Some("cv-matching".to_owned()), ..settings() };
    let issuer = AuthSettings { jwt_issuer: Some("https://signer".to_owned()), ..settings() };
    for (settings, claim, good) in [(audience, "aud", "cv-matching"), (issuer, "iss", "https://signer")] {
        let verifier = Verifier::new(&settings).unwrap();
        let mut claims = claims();
        assert!(matches!(refusal(&verifier, &signed(&claims)).await, AuthError::Invalid(_)), "no {claim}");
        claims[claim] = json!("another");
        assert!(matches!(refusal(&verifier, &signed(&claims)).await, AuthError::Invalid(_)), "wrong {claim}");
        claims[claim] = json!(good);
        verifier.verify(&signed(&claims)).await.unwrap();
    }
}

#[test]
fn without_any_key_there_is_no_verifier() {
    assert!(matches!(Verifier::new(&AuthSettings::default()), Err(AuthError::NoKey)));
}

/// A signer that publishes its public keys on this machine, and counts how often it is asked.
struct Signer {
    url: String,
    published: Arc<std::sync::Mutex<Result<Value, ()>>>,
    asked: Arc<AtomicUsize>,
}

impl Signer {
    async fn start(keys: Value) -> Self {
        let published = Arc::new(std::sync::Mutex::new(Ok(keys)));
        let asked = Arc::new(AtomicUsize::new(0));
        let (shown, count) = (published.clone(), asked.clone());
        let answer = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let answer = shown.lock().unwrap().clone();
            async move { answer.map(axum::Json).map_err(|()| axum::http::StatusCode::BAD_GATEWAY) }
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let router = axum::Router::new().route("/jwks.json", axum::routing::get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, published, asked }
    }

    fn publish(&self, keys: Result<Value, ()>) {
        *self.published.lock().unwrap() = keys;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }

    fn verifier(&self, freshness: Freshness) -> Verifier {
        let jwks = Jwks::with_freshness(&self.url, freshness).unwrap();
        Verifier::with_jwks(&AuthSettings::default(), Some(jwks)).unwrap()
    }
}

const ALWAYS_ASK: Freshness =
    Freshness { after_unknown: Duration::ZERO, after_failure: Duration::ZERO, age: Duration::from_secs(600) };

fn ec(key: &str) -> EncodingKey {
    EncodingKey::from_ec_der(&STANDARD.decode(key).unwrap())
}

fn rsa() -> EncodingKey {
    EncodingKey::from_rsa_der(&STANDARD.decode(RSA_KEY).unwrap())
}

fn public(key: &EncodingKey, algorithm: Algorithm, id: &str) -> Jwk {
    let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
    jwk.common.key_id = Some(id.to_owned());
    jwk
}

fn set(keys: &[Jwk]) -> Value {
    json!({ "keys": keys })
}

fn signed_by(key: &EncodingKey, algorithm: Algorithm, id: Option<&str>) -> String {
    let header = Header { kid: id.map(str::to_owned), ..Header::new(algorithm) };
    jsonwebtoken::encode(&header, &claims(), key).unwrap()
}

#[tokio::test]
async fn tokens_of_public_keys_are_checked_by_the_key_of_their_id() {
    let mut keys =
        set(&[public(&ec(EC_KEY), Algorithm::ES256, "first"), public(&rsa(), Algorithm::RS256, "second")]);
    // A set may hold keys that are not used here, and even broken ones.
    keys["keys"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "kty": "OKP", "crv": "X25519", "x": "AA", "kid": "third" }));
    keys["keys"].as_array_mut().unwrap().push(json!("no key"));
    let signer = Signer::start(keys).await;
    let verifier = signer.verifier(Freshness::default());
    verifier.verify(&signed_by(&ec(EC_KEY), Algorithm::ES256, Some("first"))).await.unwrap();
    verifier.verify(&signed_by(&rsa(), Algorithm::RS256, Some("second"))).await.unwrap();
    assert_eq!(signer.asked(), 1);
    for wrong in [
        signed_by(&ec(OTHER_EC_KEY), Algorithm::ES256, Some("first")),
        signed_by(&ec(EC_KEY), Algorithm::ES256, Some("second")),
        signed_by(&rsa(), Algorithm::RS256, Some("first")),
        signed_by(&rsa(), Algorithm::RS512, Some("second")),
        signed_by(&ec(EC_KEY), Algorithm::ES256, None),
    ] {
        assert!(matches!(refusal(&verifier, &wrong).await, AuthError::Invalid(_)));
    }
}

#[tokio::test]
async fn a_public_key_is_never_taken_for_a_secret() {
    let jwk = public(&ec(EC_KEY), Algorithm::ES256, "first");
    let signer = Signer::start(set(std::slice::from_ref(&jwk))).await;
    let as_secret = EncodingKey::from_secret(serde_json::to_string(&jwk).unwrap().as_bytes());
    let forged = signed_by(&as_secret, Algorithm::HS256, Some("first"));
    assert!(matches!(refusal(&signer.verifier(ALWAYS_ASK), &forged).await, AuthError::Invalid(_)));
}

#[tokio::test]
async fn a_token_without_key_id_is_checked_by_the_only_key() {
    let signer = Signer::start(set(&[public(&ec(EC_KEY), Algorithm::ES256, "first")])).await;
    let verifier = signer.verifier(Freshness::default());
    verifier.verify(&signed_by(&ec(EC_KEY), Algorithm::ES256, None)).await.unwrap();
}

#[tokio::test]
async fn a_rotated_key_is_fetched_and_the_withdrawn_one_no_longer_taken() {
    let signer = Signer::start(set(&[public(&ec(EC_KEY), Algorithm::ES256, "old")])).await;
    let verifier = signer.verifier(ALWAYS_ASK);
    let old = signed_by(&ec(EC_KEY), Algorithm::ES256, Some("old"));
    let new = signed_by(&ec(OTHER_EC_KEY), Algorithm::ES256, Some("new"));
    verifier.verify(&old).await.unwrap();
    signer.publish(Ok(set(&[public(&ec(OTHER_EC_KEY), Algorithm::ES256, "new")])));
    verifier.verify(&new).await.unwrap();
    assert_eq!(signer.asked(), 2);
    assert!(matches!(refusal(&verifier, &old).await, AuthError::Invalid(_)));
}

#[tokio::test]
async fn unknown_key_ids_make_no_storm_of_fetches() {
    let signer = Signer::start(set(&[public(&ec(EC_KEY), Algorithm::ES256, "first")])).await;
    let verifier = signer.verifier(Freshness::default());
    let tokens: Vec<String> =
        (0..20).map(|n| signed_by(&ec(EC_KEY), Algorithm::ES256, Some(&format!("made up {n}")))).collect();
    let answers = futures_util::future::join_all(tokens.iter().map(|token| verifier.verify(token))).await;
    assert!(answers.iter().all(|answer| matches!(answer, Err(AuthError::Invalid(_)))));
    assert_eq!(signer.asked(), 1);
}

#[tokio::test]
async fn known_keys_stay_when_the_signer_cannot_be_reached() {
    let signer = Signer::start(set(&[public(&ec(EC_KEY), Algorithm::ES256, "first")])).await;
    let verifier = signer.verifier(Freshness { age: Duration::ZERO, ..ALWAYS_ASK });
    let token = signed_by(&ec(EC_KEY), Algorithm::ES256, Some("first"));
    verifier.verify(&token).await.unwrap();
    for answer in [Err(()), Ok(json!("no key set"))] {
        signer.publish(answer);
        let before = signer.asked();
        verifier.verify(&token).await.unwrap();
        assert!(signer.asked() > before, "the signer was asked again");
    }
}

#[tokio::test]
async fn without_keys_a_token_is_not_called_wrong_and_the_next_one_finds_them() {
    let signer = Signer::start(json!({})).await;
    let verifier = signer.verifier(ALWAYS_ASK);
    let token = signed_by(&ec(EC_KEY), Algorithm::ES256, Some("first"));
    assert!(matches!(refusal(&verifier, &token).await, AuthError::KeysUnavailable(_)));
    signer.publish(Ok(set(&[public(&ec(EC_KEY), Algorithm::ES256, "first")])));
    verifier.verify(&token).await.unwrap();
}
