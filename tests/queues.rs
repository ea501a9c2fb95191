//! What every queue must do, whichever it is: one suite, run on the queue in memory and on SQS (LocalStack).

use std::time::Duration;

use cv_matching_tests::outside::variable;
use shared::queue::{DeadLetter, Hint, HintKind, InMemory, MOST_RECEIVES, Queue, QueueName, Received, Sqs};
use uuid::Uuid;

const QUEUE: QueueName = QueueName::CvParse;
const NOW: Duration = Duration::ZERO;
const HOUR: Duration = Duration::from_secs(3600);

struct World {
    queue: Queue,
    /// Where LocalStack takes messages as anybody sends them; none in memory.
    url: Option<String>,
}

impl World {
    fn in_memory() -> Self {
        Self { queue: Queue::InMemory(InMemory::new()), url: None }
    }

    async fn sqs() -> Self {
        let endpoint = variable("AWS_ENDPOINT_URL");
        let prefix = format!("{endpoint}/000000000000/{}-", Uuid::now_v7().simple());
        let queues = Sqs::connect(&prefix, Some(&endpoint)).await;
        queues.create_queues().await.unwrap();
        Self { queue: Queue::Sqs(queues), url: Some(format!("{prefix}{}", QUEUE.as_str())) }
    }

    async fn send(&self, ids: &[Uuid]) {
        self.queue.send(QUEUE, ids, NOW).await.unwrap();
    }

    /// Waits long enough for what is there, and not at all in memory.
    async fn receive(&self, visibility: Duration) -> Vec<Received> {
        let wait = Duration::from_secs(if self.url.is_some() { 1 } else { 0 });
        self.queue.receive(QUEUE, 10, wait, visibility).await.unwrap()
    }

    async fn dead(&self) -> Vec<DeadLetter> {
        let held = self.queue.hold_dead_letters(QUEUE, 100).await.unwrap();
        self.queue.release_dead_letters(QUEUE, &held.letters).await.unwrap();
        assert_eq!(held.total, held.letters.len());
        held.letters
    }

    async fn dead_count(&self) -> Option<usize> {
        self.queue.attributes(QUEUE).await.unwrap().dead
    }

    /// Has all that waits received until it is dead.
    async fn kill(&self) {
        for _ in 0..MOST_RECEIVES {
            assert!(!self.receive(NOW).await.is_empty());
        }
        assert!(self.receive(NOW).await.is_empty());
    }
}

fn named(letters: &[DeadLetter]) -> Vec<Uuid> {
    let mut ids: Vec<Uuid> = letters.iter().map(|letter| letter.hint.as_ref().unwrap().id).collect();
    ids.sort();
    ids
}

async fn what_is_deleted_does_not_come_again(world: &World) {
    let id = Uuid::now_v7();
    world.send(&[id]).await;
    let received = world.receive(NOW).await;
    assert_eq!(received[0].hint, Some(Hint::at(id)));
    // Its time is over at once, and so it is there again.
    let again = world.receive(HOUR).await;
    assert_eq!(again[0].hint, Some(Hint::at(id)));
    assert!(world.receive(HOUR).await.is_empty(), "it is hidden");
    world.queue.delete(QUEUE, &again).await.unwrap();
    let attributes = world.queue.attributes(QUEUE).await.unwrap();
    assert_eq!((attributes.waiting, attributes.in_flight, attributes.dead), (0, 0, Some(0)));
}

async fn a_queue_tells_what_waits_is_in_flight_and_delayed(world: &World) {
    world.send(&[Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()]).await;
    let taken = world.queue.receive(QUEUE, 1, Duration::from_secs(1), HOUR).await.unwrap();
    world.queue.send(QUEUE, &[Uuid::now_v7()], Duration::from_secs(600)).await.unwrap();
    let attributes = world.queue.attributes(QUEUE).await.unwrap();
    assert_eq!((attributes.waiting, attributes.in_flight, attributes.delayed), (2, 1, 1));
    // SQS tells the age to CloudWatch only.
    assert_eq!(attributes.oldest_age_seconds.is_some(), world.url.is_none());
    world.queue.delete(QUEUE, &taken).await.unwrap();
    let rest = world.receive(HOUR).await;
    world.queue.delete(QUEUE, &rest).await.unwrap();
}

async fn what_is_received_too_often_becomes_a_dead_letter_that_can_be_looked_at_again_and_again(
    world: &World,
) {
    let mut ids = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
    ids.sort();
    world.send(&ids).await;
    world.kill().await;
    for _ in 0..3 {
        let dead = world.dead().await;
        assert_eq!(named(&dead), ids);
        assert!(dead.iter().all(|letter| letter.receives >= MOST_RECEIVES && letter.sent_at.is_some()));
        assert!(dead.iter().all(|letter| letter.first_received_at >= letter.sent_at));
    }
    assert_eq!(world.dead_count().await, Some(3));
    let some = world.queue.hold_dead_letters(QUEUE, 2).await.unwrap();
    assert_eq!((some.letters.len(), some.total), (2, 3));
    world.queue.release_dead_letters(QUEUE, &some.letters).await.unwrap();
}

async fn a_redriven_letter_is_a_new_message_and_a_dropped_one_is_gone(world: &World) {
    let held = world.queue.hold_dead_letters(QUEUE, 100).await.unwrap();
    let (first, rest) = held.letters.split_at(1);
    assert_eq!(world.queue.redrive_dead_letters(QUEUE, first).await.unwrap(), 1);
    assert_eq!(world.queue.drop_dead_letters(QUEUE, &rest[..1]).await.unwrap(), 1);
    world.queue.release_dead_letters(QUEUE, &rest[1..]).await.unwrap();
    assert_eq!(named(&world.dead().await), named(&rest[1..]));
    // It has all its receives again.
    world.kill().await;
    assert_eq!(world.dead_count().await, Some(2));
    assert!(named(&world.dead().await).contains(&named(first)[0]));
    let held = world.queue.hold_dead_letters(QUEUE, 100).await.unwrap();
    assert_eq!(world.queue.drop_dead_letters(QUEUE, &held.letters).await.unwrap(), 2);
    assert_eq!((world.dead().await.len(), world.dead_count().await), (0, Some(0)));
}

async fn a_probe_arrives_as_one(world: &World) {
    let id = Uuid::now_v7();
    world.queue.send_probe(QUEUE, id).await.unwrap();
    let received = world.receive(HOUR).await;
    let hint = received[0].hint.as_ref().unwrap();
    assert_eq!((hint.id, hint.kind), (id, HintKind::Probe));
    world.queue.delete(QUEUE, &received).await.unwrap();
}

async fn more_than_a_batch_of_dead_letters_is_redriven_at_once(world: &World) {
    let mut ids: Vec<Uuid> = (0..25).map(|_| Uuid::now_v7()).collect();
    ids.sort();
    world.send(&ids).await;
    // Ten at a time, until all have been received too often.
    let mut most = ids.len() * MOST_RECEIVES as usize;
    while most > 0 && !world.receive(NOW).await.is_empty() {
        most -= 1;
    }
    assert!(world.receive(NOW).await.is_empty());
    let held = world.queue.hold_dead_letters(QUEUE, 1000).await.unwrap();
    assert_eq!(named(&held.letters), ids);
    assert_eq!(world.queue.redrive_dead_letters(QUEUE, &held.letters).await.unwrap(), ids.len());
    let mut back: Vec<Uuid> = Vec::new();
    while back.len() < ids.len() {
        let received = world.receive(HOUR).await;
        assert!(!received.is_empty(), "only {} are back", back.len());
        back.extend(received.iter().map(|message| message.hint.as_ref().unwrap().id));
        world.queue.delete(QUEUE, &received).await.unwrap();
    }
    back.sort();
    assert_eq!(back, ids);
}

async fn all_of_it(world: &World) {
    what_is_deleted_does_not_come_again(world).await;
    a_queue_tells_what_waits_is_in_flight_and_delayed(world).await;
    what_is_received_too_often_becomes_a_dead_letter_that_can_be_looked_at_again_and_again(world).await;
    a_redriven_letter_is_a_new_message_and_a_dropped_one_is_gone(world).await;
    a_probe_arrives_as_one(world).await;
    more_than_a_batch_of_dead_letters_is_redriven_at_once(world).await;
}

#[tokio::test]
async fn a_queue_in_memory_keeps_to_the_rules_of_all_queues() {
    all_of_it(&World::in_memory()).await;
}

#[tokio::test]
async fn a_queue_of_sqs_keeps_to_the_rules_of_all_queues() {
    all_of_it(&World::sqs().await).await;
}

#[tokio::test]
async fn a_message_that_cannot_be_read_becomes_a_dead_letter_that_says_why_and_is_redriven_as_it_was() {
    let world = World::sqs().await;
    let url = world.url.as_ref().unwrap();
    let text = r#"{"version":2,"id":"0199b1f0-9c2e-7b1a-a6f2-3c1f8e0d4b77"}"#;
    let parameters = [("Action", "SendMessage"), ("Version", "2012-11-05"), ("MessageBody", text)];
    let url = reqwest::Url::parse_with_params(url, parameters).unwrap();
    let sent = reqwest::Client::new().post(url).send().await.unwrap();
    assert!(sent.status().is_success(), "{}", sent.text().await.unwrap());
    for _ in 0..2 {
        let received = world.receive(NOW).await;
        assert!(received[0].unreadable && received[0].hint.is_none());
        for _ in 1..MOST_RECEIVES {
            world.receive(NOW).await;
        }
        assert!(world.receive(NOW).await.is_empty());
        let dead = world.dead().await;
        assert!(dead[0].unreadable.as_ref().unwrap().contains("version 2"), "{dead:?}");
        let held = world.queue.hold_dead_letters(QUEUE, 100).await.unwrap();
        assert_eq!(world.queue.redrive_dead_letters(QUEUE, &held.letters).await.unwrap(), 1);
    }
}
