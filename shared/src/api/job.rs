//! Jobs in requests and answers. What [`JobAnswer`] answers has the fields that [`JobPosting`] takes, so that what was got
//! can be changed and put.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cv::StageAnswer;
use crate::db::job::JobRow;
use crate::domain::{EmploymentType, JobId, JobStatus, MustHaves, Remote, Requirements, SalaryPeriod};

/// A job as it is posted: a line of an import, or a body. Fields that are not named here are ignored.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobPosting {
    /// The poster's own name for it. Posting the same one again updates the job.
    #[schema(example = "nurse-leeds-17", max_length = 200)]
    pub external_id: Option<String>,
    /// The same as `external_id`, which goes before it.
    #[schema(max_length = 200)]
    pub id: Option<String>,
    /// The title.
    #[schema(example = "Staff Nurse – Acute Medicine", min_length = 1, max_length = 300)]
    pub title: String,
    /// The employer.
    #[schema(example = "Harrow Vale University Hospitals", max_length = 300)]
    pub company: Option<String>,
    /// City and country.
    #[schema(example = "Leeds, United Kingdom", max_length = 300)]
    pub location: Option<String>,
    /// Where the work is done.
    pub remote: Option<Remote>,
    /// Kind of contract.
    pub employment_type: Option<EmploymentType>,
    /// Lower end of the pay before tax. An amount needs a currency and a period.
    #[schema(example = 31049, minimum = 0)]
    pub salary_min: Option<f64>,
    /// Upper end.
    #[schema(example = 37796, minimum = 0)]
    pub salary_max: Option<f64>,
    /// ISO 4217.
    #[schema(example = "GBP", min_length = 3, max_length = 3)]
    pub salary_currency: Option<String>,
    /// What the pay is per.
    pub salary_period: Option<SalaryPeriod>,
    /// The ad itself.
    #[schema(
        example = "Your role: care for six to eight patients per shift …",
        min_length = 1,
        max_length = 100_000
    )]
    pub text: String,
    /// When the job closes by itself: a time, or a day (then at its end, UTC).
    #[schema(example = "2030-01-31T18:00:00Z")]
    pub expires_at: Option<String>,
    /// Conditions. A CV that says otherwise is left out of the job's candidates, and the job of its recommendations; one that does
    /// not say stays in, with the question to ask. In a table a line: `driving_licences: B; languages: German B2`.
    pub must_haves: Option<MustHaves>,
}

/// A job in a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobSummary {
    /// Its id.
    pub id: JobId,
    /// The poster's own name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Whether it takes candidates.
    pub status: JobStatus,
    /// The title.
    #[schema(example = "Staff Nurse – Acute Medicine")]
    pub title: String,
    /// The employer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// City and country.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<String>,
    /// Where the work is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remote: Option<Remote>,
    /// Kind of contract.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub employment_type: Option<EmploymentType>,
    /// Lower end of the pay before tax.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salary_min: Option<f64>,
    /// Upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salary_max: Option<f64>,
    /// ISO 4217.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salary_currency: Option<String>,
    /// What the pay is per.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub salary_period: Option<SalaryPeriod>,
    /// When it closes by itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
    /// When it was posted.
    pub created_at: DateTime<Utc>,
    /// When what it says last changed.
    pub updated_at: DateTime<Utc>,
}

/// A job with all that it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobAnswer {
    /// What a list says of it.
    #[serde(flatten)]
    pub summary: JobSummary,
    /// The ad itself.
    pub text: String,
    /// Its conditions.
    #[serde(skip_serializing_if = "MustHaves::is_empty")]
    pub must_haves: MustHaves,
    /// What it asks for, once it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirements: Option<Requirements>,
    /// How its embedding stands: only then is it matched.
    pub embedding: StageAnswer,
}

/// A page of jobs, newest first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct JobList {
    /// The jobs.
    pub jobs: Vec<JobSummary>,
    /// Where the next page begins; absent on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Which jobs.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobListQuery {
    /// Only the caller's own, closed ones too (needs the role `recruiter`).
    #[serde(default)]
    #[param(default = false)]
    pub mine: bool,
    /// Rows of a page.
    #[param(minimum = 1, maximum = 100, default = 20)]
    pub limit: Option<u32>,
    /// The `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportAnswer {
    /// Jobs that are new.
    #[schema(example = 1998)]
    pub created: usize,
    /// Jobs that were there and now say something else.
    #[schema(example = 0)]
    pub updated: usize,
    /// Jobs that were there and say the same.
    #[schema(example = 0)]
    pub unchanged: usize,
    /// Jobs that were not taken.
    #[schema(example = 2)]
    pub failed: usize,
    /// Why, the first 100 reasons.
    pub errors: Vec<LineError>,
}

/// What is wrong with a line of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct LineError {
    /// The line that the job begins on, or its place in a JSON array; counted from 1.
    #[schema(example = 17)]
    pub line: usize,
    /// The field.
    #[schema(example = "salary_currency")]
    pub field: String,
    /// What is wrong with it.
    #[schema(example = "must be a code of three letters, such as EUR (ISO 4217)")]
    pub message: String,
}

impl From<JobRow> for JobSummary {
    fn from(row: JobRow) -> Self {
        let status = if row.is_open() { JobStatus::Open } else { JobStatus::Closed };
        let (min, max, currency, period) = match row.text.salary {
            Some(salary) => (salary.min, salary.max, Some(salary.currency), Some(salary.period)),
            None => (None, None, None, None),
        };
        Self {
            id: row.id,
            external_id: row.external_id,
            status,
            title: row.text.title,
            company: row.text.company,
            location: row.text.location,
            remote: row.text.remote,
            employment_type: row.text.employment_type,
            salary_min: min,
            salary_max: max,
            salary_currency: currency,
            salary_period: period,
            expires_at: row.expires_at,
            closed_at: row.closed_at,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

impl From<JobRow> for JobAnswer {
    fn from(mut row: JobRow) -> Self {
        Self {
            text: std::mem::take(&mut row.text.text),
            requirements: row.requirements.take(),
            must_haves: std::mem::take(&mut row.must_haves),
            embedding: StageAnswer::from(&row.embedding),
            summary: row.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use utoipa::PartialSchema;
    use utoipa::openapi::{RefOr, Schema};

    use super::*;
    use crate::api::job_lines::FIELDS;

    #[test]
    fn the_documented_fields_of_a_posting_are_the_ones_that_are_read() {
        let RefOr::T(Schema::Object(object)) = JobPosting::schema() else { panic!("an object") };
        let documented: BTreeSet<&str> = object.properties.keys().map(String::as_str).collect();
        assert_eq!(documented, BTreeSet::from(FIELDS));
    }
}
