//! The practice store's own time: it can stand, run as ours does, or run a day in a second.

use std::sync::Arc;
use std::time::Duration;

use fermata_model::Clock;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::world::Moment;

/// How practice time follows real time; written to disk, so that a restart goes on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Pace {
    /// A real instant.
    pub(crate) real: Timestamp,
    /// The practice time then.
    pub(crate) practice: Moment,
    /// Practice seconds per real second; 0 stands still.
    pub(crate) speed: f64,
}

/// The practice store's clock.
pub(crate) struct PracticeClock {
    real: Arc<dyn Clock>,
    started: Timestamp,
    pace: Pace,
}

impl std::fmt::Debug for PracticeClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PracticeClock").field("pace", &self.pace).finish_non_exhaustive()
    }
}

impl PracticeClock {
    pub(crate) fn new(real: Arc<dyn Clock>, pace: Pace) -> Self {
        let started = real.now();
        Self { real, started, pace }
    }

    /// Returns the present.
    pub(crate) fn now(&self) -> Moment {
        let passed = self.real.now().duration_since(self.pace.real).as_secs_f64().max(0.0);
        self.pace.practice.plus(seconds(passed * self.pace.speed))
    }

    /// Returns the real time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        Duration::try_from(self.real.now().duration_since(self.started)).unwrap_or(Duration::ZERO)
    }

    /// Jumps ahead; time never goes back.
    pub(crate) fn advance(&mut self, by: i64) {
        self.pace =
            Pace { real: self.real.now(), practice: self.now().plus(by.max(0)), speed: self.pace.speed };
    }

    /// Runs at another speed from now on.
    pub(crate) fn set_speed(&mut self, speed: f64) {
        let speed = if speed.is_finite() { speed.max(0.0) } else { self.pace.speed };
        self.pace = Pace { real: self.real.now(), practice: self.now(), speed };
    }

    /// Returns how time runs, as seen from this instant.
    pub(crate) fn fresh_pace(&self) -> Pace {
        Pace { real: self.real.now(), practice: self.now(), speed: self.pace.speed }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float becomes the nearest integer that fits")]
fn seconds(value: f64) -> i64 {
    value as i64
}
