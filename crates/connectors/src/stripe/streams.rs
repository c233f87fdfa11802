//! One page of each stream.
//!
//! All lists work alike: newest first, within a window of the time at which objects came to be, going on after the last
//! object of the page before. What comes to be meanwhile is in front of the first page and in the next pass.
//!
//! Refunds and disputes are asked for with their charge, which they have changed, and give it as a record of its own.
//!
//! Source: the vendor's OpenAPI, GetRefunds; docs.stripe.com, List all charges, List all disputes, Expanding responses.

use std::collections::BTreeSet;

use fermata_model::{Platform, Stream};
use serde::{Deserialize, Serialize};

use super::{CAPABILITY, Stripe, map, wire};
use crate::failure::{began_again, circle, malformed, no_stream};
use crate::http::Request;
use crate::reading::why;
use crate::rest::{onward, token, written};
use crate::{Error, Page, Pull};

/// Where a pass stands. The window and the page size stay what they were on the first page.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Place {
    /// The last object of the page before.
    after: String,
    since: Option<i64>,
    until: i64,
    size: u32,
}

/// Reads one page.
pub(super) async fn pull(stripe: &Stripe, pull: &Pull) -> Result<Page, Error> {
    let (operation, path) = match pull.stream {
        Stream::Payments => ("GetCharges", "/v1/charges"),
        Stream::Refunds => ("GetRefunds", "/v1/refunds"),
        Stream::Disputes => ("GetDisputes", "/v1/disputes"),
        other => return Err(no_stream(Platform::Stripe, other)),
    };
    let place: Option<Place> = token(Platform::Stripe, operation, pull)?;
    let after = place.as_ref().map(|place| place.after.clone());
    let (since, until, size) = match place {
        Some(place) => (place.since, place.until, place.size),
        // Whole seconds: the one in which the window begins and the one in which it ends belong to it.
        None => (pull.since.map(|at| at.as_second()), pull.until.as_second(), CAPABILITY.page_size(pull)),
    };
    let mut request = Request::get(operation, path)
        .query("limit", size.to_string())
        .query("created[lte]", until.to_string());
    if let Some(since) = since {
        request = request.query("created[gte]", since.to_string());
    }
    if let Some(after) = &after {
        request = request.query("starting_after", after);
    }
    if pull.stream != Stream::Payments {
        request = request.query("expand[]", "data.charge");
    }
    let response = stripe.rest.ask(request).await.map_err(|error| began_again(error, after.is_some()))?;
    let list = wire::List::read(operation, &response.body)?;
    let mut next = None;
    if list.has_more {
        // More behind nothing would be asked for in the same words for ever.
        let last = list.data.last().ok_or_else(|| circle(Platform::Stripe, operation))?;
        let last: wire::Named = serde_json::from_str(last.get())
            .map_err(|error| malformed(Platform::Stripe, operation, why(&error)))?;
        next = onward(Platform::Stripe, operation, Some(last.id), after.as_deref())?;
    }
    let next = next.map(|after| written(&Place { after, since, until, size }));
    Ok(Page { changes: changes(pull.stream, &list), next, total: None })
}

fn changes(stream: Stream, list: &wire::List<'_>) -> Vec<fermata_model::Change> {
    if stream == Stream::Payments {
        return list.data.iter().map(|raw| map::payment(raw.get())).collect();
    }
    let mut charges = BTreeSet::new();
    let mut changes = Vec::with_capacity(list.data.len() * 2);
    for raw in &list.data {
        let (own, charge) = map::split(raw.get());
        changes.push(if stream == Stream::Refunds { map::refund(&own) } else { map::dispute(&own) });
        charges.extend(charge);
    }
    // Several refunds of a page may belong to one charge.
    changes.extend(charges.iter().map(|charge| map::payment(charge)));
    changes
}
