//! What the tests of the alerts' conditions share: the function `metrics` on parts of its own, and what it says.

use std::time::{Duration, Instant};

use cv_matching_tests::PATIENCE;
use cv_matching_tests::function::{Function, answers, free_port};
use cv_matching_tests::outside::Outside;

use crate::exposition::Metrics;
use crate::promtool::Promtool;
use crate::serving::{TOKEN, scraped};

/// The metrics of `url` once they are as `wanted`: what is read of the whole system is kept for some seconds.
pub async fn metrics_when(url: &str, wanted: impl Fn(&Metrics) -> bool) -> Metrics {
    let until = Instant::now() + PATIENCE;
    loop {
        let text = scraped(url).await;
        let metrics = Metrics::read(&text);
        if wanted(&metrics) {
            return metrics;
        }
        assert!(Instant::now() < until, "it is not seen: {text}");
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

pub fn is(value: Option<f64>, wanted: f64) -> bool {
    value.is_some_and(|value| (value - wanted).abs() < 0.5)
}

pub fn fires(before: &Metrics, after: &Metrics, alerts: &[&str]) {
    if let Some(promtool) = Promtool::find() {
        promtool.assert_fires(before, after, alerts);
    }
}

/// The function `metrics`, on a database of its own.
pub struct World {
    pub function: Function,
    pub url: String,
    pub parts: Outside,
}

impl World {
    pub async fn with(more: &[(&'static str, &str)]) -> Self {
        let parts = Outside::make().await;
        let port = free_port().to_string();
        let mut variables = parts.variables();
        variables.retain(|(name, _)| more.iter().all(|(other, _)| name != other));
        variables.extend([("PORT", port.as_str()), ("METRICS_TOKEN", TOKEN)]);
        variables.extend(more);
        let function = Function::start("metrics", &variables, &parts.folder.path().join("metrics.log"));
        let url = format!("http://127.0.0.1:{port}");
        answers(&format!("{url}/readyz")).await;
        Self { function, url, parts }
    }

    pub async fn metrics(&self) -> Metrics {
        metrics_when(&self.url, |_| true).await
    }

    pub async fn sql(&self, statement: &str) {
        self.parts.db().client().await.unwrap().batch_execute(statement).await.unwrap();
    }
}
