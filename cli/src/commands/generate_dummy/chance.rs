//! Chances that follow from a seed: the same on every machine and in every version.

use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

/// A source of chances: SHA-256, hashed again and again.
pub struct Chance {
    block: [u8; 32],
    next: usize,
}

impl Chance {
    /// The chances of one row, which do not depend on the rows before it.
    pub fn new(seed: u64, kind: &str, number: u32) -> Self {
        Self { block: Sha256::digest(format!("{seed} {kind} {number}")).into(), next: 0 }
    }

    fn four_bytes(&mut self) -> [u8; 4] {
        if self.next + 4 > self.block.len() {
            self.block = Sha256::digest(self.block).into();
            self.next = 0;
        }
        let bytes = &self.block[self.next..self.next + 4];
        self.next += 4;
        [bytes[0], bytes[1], bytes[2], bytes[3]]
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: usize) -> usize {
        u32::from_be_bytes(self.four_bytes()) as usize % limit.max(1)
    }

    /// Whether something happens that does so once in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// A number from 0 up to 1.
    pub fn part(&mut self) -> f64 {
        f64::from(u32::from_be_bytes(self.four_bytes())) / (f64::from(u32::MAX) + 1.0)
    }

    /// Whether something happens that does so in that part of all cases.
    pub fn happens(&mut self, part: f64) -> bool {
        self.part() < part
    }

    /// One of `all`.
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// `count` different ones of `all`, or all of them, in any order.
    pub fn some<T: Copy>(&mut self, all: &[T], count: usize) -> Vec<T> {
        let mut mixed = all.to_vec();
        let count = count.min(mixed.len());
        for place in 0..count {
            let other = place + self.below(mixed.len() - place);
            mixed.swap(place, other);
        }
        mixed.truncate(count);
        mixed
    }

    /// An id that says when it was made (UUIDv7).
    pub fn id_made_at(&mut self, milliseconds: u64) -> Uuid {
        let mut bytes = [0; 10];
        bytes.copy_from_slice(&self.id().as_bytes()[..10]);
        Builder::from_unix_timestamp_millis(milliseconds, &bytes).into_uuid()
    }

    /// An id.
    pub fn id(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        for place in bytes.chunks_mut(4) {
            place.copy_from_slice(&self.four_bytes());
        }
        Builder::from_random_bytes(bytes).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_are_different_ones_and_never_more_than_there_are() {
        let mut chance = Chance::new(1, "test", 1);
        for count in 0..12 {
            let mut some = chance.some(&[1, 2, 3, 4, 5, 6, 7, 8], count);
            some.sort_unstable();
            some.dedup();
            assert_eq!(some.len(), count.min(8));
        }
    }
}
