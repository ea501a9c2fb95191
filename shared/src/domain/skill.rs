//! The id of a skill in the taxonomy.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A skill's stable id in the taxonomy, such as `cvm:kubernetes`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct SkillId(String);

impl SkillId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for SkillId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for SkillId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for SkillId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
