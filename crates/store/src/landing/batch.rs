//! Pages that wait to land together.

use super::Prepared;

/// How many records land together at most.
const RECORDS: usize = 4_000;
/// How much raw text lands together at most, in bytes. What it is read into takes about as much
/// memory again.
const BYTES: usize = 4 << 20;

/// Pages of a first pass that wait to land in one transaction.
///
/// Records of one time are about customers all over the store, so each transaction writes most places
/// of an index once, however many records it holds: the more, the less each costs.
#[derive(Debug, Default)]
pub struct Batch {
    changes: Vec<Prepared>,
    pages: u64,
    bytes: usize,
}

impl Batch {
    /// Adds a page.
    pub fn add(&mut self, page: Vec<Prepared>) {
        self.bytes += page.iter().map(Prepared::bytes).sum::<usize>();
        self.pages += 1;
        if self.changes.is_empty() {
            self.changes = page;
        } else {
            self.changes.extend(page);
        }
    }

    /// Tells whether it holds as much as may land together.
    pub const fn is_full(&self) -> bool {
        self.changes.len() >= RECORDS || self.bytes >= BYTES
    }

    /// Returns how many pages wait.
    pub const fn pages(&self) -> u64 {
        self.pages
    }

    /// Takes everything out.
    pub fn take(&mut self) -> Vec<Prepared> {
        std::mem::take(self).changes
    }
}
