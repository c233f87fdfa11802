//! One page of each stream.
//!
//! `/order` is numbered by pages. Its window is open at the end: an order that changes while it is read stays in the
//! window, so that no other moves onto a page that was read already; what is added comes in front and shows some again.
//! Orders and receiving orders are never deleted.
//!
//! Source: the vendor's portal file of 2026-01; how lists lead on: developer.shipbob.com, FAQ.

use fermata_model::{Platform, Stream, Timestamp};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::form_urlencoded;

use super::{CAPABILITY, Shipbob, map, path, wire};
use crate::failure::{began_again, circle, malformed, no_stream};
use crate::http::{Request, Response};
use crate::reading::{set_aside, why};
use crate::rest::{token, written};
use crate::{Error, Kind, Page, Pull};

const ORDERS: &str = "get-orders";
/// The vendor's name of reading stock by place.
pub(super) const LEVELS: &str = "get-all-inventory-levels-grouped-by-fulfillment-center";
/// The vendor's name of reading receiving orders.
pub(super) const RECEIVING: &str = "get-multiple-warehouse-receiving-orders";

/// Reads one page.
pub(super) async fn pull(shipbob: &Shipbob, pull: &Pull) -> Result<Page, Error> {
    match pull.stream {
        Stream::WarehouseOrders | Stream::Shipments => orders(shipbob, pull).await,
        Stream::Stock => stock(shipbob, pull).await,
        Stream::Receiving => receiving(shipbob, pull).await,
        other => Err(no_stream(Platform::Shipbob, other)),
    }
}

/// So many shipments are asked for what was seen of them at once, each by a request of its own: what the vendor
/// allows in a minute is soon used up, and what was read shall not wait for it.
const MOST_TIMELINES: usize = 50;

/// Where a walk over numbered pages stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Numbered {
    page: u32,
    size: u32,
    /// Walking by what was seen on the way, after the walk by what changed in the warehouse.
    #[serde(default)]
    tracked: bool,
    /// The last order of the page that was read already, if only a part of it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    after: Option<String>,
}

impl Numbered {
    fn first(pull: &Pull) -> Self {
        Self { page: 1, size: CAPABILITY.page_size(pull), tracked: false, after: None }
    }

    /// Adds the page to a request.
    fn ask(&self, request: Request) -> Request {
        request.query("Page", self.page.to_string()).query("Limit", self.size.to_string())
    }

    /// Returns the place of the next page. A full page has one behind it; one that is not full has, if the answer says
    /// which page it is and that there are more.
    fn next(&self, records: usize, response: &Response) -> Option<Self> {
        let told = |name: &str| response.header(name).and_then(|number| number.trim().parse::<u32>().ok());
        let more = told("page-number") == Some(self.page)
            && told("total-pages").is_some_and(|pages| pages > self.page);
        let full = u32::try_from(records).is_ok_and(|records| records >= self.size);
        let page = self.page.saturating_add(1);
        (records > 0 && (full || more)).then(|| Self { page, after: None, ..self.clone() })
    }
}

/// Orders and their shipments, the newest first.
///
/// Asked for orders, a page holds shipments too, but for those on their way: what was seen of them is asked for with
/// the stream of shipments, which holds nothing else. Whether a scan counts as a change of the order is not documented,
/// so a later pass over shipments also walks by the last scan.
async fn orders(shipbob: &Shipbob, pull: &Pull) -> Result<Page, Error> {
    let place: Option<Numbered> = token(Platform::Shipbob, ORDERS, pull)?;
    let by_page = place.is_some();
    let place = place.unwrap_or_else(|| Numbered::first(pull));
    let mut request = place.ask(Request::get(ORDERS, path("order"))).query("SortOrder", "Newest");
    if let Some(since) = pull.since {
        let filter = if place.tracked { "LastTrackingUpdateStartDate" } else { "LastUpdateStartDate" };
        request = request.query(filter, whole_seconds(since));
    }
    let response = shipbob.rest.ask(request).await.map_err(|error| began_again(error, by_page))?;
    let raws: Vec<&RawValue> = list(ORDERS, &response)?;
    let frames: Vec<_> = raws.iter().map(|raw| serde_json::from_str::<wire::Frame<'_>>(raw.get())).collect();
    let is_last_read = |frame: &Result<wire::Frame<'_>, _>| {
        place.after.is_some() && frame.as_ref().is_ok_and(|frame| frame.id.0 == place.after)
    };
    // Where it moved to a later page, this one is read again.
    let begin = frames.iter().position(is_last_read).map_or(0, |last| last + 1);
    let (mut changes, mut timelines, mut partly) = (Vec::new(), 0, None);
    for (number, (raw, frame)) in raws.iter().zip(&frames).enumerate().skip(begin) {
        if pull.stream == Stream::WarehouseOrders {
            changes.push(map::order(raw.get()));
        }
        match frame {
            Ok(frame) => {
                timelines += shipments(shipbob, pull.stream, frame, &mut changes).await?;
                if timelines >= MOST_TIMELINES && number + 1 < raws.len() && frame.id.0.is_some() {
                    partly = Some(Numbered { after: frame.id.0.clone(), ..place.clone() });
                    break;
                }
            }
            Err(error) if pull.stream == Stream::Shipments => {
                changes.push(set_aside(Stream::Shipments, raw.get(), why(error)));
            }
            // The order itself is set aside for the same reason.
            Err(_) => {}
        }
    }
    let then = || {
        let again = pull.stream == Stream::Shipments && pull.since.is_some() && !place.tracked;
        again.then(|| Numbered { page: 1, tracked: true, after: None, ..place.clone() })
    };
    let next = partly.or_else(|| place.next(raws.len(), &response)).or_else(then);
    Ok(Page { changes, next: next.as_ref().map(written), total: None })
}

/// Reads the shipments of an order; returns of how many it was asked what was seen of them.
async fn shipments(
    shipbob: &Shipbob,
    stream: Stream,
    frame: &wire::Frame<'_>,
    changes: &mut Vec<fermata_model::Change>,
) -> Result<usize, Error> {
    let mut asked = 0;
    for raw in frame.shipments.iter().flatten() {
        let moving = serde_json::from_str::<wire::Shipment>(raw.get())
            .ok()
            .filter(map::on_its_way)
            .map(|shipment| shipment.stamps.id.0);
        let timeline = match moving {
            None => None,
            Some(_) if stream == Stream::WarehouseOrders => continue,
            Some(id) => {
                asked += 1;
                timeline(shipbob, &id).await?
            }
        };
        changes.push(map::shipment(&map::whole_shipment(raw, &frame.order_number, timeline.as_deref())));
    }
    Ok(asked)
}

/// Reads what was seen of a shipment; `None` if there is no such list of it.
async fn timeline(shipbob: &Shipbob, id: &str) -> Result<Option<String>, Error> {
    const TIMELINE: &str = "get-shipment-timeline";
    if !id.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(None);
    }
    let request = Request::get(TIMELINE, path(&format!("shipment/{id}/timeline")));
    let Some(response) = if_any(shipbob, request).await? else { return Ok(None) };
    list::<wire::Entry>(TIMELINE, &response)?;
    Ok(Some(response.body))
}

/// Asks for what there may be none of; `None` then.
///
/// The vendor documents 404 also for the list of receiving orders, whose path names nothing that could be missing: there
/// are none, or no more.
pub(super) async fn if_any(shipbob: &Shipbob, request: Request) -> Result<Option<Response>, Error> {
    match shipbob.rest.ask(request).await {
        Ok(response) => Ok(Some(response)),
        Err(error) if error.kind == Kind::Missing => Ok(None),
        Err(error) => Err(error),
    }
}

/// Receiving orders, all of them: no filter tells which changed.
async fn receiving(shipbob: &Shipbob, pull: &Pull) -> Result<Page, Error> {
    let place: Option<Numbered> = token(Platform::Shipbob, RECEIVING, pull)?;
    let by_page = place.is_some();
    let place = place.unwrap_or_else(|| Numbered::first(pull));
    let request = place.ask(Request::get(RECEIVING, path("receiving")));
    let response = if_any(shipbob, request).await.map_err(|error| began_again(error, by_page))?;
    let Some(response) = response else { return Ok(Page { changes: Vec::new(), next: None, total: None }) };
    let raws: Vec<&RawValue> = list(RECEIVING, &response)?;
    let next = place.next(raws.len(), &response);
    let changes = raws.iter().map(|raw| map::receiving(raw.get())).collect();
    Ok(Page { changes, next: next.as_ref().map(written), total: None })
}

/// Reads a list.
pub(super) fn list<'a, T: Deserialize<'a>>(operation: &str, response: &'a Response) -> Result<Vec<T>, Error> {
    serde_json::from_str(&response.body).map_err(|error| malformed(Platform::Shipbob, operation, why(&error)))
}

/// Where a walk over stock stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Linked {
    /// The query of the next page.
    query: String,
    /// The day of the whole pass.
    seen_on: Timestamp,
}

/// Stock by place, all of it: no filter tells what changed.
async fn stock(shipbob: &Shipbob, pull: &Pull) -> Result<Page, Error> {
    let place: Option<Linked> = token(Platform::Shipbob, LEVELS, pull)?;
    let by_link = place.is_some();
    let place = place.unwrap_or_else(|| Linked {
        query: format!("PageSize={}", CAPABILITY.page_size(pull)),
        seen_on: start_of_day(pull.until),
    });
    let request = Request::get(LEVELS, path("inventory-level/locations"));
    let request = form_urlencoded::parse(place.query.as_bytes())
        .fold(request, |request, (name, value)| request.query(name, value));
    let response = shipbob.rest.ask(request).await.map_err(|error| began_again(error, by_link))?;
    let unreadable = |error: &serde_json::Error| malformed(Platform::Shipbob, LEVELS, why(error));
    let page: wire::Items<'_> = serde_json::from_str(&response.body).map_err(|error| unreadable(&error))?;
    let mut changes = Vec::new();
    for raw in page.items.iter().flatten() {
        match serde_json::from_str::<wire::Level<'_>>(raw.get()) {
            Ok(level) => changes.extend(
                level
                    .locations
                    .iter()
                    .flatten()
                    .map(|at| map::stock(&map::whole_stock(&level, at, place.seen_on))),
            ),
            Err(error) => changes.push(set_aside(Stream::Stock, raw.get(), why(&error))),
        }
    }
    let next = match page.next.filter(|next| !next.trim().is_empty()) {
        None => None,
        Some(next) => {
            let query = onward(next.trim(), &place.query).ok_or_else(|| {
                malformed(Platform::Shipbob, LEVELS, "the link to the next page names no page")
            })?;
            if query == place.query {
                return Err(circle(Platform::Shipbob, LEVELS));
            }
            Some(written(&Linked { query, ..place }))
        }
    };
    Ok(Page { changes, next, total: None })
}

/// Returns the query of the next page: that of a path or an address, or the one asked before with a bare token.
///
/// `None` if it is a path or an address without a query. The path itself is not followed: it is always the list's own.
fn onward(next: &str, asked: &str) -> Option<String> {
    const CURSOR: &str = "Cursor";
    if let Some((_, query)) = next.split_once('?') {
        return Some(query.to_owned()).filter(|query| !query.is_empty());
    }
    if next.starts_with('/') || next.contains("://") {
        return None;
    }
    let kept = form_urlencoded::parse(asked.as_bytes());
    let kept = kept.filter(|(name, _)| !name.eq_ignore_ascii_case(CURSOR));
    Some(
        form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).append_pair(CURSOR, next).finish(),
    )
}

/// Rounds down, so that the window begins no later than it was asked to.
fn whole_seconds(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

fn start_of_day(at: Timestamp) -> Timestamp {
    at.to_zoned(TimeZone::UTC).start_of_day().map_or(at, |day| day.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_leads_on_by_a_path_an_address_or_a_token() {
        let asked = "PageSize=250&Cursor=old";
        for (next, expected) in [
            (
                "/2026-01/inventory-level/locations?PageSize=250&cursor=a%2Bb",
                Some("PageSize=250&cursor=a%2Bb"),
            ),
            ("https://api.shipbob.com/2026-01/x?Cursor=b", Some("Cursor=b")),
            ("?Cursor=c", Some("Cursor=c")),
            ("a+b/=", Some("PageSize=250&Cursor=a%2Bb%2F%3D")),
            ("/2026-01/inventory-level/locations", None),
            ("https://api.shipbob.com/x?", None),
        ] {
            assert_eq!(onward(next, asked).as_deref(), expected, "{next}");
        }
    }
}
