//! Walking down a list that is sorted by time, the newest first, and numbered by pages.
//!
//! What comes to be meanwhile stands in front of the first page and is left to the next pass, but it
//! moves everything behind it, and what is removed moves it back. So the walk does not count pages as
//! long as time goes back: the next request asks for what is older than the last record seen. Only
//! where a whole page is of one second does it turn to the next number.

use fermata_model::Timestamp;
use serde::{Deserialize, Serialize};

use super::Climb;
use crate::Pull;

/// Where such a walk stands. The page size stays what it was on the first page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Descent {
    /// Ask only for what is older than this instant.
    pub(crate) before: Option<Timestamp>,
    /// Which page of that, from 1.
    pub(crate) page: u32,
    /// How many records on a page.
    pub(crate) size: u32,
}

impl Descent {
    /// Returns the next place, given the times of the records of this page, in its order.
    ///
    /// A platform that ignored the order is read by numbers.
    pub(crate) fn onward(&self, times: &[Timestamp]) -> Option<Self> {
        let sorted = times.is_sorted_by(|later, earlier| later >= earlier);
        // The whole second of the last one belongs to the next page too.
        let reached = times
            .last()
            .filter(|_| sorted)
            .and_then(|last| Timestamp::from_second(last.as_second() + 1).ok());
        match reached.filter(|reached| self.before.is_none_or(|before| *reached < before)) {
            Some(reached) => Some(Self { before: Some(reached), page: 1, size: self.size }),
            None => Some(Self { page: self.page.checked_add(1)?, ..self.clone() }),
        }
    }
}

/// Where a pass over a list stands that can be sorted both ways.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Walk {
    /// Over what changed, the oldest first.
    Up(Climb),
    /// Over everything, the newest first.
    Down(Descent),
}

impl Walk {
    /// Returns the beginning of a pass: everything the first time, then what changed.
    pub(crate) fn first(pull: &Pull, size: u32) -> Self {
        match pull.since {
            Some(_) => Self::Up(Climb { since: pull.since, until: pull.until, page: 1, size }),
            None => Self::Down(Descent { before: None, page: 1, size }),
        }
    }

    /// Returns which page is asked for, from 1, and how many records on it.
    pub(crate) fn page(&self) -> (u32, u32) {
        match self {
            Self::Up(climb) => (climb.page, climb.size),
            Self::Down(descent) => (descent.page, descent.size),
        }
    }

    /// Returns how the list is sorted.
    pub(crate) fn direction(&self) -> &'static str {
        match self {
            Self::Up(_) => "asc",
            Self::Down(_) => "desc",
        }
    }

    /// Returns the next place, given the times of this page's records, in its order, and whether the
    /// platform may have more; `None` at the end.
    pub(crate) fn onward(&self, times: &[Timestamp], more: bool) -> Option<Self> {
        match self {
            Self::Up(climb) => climb.onward(times, more).map(Self::Up),
            Self::Down(_) if !more => None,
            Self::Down(descent) => descent.onward(times).map(Self::Down),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    #[test]
    fn the_way_down_goes_on_below_the_last_record_seen() {
        let first = Descent { before: None, page: 1, size: 2 };
        let second = first.onward(&[at(9), at(7)]).unwrap();
        assert_eq!((second.before, second.page), (Some(at(8)), 1));
        let same = second.onward(&[at(7), at(7)]).unwrap();
        assert_eq!((same.before, same.page), (Some(at(8)), 2), "a whole page of one second");
        assert_eq!(same.onward(&[at(7), at(3)]).unwrap().before, Some(at(4)));
        assert_eq!(second.onward(&[at(3), at(7)]).unwrap().page, 2, "an ignored order is counted through");
        assert_eq!(second.onward(&[]).unwrap().page, 2, "an empty page in the middle");
    }

    #[test]
    fn the_way_down_ends_where_there_is_no_more() {
        let walk = Walk::Down(Descent { before: None, page: 1, size: 2 });
        assert_eq!(walk.onward(&[at(9)], false), None);
        assert!(walk.onward(&[at(9)], true).is_some());
    }
}
