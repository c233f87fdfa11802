//! Walking a list of WooCommerce's, without losing what moves while it is read.
//!
//! - Everything: downwards by the day of creation, which does not change. The next request asks
//!   for what was made before the last record seen, so that nothing shifts between pages.
//! - What changed: upwards by change, with [`Climb`].
//! - Customers know neither: by page numbers, the newest first. One that is removed meanwhile
//!   hides another until the next pass.
//!
//! Filters are exclusive with whole seconds, and without `dates_are_gmt` in the shop's own time;
//! a time with a zone beside `dates_are_gmt` would be turned into the shop's own time first.
//! Source: route index of 10.5.0; WordPress, `WP_Date_Query::build_mysql_datetime`.

use fermata_model::{Platform, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{CAPABILITY, Woocommerce, door, wire};
use crate::http::Request;
use crate::rest::{Climb, token};
use crate::{Error, Pull};

/// One list.
pub(super) struct List {
    /// The vendor's name of it.
    pub(super) operation: &'static str,
    pub(super) path: &'static str,
    /// Which fields are wanted; all if empty.
    pub(super) fields: &'static str,
    /// What else is asked for.
    pub(super) more: &'static [(&'static str, &'static str)],
    pub(super) order: Order,
}

/// What a list can be sorted and filtered by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// By creation and by change.
    Change,
    /// By creation; its records do not change, or do not say so.
    Creation,
    /// By creation, without a filter.
    Pages,
}

/// Where a pass stands.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Place {
    /// Which of the stream's lists.
    pub(super) list: usize,
    walk: Walk,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Walk {
    Up(Climb),
    Down(Descent),
}

/// Downwards by creation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Descent {
    /// Only what was made before this instant.
    before: Option<Timestamp>,
    /// Which page of that, from 1.
    page: u32,
    /// How many records on a page.
    size: u32,
}

/// One page of a list.
pub(super) struct Leaf {
    /// The body of the answer; a list of records.
    pub(super) body: String,
    /// Where it goes on; `None` at the end of this list.
    pub(super) next: Option<Place>,
    /// How many records the walk has, if this is its beginning and the shop tells.
    pub(super) total: Option<u64>,
}

impl Place {
    /// Returns the place that a pull asks for: that of its token, or the beginning of the first
    /// list.
    ///
    /// Errors: [`Kind::CursorRefused`](crate::Kind::CursorRefused) if another version wrote the token, or one for lists that
    /// the stream does not have.
    pub(super) fn of(lists: &[&List], operation: &str, pull: &Pull) -> Result<Self, Error> {
        let place: Option<Self> = token(Platform::Woocommerce, operation, pull)?;
        let place = place.unwrap_or_else(|| Self::first(0, lists[0], pull));
        if place.list >= lists.len() {
            return Err(crate::failure::cursor_refused(Platform::Woocommerce, operation));
        }
        Ok(place)
    }

    /// Returns the beginning of a list.
    pub(super) fn first(number: usize, list: &List, pull: &Pull) -> Self {
        let size = CAPABILITY.page_size(pull);
        let walk = match pull.since {
            Some(_) if list.order != Order::Pages => {
                Walk::Up(Climb { since: pull.since, until: pull.until, page: 1, size })
            }
            _ => Walk::Down(Descent { before: None, page: 1, size }),
        };
        Self { list: number, walk }
    }

    fn request(&self, list: &List) -> Request {
        let request = Request::get(list.operation, list.path);
        let mut request =
            list.more.iter().fold(request, |request, (name, value)| request.query(*name, *value));
        if !list.fields.is_empty() {
            request = request.query("_fields", list.fields);
        }
        let (page, size, order, filter) = match &self.walk {
            Walk::Up(climb) => {
                let filter = if list.order == Order::Change { "modified_after" } else { "after" };
                // The second itself is left out by the filter.
                let since = climb.since.map(|since| (filter, since - SignedDuration::from_secs(1)));
                (climb.page, climb.size, "asc", since)
            }
            Walk::Down(descent) => {
                (descent.page, descent.size, "desc", descent.before.map(|before| ("before", before)))
            }
        };
        let by = match (&self.walk, list.order) {
            (_, Order::Pages) => "registered_date",
            (Walk::Up(_), Order::Change) => "modified",
            _ => "date",
        };
        request = request.query("orderby", by).query("order", order);
        if let Some((name, at)) = filter {
            request = request.query(name, naive(at)).query("dates_are_gmt", "true");
        }
        request.query("page", page.to_string()).query("per_page", size.to_string())
    }

    fn next(&self, list: &List, stamps: &[wire::Stamp], more: bool) -> Option<Self> {
        if !more {
            return None;
        }
        let walk = match &self.walk {
            Walk::Up(climb) => {
                let changed = |stamp: &wire::Stamp| match list.order {
                    Order::Change => stamp.changed(),
                    _ => stamp.created(),
                };
                let changed: Vec<Timestamp> = stamps.iter().filter_map(changed).collect();
                Walk::Up(if changed.is_empty() {
                    Climb { page: climb.page.checked_add(1)?, ..climb.clone() }
                } else {
                    climb.onward(&changed, true)?
                })
            }
            Walk::Down(descent) => {
                let created: Vec<Timestamp> = match list.order {
                    Order::Pages => Vec::new(),
                    _ => stamps.iter().filter_map(wire::Stamp::created).collect(),
                };
                Walk::Down(descent.onward(&created)?)
            }
        };
        Some(Self { list: self.list, walk })
    }
}

impl Descent {
    /// Returns the next place, given when the records of this page were made, in its order.
    ///
    /// Where the order was ignored, or a whole page was made in one second, pages are counted.
    fn onward(&self, created: &[Timestamp]) -> Option<Self> {
        let sorted = created.is_sorted_by(|later, earlier| later >= earlier);
        // The whole second of the last one belongs to the next page too.
        let reached = created
            .last()
            .filter(|_| sorted)
            .and_then(|last| Timestamp::from_second(last.as_second() + 1).ok());
        match reached.filter(|reached| self.before.is_none_or(|before| *reached < before)) {
            Some(reached) => Some(Self { before: Some(reached), page: 1, size: self.size }),
            None => Some(Self { page: self.page.checked_add(1)?, ..self.clone() }),
        }
    }
}

/// Reads the page at a place.
pub(super) async fn read(woo: &Woocommerce, list: &List, place: &Place) -> Result<Leaf, Error> {
    let response = woo.ask(place.request(list)).await?;
    let records: Vec<&RawValue> = door::read(list.operation, &response.body)?;
    let stamps: Vec<wire::Stamp> =
        records.iter().map(|raw| serde_json::from_str(raw.get()).unwrap_or_default()).collect();
    let (page, size) = match &place.walk {
        Walk::Up(climb) => (climb.page, climb.size),
        Walk::Down(descent) => (descent.page, descent.size),
    };
    let number = |name: &str| response.header(name).and_then(|text| text.trim().parse::<u64>().ok());
    // A shop may leave out single records of a page, so a short page is not always the last.
    let more = match number("x-wp-totalpages") {
        Some(pages) => u64::from(page) < pages,
        None => records.len() >= size as usize,
    };
    let begins = page == 1 && matches!(&place.walk, Walk::Down(Descent { before: None, .. }));
    let total = number("x-wp-total").filter(|_| begins);
    let next = place.next(list, &stamps, more);
    Ok(Leaf { body: response.body, next, total })
}

/// Writes an instant as WordPress wants it beside `dates_are_gmt`: UTC, whole seconds, no zone.
pub(super) fn naive(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.to_string().trim_end_matches('Z').to_owned()
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
    fn times_are_written_without_a_zone() {
        assert_eq!(naive("2026-11-21T18:20:27.9Z".parse().unwrap()), "2026-11-21T18:20:27");
    }
}
