//! Reads Prometheus' text format strictly: what it does not allow, panics here.

use std::collections::{BTreeMap, BTreeSet};

/// One number.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub name: String,
    pub labels: BTreeMap<String, String>,
    pub value: f64,
}

/// What a process handed out.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// Name and type of each family.
    pub families: BTreeMap<String, String>,
    pub samples: Vec<Sample>,
}

impl Metrics {
    /// Reads `text`, which must be well-formed.
    pub fn read(text: &str) -> Self {
        let mut metrics = Self::default();
        let mut helped = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut current = String::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(rest) = line.strip_prefix("# HELP ") {
                let (name, help) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                assert!(!help.is_empty() && helped.insert(name.to_owned()), "{line}");
            } else if let Some(rest) = line.strip_prefix("# TYPE ") {
                let (name, kind) = rest.split_once(' ').unwrap_or_else(|| panic!("{line}"));
                assert!(["counter", "gauge", "histogram"].contains(&kind), "{line}");
                assert!(helped.contains(name), "{name} has a type and no help");
                let before = metrics.families.insert(name.to_owned(), kind.to_owned());
                assert!(before.is_none(), "{name} comes twice");
                name.clone_into(&mut current);
            } else {
                let sample = read_sample(line);
                let of_family = match metrics.families.get(&current).map(String::as_str) {
                    Some("histogram") => sample
                        .name
                        .strip_prefix(&current)
                        .is_some_and(|rest| ["_bucket", "_sum", "_count"].contains(&rest)),
                    _ => sample.name == current,
                };
                assert!(of_family, "{line} stands below {current}");
                assert!(seen.insert((sample.name.clone(), sample.labels.clone())), "{line} comes twice");
                metrics.samples.push(sample);
            }
        }
        metrics.check_histograms();
        metrics
    }

    /// Buckets grow up to the one of all, which is the count.
    fn check_histograms(&self) {
        for (name, _) in self.families.iter().filter(|(_, kind)| *kind == "histogram") {
            let counts = self.samples.iter().filter(|sample| sample.name == format!("{name}_count"));
            for count in counts {
                let of_this = |sample: &&Sample| {
                    let mut labels = sample.labels.clone();
                    labels.remove("le").is_some()
                        && labels == count.labels
                        && sample.name == format!("{name}_bucket")
                };
                let buckets: Vec<&Sample> = self.samples.iter().filter(of_this).collect();
                assert!(buckets.len() > 5, "{name} has {} buckets", buckets.len());
                let mut before = 0.0;
                for bucket in &buckets {
                    assert!(bucket.value >= before, "{bucket:?} is below the bucket before");
                    before = bucket.value;
                }
                assert_eq!(buckets[buckets.len() - 1].labels["le"], "+Inf");
                assert!((before - count.value).abs() < 0.5, "{count:?} is not its last bucket");
            }
        }
    }

    /// The family that a sample of this name belongs to.
    pub fn family(&self, sample: &str) -> Option<&String> {
        let base = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| sample.strip_suffix(suffix));
        let key = |name: &str| self.families.get_key_value(name).map(|(name, _)| name);
        key(sample).or_else(|| key(base?))
    }

    /// The value of a series; none where there is none with exactly these labels.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels: BTreeMap<String, String> =
            labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.samples
            .iter()
            .find(|sample| sample.name == name && sample.labels == labels)
            .map(|sample| sample.value)
    }
}

fn read_sample(line: &str) -> Sample {
    let is_name = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let (series, value) = line.rsplit_once(' ').unwrap_or_else(|| panic!("{line}"));
    let value: f64 = value.parse().unwrap_or_else(|_| panic!("{line}"));
    let Some((name, rest)) = series.split_once('{') else {
        assert!(is_name(series), "{line}");
        return Sample { name: series.to_owned(), labels: BTreeMap::new(), value };
    };
    assert!(is_name(name), "{line}");
    let mut rest = rest;
    let mut labels = BTreeMap::new();
    while !rest.starts_with('}') {
        let (label, after) = rest.split_once("=\"").unwrap_or_else(|| panic!("{line}"));
        // None of our labels holds a quote or a backslash.
        let (text, after) = after.split_once('"').unwrap_or_else(|| panic!("{line}"));
        assert!(is_name(label) && !text.contains('\\'), "{line}");
        assert!(labels.insert(label.to_owned(), text.to_owned()).is_none(), "{line}");
        rest = after.strip_prefix(',').unwrap_or(after);
    }
    assert_eq!(rest, "}", "{line}");
    Sample { name: name.to_owned(), labels, value }
}
