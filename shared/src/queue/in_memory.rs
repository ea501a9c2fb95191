//! Queues in the memory of one process. A hint that waits already is not queued twice.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::{Hint, QueueAttributes, QueueName, Received};

/// All queues of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct InMemory {
    queues: Arc<BTreeMap<QueueName, Waiting>>,
}

#[derive(Default)]
struct Waiting {
    hints: Mutex<Hints>,
    arrived: Notify,
}

#[derive(Default)]
struct Hints {
    in_order: VecDeque<(Uuid, Instant)>,
    known: HashSet<Uuid>,
}

impl Waiting {
    fn hints(&self) -> MutexGuard<'_, Hints> {
        // A panic while the lock was held leaves at worst a hint too few: the schedules find its row.
        self.hints.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, ids: &[Uuid]) {
        let mut hints = self.hints();
        for id in ids {
            if hints.known.insert(*id) {
                hints.in_order.push_back((*id, Instant::now()));
            }
        }
        drop(hints);
        self.arrived.notify_one();
    }
}

impl InMemory {
    /// Empty queues.
    pub fn new() -> Self {
        Self { queues: Arc::new(QueueName::ALL.into_iter().map(|name| (name, Waiting::default())).collect()) }
    }

    pub(super) fn send(&self, queue: QueueName, ids: &[Uuid], delay: Duration) {
        if ids.is_empty() {
            return;
        }
        if delay.is_zero() {
            self.queues[&queue].push(ids);
        } else {
            let (queues, ids) = (self.queues.clone(), ids.to_vec());
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                queues[&queue].push(&ids);
            });
        }
    }

    pub(super) async fn receive(&self, queue: QueueName, most: usize, wait: Duration) -> Vec<Received> {
        let waiting = &self.queues[&queue];
        let until = Instant::now() + wait;
        loop {
            let arrived = waiting.arrived.notified();
            let taken = {
                let mut hints = waiting.hints();
                let count = most.min(hints.in_order.len());
                let taken: Vec<Uuid> = hints.in_order.drain(..count).map(|(id, _)| id).collect();
                for id in &taken {
                    hints.known.remove(id);
                }
                if !hints.in_order.is_empty() {
                    // What is left wakes the next receiver.
                    waiting.arrived.notify_one();
                }
                taken
            };
            if !taken.is_empty() {
                return taken
                    .into_iter()
                    .map(|id| Received { hint: Some(Hint::at(id)), receipt: String::new() })
                    .collect();
            }
            if timeout_at(until, arrived).await.is_err() {
                return Vec::new();
            }
        }
    }

    pub(super) fn depth(&self, queue: QueueName) -> usize {
        self.queues[&queue].hints().in_order.len()
    }

    /// What is received is gone, so that nothing is in flight and nothing dies.
    pub(super) fn attributes(&self, queue: QueueName) -> QueueAttributes {
        let hints = self.queues[&queue].hints();
        let oldest = hints.in_order.front().map(|(_, since)| since.elapsed());
        QueueAttributes { waiting: hints.in_order.len(), in_flight: 0, dead: Some(0), oldest }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    fn ids(received: Vec<Received>) -> Vec<Uuid> {
        received.into_iter().map(|message| message.hint.unwrap().id).collect()
    }

    #[tokio::test]
    async fn hints_come_in_order_and_only_once_while_they_wait() {
        let queues = InMemory::new();
        let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
        queues.send(QueueName::CvParse, &[a, b, a], NOW);
        queues.send(QueueName::CvParse, &[a], NOW);
        assert_eq!(queues.depth(QueueName::CvParse), 2);
        assert_eq!(ids(queues.receive(QueueName::CvParse, 1, NOW).await), [a]);
        queues.send(QueueName::CvParse, &[a], NOW);
        assert_eq!(ids(queues.receive(QueueName::CvParse, 10, NOW).await), [b, a]);
        assert!(queues.receive(QueueName::CvParse, 10, NOW).await.is_empty());
        assert_eq!(queues.depth(QueueName::CvEmbed), 0);
    }

    #[tokio::test]
    async fn every_waiting_receiver_gets_something_of_a_batch() {
        let queues = InMemory::new();
        let receiver = |most| {
            let queues = queues.clone();
            tokio::spawn(
                async move { queues.receive(QueueName::CvMatch, most, Duration::from_secs(10)).await },
            )
        };
        let (first, second) = (receiver(1), receiver(1));
        tokio::task::yield_now().await;
        let sent = [Uuid::now_v7(), Uuid::now_v7()];
        queues.send(QueueName::CvMatch, &sent, NOW);
        let mut got = ids(first.await.unwrap());
        got.extend(ids(second.await.unwrap()));
        got.sort();
        assert_eq!(got, sent);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_hint_comes_after_its_delay() {
        let queues = InMemory::new();
        queues.send(QueueName::CvParse, &[Uuid::now_v7()], Duration::from_secs(30));
        assert!(queues.receive(QueueName::CvParse, 1, Duration::from_secs(29)).await.is_empty());
        assert_eq!(queues.receive(QueueName::CvParse, 1, Duration::from_secs(2)).await.len(), 1);
    }
}
