//! Work on all processor cores whose results come out in the order of what they are made of.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Results that each thread may be ahead of the one that is due.
const AHEAD: usize = 8;

/// Processor cores of this machine.
pub fn cores() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}

/// Gives `take` what `work` makes of each item, in the items' order, each as soon as all before it are there. Ends at the
/// first error of `take`; then what is not begun is not done.
pub fn in_order<T: Sync, R: Send>(
    items: &[T],
    work: impl Fn(&T) -> R + Sync,
    mut take: impl FnMut(R) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let threads = cores().min(items.len());
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::sync_channel(threads * AHEAD);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, next, work) = (sender.clone(), &next, &work);
            scope.spawn(move || {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(item) = items.get(index) else { return };
                    // Nobody receives after an error of `take`: then nothing is left to do.
                    if sender.send((index, work(item))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (index, result) in receiver {
            waiting.insert(index, result);
            while let Some(result) = waiting.remove(&due) {
                take(result)?;
                due += 1;
            }
        }
        Ok(())
    })
}

/// What `work` makes of each item, in the items' order.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let size = items.len().div_ceil(cores()).max(1);
    thread::scope(|scope| {
        let parts: Vec<_> = items
            .chunks(size)
            .map(|part| scope.spawn(|| part.iter().map(&work).collect::<Vec<R>>()))
            .collect();
        // A panic in one of them is a panic of the whole.
        parts
            .into_iter()
            .flat_map(|part| part.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_whichever_is_done_first() {
        let items: Vec<u64> = (0..200).collect();
        let slow_at_first = |item: &u64| {
            (0..(200 - item) * 500).fold(*item, |sum, step| std::hint::black_box(sum ^ step ^ step))
        };
        let mut taken = Vec::new();
        in_order(&items, slow_at_first, |item| {
            taken.push(item);
            Ok(())
        })
        .unwrap();
        assert_eq!(taken, items);
        assert_eq!(map(&items, |item| item + 1), (1..201).collect::<Vec<u64>>());
        assert!(map(&[] as &[u64], |item| *item).is_empty());
    }

    #[test]
    fn nothing_new_is_begun_after_an_error() {
        let items: Vec<usize> = (0..100_000).collect();
        let begun = AtomicUsize::new(0);
        let outcome =
            in_order(&items, |_| begun.fetch_add(1, Ordering::Relaxed), |_| anyhow::bail!("enough"));
        assert!(outcome.is_err() && begun.load(Ordering::Relaxed) < 1000);
    }
}
