//! Limits that count requests in windows, some per kind of request.

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, RateLimiter};
use tokio::time::Instant;

use super::budget::{KEPT_FOR_EFFECTS, LONGEST_WAIT, Meter, Quota, locked, percent};
use super::{Purpose, Share};

/// So many requests in any stretch of time, as the vendor publishes it.
///
/// Half of them may leave at once and the other half evenly spread, so that no stretch sees more,
/// wherever it begins, and others who share the limit find room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Count of requests; at least 1.
    pub requests: u32,
    /// The length of the stretch.
    pub per: Duration,
}

/// A kind of request that the vendor counts apart, with all limits that apply to it.
#[derive(Clone, Copy, Debug)]
pub struct Lane {
    /// The name that [`Request::lane`](super::Request::lane) refers to.
    pub name: &'static str,
    /// Its limits, all of which hold.
    pub limits: &'static [Limit],
}

/// One lane at work.
pub(super) struct Road {
    pub(super) name: &'static str,
    limits: &'static [Limit],
    state: Mutex<State>,
}

struct State {
    limiters: Vec<DefaultDirectRateLimiter>,
    share: Share,
    /// By how much this account's limits differ from the published ones, in percent.
    scale: u32,
    /// Nothing may be sent before this instant.
    closed_until: Option<Instant>,
    /// What the vendor last said.
    last: Option<(Meter, Instant)>,
}

impl Road {
    pub(super) fn new(lane: &Lane) -> Self {
        let share = Share::WHOLE;
        let limiters = limiters(lane.limits, 100, share);
        let state = State { limiters, share, scale: 100, closed_until: None, last: None };
        Self { name: lane.name, limits: lane.limits, state: Mutex::new(state) }
    }

    pub(super) fn take(&self, purpose: Purpose) -> Result<(), Duration> {
        let now = Instant::now();
        let state = locked(&self.state);
        if let Some(until) = state.closed_until.filter(|until| *until > now) {
            return Err(until - now);
        }
        if purpose == Purpose::Read
            && let Some((Meter::Requests { limit, remaining, resets_in }, at)) = state.last
            && f64::from(remaining) < f64::from(limit) * KEPT_FOR_EFFECTS
        {
            // Others share the limit; what is left is for effects. A vendor that does not say
            // when the window ends refills all the time, so a second changes the picture.
            let open = at + resets_in.unwrap_or(Duration::from_secs(1)).min(LONGEST_WAIT);
            if open > now {
                return Err(open - now);
            }
        }
        for limiter in &state.limiters {
            limiter.check().map_err(|not_until| not_until.wait_time_from(DefaultClock::default().now()))?;
        }
        Ok(())
    }

    pub(super) fn learn(&self, meter: Meter) {
        let mut state = locked(&self.state);
        state.last = Some((meter, Instant::now()));
        let Meter::Requests { limit, .. } = meter else { return };
        // What answers tell is the limit of the longest stretch. A larger or smaller account than
        // the published one has all its limits larger or smaller.
        let Some(published) = self.limits.iter().max_by_key(|limit| limit.per) else { return };
        let told = u64::from(limit) * 100 / u64::from(published.requests.max(1));
        let scale = u32::try_from(told.clamp(1, 1_000_000)).unwrap_or(100);
        if scale.abs_diff(state.scale) * 10 > state.scale {
            state.scale = scale;
            state.limiters = limiters(self.limits, scale, state.share);
        }
    }

    /// Lets nothing through until then.
    pub(super) fn close(&self, until: Instant) {
        let mut state = locked(&self.state);
        state.closed_until = state.closed_until.max(Some(until));
    }

    /// Takes only so much of the vendor's limits.
    pub(super) fn share(&self, share: Share) {
        let mut state = locked(&self.state);
        state.share = share;
        state.limiters = limiters(self.limits, state.scale, share);
    }

    pub(super) fn quota(&self) -> Option<Quota> {
        let (Meter::Requests { limit, remaining, resets_in }, at) = locked(&self.state).last? else {
            return None;
        };
        let age = at.elapsed();
        let resets_in = resets_in.map(|left| left.saturating_sub(age));
        let over = resets_in.is_some_and(|left| left.is_zero());
        let used = if over { 0 } else { limit.saturating_sub(remaining) };
        Some(Quota { used_percent: percent(f64::from(used), f64::from(limit)), resets_in })
    }
}

fn limiters(limits: &[Limit], scale: u32, share: Share) -> Vec<DefaultDirectRateLimiter> {
    let scale = u64::from(scale) * share.of_published();
    limits.iter().map(|limit| RateLimiter::direct(limit.quota(scale))).collect()
}

impl Limit {
    /// `scale` is in hundredths of a percent.
    fn quota(self, scale: u64) -> governor::Quota {
        let requests = (u64::from(self.requests) * scale / 10_000).clamp(1, u32::MAX.into());
        let burst =
            u32::try_from(requests.div_ceil(2)).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        let spread = (requests - u64::from(burst.get())).max(1);
        let spread = u32::try_from(spread).unwrap_or(u32::MAX);
        governor::Quota::with_period((self.per / spread).max(Duration::from_nanos(1)))
            .expect("a stretch of time has a length")
            .allow_burst(burst)
    }
}
