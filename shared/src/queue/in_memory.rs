//! Queues in the memory of one process, with the rules of SQS: a message that is received is hidden until it is deleted or its
//! time is over, and one that was received too often without being deleted becomes a dead letter. A hint that waits already is
//! not queued twice.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;

use super::{Attributes, DeadLetter, Hint, MOST_RECEIVES, QueueName, Received};

/// Dead letters that a queue keeps; beyond, the oldest is let go. Its row is still found by the schedules.
const MOST_DEAD: usize = 10_000;

/// All queues of this process. Cheap to clone.
#[derive(Clone, Default)]
pub struct InMemory {
    queues: Arc<BTreeMap<QueueName, Waiting>>,
}

#[derive(Default)]
struct Waiting {
    letters: Mutex<Letters>,
    arrived: Notify,
}

/// A message, by the name that it keeps until it is deleted.
#[derive(Clone)]
struct Letter {
    id: Uuid,
    hint: Hint,
    sent_at: DateTime<Utc>,
    first_received_at: Option<DateTime<Utc>>,
    receives: u32,
}

#[derive(Default)]
struct Letters {
    /// Ids of what the waiting hint at.
    in_order: VecDeque<Uuid>,
    /// The same letters, by what they hint at.
    waiting: HashMap<Uuid, Letter>,
    /// By receipt, each with the time at which it is seen again.
    in_flight: HashMap<Uuid, (Letter, Instant)>,
    delayed: usize,
    /// By the letters' ids, and so in the order in which they were sent.
    dead: BTreeMap<Uuid, Letter>,
}

impl Letters {
    fn push(&mut self, letter: Letter) {
        if let Some(there) = self.waiting.get_mut(&letter.hint.id) {
            // Two of one row become one, which remembers what either has been through: new hints at a row that kills its
            // worker do not keep it alive for ever.
            there.receives = there.receives.max(letter.receives);
            there.sent_at = there.sent_at.min(letter.sent_at);
            there.hint.traceparent = there.hint.traceparent.or(letter.hint.traceparent);
            return;
        }
        self.in_order.push_back(letter.hint.id);
        self.waiting.insert(letter.hint.id, letter);
    }

    fn is_worn_out(letter: &Letter) -> bool {
        letter.receives >= MOST_RECEIVES
    }

    fn bury(&mut self, letter: Letter) {
        // One dead letter for a row is enough.
        self.dead.retain(|_, other| other.hint.id != letter.hint.id);
        self.dead.insert(letter.id, letter);
        if self.dead.len() > MOST_DEAD {
            self.dead.pop_first();
        }
    }

    /// What was received and not deleted in time is seen again, or dead.
    fn bring_back(&mut self, now: Instant) {
        let over: Vec<Uuid> = self
            .in_flight
            .iter()
            .filter(|(_, (_, until))| *until <= now)
            .map(|(receipt, _)| *receipt)
            .collect();
        for receipt in over {
            let Some((letter, _)) = self.in_flight.remove(&receipt) else { continue };
            if Self::is_worn_out(&letter) { self.bury(letter) } else { self.push(letter) }
        }
    }

    fn next_back(&self) -> Option<Instant> {
        self.in_flight.values().map(|(_, until)| *until).min()
    }

    fn take(&mut self, most: usize, until: Instant) -> Vec<Received> {
        let count = most.min(self.in_order.len());
        let ids: Vec<Uuid> = self.in_order.drain(..count).collect();
        ids.into_iter()
            .filter_map(|id| self.waiting.remove(&id))
            .map(|mut letter| {
                letter.receives += 1;
                letter.first_received_at.get_or_insert_with(Utc::now);
                let receipt = Uuid::now_v7();
                let hint = Some(letter.hint);
                self.in_flight.insert(receipt, (letter, until));
                Received { hint, unreadable: false, receipt: receipt.to_string() }
            })
            .collect()
    }

    fn let_go(&mut self, receipt: &str) -> Option<Letter> {
        let receipt = receipt.parse().ok()?;
        self.in_flight.remove(&receipt).map(|(letter, _)| letter)
    }
}

impl Waiting {
    fn letters(&self) -> MutexGuard<'_, Letters> {
        // A panic while the lock was held leaves at worst a hint too few: the schedules find its row.
        self.letters.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn push(&self, letters: Vec<Letter>) {
        let mut all = self.letters();
        letters.into_iter().for_each(|letter| all.push(letter));
        drop(all);
        self.arrived.notify_one();
    }
}

impl InMemory {
    /// Empty queues.
    pub fn new() -> Self {
        Self { queues: Arc::new(QueueName::ALL.into_iter().map(|name| (name, Waiting::default())).collect()) }
    }

    pub(super) fn send(&self, queue: QueueName, hints: Vec<Hint>, delay: Duration) {
        let sent_at = Utc::now();
        let letter =
            |hint| Letter { id: Uuid::now_v7(), hint, sent_at, first_received_at: None, receives: 0 };
        self.post(queue, hints.into_iter().map(letter).collect(), delay);
    }

    fn post(&self, queue: QueueName, letters: Vec<Letter>, delay: Duration) {
        if letters.is_empty() {
            return;
        }
        if delay.is_zero() {
            self.queues[&queue].push(letters);
        } else {
            self.queues[&queue].letters().delayed += letters.len();
            let queues = self.queues.clone();
            tokio::spawn(async move {
                tokio::time::sleep(delay).await;
                queues[&queue].letters().delayed -= letters.len();
                queues[&queue].push(letters);
            });
        }
    }

    pub(super) async fn receive(
        &self,
        queue: QueueName,
        most: usize,
        wait: Duration,
        visibility: Duration,
    ) -> Vec<Received> {
        let waiting = &self.queues[&queue];
        let until = Instant::now() + wait;
        loop {
            let arrived = waiting.arrived.notified();
            let (taken, next_back) = {
                let now = Instant::now();
                let mut letters = waiting.letters();
                letters.bring_back(now);
                let taken = letters.take(most, now + visibility);
                if !letters.in_order.is_empty() {
                    // What is left wakes the next receiver.
                    waiting.arrived.notify_one();
                }
                (taken, letters.next_back())
            };
            if !taken.is_empty() {
                return taken;
            }
            let wake = next_back.map_or(until, |next| next.min(until));
            if timeout_at(wake, arrived).await.is_err() && Instant::now() >= until {
                return Vec::new();
            }
        }
    }

    pub(super) fn delete(&self, queue: QueueName, messages: &[Received]) {
        let mut letters = self.queues[&queue].letters();
        for message in messages {
            letters.let_go(&message.receipt);
        }
    }

    /// Gives back what could not be worked on, to be seen again after 1 s, 4 s, 16 s, 64 s, or as dead letters.
    pub(super) fn put_back(&self, queue: QueueName, messages: &[Received]) {
        let mut again: BTreeMap<Duration, Vec<Letter>> = BTreeMap::new();
        {
            let mut letters = self.queues[&queue].letters();
            for message in messages {
                let Some(letter) = letters.let_go(&message.receipt) else { continue };
                if Letters::is_worn_out(&letter) {
                    letters.bury(letter);
                } else {
                    let delay = Duration::from_secs(4u64.saturating_pow(letter.receives.saturating_sub(1)));
                    again.entry(delay).or_default().push(letter);
                }
            }
        }
        for (delay, letters) in again {
            self.post(queue, letters, delay);
        }
    }

    pub(super) fn depth(&self, queue: QueueName) -> usize {
        self.queues[&queue].letters().in_order.len()
    }

    pub(super) fn attributes(&self, queue: QueueName) -> Attributes {
        let mut letters = self.queues[&queue].letters();
        letters.bring_back(Instant::now());
        let in_flight = letters.in_flight.values().map(|(letter, _)| letter);
        let oldest = letters.waiting.values().chain(in_flight).map(|letter| letter.sent_at).min();
        Attributes {
            waiting: letters.waiting.len(),
            in_flight: letters.in_flight.len(),
            delayed: letters.delayed,
            dead: Some(letters.dead.len()),
            oldest_age_seconds: oldest.map(|sent_at| ((Utc::now() - sent_at).as_seconds_f64()).max(0.0)),
        }
    }

    pub(super) fn dead(&self, queue: QueueName, most: usize) -> (Vec<DeadLetter>, usize) {
        let letters = self.queues[&queue].letters();
        let dead = letters.dead.values().take(most).map(|letter| DeadLetter {
            id: letter.id.to_string(),
            hint: Some(letter.hint),
            unreadable: None,
            sent_at: Some(letter.sent_at),
            first_received_at: letter.first_received_at,
            receives: letter.receives,
            body: String::new(),
            receipt: String::new(),
        });
        (dead.collect(), letters.dead.len())
    }

    /// Takes letters from the dead; returns what they hint at. Those that are not there any more are left out.
    pub(super) fn take_dead(&self, queue: QueueName, dead: &[DeadLetter]) -> Vec<Hint> {
        let mut letters = self.queues[&queue].letters();
        let ids = dead.iter().filter_map(|letter| letter.id.parse::<Uuid>().ok());
        ids.filter_map(|id| letters.dead.remove(&id)).map(|letter| letter.hint).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;
    const LONG: Duration = Duration::from_secs(3600);

    fn send(queues: &InMemory, queue: QueueName, ids: &[Uuid], delay: Duration) {
        queues.send(queue, ids.iter().map(|id| Hint::at(*id)).collect(), delay);
    }

    fn ids(received: &[Received]) -> Vec<Uuid> {
        received.iter().map(|message| message.hint.as_ref().unwrap().id).collect()
    }

    #[tokio::test]
    async fn hints_come_in_order_and_only_once_while_they_wait() {
        let queues = InMemory::new();
        let (a, b) = (Uuid::now_v7(), Uuid::now_v7());
        send(&queues, QueueName::CvParse, &[a, b, a], NOW);
        send(&queues, QueueName::CvParse, &[a], NOW);
        assert_eq!(queues.depth(QueueName::CvParse), 2);
        assert_eq!(ids(&queues.receive(QueueName::CvParse, 1, NOW, LONG).await), [a]);
        send(&queues, QueueName::CvParse, &[a], NOW);
        assert_eq!(ids(&queues.receive(QueueName::CvParse, 10, NOW, LONG).await), [b, a]);
        assert!(queues.receive(QueueName::CvParse, 10, NOW, LONG).await.is_empty());
        assert_eq!(queues.depth(QueueName::CvEmbed), 0);
    }

    #[tokio::test]
    async fn every_waiting_receiver_gets_something_of_a_batch() {
        let queues = InMemory::new();
        let receiver = |most| {
            let queues = queues.clone();
            tokio::spawn(async move {
                queues.receive(QueueName::CvMatch, most, Duration::from_secs(10), LONG).await
            })
        };
        let (first, second) = (receiver(1), receiver(1));
        tokio::task::yield_now().await;
        let sent = [Uuid::now_v7(), Uuid::now_v7()];
        send(&queues, QueueName::CvMatch, &sent, NOW);
        let mut got = ids(&first.await.unwrap());
        got.extend(ids(&second.await.unwrap()));
        got.sort();
        assert_eq!(got, sent);
    }

    #[tokio::test(start_paused = true)]
    async fn a_delayed_hint_comes_after_its_delay() {
        let queues = InMemory::new();
        send(&queues, QueueName::CvParse, &[Uuid::now_v7()], Duration::from_secs(30));
        assert_eq!(queues.attributes(QueueName::CvParse).delayed, 1);
        assert!(queues.receive(QueueName::CvParse, 1, Duration::from_secs(29), LONG).await.is_empty());
        assert_eq!(queues.receive(QueueName::CvParse, 1, Duration::from_secs(2), LONG).await.len(), 1);
        assert_eq!(queues.attributes(QueueName::CvParse).delayed, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_not_deleted_in_time_comes_again() {
        let queues = InMemory::new();
        send(&queues, QueueName::CvParse, &[Uuid::now_v7()], NOW);
        let minute = Duration::from_secs(60);
        assert_eq!(queues.receive(QueueName::CvParse, 1, NOW, minute).await.len(), 1);
        let wait = Duration::from_secs(59);
        assert!(queues.receive(QueueName::CvParse, 1, wait, minute).await.is_empty());
        let again = queues.receive(QueueName::CvParse, 1, wait, minute).await;
        assert_eq!(again.len(), 1);
        queues.delete(QueueName::CvParse, &again);
        assert!(queues.receive(QueueName::CvParse, 1, LONG, minute).await.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_put_back_waits_longer_each_time_and_is_dead_in_the_end() {
        let queues = InMemory::new();
        let id = Uuid::now_v7();
        send(&queues, QueueName::CvParse, &[id], NOW);
        for seconds in [0, 1, 4, 16, 64] {
            if seconds > 0 {
                let sooner = Duration::from_millis(seconds * 1000 - 500);
                assert!(queues.receive(QueueName::CvParse, 1, sooner, LONG).await.is_empty());
            }
            let received = queues.receive(QueueName::CvParse, 1, Duration::from_secs(1), LONG).await;
            assert_eq!(ids(&received), [id], "after {seconds} s");
            queues.put_back(QueueName::CvParse, &received);
        }
        let (dead, count) = queues.dead(QueueName::CvParse, 10);
        assert_eq!((dead.len(), count, dead[0].receives), (1, 1, MOST_RECEIVES));
    }

    #[tokio::test]
    async fn a_new_hint_at_the_same_row_gives_a_message_no_new_life() {
        let queues = InMemory::new();
        let id = Uuid::now_v7();
        send(&queues, QueueName::CvParse, &[id], NOW);
        for _ in 1..MOST_RECEIVES {
            assert_eq!(queues.receive(QueueName::CvParse, 1, NOW, NOW).await.len(), 1);
        }
        send(&queues, QueueName::CvParse, &[id], NOW);
        assert_eq!(queues.receive(QueueName::CvParse, 1, NOW, NOW).await.len(), 1);
        assert!(queues.receive(QueueName::CvParse, 1, NOW, NOW).await.is_empty());
        assert_eq!(queues.attributes(QueueName::CvParse).dead, Some(1));
    }
}
