//! What operators have done again by hand: failed rows that a filter names, or one CV or job from a stage on. Both name who did it, in
//! the audit log and in the history of each row.

use std::time::Duration;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Pipeline, PipelineError};
use crate::db::audit_log::Deed;
use crate::db::retrying::Begun;
use crate::db::stage::Stage;
use crate::db::stage_state::StateFilter;

/// Rows that one transaction sets free, so that none holds its locks for long.
const AT_ONCE: i64 = 500;

impl Pipeline {
    /// Sets free the failed rows of the filter's one stage, as if they had never been tried: at most `most`, batch by batch, and
    /// sends hints at them. Returns how many; rows that somebody else had locked are not among them.
    ///
    /// # Errors
    /// The database fails; what was set free until then stays so, and the audit log tells how many that are.
    pub async fn retry_failed(
        &self,
        stage: Stage,
        filter: &StateFilter<'_>,
        caller: &str,
        most: i64,
    ) -> Result<i64, PipelineError> {
        let stages = [stage];
        let filter = StateFilter { stages: &stages, ..*filter };
        let mut retried = 0;
        let outcome = loop {
            let limit = AT_ONCE.min(most - retried);
            if limit <= 0 {
                break Ok(());
            }
            match self.db.retry_failed(&filter, caller, limit).await {
                Ok(hints) => {
                    retried += hints.len() as i64;
                    self.hint_once(stage, &hints).await;
                    if (hints.len() as i64) < limit {
                        break Ok(());
                    }
                }
                Err(error) => break Err(error),
            }
        };
        let details = json!({
            "reason": filter.reason, "failed_after": filter.after, "failed_before": filter.before,
            "ids": filter.ids.map(<[Uuid]>::len),
        });
        let deed = Deed { caller, action: "retry", target: stage.as_str(), count: Some(retried), details };
        let written = self.db.write_audit(&deed).await;
        outcome?;
        written?;
        Ok(retried)
    }

    /// Has one CV or job done again from a stage on, however it stands; a worker that has it loses its lease. Returns the number of
    /// rows; none if it has not come to that stage.
    ///
    /// # Errors
    /// The database fails; then nothing has changed.
    pub async fn begin_anew(
        &self,
        stage: Stage,
        id: Uuid,
        caller: &str,
    ) -> Result<Option<usize>, PipelineError> {
        let target = id.to_string();
        let action = if stage == Stage::JobEmbedding { "job.retry" } else { "cv.retry" };
        let details: Value = json!({ "from": stage });
        let deed = Deed { caller, action, target: &target, count: None, details };
        match self.db.begin_anew(stage, id, &deed).await? {
            Begun::TooEarly => Ok(None),
            Begun::Anew(hints) => {
                self.hint_once(stage, &hints).await;
                Ok(Some(hints.len()))
            }
        }
    }

    /// Matches of one prediction are hinted at by the prediction, once.
    async fn hint_once(&self, stage: Stage, hints: &[Uuid]) {
        let mut ids = hints.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            self.hint(stage.queue(), &ids, Duration::ZERO).await;
        }
    }
}
