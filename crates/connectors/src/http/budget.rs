//! What may be asked of a platform per time: one budget for everything a connection does.
//!
//! Two kinds exist in the wild. Most vendors count requests in windows, some per kind of request
//! ([`Lane`]); Shopify counts points of a bucket that refills. Both start from published numbers
//! and then believe what the answers say.

use std::num::NonZeroU32;
use std::sync::Mutex;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultDirectRateLimiter, RateLimiter};
use tokio::time::Instant;

use super::Purpose;

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

/// What an answer says about the budget.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Meter {
    /// A bucket of points that refills.
    Points {
        /// How many it holds when full.
        maximum: f64,
        /// How many are in it now.
        available: f64,
        /// How many flow in per second.
        restored_per_second: f64,
    },
    /// A count of requests in a window.
    Requests {
        /// How many the window allows.
        limit: u32,
        /// How many are left in it.
        remaining: u32,
        /// When the window ends, if the vendor says.
        resets_in: Option<Duration>,
    },
}

/// How much of a platform's rate limit is used, for the connection's health.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Share that is used now, by everybody who shares the limit: 0 to 100.
    pub used_percent: u8,
    /// How long until it is whole again, as far as known.
    pub resets_in: Option<Duration>,
}

/// How much of a vendor's limits one connection takes, since other apps share them.
///
/// Where requests are counted, it is that share of every limit. A bucket of points that everybody
/// draws on shows what is left, so there reads wait while less than the others' share is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u8);

impl Share {
    /// The smallest share that anything can be done with.
    pub const LEAST: Self = Self(10);
    /// Everything: nobody else uses the account.
    pub const WHOLE: Self = Self(100);

    /// Makes a share of so many percent; less than [`Share::LEAST`] and more than
    /// [`Share::WHOLE`] are taken as those.
    pub const fn percent(percent: u8) -> Self {
        match percent {
            0..10 => Self::LEAST,
            10..=100 => Self(percent),
            _ => Self::WHOLE,
        }
    }

    /// Returns it in percent.
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Returns what is left to others, between 0 and 1.
    fn left(self) -> f64 {
        f64::from(100 - self.0) / 100.0
    }
}

impl Default for Share {
    /// Half.
    fn default() -> Self {
        Self(50)
    }
}

/// The rate limit of one connection.
pub struct Budget(Inner);

enum Inner {
    Lanes(Vec<Road>),
    Points(Mutex<Bucket>),
}

/// One lane at work.
struct Road {
    name: &'static str,
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

struct Bucket {
    share: Share,
    maximum: f64,
    available: f64,
    restored_per_second: f64,
    measured: Instant,
    closed_until: Option<Instant>,
}

/// The longest wait that is believed; a platform that names a longer one is asked again after it.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads leave this share of a budget to effects.
const KEPT_FOR_EFFECTS: f64 = 0.1;

impl Budget {
    /// Makes a budget that counts requests. The first lane serves every request that names none.
    ///
    /// # Panics
    /// If there is no lane, or a limit allows nothing: both are literals in a platform's code.
    pub fn lanes(lanes: &'static [Lane]) -> Self {
        assert!(!lanes.is_empty(), "a budget has at least one lane");
        Self(Inner::Lanes(lanes.iter().map(Road::new).collect()))
    }

    /// Makes a budget of points, full, with the numbers that hold until an answer tells others.
    pub fn points(maximum: u32, restored_per_second: u32) -> Self {
        Self(Inner::Points(Mutex::new(Bucket {
            share: Share::WHOLE,
            maximum: maximum.into(),
            available: maximum.into(),
            restored_per_second: restored_per_second.into(),
            measured: Instant::now(),
            closed_until: None,
        })))
    }

    /// Leaves the rest of the vendor's limits to others.
    pub(super) fn shared(self, share: Share) -> Self {
        match &self.0 {
            Inner::Lanes(roads) => {
                for road in roads {
                    let mut state = locked(&road.state);
                    state.share = share;
                    state.limiters = limiters(road.limits, state.scale, share);
                }
            }
            Inner::Points(bucket) => locked(bucket).share = share,
        }
        self
    }

    /// Takes what a request needs, or tells how long to wait before asking again.
    pub(super) fn take(&self, lane: &str, purpose: Purpose, cost: u32) -> Result<(), Duration> {
        match &self.0 {
            Inner::Lanes(roads) => road(roads, lane).take(purpose),
            Inner::Points(bucket) => locked(bucket).take(purpose, cost),
        }
    }

    /// Learns from an answer.
    pub(super) fn learn(&self, lane: &str, meter: Meter) {
        match &self.0 {
            Inner::Lanes(roads) => road(roads, lane).learn(meter),
            Inner::Points(bucket) => locked(bucket).learn(meter),
        }
    }

    /// Lets nothing through for a while, because the platform said so.
    pub(super) fn close(&self, lane: &str, wait: Duration) {
        let until = Some(Instant::now() + wait.min(LONGEST_WAIT));
        match &self.0 {
            Inner::Lanes(roads) => {
                let mut state = locked(&road(roads, lane).state);
                state.closed_until = state.closed_until.max(until);
            }
            Inner::Points(bucket) => {
                let mut bucket = locked(bucket);
                bucket.closed_until = bucket.closed_until.max(until);
            }
        }
    }

    /// Returns how much is used; `None` until an answer has told.
    pub fn quota(&self) -> Option<Quota> {
        match &self.0 {
            Inner::Lanes(roads) => {
                roads.iter().filter_map(Road::quota).max_by_key(|quota| quota.used_percent)
            }
            Inner::Points(bucket) => Some(locked(bucket).quota()),
        }
    }
}

impl Road {
    fn new(lane: &Lane) -> Self {
        let share = Share::WHOLE;
        let limiters = limiters(lane.limits, 100, share);
        let state = State { limiters, share, scale: 100, closed_until: None, last: None };
        Self { name: lane.name, limits: lane.limits, state: Mutex::new(state) }
    }

    fn take(&self, purpose: Purpose) -> Result<(), Duration> {
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

    fn learn(&self, meter: Meter) {
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

    fn quota(&self) -> Option<Quota> {
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
    let scale = u64::from(scale) * u64::from(share.0);
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

impl Bucket {
    fn refill(&mut self) {
        let elapsed = self.measured.elapsed().as_secs_f64();
        self.available = (self.available + elapsed * self.restored_per_second).min(self.maximum);
        self.measured = Instant::now();
    }

    fn take(&mut self, purpose: Purpose, cost: u32) -> Result<(), Duration> {
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

    fn learn(&mut self, meter: Meter) {
        if let Meter::Points { maximum, available, restored_per_second } = meter {
            self.maximum = maximum;
            self.available = available;
            self.restored_per_second = restored_per_second;
            self.measured = Instant::now();
        }
    }

    fn quota(&mut self) -> Quota {
        self.refill();
        let missing = (self.maximum - self.available).max(0.0);
        Quota { used_percent: percent(missing, self.maximum), resets_in: Some(self.refilled_in(missing)) }
    }
}

fn percent(part: f64, whole: f64) -> u8 {
    let share = if whole > 0.0 { part / whole * 100.0 } else { 0.0 };
    // Between 0 and 100, so it fits.
    share.clamp(0.0, 100.0).round() as u8
}

fn road<'a>(roads: &'a [Road], lane: &str) -> &'a Road {
    roads.iter().find(|road| road.name == lane).unwrap_or(&roads[0])
}

/// Locks, also after a panic elsewhere: every value here is whole between any two statements.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    static LANES: &[Lane] = &[
        Lane { name: "", limits: &[Limit { requests: 4, per: Duration::from_secs(60) }] },
        Lane { name: "slow", limits: &[Limit { requests: 1, per: Duration::from_secs(60) }] },
    ];

    #[test]
    fn a_lane_lets_half_through_at_once_and_spreads_the_rest() {
        let budget = Budget::lanes(LANES);
        assert!(budget.take("", Purpose::Read, 1).is_ok());
        assert!(budget.take("", Purpose::Read, 1).is_ok());
        let wait = budget.take("", Purpose::Read, 1).unwrap_err();
        assert!(wait > Duration::from_secs(25) && wait <= Duration::from_secs(30), "{wait:?}");
        assert!(budget.take("slow", Purpose::Read, 1).is_ok(), "lanes are counted apart");
    }

    #[test]
    fn reads_leave_the_last_tenth_to_effects() {
        let budget = Budget::lanes(LANES);
        budget.learn(
            "",
            Meter::Requests { limit: 100, remaining: 5, resets_in: Some(Duration::from_secs(60)) },
        );
        assert!(budget.take("", Purpose::Read, 1).is_err());
        assert!(budget.take("", Purpose::Effect, 1).is_ok());
        assert_eq!(budget.quota().unwrap().used_percent, 95);

        let points = Budget::points(1000, 100);
        assert!(points.take("", Purpose::Read, 850).is_ok());
        let wait = points.take("", Purpose::Read, 100).unwrap_err();
        assert!(wait <= Duration::from_millis(500), "{wait:?}");
        assert!(points.take("", Purpose::Effect, 100).is_ok());
    }

    #[test]
    fn a_share_leaves_the_rest_to_others() {
        static WIDE: &[Lane] =
            &[Lane { name: "", limits: &[Limit { requests: 400, per: Duration::from_secs(3600) }] }];
        let at_once =
            |budget: &Budget| (0..).take_while(|_| budget.take("", Purpose::Read, 1).is_ok()).count();
        assert_eq!(at_once(&Budget::lanes(WIDE).shared(Share::WHOLE)), 200);
        let budget = Budget::lanes(WIDE).shared(Share::default());
        assert_eq!(at_once(&budget), 100);
        budget.learn("", Meter::Requests { limit: 800, remaining: 799, resets_in: None });
        assert_eq!(at_once(&budget), 200, "also of a larger account");
        assert_eq!(at_once(&Budget::lanes(WIDE).shared(Share::percent(1))), 20, "never less than a tenth");

        let points = Budget::points(1000, 100).shared(Share::percent(40));
        assert!(points.take("", Purpose::Read, 390).is_ok());
        assert!(points.take("", Purpose::Read, 100).is_err(), "600 points are the others'");
        assert!(points.take("", Purpose::Effect, 100).is_ok(), "what a person approved goes all the same");
    }

    #[test]
    fn a_larger_account_than_the_published_one_may_ask_more() {
        let budget = Budget::lanes(LANES);
        budget.learn("", Meter::Requests { limit: 40, remaining: 39, resets_in: None });
        for request in 0..20 {
            assert!(budget.take("", Purpose::Read, 1).is_ok(), "{request}");
        }
        assert!(budget.take("", Purpose::Read, 1).is_err());
        budget.learn("", Meter::Requests { limit: 2, remaining: 2, resets_in: None });
        assert!(budget.take("", Purpose::Read, 1).is_ok());
        assert!(budget.take("", Purpose::Read, 1).is_err());
    }

    #[test]
    fn a_bucket_believes_what_the_answers_say() {
        let budget = Budget::points(1000, 100);
        budget.learn("", Meter::Points { maximum: 2000.0, available: 100.0, restored_per_second: 50.0 });
        let wait = budget.take("", Purpose::Effect, 200).unwrap_err();
        assert!(wait > Duration::from_millis(1800) && wait <= Duration::from_secs(2), "{wait:?}");
        assert_eq!(budget.quota().unwrap().used_percent, 95);
    }

    #[test]
    fn a_request_larger_than_the_bucket_goes_when_it_is_full() {
        assert!(Budget::points(100, 10).take("", Purpose::Read, 5000).is_ok());
    }

    #[test]
    fn absurd_numbers_are_borne() {
        let budget = Budget::points(100, 10);
        budget.learn("", Meter::Points { maximum: 1e300, available: -1e300, restored_per_second: -1e300 });
        assert_eq!(budget.take("", Purpose::Read, 1), Err(LONGEST_WAIT));
        assert_eq!(budget.quota().unwrap().used_percent, 100);
        let budget = Budget::lanes(LANES);
        budget.close("", Duration::MAX);
        assert!(budget.take("", Purpose::Effect, 1).unwrap_err() <= LONGEST_WAIT);
    }

    #[test]
    fn nothing_passes_while_the_platform_says_wait() {
        let budget = Budget::lanes(LANES);
        budget.close("", Duration::from_secs(9));
        assert!(budget.take("", Purpose::Effect, 1).unwrap_err() > Duration::from_secs(8));
    }
}
