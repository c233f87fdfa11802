//! What a front end is told when something cannot be done.

use std::time::Duration;

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

impl Code {
    /// Returns the code as a front end reads it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::NotFound => "not_found",
            Self::Changed => "changed",
            Self::TooLate => "too_late",
            Self::NoRight => "no_right",
            Self::Limit => "limit",
            Self::TooFast => "too_fast",
            Self::SignIn => "sign_in",
            Self::Platform => "platform",
            Self::Keychain => "keychain",
            Self::Store => "store",
            Self::Internal => "internal",
        }
    }
}

impl Problem {
    /// Makes a problem with nothing to do next; the builder methods add that.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), hint: None, retry_after: None }
    }

    /// A mistake of ours: the details go to the log. What was asked for may have happened before it.
    pub fn internal(problem: impl std::fmt::Display) -> Self {
        tracing::error!(%problem, "internal");
        Self::new(Code::Internal, "Something went wrong inside Fermata.")
            .with_hint("Look whether it was done before you try again; the log names the cause.")
    }

    /// Says what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<fermata_store::Error> for Problem {
    fn from(error: fermata_store::Error) -> Self {
        use fermata_store::Error;
        match error {
            Error::Missing { .. } => Self::new(Code::NotFound, format!("{error}.")),
            Error::Sql(_) | Error::Unreadable { .. } => Self::internal(error),
            _ => Self::new(Code::Store, format!("{error}.")),
        }
    }
}

impl From<fermata_engine::Error> for Problem {
    fn from(error: fermata_engine::Error) -> Self {
        use fermata_engine::Error;
        let code = match error {
            Error::Store(inner) => return inner.into(),
            Error::NotFound { .. } => Code::NotFound,
            Error::Changed { .. } | Error::Outrun | Error::NotWaiting { .. } => Code::Changed,
            Error::Leaving { .. } => Code::TooLate,
            Error::NotAllowed { .. } => Code::NoRight,
            Error::Limit { .. } => Code::Limit,
            Error::Invalid { .. } | Error::Duplicate { .. } | Error::Workflow { .. } => Code::BadRequest,
        };
        let hint = error.hint();
        Self { hint, ..Self::new(code, error.to_string()) }
    }
}

impl From<fermata_connectors::Error> for Problem {
    fn from(error: fermata_connectors::Error) -> Self {
        use fermata_connectors::Kind;
        let code = match error.kind {
            Kind::SignIn | Kind::Forbidden => Code::SignIn,
            Kind::Vault => Code::Keychain,
            Kind::Unsupported => Code::BadRequest,
            _ => Code::Platform,
        };
        let retry_after = error.retry_after.map(whole_seconds);
        Self { hint: error.hint, retry_after, ..Self::new(code, error.message) }
    }
}

impl From<fermata_sync::Error> for Problem {
    fn from(error: fermata_sync::Error) -> Self {
        match error {
            fermata_sync::Error::Store(inner) => inner.into(),
            fermata_sync::Error::Platform(inner) => inner.into(),
            other => Self::new(Code::Platform, format!("{other}.")),
        }
    }
}

/// Rounds up: a second less would be too early.
fn whole_seconds(wait: Duration) -> u32 {
    u32::try_from(wait.as_nanos().div_ceil(1_000_000_000)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_to_come_back_too_early() {
        assert_eq!(whole_seconds(Duration::ZERO), 0);
        assert_eq!(whole_seconds(Duration::from_millis(1)), 1);
        assert_eq!(whole_seconds(Duration::from_millis(2_500)), 3);
        assert_eq!(whole_seconds(Duration::MAX), u32::MAX);
    }
}
