//! Idempotency keys: what was done under each, kept for a day.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::Value;

use super::change::Done;
use crate::vendor::Call;
use crate::world::{DAY, Moment};

/// What a key is used for the second time with other arguments is told.
const MISMATCH: (&str, &str) = (
    "The same idempotency key cannot be used with different operation parameters.",
    "IDEMPOTENCY_KEY_PARAMETER_MISMATCH",
);
/// What a key is told while the first request with it is still being worked on.
const CONCURRENT: (&str, &str) =
    ("This request is currently in progress, please try again.", "IDEMPOTENCY_CONCURRENT_REQUEST");

/// What was done under which key.
#[derive(Debug, Default)]
pub(crate) struct Once {
    takes: Duration,
    kept: HashMap<String, Kept>,
}

#[derive(Debug)]
struct Kept {
    arguments: String,
    at: Moment,
    busy_until: Duration,
    done: Done,
}

/// A first request under a key, begun.
#[derive(Debug)]
pub(crate) struct Begun {
    key: String,
    kept: Kept,
}

/// What a request under a key is.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// The first.
    First(Begun),
    /// A repetition, to be answered as the first was.
    Again(Done),
    /// To be refused in these words, with this code.
    Refused((&'static str, &'static str)),
}

impl Once {
    /// Begins with no keys; a first request is called in progress for so long.
    pub(crate) fn new(takes: Duration) -> Self {
        Self { takes, kept: HashMap::new() }
    }

    /// Looks a key up, and forgets those of yesterday.
    pub(crate) fn begin(
        &mut self,
        operation: &str,
        key: &str,
        arguments: &Value,
        call: &Call<'_>,
    ) -> Attempt {
        self.kept.retain(|_, kept| call.now.since(kept.at) < DAY);
        let key = format!("{operation}/{key}");
        let arguments = canonical(arguments);
        match self.kept.get(&key) {
            None => Attempt::First(Begun {
                key,
                kept: Kept {
                    arguments,
                    at: call.now,
                    busy_until: if call.replaying { Duration::ZERO } else { call.elapsed + self.takes },
                    done: Done::default(),
                },
            }),
            Some(kept) if kept.arguments != arguments => Attempt::Refused(MISMATCH),
            Some(kept) if call.elapsed < kept.busy_until => Attempt::Refused(CONCURRENT),
            Some(kept) => Attempt::Again(kept.done.clone()),
        }
    }

    /// Keeps what the first request did.
    pub(crate) fn end(&mut self, begun: Begun, done: Done) {
        let Begun { key, kept } = begun;
        self.kept.insert(key, Kept { done, ..kept });
    }
}

/// Writes JSON so that the order of members does not matter.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut parts: Vec<String> =
                members.iter().map(|(name, value)| format!("{name:?}:{}", canonical(value))).collect();
            parts.sort();
            format!("{{{}}}", parts.join(","))
        }
        Value::Array(items) => {
            format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        plain => plain.to_string(),
    }
}
