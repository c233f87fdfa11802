//! The rate limits: per account and endpoint a burst window of a second and a steady window of a minute.
//!
//! Answers that are not 429 carry `RateLimit-*` for the steady window, a 429 carries `Retry-After` alone.
//! Source: developers.klaviyo.com "rate limits, status codes and errors", read November 2026.

use std::collections::HashMap;
use std::time::Duration;

use crate::rate::{Window, Windows, scaled};

/// What is published for an endpoint: calls in a second and in a minute.
pub(super) type Published = (u32, u32);

/// Counts calls per endpoint.
#[derive(Debug)]
pub(super) struct Limits {
    rates: f64,
    windows: HashMap<&'static str, Windows>,
}

impl Limits {
    /// Makes limits; `rates` multiplies what is published.
    pub(super) fn new(rates: f64) -> Self {
        Self { rates, windows: HashMap::new() }
    }

    /// Counts one call to an endpoint, `now` after the start, and returns the steady window.
    ///
    /// Errors: how long to wait.
    pub(super) fn take(
        &mut self,
        endpoint: &'static str,
        (burst, steady): Published,
        now: Duration,
    ) -> Result<Option<Window>, Duration> {
        let limits = [
            (scaled(burst, self.rates), Duration::from_secs(1)),
            (scaled(steady, self.rates), Duration::from_secs(60)),
        ];
        let windows = self.windows.entry(endpoint).or_insert_with(|| Windows::new(&limits, now));
        windows.take(now)?;
        Ok(windows.window(1))
    }
}
