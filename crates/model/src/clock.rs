//! The door through which time is passed in.

use jiff::Timestamp;

/// Tells the time.
///
/// Implementations: the machine's clock in `console`, a hand-moved one in tests, the practice
/// store's own in `sandbox`. A clock may jump in either direction; callers that measure a wait
/// must not assume that a later call returns a later instant.
pub trait Clock: Send + Sync {
    /// Returns the present instant in UTC.
    fn now(&self) -> Timestamp;
}

impl<F: Fn() -> Timestamp + Send + Sync> Clock for F {
    fn now(&self) -> Timestamp {
        self()
    }
}
