//! What can be said of how well CVs are read without any truth: whether what was found is complete, valid, in order and
//! plausible ([`check`]), summed up over many ([`CheckSums`]).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::parsing_quality::share;
use super::parsing_report::Ratio;
use super::similarity::squeezed;
use crate::domain::{PartialDate, Profile};

/// Something that cannot be right in a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// The e-mail address is none.
    Email,
    /// The phone number is none.
    Phone,
    /// Something ends before it begins.
    DateOrder,
    /// An employment or a skill is there twice.
    Duplicates,
    /// A working life of fifty years or more.
    Plausibility,
}

/// What can be said of a profile without truth.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProfileChecks {
    /// Which part of name, e-mail, phone, work, education and skills is there, 0–1.
    pub completeness: f64,
    /// Whether the e-mail address is well formed; `None` if there is none.
    pub email_valid: Option<bool>,
    /// Whether the phone number has 7–15 digits; `None` if there is none.
    pub phone_valid: Option<bool>,
    /// Employments with a start date.
    pub dated_work: usize,
    /// Employments.
    pub work: usize,
    /// Employments and schools that end before they begin.
    pub reversed_dates: usize,
    /// Employments that are there twice, and skills likewise.
    pub duplicates: usize,
    /// Whether the working life is shorter than 50 years and no date is implausible.
    pub plausible: bool,
}

impl ProfileChecks {
    /// Whether nothing is wrong with what is there.
    pub fn is_sound(&self) -> bool {
        self.faults().is_empty()
    }

    /// What is wrong with what is there.
    pub fn faults(&self) -> Vec<Fault> {
        let faults = [
            (self.email_valid == Some(false), Fault::Email),
            (self.phone_valid == Some(false), Fault::Phone),
            (self.reversed_dates > 0, Fault::DateOrder),
            (self.duplicates > 0, Fault::Duplicates),
            (!self.plausible, Fault::Plausibility),
        ];
        faults.into_iter().filter(|(is_there, _)| *is_there).map(|(_, fault)| fault).collect()
    }
}

/// The checks of many profiles, summed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CheckSums {
    /// Profiles.
    pub cvs: usize,
    /// Mean over them, 0–1.
    pub completeness: f64,
    /// Of those that have one.
    pub email_valid: Ratio,
    /// Of those that have one.
    pub phone_valid: Ratio,
    /// Employments with a start date.
    pub dated_work: Ratio,
    /// CVs in which nothing ends before it begins.
    pub dates_in_order: Ratio,
    /// CVs in which nothing is there twice.
    pub without_duplicates: Ratio,
    /// CVs with a working life below fifty years.
    pub plausible: Ratio,
}

impl CheckSums {
    /// Sums up.
    pub fn of<'a>(all: impl Iterator<Item = &'a ProfileChecks> + Clone) -> Self {
        let cvs = all.clone().count();
        let valid = |of: fn(&ProfileChecks) -> Option<bool>| {
            let known = all.clone().filter_map(of);
            Ratio { right: known.clone().filter(|valid| *valid).count(), of: known.count() }
        };
        Self {
            cvs,
            completeness: all.clone().map(|checks| checks.completeness).sum::<f64>() / cvs.max(1) as f64,
            email_valid: valid(|checks| checks.email_valid),
            phone_valid: valid(|checks| checks.phone_valid),
            dated_work: Ratio {
                right: all.clone().map(|checks| checks.dated_work).sum(),
                of: all.clone().map(|checks| checks.work).sum(),
            },
            dates_in_order: valid(|checks| Some(checks.reversed_dates == 0)),
            without_duplicates: valid(|checks| Some(checks.duplicates == 0)),
            plausible: valid(|checks| Some(checks.plausible)),
        }
    }

    /// The shares by name, each 0–1 and better the higher: what a history is looked through for a fall.
    pub fn shares(&self) -> [(&'static str, f64); 7] {
        [
            ("completeness", self.completeness),
            ("email_valid", self.email_valid.share()),
            ("phone_valid", self.phone_valid.share()),
            ("dated_work", self.dated_work.share()),
            ("dates_in_order", self.dates_in_order.share()),
            ("without_duplicates", self.without_duplicates.share()),
            ("plausible", self.plausible.share()),
        ]
    }
}

/// Longest working life in months: 50 years.
const LONGEST_EXPERIENCE: u32 = 50 * 12;

/// Checks a profile for itself.
pub fn check(profile: &Profile) -> ProfileChecks {
    let basics = &profile.basics;
    let there = [
        basics.name.is_some(),
        basics.email.is_some(),
        basics.phone.is_some(),
        !profile.work.is_empty(),
        !profile.education.is_empty(),
        !profile.skills.is_empty(),
    ];
    let reversed = |start: Option<PartialDate>, end: Option<PartialDate>| match (start, end) {
        (Some(start), Some(end)) => end.months_since_zero(12) < start.months_since_zero(1),
        _ => false,
    };
    let work = profile.work.iter().filter(|work| reversed(work.start_date, work.end_date)).count();
    let education =
        profile.education.iter().filter(|entry| reversed(entry.start_date, entry.end_date)).count();
    let jobs = profile
        .work
        .iter()
        .map(|work| format!("{:?}", (&work.name, &work.position, work.start_date, work.end_date)));
    let skills = profile.skills.iter().map(|skill| squeezed(&skill.name));
    let years =
        profile.work.iter().flat_map(|work| [work.start_date, work.end_date]).flatten().map(|date| date.year);
    let span = years.clone().max().zip(years.min()).map_or(0, |(latest, earliest)| latest - earliest);
    ProfileChecks {
        completeness: share(there.iter().filter(|is_there| **is_there).count(), there.len()),
        email_valid: basics.email.as_deref().map(is_email),
        phone_valid: basics.phone.as_deref().map(|phone| {
            (7..=15).contains(&phone.chars().filter(|c| c.is_ascii_digit() || *c == '*').count())
        }),
        dated_work: profile.work.iter().filter(|work| work.start_date.is_some()).count(),
        work: profile.work.len(),
        reversed_dates: work + education,
        duplicates: doubles(jobs) + doubles(skills),
        plausible: profile.analysis.experience_months.is_none_or(|months| months < LONGEST_EXPERIENCE)
            && span < 50,
    }
}

fn doubles(texts: impl Iterator<Item = String>) -> usize {
    let mut seen = std::collections::HashSet::new();
    texts.filter(|text| !seen.insert(text.clone())).count()
}

fn is_email(text: &str) -> bool {
    match text.split_once('@') {
        Some((local, host)) => {
            let top = host.rsplit_once('.').map(|(name, top)| !name.is_empty() && top.chars().count() >= 2);
            !local.is_empty()
                && top == Some(true)
                && !host.contains('@')
                && !text.contains(char::is_whitespace)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{SkillEntry, Work};

    fn profile() -> Profile {
        let mut profile = Profile::default();
        profile.basics.name = Some("Ada Lovelace".into());
        profile.basics.email = Some("ada@example.org".into());
        profile.basics.phone = Some("+14155550142".into());
        profile.skills = vec![SkillEntry { name: "Looms".into(), ..SkillEntry::default() }];
        profile.work = vec![Work {
            name: Some("Engine Works Ltd".into()),
            start_date: Some(PartialDate::month(1942, 10)),
            ..Work::default()
        }];
        profile
    }

    #[test]
    fn checks_see_what_is_wrong_without_truth() {
        let sound = check(&profile());
        assert!(sound.is_sound() && (sound.completeness - 5.0 / 6.0).abs() < 1e-9);
        let mut profile = profile();
        profile.basics.email = Some("ada@home".into());
        profile.basics.phone = Some("12".into());
        profile.skills.push(profile.skills[0].clone());
        profile.work[0].end_date = Some(PartialDate::year(1940));
        let checks = check(&profile);
        assert_eq!(
            (checks.email_valid, checks.phone_valid, checks.reversed_dates, checks.duplicates),
            (Some(false), Some(false), 1, 1)
        );
        profile.analysis.experience_months = Some(700);
        assert!(!check(&profile).plausible);
    }

    #[test]
    fn sums_count_only_profiles_that_have_the_thing() {
        let mut without_phone = profile();
        without_phone.basics.phone = None;
        without_phone.basics.email = Some("ada@home".into());
        let all = [check(&profile()), check(&without_phone)];
        let sums = CheckSums::of(all.iter());
        assert_eq!(sums.email_valid, Ratio { right: 1, of: 2 });
        assert_eq!(sums.phone_valid, Ratio { right: 1, of: 1 });
        assert_eq!(all[1].faults(), [Fault::Email]);
        assert_eq!(CheckSums::of([].iter()).completeness, 0.0);
    }
}
