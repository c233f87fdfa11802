//! How much of a vendor's limits one connection takes.

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
    pub(super) fn left(self) -> f64 {
        f64::from(100 - self.0) / 100.0
    }
}

impl Default for Share {
    /// Half.
    fn default() -> Self {
        Self(50)
    }
}
