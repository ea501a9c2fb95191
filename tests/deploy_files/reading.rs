//! Reading YAML and collecting differences.

use std::fmt::Debug;
use std::fs;

use cv_matching_tests::checkout;
use serde::Deserialize;
use serde_yaml_ng::{Deserializer, Value};

/// A file of the checkout.
pub fn file(path: &str) -> String {
    fs::read_to_string(checkout().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The documents of a YAML file, merge keys (`<<`) applied.
pub fn documents(path: &str) -> Vec<Value> {
    let text = file(path);
    Deserializer::from_str(&text)
        .map(|document| {
            let mut value = Value::deserialize(document).unwrap_or_else(|error| panic!("{path}: {error}"));
            value.apply_merge().unwrap();
            value
        })
        .filter(|value| !value.is_null())
        .collect()
}

/// The one document of a YAML file.
pub fn document(path: &str) -> Value {
    documents(path).remove(0)
}

/// A value as one writes it: `!Ref X` for a tagged one, texts without quotes.
pub fn text(value: &Value) -> String {
    match value {
        Value::Tagged(tagged) => format!("{} {}", tagged.tag, text(&tagged.value)),
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(bool) => bool.to_string(),
        Value::Sequence(values) => format!("[{}]", values.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::Null => "nothing".to_owned(),
        Value::Mapping(map) => {
            let pairs: Vec<String> =
                map.iter().map(|(key, value)| format!("{}: {}", text(key), text(value))).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// The keys of a mapping.
pub fn keys(value: &Value) -> Vec<String> {
    value.as_mapping().map(|map| map.keys().map(text).collect()).unwrap_or_default()
}

/// The value below nested keys; null where one is missing.
pub fn at<'a>(value: &'a Value, path: &[&str]) -> &'a Value {
    const NULL: &Value = &Value::Null;
    path.iter().fold(value, |value, key| value.get(*key).unwrap_or(NULL))
}

/// Where a file and the table differ.
pub struct Differences {
    file: String,
    found: Vec<String>,
}

impl Differences {
    pub fn of(file: &str) -> Self {
        Self { file: file.to_owned(), found: Vec::new() }
    }

    pub fn add(&mut self, where_: &str, what: &str) {
        self.found.push(format!("{}: {where_}: {what}", self.file));
    }

    pub fn expect<T: PartialEq + Debug>(&mut self, where_: &str, what: &str, found: &T, expected: &T) {
        if found != expected {
            self.add(where_, &format!("{what} is {found:?}, the table says {expected:?}"));
        }
    }

    /// What `found` has beyond `expected` and lacks of it.
    pub fn expect_names(&mut self, what: &str, found: Vec<String>, expected: Vec<String>) {
        for name in &expected {
            if !found.contains(name) {
                self.add(name, &format!("{what} is missing; run `make deploy-files`"));
            }
        }
        for name in &found {
            if !expected.contains(name) {
                self.add(name, &format!("the table has no such {what}"));
            }
        }
    }

    pub fn assert_none(self) {
        assert!(self.found.is_empty(), "{} differ(s) from the table:\n{}", self.file, self.found.join("\n"));
    }
}

/// `upload-cv` as `UploadCv`.
pub fn camel(name: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    name.split('-').map(capital).collect()
}
