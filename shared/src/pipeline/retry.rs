//! The one policy of retries: what is tried again, after how long, and when it ends.

use std::time::Duration;

use uuid::Uuid;

use crate::config::Limits;
use crate::db::stage::{NextAttempt, Stage};
use crate::domain::FailureKind;

const FIRST_DELAY: Duration = Duration::from_secs(2);
const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);
const FIRST_RETRY_OF_FAILED: Duration = Duration::from_secs(15 * 60);
const LONGEST_RETRY_OF_FAILED: Duration = Duration::from_secs(24 * 3600);

/// What becomes of a row after its attempt number `attempts` (from 1) failed: another attempt after 2 s, 4 s, 8 s … (at most
/// 15 min, with jitter), until the stage's attempts are used up. Embeddings that failed for good are taken up again by the
/// hourly task after 15 min, 30 min, 1 h … (at most a day), until their own, larger number of attempts is used up.
pub(super) fn next_attempt(stage: Stage, kind: FailureKind, attempts: i32, limits: &Limits) -> NextAttempt {
    if !kind.is_retryable() {
        return NextAttempt::FailedUntil(Duration::ZERO);
    }
    if attempts < limits.attempts {
        return NextAttempt::After(jittered(doubled(FIRST_DELAY, attempts - 1, LONGEST_DELAY)));
    }
    let retried = matches!(stage, Stage::CvEmbedding | Stage::JobEmbedding);
    NextAttempt::FailedUntil(if retried {
        doubled(FIRST_RETRY_OF_FAILED, attempts - limits.attempts, LONGEST_RETRY_OF_FAILED)
    } else {
        Duration::ZERO
    })
}

fn doubled(first: Duration, times: i32, most: Duration) -> Duration {
    let factor = 2u32.saturating_pow(times.clamp(0, 30).unsigned_abs());
    first.saturating_mul(factor).min(most)
}

/// Between 80 % and 120 %, so that what failed together does not come back together.
fn jittered(delay: Duration) -> Duration {
    // The last bytes of a version 7 id are random; no need for a generator of random numbers for this.
    let random = f64::from(Uuid::now_v7().as_bytes()[15]) / 255.0;
    delay.mul_f64(0.8 + 0.4 * random)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn limits() -> Limits {
        Settings::from_env().unwrap().limits
    }

    fn seconds(stage: Stage, kind: FailureKind, attempts: i32) -> (bool, f64) {
        match next_attempt(stage, kind, attempts, &limits()) {
            NextAttempt::After(delay) => (true, delay.as_secs_f64()),
            NextAttempt::FailedUntil(delay) => (false, delay.as_secs_f64()),
        }
    }

    #[test]
    fn a_broken_file_is_not_tried_again() {
        assert_eq!(seconds(Stage::CvParsing, FailureKind::Input, 1), (false, 0.0));
    }

    #[test]
    fn delays_grow_and_end() {
        let mut last = 0.0;
        for attempts in 1..limits().attempts {
            let (again, delay) = seconds(Stage::CvParsing, FailureKind::Transient, attempts);
            assert!(again && delay > last, "attempt {attempts}: {delay} after {last}");
            last = delay;
        }
        assert_eq!(seconds(Stage::CvParsing, FailureKind::Internal, limits().attempts), (false, 0.0));
    }

    #[test]
    fn failed_embeddings_wait_longer_each_time_for_the_hourly_retry() {
        let first = limits().attempts;
        assert_eq!(seconds(Stage::CvEmbedding, FailureKind::Transient, first), (false, 900.0));
        assert_eq!(seconds(Stage::JobEmbedding, FailureKind::Transient, first + 2), (false, 3600.0));
        assert_eq!(seconds(Stage::JobEmbedding, FailureKind::Transient, first + 20), (false, 86_400.0));
    }
}
