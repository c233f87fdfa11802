//! One page of each stream.
//!
//! Customers, tickets and messages have no filter by time. A pass walks from the newest change
//! down to what is known. A record that is touched while the walk goes on moves to the top, where
//! the walk has already been; so after a walk of more than one page the top is read again until
//! it meets where the walk began.
//!
//! Source: developers.gorgias.com, Pagination (`limit` at most 100, `cursor`, `next_cursor`
//! null at the end) and the list endpoints' `order_by`.

mod log;

use fermata_model::record::Change;
use fermata_model::{Platform, Stream, Timestamp};
use serde::{Deserialize, Serialize};

use super::{CAPABILITY, Gorgias, map, wire};
use crate::failure::{began_again, no_stream};
use crate::http::Request;
use crate::rest::{onward, token, written};
use crate::{Error, Page, Pull};

/// How a stream is listed.
struct Listing {
    stream: Stream,
    operation: &'static str,
    path: &'static str,
    order_by: &'static str,
    /// Sorted by change, so that records move while they are read.
    moves: bool,
}

const CUSTOMERS: Listing = Listing {
    stream: Stream::Customers,
    operation: "GET /api/customers",
    path: "/api/customers",
    order_by: "updated_datetime:desc",
    moves: true,
};

/// Trashed tickets come along, which is what `trashed` means by default.
const TICKETS: Listing = Listing {
    stream: Stream::Tickets,
    operation: "GET /api/tickets",
    path: "/api/tickets",
    order_by: "updated_datetime:desc",
    moves: true,
};

/// All messages of the account: a request per hundred messages, where reading them by ticket
/// would cost one per ticket.
const MESSAGES: Listing = Listing {
    stream: Stream::Messages,
    operation: "GET /api/messages",
    path: "/api/messages",
    order_by: "created_datetime:desc",
    moves: false,
};

/// The account's labels; a short list without an order by change, read whole each time.
const TAGS: Listing = Listing {
    stream: Stream::Tags,
    operation: "GET /api/tags",
    path: "/api/tags",
    order_by: "",
    moves: false,
};

/// The people who answer; a short list, read whole each time.
const AGENTS: Listing = Listing {
    stream: Stream::Agents,
    operation: "GET /api/users",
    path: "/api/users",
    order_by: "",
    moves: false,
};

/// What customers said about how they were helped: one for each ticket that was closed, without
/// an order or a filter by time.
const RATINGS: Listing = Listing {
    stream: Stream::Ratings,
    operation: "GET /api/satisfaction-surveys",
    path: "/api/satisfaction-surveys",
    order_by: "",
    moves: false,
};

/// Where a walk stands.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Place {
    /// Reading the top again after the walk.
    again: bool,
    cursor: Option<String>,
    /// The newest time on the walk's first page.
    top: Option<Timestamp>,
}

/// Where reading a short list stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct ListPlace {
    cursor: String,
}

/// Reads one page.
pub(super) async fn pull(gorgias: &Gorgias, pull: &Pull) -> Result<Page, Error> {
    match pull.stream {
        Stream::Customers => walk(gorgias, &CUSTOMERS, pull).await,
        Stream::Tickets => walk(gorgias, &TICKETS, pull).await,
        Stream::Messages => walk(gorgias, &MESSAGES, pull).await,
        Stream::Tags => whole_list(gorgias, &TAGS, pull).await,
        Stream::Agents => whole_list(gorgias, &AGENTS, pull).await,
        Stream::Ratings => whole_list(gorgias, &RATINGS, pull).await,
        Stream::Removals => log::pull(gorgias, pull).await,
        other => Err(no_stream(Platform::Gorgias, other)),
    }
}

async fn walk(gorgias: &Gorgias, listing: &Listing, pull: &Pull) -> Result<Page, Error> {
    let place: Place = token(Platform::Gorgias, listing.operation, pull)?.unwrap_or_default();
    let mut request = Request::get(listing.operation, listing.path)
        .query("limit", CAPABILITY.page_size(pull).to_string())
        .query("order_by", listing.order_by);
    if let Some(cursor) = &place.cursor {
        request = request.query("cursor", cursor);
    }
    let response =
        gorgias.rest.ask(request).await.map_err(|error| began_again(error, place.cursor.is_some()))?;
    let mut page = read_walk(listing, &response.body, &place, pull.since)?;
    page.changes.retain(|change| is_wanted(change, pull));
    Ok(page)
}

/// Reads one page of a list that knows neither order nor time.
async fn whole_list(gorgias: &Gorgias, listing: &Listing, pull: &Pull) -> Result<Page, Error> {
    let place: Option<ListPlace> = token(Platform::Gorgias, listing.operation, pull)?;
    let cursor = place.map(|place| place.cursor);
    let mut request =
        Request::get(listing.operation, listing.path).query("limit", CAPABILITY.page_size(pull).to_string());
    if let Some(cursor) = &cursor {
        request = request.query("cursor", cursor);
    }
    let response = gorgias.rest.ask(request).await.map_err(|error| began_again(error, cursor.is_some()))?;
    let list = wire::List::read(listing.operation, &response.body)?;
    let next = onward(Platform::Gorgias, listing.operation, list.meta.next_cursor, cursor.as_deref())?;
    let changes = list.data.iter().map(|raw| map::record(listing.stream, raw.get())).collect();
    Ok(Page { changes, next: next.map(|cursor| written(&ListPlace { cursor })), total: None })
}

/// Tells whether a change lies in the window that was asked for; a page reaches beyond it.
fn is_wanted(change: &Change, pull: &Pull) -> bool {
    let at = match change {
        Change::Seen(record) => record.changed_at,
        Change::Gone(gone) => gone.at,
        Change::Unreadable(_) => return true,
    };
    pull.since.is_none_or(|since| at >= since) && at <= pull.until
}

fn read_walk(listing: &Listing, body: &str, place: &Place, since: Option<Timestamp>) -> Result<Page, Error> {
    let list = wire::List::read(listing.operation, body)?;
    let next = onward(Platform::Gorgias, listing.operation, list.meta.next_cursor, place.cursor.as_deref())?;
    let times: Vec<Timestamp> = list.data.iter().filter_map(|raw| sorted_by(listing, raw.get())).collect();
    let changes = list.data.iter().map(|raw| map::record(listing.stream, raw.get())).collect();

    // A platform that ignored `order_by` must not end the walk early.
    let descending = times.is_sorted_by(|a, b| a >= b);
    let known_from = if place.again { place.top } else { since };
    let met_known = descending
        && match (times.last(), known_from) {
            (Some(oldest), Some(known)) if place.again => *oldest <= known,
            (Some(oldest), Some(known)) => *oldest < known,
            _ => false,
        };
    let top = place.top.or_else(|| times.iter().max().copied());
    let next = match next.filter(|_| !met_known) {
        Some(cursor) => Some(Place { again: place.again, cursor: Some(cursor), top }),
        None if listing.moves && !place.again && place.cursor.is_some() && top.is_some() => {
            Some(Place { again: true, cursor: None, top })
        }
        None => None,
    };
    Ok(Page { changes, next: next.map(|place| written(&place)), total: None })
}

fn sorted_by(listing: &Listing, raw: &str) -> Option<Timestamp> {
    let times: wire::Times = serde_json::from_str(raw).ok()?;
    let time = if listing.moves { times.updated_datetime } else { times.created_datetime };
    time.map(|moment| moment.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).unwrap()
    }

    fn page(times: &[i64], next: Option<&str>) -> String {
        let rows = times.iter().map(|t| {
            format!(
                r#"{{"id":{t},"status":"open","created_datetime":"{}","updated_datetime":"{}"}}"#,
                at(0),
                at(*t)
            )
        });
        let next = next.map_or("null".to_owned(), |cursor| format!("{cursor:?}"));
        format!(r#"{{"data":[{}],"meta":{{"next_cursor":{next}}}}}"#, rows.collect::<Vec<_>>().join(","))
    }

    fn next(body: &str, place: &Place, since: Option<i64>) -> Option<Place> {
        let page = read_walk(&TICKETS, body, place, since.map(at)).unwrap();
        page.next.map(|token| serde_json::from_str(&token).unwrap())
    }

    fn place(again: bool, cursor: Option<&str>, top: Option<i64>) -> Place {
        Place { again, cursor: cursor.map(str::to_owned), top: top.map(at) }
    }

    #[test]
    fn a_walk_ends_where_it_meets_the_known() {
        let first = place(false, None, None);
        assert_eq!(next(&page(&[9, 8], Some("c")), &first, Some(5)), Some(place(false, Some("c"), Some(9))));
        assert_eq!(
            next(&page(&[9, 4], Some("c")), &first, Some(5)),
            None,
            "one page moves nothing out of sight"
        );
        assert_eq!(next(&page(&[9, 8], None), &first, None), None);
    }

    #[test]
    fn a_longer_walk_reads_the_top_again() {
        let second = place(false, Some("c"), Some(9));
        assert_eq!(next(&page(&[7, 4], Some("d")), &second, Some(5)), Some(place(true, None, Some(9))));
        assert_eq!(next(&page(&[7, 6], None), &second, None), Some(place(true, None, Some(9))));
        let again = place(true, None, Some(9));
        assert_eq!(next(&page(&[9, 8], Some("c")), &again, Some(5)), None, "nothing new came on top");
        let busy = next(&page(&[12, 10], Some("e")), &again, Some(5));
        assert_eq!(busy, Some(place(true, Some("e"), Some(9))), "more came than one page holds");
    }

    #[test]
    fn an_ignored_order_does_not_end_the_walk() {
        let first = place(false, None, None);
        assert!(next(&page(&[3, 9], Some("c")), &first, Some(5)).is_some());
    }

    #[test]
    fn an_empty_page_in_the_middle_is_walked_over() {
        let second = place(false, Some("c"), Some(9));
        assert_eq!(next(&page(&[], Some("d")), &second, Some(5)), Some(place(false, Some("d"), Some(9))));
    }

    #[test]
    fn a_list_that_leads_nowhere_is_an_error() {
        let second = place(false, Some("c"), Some(9));
        let error = read_walk(&TICKETS, &page(&[7], Some("c")), &second, None).unwrap_err();
        assert_eq!(error.kind, Kind::Broken);
    }
}
