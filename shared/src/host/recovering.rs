//! What a process does at its start for the work of the one before it, which may have been killed.

use std::time::Duration;

use uuid::Uuid;

use crate::db::DbError;
use crate::db::stage::Stage;
use crate::pipeline::Pipeline;
use crate::queue::Queue;

/// Fills queues in memory with hints at all that waits in the database. If this process is `alone` on its database, whoever
/// held leases is dead: their rows are freed at once and not only when the leases end. Returns how many hints were sent.
///
/// # Errors
/// The database fails.
pub async fn recover(pipeline: &Pipeline, alone: bool) -> Result<usize, DbError> {
    if alone {
        pipeline.db.free_all_leases().await?;
        pipeline.db.close_abandoned_runs(true).await?;
    }
    let Queue::InMemory(_) = &pipeline.queue else { return Ok(0) };
    let mut count = 0;
    for stage in Stage::ALL {
        let queue = stage.queue();
        let waiting = pipeline.db.waiting(stage, None).await?;
        count += waiting.len();
        let (due, later): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(_, seconds)| *seconds <= 0.0);
        let due: Vec<Uuid> = due.into_iter().map(|(id, _)| id).collect();
        let sent = pipeline.queue.send(queue, &due, Duration::ZERO).await;
        debug_assert!(sent.is_ok(), "a queue in memory takes everything");
        for (id, seconds) in later {
            let delay = Duration::from_secs_f64(seconds) + Duration::from_secs(1);
            let sent = pipeline.queue.send(queue, &[id], delay).await;
            debug_assert!(sent.is_ok(), "a queue in memory takes everything");
        }
    }
    if count > 0 {
        tracing::info!(count, "work that was left is taken up again");
    }
    Ok(count)
}
