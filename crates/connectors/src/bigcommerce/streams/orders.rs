//! Orders with what is listed apart from them: parcels and refunds.
//!
//! An order alone says neither how much went back nor what left, so that a record is made of
//! several answers: one for the page of orders, one for the refunds of all of them, and one for the
//! parcels of each order of which something was sent.

use std::collections::{BTreeSet, HashMap};

use fermata_model::record::Change;
use fermata_model::{Platform, Stream, Timestamp};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{Numbered, Rising, climbed, times};
use crate::bigcommerce::page::{self, Listed};
use crate::bigcommerce::{Bigcommerce, CAPABILITY, JSON, map, wire};
use crate::failure::malformed;
use crate::http::Request;
use crate::reading::{set_aside, why};
use crate::rest::{Climb, token, written};
use crate::{Error, Kind, Page, Pull};

const LIST: &str = "getOrders";
const REFUNDS: &str = "getOrdersRefunds";
const REFUNDS_PATH: &str = "/v3/orders/payment_actions/refunds";

/// The most records that a list within a record is asked for at once.
const WITHIN: u32 = 250;
/// How long after it was begun an order is still told to be no open cart any more.
const A_CART_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);

/// Where a pass over orders stands.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Place {
    /// Over what changed, the oldest first.
    Up(Climb),
    /// Over everything, the newest layer first.
    Down(Layer),
}

/// Where a walk down the layers stands.
///
/// Neither an order's day of creation nor its number ever changes, so that nothing moves between the
/// layers, or within one.
#[derive(Serialize, Deserialize)]
struct Layer {
    /// Which layer of [`AGES`], from the newest.
    number: usize,
    /// When the pass began; ages are counted from there.
    began: Timestamp,
    place: Rising,
}

/// How old, in days, the oldest orders of each layer are; the last layer has whatever is older. Each costs a
/// request even where it is empty, so there are few.
const AGES: [i64; 3] = [1, 30, 365];

impl Layer {
    fn first(pull: &Pull) -> Self {
        Self { number: 0, began: pull.until, place: Rising { from: 1, size: CAPABILITY.page_size(pull) } }
    }

    /// Adds the layer to a request. At their borders layers overlap.
    fn ask(&self, request: Request) -> Request {
        let days_ago = |days: &i64| self.began.saturating_sub(SignedDuration::from_hours(24 * days));
        let border = |number: usize| AGES.get(number).and_then(|days| days_ago(days).ok());
        let oldest = border(self.number).map(|at| ("min_date_created", page::begin(at)));
        let newest =
            self.number.checked_sub(1).and_then(border).map(|at| ("max_date_created", page::end(at)));
        let request = request.query("sort", "id").query("min_id", self.place.from.to_string());
        oldest.into_iter().chain(newest).fold(request, |request, (name, at)| request.query(name, at))
    }

    fn onward(self, listed: &Listed) -> Result<Option<Self>, Error> {
        if let Some(place) = self.place.onward(LIST, listed)? {
            return Ok(Some(Self { place, ..self }));
        }
        let place = Rising { from: 1, size: self.place.size };
        Ok((self.number < AGES.len()).then(|| Self { number: self.number + 1, place, ..self }))
    }
}

/// Reads a page of orders, or of those that stopped at the payment page.
pub(super) async fn pull(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let size = CAPABILITY.page_size(pull);
    let begin = || match pull.since {
        Some(_) => Place::Up(Climb { since: pull.since, until: pull.until, page: 1, size }),
        None => Place::Down(Layer::first(pull)),
    };
    let mut request = with_lines(Request::get(LIST, "/v2/orders"));
    if pull.stream == Stream::Carts {
        request = request.query("status_id", "0");
    }
    let (listed, next) = match token(Platform::Bigcommerce, LIST, pull)?.unwrap_or_else(begin) {
        Place::Up(climb) => {
            // Ascending unless told otherwise.
            let request = request.query("sort", "date_modified");
            let listed = climbed(store, request, &climb, ("min_date_modified", "max_date_modified")).await?;
            let next = climb.onward(&times(&listed), listed.more).map(Place::Up);
            (listed, next)
        }
        Place::Down(layer) => {
            let listed = page::list(store, layer.ask(request), 1, layer.place.size).await?;
            let next = layer.onward(&listed)?.map(Place::Down);
            (listed, next)
        }
    };
    let changes = whole(store, listed.records, pull).await?;
    Ok(Page { changes, next: next.as_ref().map(written), total: None })
}

/// Reads a page of refunds, and the orders that they are on.
///
/// A first pass reads nothing. It stands before that over orders, and these bring every refund that was there by
/// then; whatever comes after it began is new to the pass that follows, however long the orders take.
pub(super) async fn refunded(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let place = Numbered::of(REFUNDS, pull)?;
    let Some(since) = pull.since else {
        return Ok(Page { changes: Vec::new(), next: None, total: None });
    };
    let request = Request::get(REFUNDS, REFUNDS_PATH)
        .query("created:min", page::written(since))
        .query("created:max", page::end(pull.until));
    let listed = page::list(store, request, place.page, place.size).await?;
    let next = place.next(listed.more);
    let mut orders = Vec::new();
    for order in named(&listed.records)?.into_iter().map(|(order, _)| order).collect::<BTreeSet<_>>() {
        let request = Request::get("getOrder", format!("/v2/orders/{order}"));
        match store.rest.ask(with_lines(request)).await {
            Ok(answer) if !answer.body.trim().is_empty() => orders.push(answer.body),
            Ok(_) => {}
            // Put into the archive since.
            Err(error) if error.kind == Kind::Missing => {}
            Err(error) => return Err(error),
        }
    }
    Ok(Page { changes: whole(store, orders, pull).await?, next, total: None })
}

fn with_lines(request: Request) -> Request {
    request.query("include", "consignments.line_items").query("consignment_structure", "object")
}

/// Makes records of orders, asking for whatever did not come with them.
async fn whole(store: &Bigcommerce, orders: Vec<String>, pull: &Pull) -> Result<Vec<Change>, Error> {
    let glances: Vec<_> = orders.iter().map(|raw| serde_json::from_str::<wire::Glance>(raw)).collect();
    let with_refunds = glances.iter().flatten().filter(|glance| glance.status_id.0 != "0");
    let refunds = refunds_of(store, with_refunds.map(|glance| glance.id.0.as_str()).collect()).await?;
    let mut changes = Vec::new();
    for (raw, glance) in orders.iter().zip(glances) {
        let glance = match glance {
            Ok(glance) => glance,
            Err(error) => {
                changes.push(set_aside(stream_of(pull), raw, why(&error)));
                continue;
            }
        };
        let is_cart = glance.status_id.0 == "0";
        if is_cart != (pull.stream == Stream::Carts) {
            // One that stopped at the payment page is a cart, and is read as such.
            continue;
        }
        let id = &glance.id.0;
        let products = match wire::lines_within(glance.consignments.as_deref()) {
            Some(_) => String::new(),
            None => format!(r#","products":[{}]"#, inside(store, "getOrderProducts", id, "products").await?),
        };
        let nothing_left = glance.items_shipped.0.as_deref() == Some("0");
        let shipments = match is_cart || nothing_left {
            true => String::new(),
            false => inside(store, "getOrderShipments", id, "shipments").await?,
        };
        let refunds = refunds.get(id).map_or(String::new(), |refunds| refunds.join(","));
        let name = super::id(raw);
        let document = format!(
            r#"{{"id":{name},"order":{raw}{products},"shipments":[{shipments}],"refunds":[{refunds}]}}"#
        );
        if is_cart {
            changes.push(map::cart(&document));
            continue;
        }
        changes.push(map::order(&document));
        // Whoever follows carts learns at once that this one was paid, not when carts are next read.
        let began = glance.date_created.0;
        let lately =
            pull.since.zip(began).is_some_and(|(since, began)| since.duration_since(began) < A_CART_FOR);
        if pull.stream == Stream::Orders && lately {
            changes.push(map::cart(&document));
        }
    }
    Ok(changes)
}

/// Returns what a page of this pull is made of: refunds bring the orders that they are on.
const fn stream_of(pull: &Pull) -> Stream {
    if matches!(pull.stream, Stream::Carts) { Stream::Carts } else { Stream::Orders }
}

/// Reads a whole list that belongs to an order, joined by commas; an order that is gone since has
/// none.
async fn inside(store: &Bigcommerce, operation: &str, order: &str, what: &str) -> Result<String, Error> {
    let mut request = Request::get(operation, format!("/v2/orders/{order}/{what}"));
    if what == "products" {
        // Declared as needed, though there is no body.
        request = request.header("content-type", JSON);
    }
    match page::texts(store, request, WITHIN).await {
        Ok(found) => Ok(found.join(",")),
        Err(error) if error.kind == Kind::Missing => Ok(String::new()),
        Err(error) => Err(error),
    }
}

/// Reads the refunds of some orders, by order.
async fn refunds_of(store: &Bigcommerce, orders: Vec<&str>) -> Result<HashMap<String, Vec<String>>, Error> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    if orders.is_empty() {
        return Ok(found);
    }
    let request = Request::get(REFUNDS, REFUNDS_PATH).query("order_id:in", orders.join(","));
    for (order, raw) in named(&page::texts(store, request, WITHIN).await?)? {
        found.entry(order).or_default().push(raw.clone());
    }
    Ok(found)
}

/// Tells refunds by their orders.
///
/// Errors: [`Kind::Malformed`] if one names no order: money would be missing from some order.
fn named(refunds: &[String]) -> Result<Vec<(String, &String)>, Error> {
    let named = refunds.iter().map(|raw| match serde_json::from_str::<wire::RefundsOrder>(raw) {
        Ok(order) => Ok((order.order_id.0, raw)),
        Err(error) => Err(malformed(Platform::Bigcommerce, REFUNDS, why(&error))),
    });
    named.collect()
}
