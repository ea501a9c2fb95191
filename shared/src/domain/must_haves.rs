//! What a recruiter makes a condition of a job, and how a CV stands to each condition. A condition is no part of the score:
//! one that is not met takes the pair out of the rankings, one that the CV leaves open is shown with the question to ask.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Evidence, RequiredLanguage, SkillId};

/// The conditions of a job. Nothing in it asks who somebody is: the right to work is asked for as such, never a nationality.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct MustHaves {
    /// Driving licences, each needed: classes of the European Union such as `B` or `CE`, or `CDL`. A class is also shown by
    /// one that contains it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["B"]))]
    pub driving_licences: Vec<String>,
    /// Professional licences, registrations and certificates by name, each needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["NMC registration"]))]
    pub certificates: Vec<String>,
    /// Human languages, each needed at its level or a higher one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<RequiredLanguage>,
    /// Countries (ISO 3166-1 alpha-2) in each of which the candidate must be allowed to work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["GB"]))]
    pub right_to_work: Vec<String>,
    /// Where the candidate must live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<RequiredPlace>,
    /// Skills of the taxonomy, each needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<MustHaveSkill>,
}

impl MustHaves {
    /// Whether there is no condition.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A place that is a condition: a country, a city, or a city in a country.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct RequiredPlace {
    /// ISO 3166-1 alpha-2.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "GB")]
    pub country: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "Leeds")]
    pub city: Option<String>,
}

impl fmt::Display for RequiredPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces = [self.city.as_deref(), self.country.as_deref()];
        formatter.write_str(&pieces.into_iter().flatten().collect::<Vec<&str>>().join(", "))
    }
}

/// A skill that is a condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MustHaveSkill {
    /// Which.
    #[schema(value_type = String, example = "cvm:kubernetes")]
    pub id: SkillId,
    /// Its name in the taxonomy.
    #[schema(example = "Kubernetes")]
    pub name: String,
}

/// What sort of condition one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MustHaveKind {
    /// A driving licence.
    DrivingLicence,
    /// A professional licence, registration or certificate.
    Certificate,
    /// A human language.
    Language,
    /// The right to work in a country.
    RightToWork,
    /// Where the candidate lives.
    Place,
    /// A skill.
    Skill,
}

/// How a CV stands to a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MustHaveOutcome {
    /// The CV shows it.
    Met,
    /// The CV says otherwise.
    NotMet,
    /// The CV does not say.
    Unknown,
}

/// How a CV stands to one condition of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MustHaveCheck {
    /// What sort of condition it is.
    pub kind: MustHaveKind,
    /// What is wanted, such as `CE`, `German B2` or `GB`.
    #[schema(example = "German B2")]
    pub wanted: String,
    /// How the CV stands to it.
    pub outcome: MustHaveOutcome,
    /// The passage of the CV that shows it, or that says otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
    /// What to ask the candidate, where the CV does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "Do you speak German at level B2 or better?")]
    pub question: Option<String>,
}

impl MustHaveCheck {
    /// Those of `checks` that the CV says otherwise of: one is enough to take the pair out of the rankings.
    pub fn unmet(checks: &[Self]) -> Vec<Self> {
        checks.iter().filter(|check| check.outcome == MustHaveOutcome::NotMet).cloned().collect()
    }
}
