//! Limits that are a bucket of points, which everybody draws on and which refills.

use std::time::Duration;

use tokio::time::Instant;

use super::budget::{KEPT_FOR_EFFECTS, LONGEST_WAIT, Meter, Quota, percent};
use super::{Purpose, Share};

/// A bucket of points that refills, as it is thought to stand.
pub(super) struct Bucket {
    pub(super) share: Share,
    maximum: f64,
    available: f64,
    restored_per_second: f64,
    measured: Instant,
    closed_until: Option<Instant>,
}

impl Bucket {
    /// Makes a full one.
    pub(super) fn full(maximum: u32, restored_per_second: u32) -> Self {
        Self {
            share: Share::WHOLE,
            maximum: maximum.into(),
            available: maximum.into(),
            restored_per_second: restored_per_second.into(),
            measured: Instant::now(),
            closed_until: None,
        }
    }

    /// Lets nothing through until then.
    pub(super) fn close(&mut self, until: Instant) {
        self.closed_until = self.closed_until.max(Some(until));
    }

    fn refill(&mut self) {
        let elapsed = self.measured.elapsed().as_secs_f64();
        self.available = (self.available + elapsed * self.restored_per_second).min(self.maximum);
        self.measured = Instant::now();
    }

    pub(super) fn take(&mut self, purpose: Purpose, cost: u32) -> Result<(), Duration> {
        self.refill();
        if let Some(left) = self
            .closed_until
            .map(|until| until.saturating_duration_since(self.measured))
            .filter(|w| !w.is_zero())
        {
            return Err(left);
        }
        let kept = match purpose {
            Purpose::Read => self.maximum * self.share.left().max(KEPT_FOR_EFFECTS),
            Purpose::Effect => 0.0,
        };
        // A request that costs more than the bucket ever holds goes when the bucket is full.
        let needed = (f64::from(cost) + kept).min(self.maximum);
        if self.available >= needed {
            self.available -= f64::from(cost);
            return Ok(());
        }
        let missing = needed - self.available;
        Err(self.refilled_in(missing).max(Duration::from_millis(10)))
    }

    /// Returns how long so many points take to flow in; the numbers are the platform's, so none is
    /// too odd.
    fn refilled_in(&self, points: f64) -> Duration {
        let seconds = points / self.restored_per_second.max(1.0);
        Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT)
    }

    pub(super) fn learn(&mut self, meter: Meter) {
        if let Meter::Points { maximum, available, restored_per_second } = meter {
            self.maximum = maximum;
            self.available = available;
            self.restored_per_second = restored_per_second;
            self.measured = Instant::now();
        }
    }

    pub(super) fn quota(&mut self) -> Quota {
        self.refill();
        let missing = (self.maximum - self.available).max(0.0);
        Quota { used_percent: percent(missing, self.maximum), resets_in: Some(self.refilled_in(missing)) }
    }
}
