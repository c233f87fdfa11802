//! How long a connection waits for a platform and the keychain, and how often it asks again.

use std::time::Duration;

/// How long a connection waits for a platform and the keychain, and how often it asks again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// For a connection to be made, name look-up and TLS included.
    pub connect: Duration,
    /// For a whole answer, from the first byte sent to the last byte read.
    pub answer: Duration,
    /// How often a read is repeated after passing failures.
    pub repeats: usize,
    /// The first pause between two tries of a read; later ones grow from it.
    pub first_pause: Duration,
    /// The longest pause between two tries, and the longest wait that a platform may impose on a
    /// call: if it asks for more, the call fails with that wait.
    pub longest_pause: Duration,
    /// For one secret from the vault: as long as a person takes who is asked for the keychain's password.
    pub keychain: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            repeats: 5,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_secs(30),
            keychain: Duration::from_secs(60),
        }
    }
}
