//! Walking up a list that is sorted by change, the oldest first, and numbered by pages.
//!
//! A record that is changed meanwhile moves to the end, and everything behind its old place moves
//! up by one: the first record of page 2 becomes the last of page 1 and would be missed. So the
//! walk does not count pages as long as time goes on: the next request asks for page 1 of what
//! changed since the last record seen. Only where a whole page changed in one second does it turn
//! to the next number.

use fermata_model::Timestamp;
use serde::{Deserialize, Serialize};

/// Where such a walk stands. The window and the page size stay what they were on the first page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Climb {
    /// Ask for what changed at or after this instant. Where the platform's filter leaves the
    /// instant itself out, ask for a second before.
    pub(crate) since: Option<Timestamp>,
    /// Nothing that changed after this instant is wanted.
    pub(crate) until: Timestamp,
    /// Which page of that, from 1.
    pub(crate) page: u32,
    /// How many records on a page.
    pub(crate) size: u32,
}

impl Climb {
    /// Returns the place of the next page, given when each record of this one changed, in its
    /// order, and whether the platform may have more; `None` at the end.
    ///
    /// A platform that ignored the order is read by numbers, to its end.
    pub(crate) fn onward(&self, changed: &[Timestamp], more: bool) -> Option<Self> {
        let last = *changed.last().filter(|_| more)?;
        let sorted = changed.is_sorted();
        if sorted && last > self.until {
            return None;
        }
        // Filters have whole seconds.
        let reached = Timestamp::from_second(last.as_second()).unwrap_or(last);
        Some(if sorted && self.since.is_none_or(|since| reached > since) {
            Self { since: Some(reached), page: 1, ..self.clone() }
        } else {
            Self { page: self.page.checked_add(1)?, ..self.clone() }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn first() -> Climb {
        Climb { since: Some(at(0)), until: at(100), page: 1, size: 2 }
    }

    fn after(place: &Climb, changed: &[i64]) -> Option<(i64, u32)> {
        let changed: Vec<_> = changed.iter().map(|second| at(*second)).collect();
        let next = place.onward(&changed, true)?;
        Some((next.since.unwrap().as_second() - 1_700_000_000, next.page))
    }

    #[test]
    fn the_walk_goes_on_from_the_last_record_seen() {
        assert_eq!(after(&first(), &[3, 7]), Some((7, 1)));
    }

    #[test]
    fn a_page_of_one_second_is_followed_by_the_next_number() {
        let at_seven = Climb { since: Some(at(7)), ..first() };
        assert_eq!(after(&at_seven, &[7, 7]), Some((7, 2)));
        let second = Climb { page: 2, ..at_seven };
        assert_eq!(after(&second, &[7, 7]), Some((7, 3)));
        assert_eq!(after(&second, &[7, 8]), Some((8, 1)));
    }

    #[test]
    fn the_walk_ends_at_the_last_page_and_at_the_end_of_the_window() {
        assert_eq!(first().onward(&[at(3)], false), None);
        assert_eq!(first().onward(&[], true), None, "an empty page is the last one");
        assert_eq!(after(&first(), &[3, 101]), None);
    }

    #[test]
    fn an_ignored_order_neither_ends_nor_shortens_the_walk() {
        assert_eq!(after(&first(), &[300, 3]), Some((0, 2)));
        assert_eq!(after(&first(), &[7, 3]), Some((0, 2)));
    }
}
