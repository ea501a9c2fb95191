//! What is tried again: exponential back-off with full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015),
//! at most so often, never past a deadline, and never sooner than the other side asks for.

use std::time::Duration;

use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// An error that knows whether another attempt may succeed.
pub trait Retryable {
    /// Whether it may.
    fn is_retryable(&self) -> bool;
    /// How long the other side asks to be left alone.
    fn retry_after(&self) -> Option<Duration>;
}

/// How often and how fast.
#[derive(Clone, Copy, Debug)]
pub struct Retries {
    /// Attempts in all.
    pub attempts: u32,
    /// The first wait is at most this, the second at most twice, …
    pub first: Duration,
    /// … and none longer than this.
    pub longest: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { attempts: 5, first: Duration::from_millis(500), longest: Duration::from_secs(10) }
    }
}

impl Retries {
    /// The wait after attempt number `attempt` (from 0): anything between nothing and the doubled first.
    pub(super) fn wait(&self, attempt: u32) -> Duration {
        let most = self.first.saturating_mul(2u32.saturating_pow(attempt)).min(self.longest);
        // The last bytes of a version 4 id are random; no need for a generator of random numbers for this.
        let [.., a, b] = *Uuid::new_v4().as_bytes();
        most.mul_f64(f64::from(u16::from_be_bytes([a, b])) / f64::from(u16::MAX))
    }
}

/// Calls `attempt` with the time that is left until it succeeds, fails in a way that stays, has failed often enough, or the next
/// wait would reach the deadline.
///
/// # Errors
/// Those of the last attempt.
pub async fn retrying<T, E, F>(
    retries: Retries,
    deadline: Instant,
    mut attempt: impl FnMut(Duration) -> F,
) -> Result<T, E>
where
    E: Retryable,
    F: Future<Output = Result<T, E>>,
{
    let mut made = 0;
    loop {
        let error = match attempt(deadline.saturating_duration_since(Instant::now())).await {
            Ok(value) => return Ok(value),
            Err(error) => error,
        };
        let wait = retries.wait(made).max(error.retry_after().unwrap_or_default());
        made += 1;
        let is_last = made >= retries.attempts || Instant::now() + wait >= deadline;
        if !error.is_retryable() || is_last {
            return Err(error);
        }
        sleep(wait).await;
    }
}
