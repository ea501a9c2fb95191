//! Presigned POST of S3: a form that lets a browser upload one file of a limited size by itself. The SDK only presigns
//! PUT, which cannot limit the size. The method is Amazon's "POST policy" with signature version 4:
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;

/// A form to be sent as `multipart/form-data`: all `fields`, then the file as `file`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PresignedPost {
    /// Where it is sent.
    pub url: String,
    /// What it holds beside the file.
    pub fields: BTreeMap<String, String>,
}

/// Who signs.
pub(super) struct Signer<'a> {
    pub access_key: &'a str,
    pub secret_key: &'a str,
    pub session_token: Option<&'a str>,
    pub region: &'a str,
}

fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Signer<'_> {
    pub(super) fn post(
        &self,
        url: String,
        bucket: &str,
        key: &str,
        most_bytes: usize,
        valid: Duration,
        now: DateTime<Utc>,
    ) -> PresignedPost {
        let day = now.format("%Y%m%d").to_string();
        let time = now.format("%Y%m%dT%H%M%SZ").to_string();
        let credential = format!("{}/{day}/{}/s3/aws4_request", self.access_key, self.region);
        let mut fields = BTreeMap::from([
            ("key".to_owned(), key.to_owned()),
            ("x-amz-algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()),
            ("x-amz-credential".to_owned(), credential),
            ("x-amz-date".to_owned(), time),
        ]);
        if let Some(token) = self.session_token {
            fields.insert("x-amz-security-token".to_owned(), token.to_owned());
        }
        let mut conditions = vec![
            serde_json::json!({ "bucket": bucket }),
            serde_json::json!(["content-length-range", 1, most_bytes]),
        ];
        conditions.extend(fields.iter().map(|(name, value)| serde_json::json!({ name: value })));
        let expiration = (now + valid).to_rfc3339_opts(SecondsFormat::Millis, true);
        let policy = serde_json::json!({ "expiration": expiration, "conditions": conditions });
        let policy = STANDARD.encode(policy.to_string());
        let mut signing_key = hmac(format!("AWS4{}", self.secret_key).as_bytes(), day.as_bytes());
        for scope in [self.region, "s3", "aws4_request"] {
            signing_key = hmac(&signing_key, scope.as_bytes());
        }
        fields.insert("x-amz-signature".to_owned(), hexadecimal(&hmac(&signing_key, policy.as_bytes())));
        fields.insert("policy".to_owned(), policy);
        PresignedPost { url, fields }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signing_key_is_the_one_of_amazons_published_example() {
        // "Examples of how to derive a signing key for Signature Version 4", AWS General Reference.
        let mut key = hmac(b"AWS4wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", b"20150830");
        for scope in ["us-east-1", "iam", "aws4_request"] {
            key = hmac(&key, scope.as_bytes());
        }
        assert_eq!(hexadecimal(&key), "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
    }

    #[test]
    fn every_field_of_the_form_is_in_the_signed_policy() {
        let signer =
            Signer { access_key: "AK", secret_key: "SK", session_token: Some("T"), region: "eu-west-1" };
        let post = signer.post(
            "https://b".into(),
            "b",
            "cv/1.pdf",
            1000,
            Duration::from_secs(60),
            DateTime::UNIX_EPOCH,
        );
        let policy = String::from_utf8(STANDARD.decode(&post.fields["policy"]).unwrap()).unwrap();
        for (name, value) in &post.fields {
            if name != "policy" && name != "x-amz-signature" {
                assert!(policy.contains(&format!("{{\"{name}\":\"{value}\"}}")), "{name} in {policy}");
            }
        }
        assert!(policy.contains("[\"content-length-range\",1,1000]"));
        assert!(policy.contains("1970-01-01T00:01:00.000Z"));
    }
}
