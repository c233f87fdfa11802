//! How much of a vendor's limits one connection takes.

/// How much of a vendor's limits one connection takes, since other apps share them.
///
/// Where requests are counted, it is that share of every limit. A bucket of points that everybody
/// draws on shows what is left, so there reads wait while less than the others' share is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

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
            10..=100 => Self(percent as u32),
            _ => Self::WHOLE,
        }
    }

    /// Makes the share of an account that may ask so many times as much as its vendor publishes and
    /// does not say so in its answers, as a practice store may. At least all, at most 10,000 times.
    pub const fn times(published: u16) -> Self {
        match published {
            0 | 1 => Self::WHOLE,
            2..10_000 => Self(published as u32 * 100),
            _ => Self(1_000_000),
        }
    }

    /// Returns it in percent; 100 also where it is more than what the vendor publishes.
    pub const fn get(self) -> u8 {
        if self.0 < 100 { self.0 as u8 } else { 100 }
    }

    /// Returns it as so many of a hundred parts of what the vendor publishes.
    pub(super) fn of_published(self) -> u64 {
        self.0.into()
    }

    /// Returns what is left to others, between 0 and 1.
    pub(super) fn left(self) -> f64 {
        f64::from(100 - self.get()) / 100.0
    }
}

impl Default for Share {
    /// Half.
    fn default() -> Self {
        Self(50)
    }
}
