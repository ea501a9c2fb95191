//! The table `match_variant`: the ways to match that are compared in service. What a row says is judged by
//! `matching::read_variant`: a row that somebody wrote by hand may say anything.

use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio_postgres::Row;

use super::{Db, DbError, params};

/// A variant as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct VariantRow {
    /// Its name.
    pub name: String,
    /// The parts' weights by name; none means the release's.
    pub weights: Option<Value>,
    /// Jobs retrieved by vector before they are scored; none means as many as the settings say.
    pub retrieved_per_cv: Option<i32>,
    /// Who writes the explanations, `local` or `chat`; none means `chat`.
    pub explanation: Option<String>,
    /// Its weight among the shares of all that are on.
    pub share: f64,
    /// Whether candidates get it.
    pub is_on: bool,
    /// When it was first stored.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub changed_at: DateTime<Utc>,
}

impl VariantRow {
    /// A variant that is on, with the release's settings.
    pub fn new(name: impl Into<String>, share: f64) -> Self {
        Self {
            name: name.into(),
            weights: None,
            retrieved_per_cv: None,
            explanation: None,
            share,
            is_on: true,
            created_at: DateTime::UNIX_EPOCH,
            changed_at: DateTime::UNIX_EPOCH,
        }
    }

    fn from_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            name: row.try_get("name")?,
            weights: row.try_get("weights")?,
            retrieved_per_cv: row.try_get("retrieved_per_cv")?,
            explanation: row.try_get("explanation")?,
            share: row.try_get("share")?,
            is_on: row.try_get("is_on")?,
            created_at: row.try_get("created_at")?,
            changed_at: row.try_get("changed_at")?,
        })
    }
}

impl Db {
    /// All variants by name, those that are off too.
    ///
    /// # Errors
    /// The database fails.
    pub async fn match_variants(&self) -> Result<Vec<VariantRow>, DbError> {
        let client = self.client().await?;
        let rows = client
            .query_typed(
                "select name, weights, retrieved_per_cv, explanation, share, is_on, created_at, changed_at
                from match_variant order by name",
                &[],
            )
            .await?;
        rows.iter().map(VariantRow::from_row).collect()
    }

    /// Stores a variant in the place of the one of its name. One that says the same already keeps its time of change.
    ///
    /// # Errors
    /// The database fails, or the table refuses the row.
    pub async fn put_match_variant(&self, variant: &VariantRow) -> Result<VariantRow, DbError> {
        let client = self.client().await?;
        let row = client
            .query_typed_one(
                "insert into match_variant as kept (name, weights, retrieved_per_cv, explanation, share, is_on)
                values ($1, $2, $3, $4, $5, $6)
                on conflict (name) do update set weights = excluded.weights, retrieved_per_cv = excluded.retrieved_per_cv,
                    explanation = excluded.explanation, share = excluded.share, is_on = excluded.is_on,
                    changed_at = case when
                        (kept.weights, kept.retrieved_per_cv, kept.explanation, kept.share, kept.is_on) is distinct from
                        (excluded.weights, excluded.retrieved_per_cv, excluded.explanation, excluded.share, excluded.is_on)
                        then now() else kept.changed_at end
                returning name, weights, retrieved_per_cv, explanation, share, is_on, created_at, changed_at",
                params![variant.name => TEXT, variant.weights => JSONB, variant.retrieved_per_cv => INT4,
                    variant.explanation => TEXT, variant.share => FLOAT8, variant.is_on => BOOL],
            )
            .await?;
        VariantRow::from_row(&row)
    }

    /// Switches a variant off. Says whether there is one of that name.
    ///
    /// # Errors
    /// The database fails, or it is the default, which the table keeps on.
    pub async fn switch_off_match_variant(&self, name: &str) -> Result<bool, DbError> {
        let client = self.client().await?;
        let rows = client
            .execute_typed(
                "update match_variant set is_on = false, changed_at = case when is_on then now() else changed_at end
                where name = $1",
                params![name => TEXT],
            )
            .await?;
        Ok(rows == 1)
    }
}
