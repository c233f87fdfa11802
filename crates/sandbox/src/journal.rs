//! What a platform received and what it applied: the only evidence for "fired once".

use std::collections::{BTreeMap, VecDeque};

use fermata_model::Money;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::world::Moment;

/// How many reads are remembered; writes are kept for ever.
const READS_KEPT: usize = 2_000;

/// Something that a request changed at the platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// What kind: `refund`, `message`, `note`, `suppress`, `unsuppress`, `event`, ...
    pub kind: String,
    /// The platform's id of what was acted upon: an order, a ticket, a profile.
    pub target: String,
    /// The platform's id of what came to be, if anything did.
    pub id: Option<String>,
    /// Money that moved, if any did.
    pub amount: Option<Money>,
}

/// One request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number at this platform, from 1.
    pub seq: u64,
    /// When it arrived, in practice time.
    pub at: Moment,
    /// HTTP method.
    pub method: String,
    /// Path with query.
    pub path: String,
    /// The vendor's name of the operation, such as `refundCreate`.
    pub operation: String,
    /// Did it ask for a change?
    pub write: bool,
    /// The idempotency key, or the caller's own id that serves as one.
    pub key: Option<String>,
    /// The body of a write, as JSON where it is such; `None` for reads and for sign-in.
    pub request_body: Option<Value>,
    /// The status that was answered; `None` where no answer left.
    pub status: Option<u16>,
    /// What was changed; empty if nothing was.
    pub applied: Vec<Effect>,
    /// The fault that was played, if one was.
    pub fault: Option<String>,
}

/// How much was asked of a platform.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// How many requests arrived.
    pub requests: u64,
    /// The points of the vendor's budget that they cost; 0 where it counts requests only.
    pub points: u64,
}

/// The requests of one platform in the order of their arrival.
#[derive(Debug, Default)]
pub struct Journal {
    next: u64,
    asked: BTreeMap<String, Asked>,
    writes: Vec<Entry>,
    reads: VecDeque<Entry>,
}

impl Journal {
    /// Notes a request on its arrival and returns its number.
    pub(crate) fn received(&mut self, mut entry: Entry) -> u64 {
        self.next += 1;
        entry.seq = self.next;
        self.asked.entry(entry.operation.clone()).or_default().requests += 1;
        if entry.write {
            self.writes.push(entry);
        } else {
            if self.reads.len() == READS_KEPT {
                self.reads.pop_front();
            }
            self.reads.push_back(entry);
        }
        self.next
    }

    /// Puts back an entry that was kept across a restart.
    pub(crate) fn restore(&mut self, entry: Entry) {
        self.next = self.next.max(entry.seq);
        self.writes.push(entry);
    }

    /// Completes an entry.
    pub(crate) fn complete(&mut self, seq: u64, change: impl FnOnce(&mut Entry)) -> Option<&Entry> {
        let entry = match self.writes.binary_search_by_key(&seq, |entry| entry.seq) {
            Ok(place) => self.writes.get_mut(place),
            Err(_) => self.reads.iter_mut().rev().find(|entry| entry.seq == seq),
        }?;
        change(entry);
        Some(entry)
    }

    /// Adds what the answer to an operation cost, where the platform counts in points.
    pub(crate) fn charge(&mut self, operation: &str, points: u64) {
        if points > 0 {
            self.asked.entry(operation.to_owned()).or_default().points += points;
        }
    }

    /// Counts what arrived by operation, also what is no longer kept; not what came before a restart.
    pub fn asked(&self) -> &BTreeMap<String, Asked> {
        &self.asked
    }

    /// Returns all entries that are kept, by number.
    pub fn entries(&self) -> Vec<Entry> {
        let mut all: Vec<Entry> = self.writes.iter().chain(&self.reads).cloned().collect();
        all.sort_by_key(|entry| entry.seq);
        all
    }

    /// Returns the effects of one kind, oldest first.
    pub fn effects(&self, kind: &str) -> Vec<Effect> {
        self.writes
            .iter()
            .flat_map(|entry| &entry.applied)
            .filter(|effect| effect.kind == kind)
            .cloned()
            .collect()
    }
}
