//! The variants of matching in service: read from the database, kept for a short time, changed by the operator.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Mutex;

use super::Pipeline;
use crate::db::DbError;
use crate::db::match_variant::VariantRow;
use crate::evaluation::interactions::{EvaluationMetrics, Question, RANKS, evaluate};
use crate::matching::{DEFAULT_VARIANT, Experiment, ExplanationWriter, VariantFault, read_variant};

/// The variants as they were last read, and when. The time is the clock's and not the process's, which stands still while a
/// function is frozen.
#[derive(Clone, Default)]
pub(super) struct KeptVariants(Arc<Mutex<Option<(DateTime<Utc>, Arc<Experiment>)>>>);

/// What came of switching a variant off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchedOff {
    /// It is off.
    Off,
    /// There is none of that name.
    NoSuch,
    /// It is the default, which is always on.
    IsDefault,
}

/// A baseline that neither is a variant nor was one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownBaseline {
    /// The variants that there are.
    pub known: Vec<String>,
}

/// A variant as it is stored, and what comes of it.
#[derive(Clone, Debug)]
pub struct StoredVariant {
    /// The row.
    pub row: VariantRow,
    /// The part of the candidates that get it, 0–1.
    pub traffic: f64,
    /// Why it is left out; empty where it is not.
    pub faults: Vec<VariantFault>,
}

impl Pipeline {
    /// The variants that candidates are drawn for, not older than the settings say. If the database fails, those that were
    /// read last.
    ///
    /// # Errors
    /// The database fails, and they were never read.
    pub async fn experiment(&self) -> Result<Arc<Experiment>, DbError> {
        let mut kept = self.variants.0.lock().await;
        let now = Utc::now();
        if let Some((read_at, experiment)) = &*kept {
            let age = (now - *read_at).to_std();
            // A clock that was set back tells nothing of the age.
            if age.is_ok_and(|age| age < self.settings.limits.variants_kept) {
                return Ok(experiment.clone());
            }
        }
        match (self.db.match_variants().await, &*kept) {
            (Ok(rows), _) => {
                let experiment = Arc::new(Experiment::new(&rows));
                *kept = Some((now, experiment.clone()));
                Ok(experiment)
            }
            (Err(error), Some((_, experiment))) => {
                tracing::warn!(%error, "the variants cannot be read; those read before stay in use");
                Ok(experiment.clone())
            }
            (Err(error), None) => Err(error),
        }
    }

    /// Who writes the explanations of a prediction of this variant: as its row says, on or off, and as usual where there is
    /// no row of that name any more.
    ///
    /// # Errors
    /// As [`Pipeline::experiment`].
    pub async fn explanation_writer(&self, variant: &str) -> Result<ExplanationWriter, DbError> {
        let experiment = self.experiment().await?;
        Ok(experiment.named(variant).map(|variant| variant.explanation).unwrap_or_default())
    }

    /// All variants as they are stored now.
    ///
    /// # Errors
    /// The database fails.
    pub async fn stored_variants(&self) -> Result<Vec<StoredVariant>, DbError> {
        let rows = self.db.match_variants().await?;
        let experiment = Experiment::new(&rows);
        let traffic = experiment.traffic();
        let stored = |row: VariantRow| {
            let traffic = traffic.iter().find(|(name, _)| *name == row.name).map_or(0.0, |(_, part)| *part);
            let faults = read_variant(&row).err().unwrap_or_default();
            StoredVariant { row, traffic, faults }
        };
        Ok(rows.into_iter().map(stored).collect())
    }

    /// What is wrong with a variant that somebody wants to store: what makes a row unusable, and what these settings forbid.
    pub fn faults_of(&self, row: &VariantRow) -> Vec<VariantFault> {
        let mut faults = read_variant(row).err().unwrap_or_default();
        let shown = self.settings.limits.matches_per_cv;
        if faults.is_empty() && row.retrieved_per_cv.is_some_and(|jobs| (jobs as usize) < shown) {
            faults.push(VariantFault {
                field: "retrieved_per_cv".to_owned(),
                message: format!(
                    "must not be below the {shown} matches that are kept for a CV (MATCHES_PER_CV)"
                ),
            });
        }
        faults
    }

    /// Stores a variant. This process uses it at once, the others within the time that the settings say.
    ///
    /// # Errors
    /// The database fails.
    pub async fn put_variant(&self, row: &VariantRow) -> Result<(), DbError> {
        self.db.put_match_variant(row).await?;
        self.forget_variants().await;
        Ok(())
    }

    /// Switches a variant off; its row stays, for the predictions that name it.
    /// Its candidates keep their predictions until they are matched next, by the daily refresh at the latest.
    ///
    /// # Errors
    /// The database fails.
    pub async fn switch_off_variant(&self, name: &str) -> Result<SwitchedOff, DbError> {
        if name == DEFAULT_VARIANT {
            return Ok(SwitchedOff::IsDefault);
        }
        let found = self.db.switch_off_match_variant(name).await?;
        self.forget_variants().await;
        Ok(if found { SwitchedOff::Off } else { SwitchedOff::NoSuch })
    }

    /// How the variants did with candidates in the last `days`, and whether they differ from `baseline`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn evaluation_metrics(
        &self,
        days: u32,
        baseline: &str,
    ) -> Result<Result<EvaluationMetrics, UnknownBaseline>, DbError> {
        let rows = self.db.match_variants().await?;
        let from = Utc::now() - TimeDelta::days(i64::from(days));
        // A share or setting that changed on the way would mix what was measured before with what was measured after.
        let compared_since = rows.iter().map(|row| row.changed_at).fold(from, DateTime::max);
        let counts = self.db.interaction_counts(f64::from(days), compared_since, RANKS as u32).await?;
        let stored = rows.iter().map(|row| &row.name);
        let mut known: Vec<&String> =
            stored.chain(counts.variants.iter().map(|counts| &counts.variant)).collect();
        known.sort_unstable();
        known.dedup();
        if !known.iter().any(|name| *name == baseline) {
            return Ok(Err(UnknownBaseline { known: known.into_iter().cloned().collect() }));
        }
        let experiment = Experiment::new(&rows);
        let question = Question { days, baseline, traffic: &experiment.traffic(), compared_since };
        Ok(Ok(evaluate(&counts, &question)))
    }

    async fn forget_variants(&self) {
        *self.variants.0.lock().await = None;
    }
}
