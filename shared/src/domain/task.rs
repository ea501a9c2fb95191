//! The seven scheduled tasks: their names, and when they run. They are the safety net under the queues, and the batch path.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A scheduled task. Names and times are those of the system that this one replaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Parses CVs that wait.
    ProcessBatchCvParsing,
    /// Embeds CVs that wait.
    ComputePendingCvEmbeddings,
    /// Embeds jobs that wait.
    ComputePendingJobEmbeddings,
    /// Matches CVs that wait, and those last matched over a day ago.
    GenerateMatchesForNewCvs,
    /// Explains matches that wait.
    GenerateBatchExplanations,
    /// Takes failed embeddings up again.
    RetryFailedEmbeddings,
    /// Deletes what is past its retention.
    CleanupOldData,
}

/// When a task runs, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Every so often.
    Every(Duration),
    /// Each day, so long after midnight.
    Daily(Duration),
}

/// A text that names no schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it must be a number of seconds from 1 to 86400, or a time of day (UTC) as in `02:00`")]
pub struct NoSchedule;

const MINUTE: u64 = 60;
const DAY: u64 = 24 * 60 * MINUTE;

impl Task {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::ProcessBatchCvParsing,
        Self::ComputePendingCvEmbeddings,
        Self::ComputePendingJobEmbeddings,
        Self::GenerateMatchesForNewCvs,
        Self::GenerateBatchExplanations,
        Self::RetryFailedEmbeddings,
        Self::CleanupOldData,
    ];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ProcessBatchCvParsing => "process_batch_cv_parsing",
            Self::ComputePendingCvEmbeddings => "compute_pending_cv_embeddings",
            Self::ComputePendingJobEmbeddings => "compute_pending_job_embeddings",
            Self::GenerateMatchesForNewCvs => "generate_matches_for_new_cvs",
            Self::GenerateBatchExplanations => "generate_batch_explanations",
            Self::RetryFailedEmbeddings => "retry_failed_embeddings",
            Self::CleanupOldData => "cleanup_old_data",
        }
    }

    /// The task of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.as_str() == name)
    }

    /// When it runs, where nothing else is set.
    pub const fn schedule(self) -> Schedule {
        match self {
            Self::ProcessBatchCvParsing => Schedule::Every(Duration::from_secs(5 * MINUTE)),
            Self::ComputePendingCvEmbeddings => Schedule::Every(Duration::from_secs(10 * MINUTE)),
            Self::ComputePendingJobEmbeddings => Schedule::Every(Duration::from_secs(15 * MINUTE)),
            Self::GenerateMatchesForNewCvs => Schedule::Every(Duration::from_secs(20 * MINUTE)),
            Self::GenerateBatchExplanations => Schedule::Every(Duration::from_secs(30 * MINUTE)),
            Self::RetryFailedEmbeddings => Schedule::Every(Duration::from_secs(60 * MINUTE)),
            Self::CleanupOldData => Schedule::Daily(Duration::from_secs(2 * 60 * MINUTE)),
        }
    }
}

impl Schedule {
    /// The time from one tick to the next.
    pub fn period(self) -> Duration {
        match self {
            Self::Every(period) => period,
            Self::Daily(_) => Duration::from_secs(DAY),
        }
    }

    /// Two calls that come closer together than this are of one tick: an event that came twice, or two hosts' clocks.
    pub fn shortest_gap(self) -> Duration {
        self.period() / 2
    }

    /// How long until the next tick, if the last was `age` ago and so much of the day (UTC) has passed. Zero where it is due, or
    /// was missed.
    pub fn due_in(self, age: Duration, time_of_day: Duration) -> Duration {
        match self {
            Self::Every(period) => period.saturating_sub(age),
            Self::Daily(at) => {
                // Since the tick that should have been the last one.
                let since = Duration::from_secs((time_of_day.as_secs() + DAY - at.as_secs() % DAY) % DAY);
                if age > since { Duration::ZERO } else { Duration::from_secs(DAY) - since }
            }
        }
    }
}

impl FromStr for Schedule {
    type Err = NoSchedule;

    fn from_str(text: &str) -> Result<Self, NoSchedule> {
        if let Some((hour, minute)) = text.split_once(':') {
            let part = |text: &str, most: u64| {
                text.parse::<u64>().ok().filter(|number| *number < most).ok_or(NoSchedule)
            };
            let minutes = part(hour, 24)? * 60 + part(minute, 60)?;
            return Ok(Self::Daily(Duration::from_secs(minutes * MINUTE)));
        }
        let seconds = text.parse().ok().filter(|seconds| (1..=DAY).contains(seconds)).ok_or(NoSchedule)?;
        Ok(Self::Every(Duration::from_secs(seconds)))
    }
}

impl fmt::Display for Schedule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Every(period) if period.as_secs() % MINUTE == 0 => {
                write!(formatter, "every {} min", period.as_secs() / MINUTE)
            }
            Self::Every(period) => write!(formatter, "every {} s", period.as_secs()),
            Self::Daily(at) => {
                let minutes = at.as_secs() / MINUTE;
                write!(formatter, "daily at {:02}:{:02} UTC", minutes / 60, minutes % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn hours(hours: u64) -> Duration {
        Duration::from_secs(hours * 3600)
    }

    #[test]
    fn a_periodic_task_is_due_one_period_after_its_last_run_and_a_missed_one_at_once() {
        let schedule = Schedule::Every(Duration::from_secs(300));
        assert_eq!(schedule.due_in(Duration::from_secs(120), hours(12)), Duration::from_secs(180));
        assert_eq!(schedule.due_in(hours(50), hours(12)), Duration::ZERO);
    }

    #[test]
    fn a_daily_task_is_due_at_its_hour_and_a_missed_one_at_once() {
        let schedule = Schedule::Daily(hours(2));
        // Last run yesterday at 02:00, now 01:00.
        assert_eq!(schedule.due_in(hours(23), hours(1)), hours(1));
        // Last run today at 02:00, now 12:00.
        assert_eq!(schedule.due_in(hours(10), hours(12)), hours(14));
        // Last run yesterday at 02:00, now 02:30: missed by half an hour.
        assert_eq!(
            schedule.due_in(hours(24) + Duration::from_secs(1800), Duration::from_secs(9000)),
            Duration::ZERO
        );
        // Begun today at 03:00 for the first time, now 04:00.
        assert_eq!(schedule.due_in(hours(1), hours(4)), hours(22));
    }

    #[test]
    fn a_schedule_is_read_as_it_is_set() {
        assert_eq!("90".parse(), Ok(Schedule::Every(Duration::from_secs(90))));
        assert_eq!("02:30".parse(), Ok(Schedule::Daily(Duration::from_secs(9000))));
        for wrong in ["", "0", "24:00", "1:60", "soon", "-5", "86401"] {
            assert_eq!(wrong.parse::<Schedule>(), Err(NoSchedule), "{wrong}");
        }
        assert_eq!(Task::CleanupOldData.schedule().to_string(), "daily at 02:00 UTC");
        assert_eq!(Task::ProcessBatchCvParsing.schedule().to_string(), "every 5 min");
        assert_eq!(Schedule::Every(Duration::from_secs(90)).to_string(), "every 90 s");
    }
}
