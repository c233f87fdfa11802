//! The rate limit: so many calls in a window of 30 seconds, for the whole store.
//!
//! Source: the vendor's page on API rate limits (Standard and Plus plans: 150), read November 2026.

use std::time::Duration;

use crate::rate::{self, Windows};
use crate::vendor::Reply;

const WINDOW: Duration = Duration::from_secs(30);
const QUOTA: u32 = 150;

/// Makes the window of a store whose limits are multiplied.
pub(super) fn windows(rates: f64) -> Windows {
    Windows::new(&[(rate::scaled(QUOTA, rates), WINDOW)], Duration::ZERO)
}

/// Puts what is left of the window into the headers of an answer.
pub(super) fn stamp(reply: Reply, windows: &Windows, now: Duration) -> Reply {
    let Some(window) = windows.window(0) else { return reply };
    reply
        .with("X-Rate-Limit-Time-Window-Ms", WINDOW.as_millis().to_string())
        .with("X-Rate-Limit-Time-Reset-Ms", window.closes_in(now).as_millis().to_string())
        .with("X-Rate-Limit-Requests-Quota", window.limit.to_string())
        .with("X-Rate-Limit-Requests-Left", window.limit.saturating_sub(window.used).to_string())
}

/// Puts a wait into the headers of a refusal that no window asked for.
pub(super) fn wait(reply: Reply, seconds: u64) -> Reply {
    reply
        .with("X-Rate-Limit-Time-Window-Ms", WINDOW.as_millis().to_string())
        .with("X-Rate-Limit-Time-Reset-Ms", (seconds * 1_000).to_string())
        .with("X-Rate-Limit-Requests-Quota", QUOTA.to_string())
        .with("X-Rate-Limit-Requests-Left", "0")
        .with("X-Retry-After", seconds.to_string())
}
