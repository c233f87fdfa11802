//! A point in the practice store's time, in whole seconds.

use std::fmt;
use std::num::NonZeroU32;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Seconds of an hour.
pub const HOUR: i64 = 3_600;
/// Seconds of a day.
pub const DAY: i64 = 24 * HOUR;

/// A point in practice time: whole seconds since 1970, until 2106.
///
/// Four bytes, also inside an `Option`: a store of a million customers holds tens of millions.
/// Its text form is ISO 8601 in UTC, such as `2026-11-21T20:10:00Z`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Moment(NonZeroU32);

impl Moment {
    /// Makes one from seconds since 1970; values out of range become the nearest that fits.
    pub fn from_second(second: i64) -> Self {
        let clamped = second.clamp(1, i64::from(u32::MAX));
        Self(u32::try_from(clamped).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN))
    }

    /// Returns the seconds since 1970.
    pub fn second(self) -> i64 {
        i64::from(self.0.get())
    }

    /// Returns it as the timestamp that everybody else uses.
    pub fn timestamp(self) -> Timestamp {
        Timestamp::from_second(self.second()).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Returns the moment so many seconds later; earlier, if negative.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self::from_second(self.second().saturating_add(seconds))
    }

    /// Returns how many seconds have passed since an earlier moment; negative if it is later.
    pub fn since(self, earlier: Self) -> i64 {
        self.second() - earlier.second()
    }
}

impl From<Timestamp> for Moment {
    fn from(at: Timestamp) -> Self {
        Self::from_second(at.as_second())
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.timestamp().fmt(f)
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.timestamp().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Timestamp::deserialize(deserializer).map(Self::from)
    }
}
