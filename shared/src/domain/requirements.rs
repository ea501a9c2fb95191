//! What a job asks for, as read from its ad.

use serde::{Deserialize, Serialize};

use super::{Seniority, SkillId};

/// What a job asks for. An empty or absent field means that the ad does not say, never that nothing is wanted.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub struct Requirements {
    /// The ad's language, ISO 639-1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Skills of the taxonomy that the ad names, the most important first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub skills: Vec<RequiredSkill>,
    /// How senior a person is wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seniority: Option<Seniority>,
    /// Least months of experience.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub experience_months: Option<u32>,
    /// Least level of education on the European Qualifications Framework, 1–8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub education_level: Option<u8>,
    /// Human languages wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub languages: Vec<RequiredLanguage>,
    /// Driving licence classes wanted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub driving_licences: Vec<String>,
    /// ISO 3166-1 alpha-2 of the place of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country_code: Option<String>,
    /// City of the place of work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// One skill that a job names.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RequiredSkill {
    /// Which.
    pub id: SkillId,
    /// Its name in the taxonomy.
    pub name: String,
    /// 0–1: how much it matters; more where it stands in the title or is asked for more than once, less under "nice to have".
    pub importance: f32,
    /// Byte offset of its first mention in the ad's text, or in the title where `in_title`.
    pub start: usize,
    /// End of that mention, exclusive.
    pub end: usize,
    /// Whether the mention is in the title.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_title: bool,
}

/// One human language that a job asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RequiredLanguage {
    /// Its English name, such as `German`.
    pub language: String,
    /// The level on the Common European Framework, such as `B2`, where the ad says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
}
