//! The rate limit: one leaky bucket for the account, shared by every key.
//!
//! It runs on the real clock, since a client's politeness is real even when the store's day takes a second.
//! Source: developers.gorgias.com "limitations", September 2025: 40 requests per 20 s for an API key.

use std::time::Duration;

/// The bucket; every call adds a drop, and drops leak out evenly.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    level: f64,
    at: Duration,
}

/// What the bucket says to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdict {
    /// Drops in the bucket after this call, as the vendor's header counts them.
    pub(super) used: u32,
    /// Drops the bucket holds.
    pub(super) size: u32,
    /// `None` lets the call pass, otherwise the whole seconds to wait.
    pub(super) wait: Option<u64>,
}

/// Drops the bucket holds for a key, and how long a full one needs to run dry.
const SIZE: u32 = 40;
const DRAINS_IN: f64 = 20.0;

impl Bucket {
    /// Counts one call, `now` after the start; a refused call adds nothing.
    ///
    /// `rates` multiplies the size, not the time; at least one drop always fits.
    pub(super) fn take(&mut self, rates: f64, now: Duration) -> Verdict {
        let size = (f64::from(SIZE) * rates).max(1.0).floor();
        let per_second = size / DRAINS_IN;
        self.level = (self.level - now.saturating_sub(self.at).as_secs_f64() * per_second).max(0.0);
        self.at = now;
        let over = self.level + 1.0 - size;
        // A bucket that leaked for exactly long enough must not refuse over a rounding error.
        let wait = (over > 1e-9).then(|| ((over / per_second).ceil() as u64).max(1));
        if wait.is_none() {
            self.level += 1.0;
        }
        Verdict { used: self.level.ceil().min(size) as u32, size: size as u32, wait }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forty_pass_at_once_and_the_next_waits_for_the_leak() {
        let mut bucket = Bucket::default();
        for used in 1..=40 {
            assert_eq!(bucket.take(1.0, Duration::ZERO), Verdict { used, size: 40, wait: None });
        }
        assert_eq!(bucket.take(1.0, Duration::ZERO).wait, Some(1));
        let later = bucket.take(1.0, Duration::from_millis(500));
        assert_eq!(later.wait, None, "two drops leak out every second");
        assert_eq!(bucket.take(1.0, Duration::from_secs(60)).used, 1);
    }
}
