//! What a front end is told when something cannot be done.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command could not be carried out, in words for a store owner.
///
/// A code exists only where a front end acts on it; texts are never matched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    /// What a front end acts on.
    pub code: Code,
    /// What happened, to what, and what did not happen.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// After how many seconds it may be tried again.
    pub retry_after: Option<u32>,
}

/// What a front end acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// The request makes no sense as it stands.
    BadRequest,
    /// There is no such thing (any more).
    NotFound,
    /// It changed since the person looked; show what changed.
    Changed,
    /// It left already and cannot be held back.
    TooLate,
    /// The person's role does not allow it.
    NoRight,
    /// A guardrail stands in the way.
    Limit,
    /// The decision came faster than a card can be read.
    TooFast,
    /// The credentials are refused by the platform.
    SignIn,
    /// The platform refuses or fails; nothing changed here.
    Platform,
    /// The keychain is locked, missing or refuses.
    Keychain,
    /// The store's file cannot be read or written.
    Store,
    /// A mistake of ours; the log has the details.
    Internal,
}

impl Problem {
    /// Makes a problem with nothing to do next; the builder methods add that.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, retry_after: None }
    }

    /// Says what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
