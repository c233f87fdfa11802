//! Walking a list of WooCommerce's, without losing what moves while it is read.
//!
//! - Everything: downwards by the day of creation, which does not change. The next request asks
//!   for what was made before the last record seen, so that nothing shifts between pages.
//! - What changed: upwards by change. For both ways see [`Walk`].
//! - Customers know neither: by page numbers, the newest first. One that is removed meanwhile
//!   hides another until the next pass.
//!
//! Where more records are of one second than a page holds, those that were seen are left out by their
//! ids, and not counted: products of one second have no order among them. Where they are too many for
//! that, as after a move from another shop, the rest of the list is counted in the order of the ids, from
//! which nothing falls out that changes meanwhile.
//!
//! Filters are exclusive with whole seconds, and without `dates_are_gmt` in the shop's own time;
//! a time with a zone beside `dates_are_gmt` would be turned into the shop's own time first.
//! Source: route index of 10.5.0; WordPress, `WP_Date_Query::build_mysql_datetime`; woocommerce,
//! `WC_Query::get_catalog_ordering_args`, where the products' second key of order gets lost.

use fermata_model::{Platform, Timestamp};
use jiff::SignedDuration;
use jiff::tz::{AmbiguousOffset, TimeZone};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{CAPABILITY, Woocommerce, door, wire};
use crate::http::Request;
use crate::rest::{Climb, Descent, Walk, token};
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
    /// What to leave out of the walk's page 1, so that it is the page wanted; `None` to count.
    #[serde(default)]
    seen: Option<Vec<String>>,
    /// Counts the pages in the order of the ids, to the end of the list.
    #[serde(default)]
    by_id: bool,
}

/// The most ids that are left out in one request, for the length of its address.
const MOST_SEEN: usize = 500;

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
        let walk = match list.order {
            Order::Pages => Walk::first(&Pull { since: None, ..pull.clone() }, size),
            Order::Change | Order::Creation => Walk::first(pull, size),
        };
        Self { list: number, walk, seen: Some(Vec::new()), by_id: false }
    }

    /// Returns which page is asked for, from 1, and how many records on it.
    fn page(&self) -> (u32, u32) {
        let (page, size) = self.walk.page();
        (if self.seen.as_ref().is_some_and(|seen| !seen.is_empty()) { 1 } else { page }, size)
    }

    fn request(&self, list: &List, zone: &TimeZone) -> Request {
        let request = Request::get(list.operation, list.path);
        let mut request =
            list.more.iter().fold(request, |request, (name, value)| request.query(*name, *value));
        if !list.fields.is_empty() {
            request = request.query("_fields", list.fields);
        }
        let filter = match &self.walk {
            Walk::Up(climb) => {
                let filter = if list.order == Order::Change { "modified_after" } else { "after" };
                // The second itself is left out by the filter.
                climb.since.map(|since| (filter, told(since - SignedDuration::from_secs(1), zone)))
            }
            Walk::Down(descent) => descent.before.map(|before| ("before", before)),
        };
        let by = match (&self.walk, list.order) {
            // Accounts of one second have no order among them, so that pages would overlap.
            (_, Order::Pages) => "id",
            _ if self.by_id => "id",
            (Walk::Up(_), Order::Change) => "modified",
            _ => "date",
        };
        request = request.query("orderby", by).query("order", self.walk.direction());
        if let Some((name, at)) = filter {
            request = request.query(name, naive(at)).query("dates_are_gmt", "true");
        }
        if let Some(seen) = self.seen.as_ref().filter(|seen| !seen.is_empty()) {
            request = request.query("exclude", seen.join(","));
        }
        let (page, size) = self.page();
        request.query("page", page.to_string()).query("per_page", size.to_string())
    }

    /// Returns this place at another page of the order of ids.
    fn by_id(&self, page: u32) -> Self {
        let walk = match &self.walk {
            Walk::Up(climb) => Walk::Up(Climb { page, ..climb.clone() }),
            Walk::Down(descent) => Walk::Down(Descent { page, ..descent.clone() }),
        };
        Self { list: self.list, walk, seen: None, by_id: true }
    }

    fn next(&self, list: &List, stamps: &[wire::Stamp], more: bool) -> Option<Self> {
        if self.by_id {
            let page = self.walk.page().0.checked_add(1).filter(|_| more)?;
            return Some(self.by_id(page));
        }
        let time: fn(&wire::Stamp) -> Option<Timestamp> = match (&self.walk, list.order) {
            (_, Order::Pages) => |_| None,
            (Walk::Up(_), Order::Change) => wire::Stamp::changed,
            _ => wire::Stamp::created,
        };
        let ids: Vec<&String> = stamps.iter().filter_map(|stamp| stamp.id.0.as_ref()).collect();
        if let Some(seen) = &self.seen
            && ids.iter().any(|id| seen.contains(id))
        {
            // The shop leaves nothing out.
            return Some(self.by_id(1));
        }
        let times: Vec<Timestamp> = stamps.iter().filter_map(time).collect();
        let walk = match &self.walk {
            // A shop may leave out all records of a page.
            Walk::Up(climb) if more && times.is_empty() => {
                Walk::Up(Climb { page: climb.page.checked_add(1)?, ..climb.clone() })
            }
            walk => walk.onward(&times, more)?,
        };
        let seen = if walk.page().0 == 1 || list.order == Order::Pages {
            Some(Vec::new())
        } else {
            let with = |seen: &Vec<String>| -> Vec<String> {
                seen.iter().chain(ids.iter().copied()).cloned().collect()
            };
            self.seen.as_ref().filter(|_| !ids.is_empty()).map(with)
        };
        if seen.as_ref().is_some_and(|seen| seen.len() > MOST_SEEN) {
            return Some(self.by_id(1));
        }
        Some(Self { list: self.list, walk, seen, by_id: false })
    }
}

/// Reads the page at a place.
pub(super) async fn read(woo: &Woocommerce, list: &List, place: &Place) -> Result<Leaf, Error> {
    let zone = match &place.walk {
        Walk::Up(Climb { since: Some(since), .. }) if may_be_skipped(*since) => woo.time_zone().await,
        _ => TimeZone::UTC,
    };
    let response = woo.ask(place.request(list, &zone)).await?;
    let records: Vec<&RawValue> = door::read(list.operation, &response.body)?;
    let stamps: Vec<wire::Stamp> =
        records.iter().map(|raw| serde_json::from_str(raw.get()).unwrap_or_default()).collect();
    let (page, size) = place.page();
    let number = |name: &str| response.header(name).and_then(|text| text.trim().parse::<u64>().ok());
    // A shop may leave out single records of a page, so a short page is not always the last.
    let more = match number("x-wp-totalpages") {
        Some(pages) => u64::from(page) < pages,
        None => records.len() >= size as usize,
    };
    let begins = place.walk.page().0 == 1 && matches!(&place.walk, Walk::Down(Descent { before: None, .. }));
    let total = number("x-wp-total").filter(|_| begins);
    let next = place.next(list, &stamps, more);
    Ok(Leaf { body: response.body, next, total })
}

/// Tells whether clocks anywhere may skip this time of day when they are put forward.
fn may_be_skipped(at: Timestamp) -> bool {
    at.to_zoned(TimeZone::UTC).hour() < 5
}

/// Returns the instant to name so that WordPress looks for what is later than `at`.
///
/// It reads the time as one of the shop's own day, compares it with UTC all the same, and puts one
/// that this day skips an hour on: nothing of that hour would be found.
fn told(at: Timestamp, zone: &TimeZone) -> Timestamp {
    match zone.to_ambiguous_timestamp(at.to_zoned(TimeZone::UTC).datetime()).offset() {
        AmbiguousOffset::Gap { before, after } => at - after.duration_since(before),
        _ => at,
    }
}

/// Writes an instant as WordPress wants it beside `dates_are_gmt`: UTC, whole seconds, no zone.
pub(super) fn naive(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    whole.to_string().trim_end_matches('Z').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_without_a_zone() {
        assert_eq!(naive("2026-11-21T18:20:27.9Z".parse().unwrap()), "2026-11-21T18:20:27");
    }

    #[test]
    fn an_hour_that_the_shop_skips_is_asked_for_from_before() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let written = |at: &str| naive(told(at.parse().unwrap(), &zone));
        assert_eq!(written("2026-03-08T02:30:00Z"), "2026-03-08T01:30:00");
        assert_eq!(written("2026-03-08T03:00:00Z"), "2026-03-08T03:00:00");
        assert_eq!(
            written("2026-11-01T01:30:00Z"),
            "2026-11-01T01:30:00",
            "an hour that comes twice is there"
        );
    }
}
