//! The rate limits: per account and endpoint a burst window of a second and a steady window of a minute.
//!
//! Windows are fixed and run on the real clock, since a client's politeness is real even when the store's day takes
//! a second. Answers that are not 429 carry `RateLimit-*` for the steady window, a 429 carries `Retry-After` alone.
//! Source: developers.klaviyo.com "rate limits, status codes and errors", read November 2026.

use std::collections::HashMap;
use std::time::Duration;

/// What is published for an endpoint: calls in a second and in a minute.
pub(super) type Published = (u32, u32);

/// Counts calls per endpoint.
#[derive(Debug, Default)]
pub(super) struct Limits {
    windows: HashMap<&'static str, [Window; 2]>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    opened: Duration,
    used: u32,
}

/// What the limiter says to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may pass; the numbers describe the steady window, `reset` in whole seconds.
    Pass { limit: u32, remaining: u32, reset: u64 },
    /// It must wait so many whole seconds.
    Wait { seconds: u64 },
}

const LENGTHS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(60)];

impl Limits {
    /// Counts one call to an endpoint, `now` after the start.
    ///
    /// `rates` multiplies what is published; at least one call always fits. A refused call is not counted.
    pub(super) fn take(
        &mut self,
        endpoint: &'static str,
        published: Published,
        rates: f64,
        now: Duration,
    ) -> Verdict {
        let scaled = |number: u32| (f64::from(number) * rates).max(1.0) as u32;
        let limits = [scaled(published.0), scaled(published.1)];
        let windows = self.windows.entry(endpoint).or_insert([Window { opened: now, used: 0 }; 2]);
        for (window, length) in windows.iter_mut().zip(LENGTHS) {
            if now.saturating_sub(window.opened) >= length {
                *window = Window { opened: now, used: 0 };
            }
        }
        let left = |window: &Window, length: Duration| {
            let left = length.saturating_sub(now.saturating_sub(window.opened));
            left.as_secs() + u64::from(left.subsec_nanos() > 0)
        };
        for place in [1, 0] {
            if windows[place].used >= limits[place] {
                return Verdict::Wait { seconds: left(&windows[place], LENGTHS[place]).max(1) };
            }
        }
        for window in windows.iter_mut() {
            window.used += 1;
        }
        Verdict::Pass {
            limit: limits[1],
            remaining: limits[1] - windows[1].used,
            reset: left(&windows[1], LENGTHS[1]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_second_waits_for_the_next_and_a_full_minute_for_the_minute() {
        let mut limits = Limits::default();
        let mut take =
            |second: u64| limits.take("get_accounts", (1, 15), 1.0, Duration::from_secs(100 + second));
        assert_eq!(take(0), Verdict::Pass { limit: 15, remaining: 14, reset: 60 });
        assert_eq!(take(0), Verdict::Wait { seconds: 1 });
        for second in 1..15 {
            assert!(matches!(take(second), Verdict::Pass { .. }), "one call a second fits");
        }
        assert_eq!(take(20), Verdict::Wait { seconds: 40 });
        assert!(matches!(take(60), Verdict::Pass { .. }));
    }
}
