//! A job ad as it was posted.

use serde::{Deserialize, Serialize};

use super::{JobId, RecruiterId};

/// A job ad in the database.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Who posted it.
    pub recruiter_id: RecruiterId,
    /// What it says.
    #[serde(flatten)]
    pub text: JobText,
    /// Open or closed.
    pub status: JobStatus,
}

/// What a job ad says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct JobText {
    /// The title, such as "Registered Nurse (Intensive Care)".
    pub title: String,
    /// The employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// City and country as written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Where the work is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<Remote>,
    /// Kind of contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment_type: Option<EmploymentType>,
    /// Pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salary: Option<Salary>,
    /// The ad itself.
    pub text: String,
}

/// Where the work is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Remote {
    /// At the place of work.
    Onsite,
    /// Partly at home.
    Hybrid,
    /// Anywhere.
    Remote,
}

/// Kind of contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum EmploymentType {
    /// Permanent, full time.
    FullTime,
    /// Permanent, part time.
    PartTime,
    /// Freelance or fixed contract.
    Contract,
    /// For a season or a time.
    Temporary,
    /// For a student or graduate.
    Internship,
    /// Learning a trade.
    Apprenticeship,
}

/// Pay before tax.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Salary {
    /// Lower end, in `currency` per `period`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// ISO 4217.
    pub currency: String,
    /// Per what.
    pub period: SalaryPeriod,
}

/// What a salary is per.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SalaryPeriod {
    /// Per year.
    Year,
    /// Per month.
    Month,
    /// Per day.
    Day,
    /// Per hour.
    Hour,
}

/// Whether a job takes candidates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It does.
    Open,
    /// No longer.
    Closed,
}
