//! What the text of a message says: a hint of ours, or a bucket's notification that the file of a promised upload is there.

use serde::Deserialize;
use serde_json::Value;
use uuid::Uuid;

use super::Hint;

/// Below which keys the files of promised uploads lie, each named as the CV that it will be. The bucket notifies of these.
pub const UPLOAD_PREFIX: &str = "upload/";

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Message {
    /// There is work on this.
    Hint(Hint),
    /// Nothing to do: the test that a bucket sends when its notifications are switched on, or a file of another kind.
    Nothing,
    /// It is of no form that this version reads.
    Unreadable,
}

#[derive(Deserialize)]
struct Notification {
    #[serde(rename = "Records")]
    records: Vec<Record>,
}

#[derive(Deserialize)]
struct Record {
    s3: Entity,
}

#[derive(Deserialize)]
struct Entity {
    object: Object,
}

#[derive(Deserialize)]
struct Object {
    key: String,
}

#[derive(Deserialize)]
struct Test {
    #[serde(rename = "Event")]
    event: String,
}

impl Message {
    /// Reads the text of a message.
    pub fn read(text: &str) -> Self {
        if let Ok(hint) = serde_json::from_str::<Hint>(text) {
            return if hint.version == 1 { Self::Hint(hint) } else { Self::Unreadable };
        }
        // A bucket puts one file into a message; the list is only the form of it.
        if let Ok(notification) = serde_json::from_str::<Notification>(text) {
            let id = notification.records.iter().find_map(|record| uploaded(&record.s3.object.key));
            return id.map_or(Self::Nothing, |id| Self::Hint(Hint::at(id)));
        }
        match serde_json::from_str::<Test>(text) {
            Ok(test) if test.event == "s3:TestEvent" => Self::Nothing,
            _ => Self::Unreadable,
        }
    }

    /// Why a text that is [`Message::Unreadable`] cannot be read. Nothing of the text itself is in it.
    pub fn fault(text: &str) -> String {
        match serde_json::from_str::<Value>(text) {
            Err(error) => format!("it is no JSON: {error}"),
            Ok(content) => match content.get("version") {
                Some(version) if *version == 1 => {
                    "it is a hint whose fields are not what they must be".to_owned()
                }
                Some(version) if version.is_u64() => {
                    format!("it is a hint of version {version}, and this program reads version 1")
                }
                _ => "it is neither a hint nor a bucket's notification".to_owned(),
            },
        }
    }

    /// The hint, if it is one.
    pub fn hint(self) -> Option<Hint> {
        match self {
            Self::Hint(hint) => Some(hint),
            Self::Nothing | Self::Unreadable => None,
        }
    }
}

/// The CV whose file lies under `key`, if a promised upload does.
fn uploaded(key: &str) -> Option<Uuid> {
    key.strip_prefix(UPLOAD_PREFIX)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hint_is_read_and_one_of_another_version_is_not() {
        let id = Uuid::now_v7();
        let text = serde_json::to_string(&Hint::at(id)).unwrap();
        assert_eq!(Message::read(&text), Message::Hint(Hint::at(id)));
        assert_eq!(text, format!(r#"{{"version":1,"id":"{id}"}}"#), "what every version reads");
        assert_eq!(Message::read(&text.replace(":1", ":2")), Message::Unreadable);
        assert_eq!(Message::read("not JSON"), Message::Unreadable);
        assert_eq!(Message::read("{}"), Message::Unreadable);
    }

    #[test]
    fn a_hint_carries_its_trace_and_one_that_cannot_be_read_costs_no_work() {
        let hint = Hint::at(Uuid::now_v7());
        let traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let traced = hint.within(traceparent.parse().ok());
        let text = serde_json::to_string(&traced).unwrap();
        assert!(text.contains(&format!(r#""traceparent":"{traceparent}""#)), "{text}");
        assert_eq!(Message::read(&text), Message::Hint(traced));
        assert_eq!(Message::read(&text.replace("00f0", "zzzz")), Message::Hint(hint));
        assert_eq!(Message::read(&text.replace(&format!("\"{traceparent}\""), "7")), Message::Hint(hint));
    }

    #[test]
    fn a_probe_is_a_hint_of_another_kind() {
        let probe = Hint::probe(Uuid::now_v7());
        assert_eq!(Message::read(&serde_json::to_string(&probe).unwrap()), Message::Hint(probe));
    }

    #[test]
    fn a_message_that_cannot_be_read_tells_why_and_nothing_of_its_content() {
        assert!(Message::fault("Ann Smith").starts_with("it is no JSON"));
        assert!(!Message::fault("Ann Smith").contains("Ann"));
        assert!(Message::fault(r#"{"version":2,"id":"x"}"#).contains("version 2"));
        assert!(Message::fault(r#"{"version":1,"id":"x"}"#).contains("fields"));
        assert!(Message::fault(r#"{"hello":1}"#).contains("neither"));
    }

    #[test]
    fn a_notification_of_a_bucket_names_the_cv_whose_file_came() {
        let id = Uuid::now_v7();
        let notification = |key: &str| {
            format!(
                r#"{{"Records":[{{"eventSource":"aws:s3","s3":{{"bucket":{{"name":"b"}},"object":{{"key":"{key}","size":3}}}}}}]}}"#
            )
        };
        assert_eq!(Message::read(&notification(&format!("upload/{id}"))), Message::Hint(Hint::at(id)));
        assert_eq!(Message::read(&notification(&format!("cv/{id}.pdf"))), Message::Nothing);
        let test = r#"{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"b"}"#;
        assert_eq!(Message::read(test), Message::Nothing);
    }
}
