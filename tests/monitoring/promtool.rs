//! Prometheus' own tool: it checks the rules, and runs them on what was seen in `/metrics`.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cv_matching_tests::{checkout, fetched, folder};

use crate::exposition::{Metrics, Sample};

pub struct Promtool(PathBuf);

impl Promtool {
    /// It, where this machine has it.
    pub fn find() -> Option<Self> {
        fetched::debian("promtool").map(Self)
    }

    /// Runs it; it must find nothing to say against.
    pub fn run(&self, arguments: &[&str]) {
        let output = Command::new(&self.0).args(arguments).current_dir(checkout()).output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "promtool {}: {said}", arguments.join(" "));
    }

    /// Checks what a process handed out.
    pub fn check_metrics(&self, text: &str) {
        let folder = folder();
        let file = folder.path().join("metrics.txt");
        fs::write(&file, text).unwrap();
        let output = Command::new(&self.0)
            .args(["check", "metrics"])
            .stdin(Stdio::from(fs::File::open(&file).unwrap()))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && said.trim().is_empty(), "{said}");
    }

    /// Whether the alerts of these names fire where `after` stays as it is and counters go on to grow as they did since `before`;
    /// and whether none of them fires on `before`.
    pub fn assert_fires(&self, before: &Metrics, after: &Metrics, alerts: &[&str]) {
        let quiet = self.firing(before, before);
        let firing = self.firing(before, after);
        for alert in alerts {
            assert!(!quiet.contains(*alert), "{alert} fires though nothing has happened yet");
            assert!(firing.contains(*alert), "{alert} does not fire; these do: {firing:?}");
        }
    }

    fn firing(&self, before: &Metrics, after: &Metrics) -> BTreeSet<String> {
        let rules = checkout().join("k8s/monitoring/rules.yml");
        let mut text = format!(
            "rule_files: [{}]\nevaluation_interval: 1m\ntests:\n  - interval: 1m\n    input_series:\n",
            rules.display()
        );
        for sample in &after.samples {
            let labels: Vec<(&str, &str)> =
                sample.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let was = before.value(&sample.name, &labels).unwrap_or(0.0);
            let grows = is_counter(after, &sample.name);
            let (first, step) = if grows { (was, sample.value - was) } else { (sample.value, 0.0) };
            writeln!(text, "      - series: '{}'\n        values: '{first}+{step}x40'", series(sample))
                .unwrap();
        }
        text.push_str("    promql_expr_test:\n");
        let alerts = all_alerts();
        for alert in &alerts {
            writeln!(
                text,
                "      - expr: {}\n        eval_time: 30m\n        exp_samples: [{{ labels: '{{alertname=\"{alert}\"}}', value: 1 }}]",
                expression(alert)
            )
            .unwrap();
        }
        let folder = folder();
        let file: &Path = &folder.path().join("test.yml");
        fs::write(file, &text).unwrap();
        let output = Command::new(&self.0).args(["test", "rules"]).arg(file).output().unwrap();
        let said =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        // It says of each that does not fire that it expected a sample and got none.
        let failures: Vec<&str> = said.split("expr: ").skip(1).collect();
        assert!(failures.iter().all(|failure| failure.contains("got: nil")), "{said}");
        assert!(!failures.is_empty() || output.status.success(), "{said}\n{text}");
        let silent = |alert: &String| {
            let quoted = format!("{:?}", expression(alert));
            failures.iter().any(|failure| failure.starts_with(&quoted))
        };
        let firing: BTreeSet<String> = alerts.iter().filter(|alert| !silent(alert)).cloned().collect();
        assert_eq!(firing.len() + failures.len(), alerts.len(), "{said}");
        firing
    }
}

fn expression(alert: &str) -> String {
    format!("group by (alertname) (ALERTS{{alertstate=\"firing\",alertname=\"{alert}\"}})")
}

fn is_counter(metrics: &Metrics, name: &str) -> bool {
    metrics.family(name).is_some_and(|family| metrics.families[family] != "gauge")
}

fn series(sample: &Sample) -> String {
    let labels: Vec<String> =
        sample.labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    format!("{}{{{}}}", sample.name, labels.join(","))
}

/// The names of all alerts in the rules.
pub fn all_alerts() -> Vec<String> {
    let rules = fs::read_to_string(checkout().join("k8s/monitoring/rules.yml")).unwrap();
    rules.lines().filter_map(|line| line.trim().strip_prefix("- alert: ")).map(str::to_owned).collect()
}
