//! How well the stored CVs were read: a sample of them is checked, kept beside the evaluations of the days before, and held
//! against them, so that a fall after a release is seen.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Pipeline;
use crate::db::DbError;
use crate::db::parsing_quality::{KeptEvaluation, ReadCv};
use crate::domain::CvId;
use crate::evaluation::parsing_checks::{CheckSums, Fault, ProfileChecks, check};

/// How far a share may fall below that of the release before until it is called a fall.
const FALL: f64 = 0.03;
/// CVs without which nothing is said of a fall: of fewer, chance alone makes shares differ by more.
const LEAST_CVS: usize = 30;
/// Evaluations that are shown of the past.
const SHOWN: i64 = 90;
/// CVs with faults that are named.
const WORST: usize = 20;

/// How well the stored CVs were read.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct ParsingQuality {
    /// The release that read them.
    #[schema(example = "0.1.0")]
    pub release: String,
    /// When this was found out.
    pub evaluated_at: DateTime<Utc>,
    /// CVs that the release read in the time asked for; a random sample of them was checked.
    pub parsed: i64,
    /// CVs uploaded in that time that could not be read.
    pub failed: i64,
    /// The same by reason.
    pub failed_by_reason: BTreeMap<String, i64>,
    /// The sample's checks.
    pub all: CheckSums,
    /// The same by media type of the file.
    pub by_format: BTreeMap<String, CheckSums>,
    /// The same by the number of columns of the layout, where it is known.
    pub by_columns: BTreeMap<String, CheckSums>,
    /// The CVs of the sample with the most faults.
    pub worst: Vec<FaultyCv>,
    /// What fell since the last release before this one; empty if nothing did, or too few CVs are known to tell.
    pub falls: Vec<Fall>,
    /// The evaluations before, one for each release and day, the latest first.
    pub history: Vec<PastQuality>,
}

/// A CV with something that cannot be right.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct FaultyCv {
    /// Which.
    pub cv_id: CvId,
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// Which part of name, e-mail, phone, work, education and skills was found, 0–1.
    pub completeness: f64,
}

/// A share that is lower than it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fall {
    /// Of what.
    #[schema(example = "phone_valid")]
    pub share: String,
    /// The release that it is compared with.
    pub since: String,
    /// 0–1, then.
    pub before: f64,
    /// 0–1, now.
    pub now: f64,
}

/// An evaluation of the past.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct PastQuality {
    /// The release that had read the CVs.
    pub release: String,
    /// When.
    pub evaluated_at: DateTime<Utc>,
    /// CVs that could not be read.
    pub failed: i64,
    /// The sample's checks.
    pub all: CheckSums,
}

impl Pipeline {
    /// Checks a random sample of at most `sample` CVs that this release read in the last `days`, keeps the result as today's,
    /// and compares it with the release before.
    ///
    /// # Errors
    /// The database fails.
    pub async fn parsing_quality(&self, sample: u32, days: u32) -> Result<ParsingQuality, DbError> {
        let release = &self.settings.release;
        let days = f64::from(days);
        let counts = self.db.read_counts(Some(release), days).await?;
        let cvs = self.db.sample_of_read_cvs(Some(release), days, i64::from(sample)).await?;
        let past = self.db.parsing_quality_history(f64::from(u16::MAX), SHOWN).await?;
        let checked: Vec<(ReadCv, ProfileChecks)> = cvs
            .into_iter()
            .map(|cv| {
                let checks = check(&cv.profile);
                (cv, checks)
            })
            .collect();
        let all = CheckSums::of(checked.iter().map(|(_, checks)| checks));
        let failed: i64 = counts.failed.iter().map(|(_, count)| count).sum();
        if all.cvs > 0 {
            let sums = serde_json::to_value(all).unwrap_or_default();
            self.db.keep_parsing_quality(release, all.cvs as i32, failed as i32, &sums).await?;
        }
        let history: Vec<PastQuality> = past.into_iter().filter_map(past_quality).collect();
        Ok(ParsingQuality {
            release: release.clone(),
            evaluated_at: Utc::now(),
            parsed: counts.parsed,
            failed,
            failed_by_reason: counts.failed.into_iter().collect(),
            by_format: grouped(&checked, |cv| Some(cv.media_type.clone())),
            by_columns: grouped(&checked, |cv| {
                cv.profile.analysis.columns.map(|columns| columns.to_string())
            }),
            worst: worst(&checked),
            falls: falls(release, &all, &history),
            all,
            history,
        })
    }
}

/// An evaluation as it was kept; none if it was kept in a form that is not known any more.
fn past_quality(kept: KeptEvaluation) -> Option<PastQuality> {
    let all = serde_json::from_value(kept.sums).ok()?;
    Some(PastQuality {
        release: kept.release,
        evaluated_at: kept.evaluated_at,
        failed: i64::from(kept.failed),
        all,
    })
}

fn grouped(
    checked: &[(ReadCv, ProfileChecks)],
    group: impl Fn(&ReadCv) -> Option<String>,
) -> BTreeMap<String, CheckSums> {
    let mut groups: BTreeMap<String, Vec<&ProfileChecks>> = BTreeMap::new();
    for (cv, checks) in checked {
        if let Some(name) = group(cv) {
            groups.entry(name).or_default().push(checks);
        }
    }
    groups.into_iter().map(|(name, checks)| (name, CheckSums::of(checks.iter().copied()))).collect()
}

fn worst(checked: &[(ReadCv, ProfileChecks)]) -> Vec<FaultyCv> {
    let mut faulty: Vec<FaultyCv> = checked
        .iter()
        .map(|(cv, checks)| FaultyCv {
            cv_id: cv.id,
            faults: checks.faults(),
            completeness: checks.completeness,
        })
        .filter(|cv| !cv.faults.is_empty())
        .collect();
    faulty
        .sort_by(|a, b| b.faults.len().cmp(&a.faults.len()).then(a.completeness.total_cmp(&b.completeness)));
    faulty.truncate(WORST);
    faulty
}

/// What is lower now than in the last evaluation of another release.
fn falls(release: &str, now: &CheckSums, history: &[PastQuality]) -> Vec<Fall> {
    let Some(before) = history.iter().find(|past| past.release != release) else { return Vec::new() };
    if now.cvs < LEAST_CVS || before.all.cvs < LEAST_CVS {
        return Vec::new();
    }
    let pairs = now.shares().into_iter().zip(before.all.shares());
    pairs
        .filter(|((_, now), (_, before))| before - now > FALL)
        .map(|((share, now), (_, before_share))| Fall {
            share: share.to_owned(),
            since: before.release.clone(),
            before: before_share,
            now,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::parsing_report::Ratio;

    fn sums(cvs: usize, phones: usize) -> CheckSums {
        CheckSums {
            cvs,
            completeness: 0.9,
            phone_valid: Ratio { right: phones, of: cvs },
            ..CheckSums::default()
        }
    }

    fn past(release: &str, all: CheckSums) -> PastQuality {
        PastQuality { release: release.into(), evaluated_at: Utc::now(), failed: 0, all }
    }

    #[test]
    fn a_share_that_is_lower_than_in_the_release_before_is_a_fall() {
        let history = [past("2", sums(100, 20)), past("1", sums(100, 100))];
        let falls = falls("2", &sums(100, 90), &history);
        let expected = Fall { share: "phone_valid".into(), since: "1".into(), before: 1.0, now: 0.9 };
        assert_eq!(falls, [expected]);
    }

    #[test]
    fn nothing_is_said_of_few_cvs_or_small_differences() {
        let history = [past("1", sums(100, 100))];
        assert!(falls("2", &sums(20, 0), &history).is_empty());
        assert!(falls("2", &sums(100, 98), &history).is_empty());
        assert!(falls("1", &sums(100, 0), &history).is_empty());
    }
}
