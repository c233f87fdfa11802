//! What went wrong at a platform, and what became of the request.

use std::fmt;
use std::time::Duration;

use fermata_model::Platform;

/// What became of the request that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Provably nothing happened: it may be tried again, after any wait named.
    NotDone,
    /// The platform said no: never again as it is.
    Refused,
    /// It may have happened: ask the platform before anything else.
    InDoubt,
}

/// What kind of failure it was; a caller acts on this, never on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The credentials are wrong, expired or revoked.
    SignIn,
    /// Signed in, but not allowed to do this: a scope or a role is missing.
    Forbidden,
    /// The account does not have this part of the platform, which is bought apart, or its key does not open
    /// it; the platform does not say which. Everything else works.
    NotOffered,
    /// Too many requests.
    Throttled,
    /// The platform could not be reached, or hung up.
    Unreachable,
    /// The platform failed by its own account (5xx), or answered with a page for people.
    Broken,
    /// The answer does not have the shape that the vendor documents.
    Malformed,
    /// The platform understood and said no.
    Rejected,
    /// The object is not there (any more).
    Missing,
    /// The page token is no longer known; the pass has to begin again.
    CursorRefused,
    /// The secret could not be read from the keychain.
    Vault,
    /// The connector cannot do this, or was set up wrongly.
    Unsupported,
}

/// A failed call to a platform.
///
/// `Display` is for a store owner: what happened, to what. It holds no secret and no personal
/// data beyond what the platform's own message says.
#[derive(Clone, Debug)]
pub struct Error {
    /// The platform.
    pub platform: Platform,
    /// What was tried, in the vendor's word: `refundCreate`, `GET /api/tickets`.
    pub operation: String,
    /// What kind of failure.
    pub kind: Kind,
    /// What became of the request.
    pub fate: Fate,
    /// What happened, in words a store owner understands.
    pub message: String,
    /// What to do next, if there is something to do.
    pub hint: Option<String>,
    /// How long the platform wants us to wait.
    pub retry_after: Option<Duration>,
    /// The platform's own id of the request, for its support.
    pub request_id: Option<String>,
    /// Is the refusal about something else than the request? A page for people comes from whoever stands
    /// in between (Klaviyo's doorkeeper answers 403 now and then: klaviyo-api-python #84), and an account that
    /// is paused or locked is let in again.
    pub may_pass: bool,
}

impl Error {
    /// Makes an error whose request provably did nothing; the builder methods refine it.
    pub fn new(
        platform: Platform,
        operation: impl Into<String>,
        kind: Kind,
        message: impl Into<String>,
    ) -> Self {
        Self {
            platform,
            operation: operation.into(),
            kind,
            fate: Fate::NotDone,
            message: message.into(),
            hint: None,
            retry_after: None,
            request_id: None,
            may_pass: false,
        }
    }

    /// Sets what became of the request.
    #[must_use]
    pub fn with_fate(mut self, fate: Fate) -> Self {
        self.fate = fate;
        self
    }

    /// Sets what to do next.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Sets how long the platform wants us to wait.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Tells whether the platform itself refused this very request, and will again however often it is asked.
    pub fn is_final(&self) -> bool {
        matches!(self.kind, Kind::Rejected | Kind::Forbidden | Kind::Missing)
            && !self.may_pass
            && self.retry_after.is_none()
    }

    /// Tells whether the same read may succeed a little later without anybody's help.
    pub fn is_temporary(&self) -> bool {
        matches!(self.kind, Kind::Throttled | Kind::Unreachable | Kind::Broken)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
