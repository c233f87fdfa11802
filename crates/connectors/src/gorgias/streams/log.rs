//! The account's log, which alone tells of deletions and merges.
//!
//! A merge has more to be read: what became of the merged, and every message of whom a customer lives on
//! in. A shop that tidies up merges hundreds at once, so a page asks for a few of these alone and leaves
//! the rest to the next; the log goes on when nothing is left behind.

use std::collections::{BTreeMap, BTreeSet};

use fermata_model::record::{Change, Gone};
use fermata_model::{Platform, Stream, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::super::{CAPABILITY, Gorgias, map, whole, wire};
use super::{Listing, MESSAGES, TICKETS};
use crate::failure::began_again;
use crate::http::Request;
use crate::reading::{Id, set_aside};
use crate::rest::{onward, token, written};
use crate::{Error, Kind, Page, Pull};

const LOG: &str = "GET /api/events";

/// How far back the account's log is read the first time: longer than a first sync takes, since
/// what was deleted before it began was never seen.
const FIRST_LOG: SignedDuration = SignedDuration::from_hours(7 * 24);

/// How many requests a page makes before it leaves the rest to the next: as many as our half of the
/// account's bucket lets through at once.
const MOST_REQUESTS: usize = 20;

/// Where reading the log stands; the window stays the same through a pass.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Place {
    /// The next page of the log; none once it has come to its end.
    cursor: Option<String>,
    from: Timestamp,
    to: Timestamp,
    /// What the pages so far left to be read.
    #[serde(default)]
    left: Left,
}

/// What merges leave to be read, in the order in which it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Left {
    /// Objects that were part of a merge, and when.
    merged: Vec<(Stream, u64, Timestamp)>,
    /// Customers in whom others live on, and how far the list of their tickets was read.
    heirs: BTreeMap<String, Option<String>>,
    /// Their tickets, whose messages are to be read.
    tickets: BTreeSet<String>,
    /// The ticket of which only some messages were read, and where the next ones are.
    halfway: Option<(String, String)>,
}

/// Reads one page.
pub(super) async fn pull(gorgias: &Gorgias, pull: &Pull) -> Result<Page, Error> {
    let place: Option<Place> = token(Platform::Gorgias, LOG, pull)?;
    let begins = place.is_none();
    let mut place = place.unwrap_or_else(|| Place {
        cursor: None,
        from: pull.since.unwrap_or_else(|| pull.until.saturating_sub(FIRST_LOG).unwrap_or(pull.until)),
        to: pull.until,
        left: Left::default(),
    });
    let (mut changes, mut requests) = (Vec::new(), 0);
    if place.left == Left::default() && (begins || place.cursor.is_some()) {
        changes = entries(gorgias, pull, &mut place).await?;
        requests += 1;
    }
    while requests < MOST_REQUESTS && place.left.step(gorgias, &mut changes).await? {
        requests += 1;
    }
    let more = place.cursor.is_some() || place.left != Left::default();
    Ok(Page { changes, next: more.then(|| written(&place)), total: None })
}

/// Reads a page of the log, and moves the place on.
async fn entries(gorgias: &Gorgias, pull: &Pull, place: &mut Place) -> Result<Vec<Change>, Error> {
    let cursor = place.cursor.take();
    let mut request = Request::get(LOG, "/api/events")
        .query("limit", CAPABILITY.page_size(pull).to_string())
        .query("order_by", "created_datetime:asc")
        .query("created_datetime[gte]", place.from.to_string())
        .query("created_datetime[lte]", place.to.to_string());
    if let Some(cursor) = &cursor {
        request = request.query("cursor", cursor);
    }
    let response = gorgias.rest.ask(request).await.map_err(|error| began_again(error, cursor.is_some()))?;
    let list = wire::List::read(LOG, &response.body)?;
    place.cursor = onward(Platform::Gorgias, LOG, list.meta.next_cursor, cursor.as_deref())?;
    let mut changes = Vec::new();
    for raw in list.data {
        match map::logged(raw.get()) {
            Ok(map::Logged::Gone(gone)) => place.left.take(Change::Gone(gone), &mut changes),
            Ok(map::Logged::ReadAgain(stream, id, at)) => match whole(&id) {
                Ok(number) => place.left.merged.push((stream, number, at)),
                Err(_) => {
                    changes.push(set_aside(Stream::Removals, raw.get(), "its object_id is not a number"));
                }
            },
            Ok(map::Logged::Nothing) => {}
            Err(reason) => changes.push(set_aside(Stream::Removals, raw.get(), reason)),
        }
    }
    // Several merges into one are read once.
    place.left.merged.sort_by_key(|(stream, id, at)| (stream.name(), *id, *at));
    place.left.merged.dedup_by_key(|(stream, id, _)| (*stream, *id));
    Ok(changes)
}

impl Left {
    /// Takes a change along, and notes the customer in whom another lives on.
    fn take(&mut self, change: Change, changes: &mut Vec<Change>) {
        let heir = match &change {
            Change::Gone(gone) if gone.stream == Stream::Customers => gone.merged_into.clone(),
            Change::Seen(record) if record.stream == Stream::Customers => Some(record.external_id.clone()),
            _ => None,
        };
        if let Some(heir) = heir {
            self.heirs.entry(heir).or_default();
        }
        changes.push(change);
    }

    /// Reads a little of what is left, by one request. Returns whether anything was.
    ///
    /// All lists of tickets come before all messages, so that no ticket is read twice.
    async fn step(&mut self, gorgias: &Gorgias, changes: &mut Vec<Change>) -> Result<bool, Error> {
        if !self.merged.is_empty() {
            let (stream, id, at) = self.merged.remove(0);
            let change = what_became_of(gorgias, stream, id, at).await?;
            self.take(change, changes);
        } else if let Some((customer, cursor)) = self.heirs.pop_first() {
            if let Some(next) = self.list_tickets(gorgias, &customer, cursor).await? {
                self.heirs.insert(customer, Some(next));
            }
        } else if let Some((ticket, cursor)) = self.next_messages() {
            let next = list_messages(gorgias, &ticket, cursor, changes).await?;
            self.halfway = next.map(|next| (ticket, next));
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Takes the ticket whose messages are read next, and where they go on.
    fn next_messages(&mut self) -> Option<(String, Option<String>)> {
        match self.halfway.take() {
            Some((ticket, cursor)) => Some((ticket, Some(cursor))),
            None => self.tickets.pop_first().map(|ticket| (ticket, None)),
        }
    }

    /// Reads a page of what a customer has asked; returns where the next one is. Who was merged into them
    /// named the old customer in each message, and a message does not say that it changed.
    async fn list_tickets(
        &mut self,
        gorgias: &Gorgias,
        customer: &str,
        cursor: Option<String>,
    ) -> Result<Option<String>, Error> {
        let take = |raw: &str| {
            let ticket = serde_json::from_str::<Numbered>(raw).ok();
            self.tickets.extend(ticket.map(|ticket| ticket.id.0));
        };
        some_of(gorgias, &TICKETS, ("customer_id", customer), cursor, take).await
    }
}

/// Reads a page of a ticket's messages; returns where the next one is. There may be thousands.
async fn list_messages(
    gorgias: &Gorgias,
    ticket: &str,
    cursor: Option<String>,
    changes: &mut Vec<Change>,
) -> Result<Option<String>, Error> {
    let take = |raw: &str| changes.push(map::record(Stream::Messages, raw));
    some_of(gorgias, &MESSAGES, ("ticket_id", ticket), cursor, take).await
}

/// Reads a page of those records of a list that belong to something, if it is still there; returns where the next page
/// is.
async fn some_of(
    gorgias: &Gorgias,
    listing: &Listing,
    (name, id): (&str, &str),
    cursor: Option<String>,
    take: impl FnMut(&str),
) -> Result<Option<String>, Error> {
    let mut request = Request::get(listing.operation, listing.path)
        .query("limit", super::super::MOST.to_string())
        .query("order_by", listing.order_by)
        .query(name, id);
    if let Some(cursor) = &cursor {
        request = request.query("cursor", cursor);
    }
    let answer = gorgias.rest.ask(request).await.map_err(|error| began_again(error, cursor.is_some()));
    let Some(response) = if_there(answer)? else { return Ok(None) };
    let list = wire::List::read(listing.operation, &response.body)?;
    list.data.iter().map(|raw| raw.get()).for_each(take);
    onward(Platform::Gorgias, listing.operation, list.meta.next_cursor, cursor.as_deref())
}

#[derive(Deserialize)]
struct Numbered {
    id: Id,
}

/// Reads an object that was part of a merge: it is there as it is now, or it is gone.
async fn what_became_of(gorgias: &Gorgias, stream: Stream, id: u64, at: Timestamp) -> Result<Change, Error> {
    let (operation, path) = match stream {
        Stream::Customers => ("GET /api/customers/{id}", format!("/api/customers/{id}")),
        _ => ("GET /api/tickets/{id}", format!("/api/tickets/{id}")),
    };
    Ok(match if_there(gorgias.rest.ask(Request::get(operation, path)).await)? {
        Some(response) => map::record(stream, &response.body),
        None => Change::Gone(Gone { stream, external_id: id.to_string(), at, merged_into: None }),
    })
}

/// Makes nothing of an answer that what was asked for is no more.
fn if_there<T>(answer: Result<T, Error>) -> Result<Option<T>, Error> {
    match answer {
        Err(error) if error.kind == Kind::Missing => Ok(None),
        answer => answer.map(Some),
    }
}
