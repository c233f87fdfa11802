//! Idempotency keys: the first answer to each is kept for a day.
//!
//! Source: docs.stripe.com "Idempotent requests". Keys may live longer at the vendor; a client may not count on it.

use std::collections::HashMap;

use super::errors;
use crate::mark::mark;
use crate::vendor::{Reply, Request};
use crate::world::{DAY, Moment};

/// Characters that a key may have.
const LONGEST: usize = 255;

/// The first answers.
#[derive(Debug, Default)]
pub(super) struct Once(HashMap<String, Kept>);

#[derive(Debug)]
struct Kept {
    stamp: u64,
    at: Moment,
    reply: Reply,
}

/// What a request under a key is.
pub(super) enum Attempt {
    /// The first.
    First,
    /// A repetition, to be answered like this.
    Again(Reply),
}

impl Once {
    /// Looks a key up, and forgets those of yesterday.
    pub(super) fn begin(&mut self, key: &str, request: &Request, now: Moment) -> Result<Attempt, Reply> {
        if key.is_empty() || key.len() > LONGEST {
            return Err(errors::bad(None, "Idempotency keys have between 1 and 255 characters."));
        }
        self.0.retain(|_, kept| now.since(kept.at) < DAY);
        match self.0.get(key) {
            None => Ok(Attempt::First),
            Some(kept) if kept.stamp != stamp(request) => Err(errors::other_parameters(key)),
            Some(kept) => Ok(Attempt::Again(kept.reply.clone().with("Idempotent-Replayed", "true"))),
        }
    }

    /// Keeps the answer to a request that was executed, be it a refusal.
    pub(super) fn end(&mut self, key: &str, request: &Request, now: Moment, reply: &Reply) {
        let kept = Kept { stamp: stamp(request), at: now, reply: reply.clone() };
        self.0.insert(key.to_owned(), kept);
    }
}

/// Marks what a request asks for, whatever the order of its parameters.
fn stamp(request: &Request) -> u64 {
    let mut pairs = request.form();
    pairs.sort();
    let parts = pairs.into_iter().flat_map(|(name, value)| [name, value]);
    mark(0, [request.method.clone(), request.path.clone()].into_iter().chain(parts))
}
