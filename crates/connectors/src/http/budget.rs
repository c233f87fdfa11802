//! What may be asked of a platform per time: one budget for everything a connection does.
//!
//! Two kinds exist in the wild. Most vendors count requests in windows, some per kind of request
//! ([`Lane`]); Shopify counts points of a bucket that refills. Both start from published numbers
//! and then believe what the answers say.

use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use super::lanes::{Lane, Road};
use super::points::Bucket;
use super::{Purpose, Share};

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

/// The rate limit of one connection.
pub struct Budget(Inner);

enum Inner {
    Lanes(Vec<Road>),
    Points(Mutex<Bucket>),
}

/// The longest wait that is believed; a platform that names a longer one is asked again after it.
pub(super) const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads leave this share of a budget to effects.
pub(super) const KEPT_FOR_EFFECTS: f64 = 0.1;

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
        Self(Inner::Points(Mutex::new(Bucket::full(maximum, restored_per_second))))
    }

    /// Leaves the rest of the vendor's limits to others.
    pub(super) fn shared(self, share: Share) -> Self {
        match &self.0 {
            Inner::Lanes(roads) => roads.iter().for_each(|road| road.share(share)),
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
        let until = Instant::now() + wait.min(LONGEST_WAIT);
        match &self.0 {
            Inner::Lanes(roads) => road(roads, lane).close(until),
            Inner::Points(bucket) => locked(bucket).close(until),
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

/// Returns a part of a whole in percent, between 0 and 100.
pub(super) fn percent(part: f64, whole: f64) -> u8 {
    let share = if whole > 0.0 { part / whole * 100.0 } else { 0.0 };
    // Between 0 and 100, so it fits.
    share.clamp(0.0, 100.0).round() as u8
}

fn road<'a>(roads: &'a [Road], lane: &str) -> &'a Road {
    roads.iter().find(|road| road.name == lane).unwrap_or(&roads[0])
}

/// Locks, also after a panic elsewhere: every value here is whole between any two statements.
pub(super) fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Limit;

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
        assert_eq!(at_once(&Budget::lanes(WIDE).shared(Share::times(3))), 600, "a wider account than told");

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
