//! One page of each stream.
//!
//! - Customers and products are walked by their last change: down from the newest the first time,
//!   then up ([`Walk`]). Whatever changes meanwhile changed after the pass began, and is read by the next.
//! - Orders and carts are walked up by their last change ([`Climb`]); the first time down by layers of
//!   age, since the vendor declares no descending order ([`orders`]).
//! - Coupons are walked by their ids; what can only be numbered (stock, promotions, price lists)
//!   is, and the next pass finds what moved meanwhile.
//! - Companies are walked down by their last change each time, with everybody who buys for them ([`companies`]).
//! - Refunds are listed apart over all orders; each brings the order it is on, read anew. What is refunded
//!   before orders are first read comes with them.

mod catalog;
pub(super) mod companies;
mod orders;
mod trade;

use fermata_model::{Platform, Stream, Timestamp};
use serde::{Deserialize, Serialize};

use super::page::{self, Listed};
use super::{Bigcommerce, CAPABILITY, wire};
use crate::failure::{began_again, circle, no_stream};
use crate::http::Request;
use crate::rest::{Climb, Walk, token, written};
use crate::{Error, Ids, Page, Pull};

/// The most ids that are listed at once.
const MOST_IDS: u32 = 250;

/// Reads one page.
pub(super) async fn pull(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let read = match pull.stream {
        Stream::Customers => trade::customers(store, pull).await,
        Stream::Orders | Stream::Carts => orders::pull(store, pull).await,
        Stream::Refunds => orders::refunded(store, pull).await,
        Stream::Products => catalog::products(store, pull).await,
        Stream::Stock => catalog::stock(store, pull).await,
        Stream::Discounts => trade::discounts(store, pull).await,
        Stream::Companies => companies::pull(store, pull).await,
        Stream::PriceLists => trade::price_lists(store, pull).await,
        Stream::Prices => trade::prices(store, pull).await,
        other => return Err(no_stream(Platform::Bigcommerce, other)),
    };
    read.map_err(|error| began_again(error, pull.token.is_some()))
}

/// Reads one page of ids; of orders and products for less than whole records cost.
pub(super) async fn ids(
    store: &Bigcommerce,
    stream: Stream,
    token: Option<String>,
    now: Timestamp,
) -> Result<Ids, Error> {
    let whole = Pull { stream, since: None, until: now, token, size: None };
    let (operation, request) = match stream {
        Stream::Companies => return companies::ids(store, &whole, CAPABILITY.page_size(&whole)).await,
        Stream::Orders => ("getOrders", Request::get("getOrders", "/v2/orders")),
        Stream::Products => {
            let request = Request::get("getProducts", "/v3/catalog/products");
            ("getProducts", request.query("include_fields", "sku").query("sort", "id"))
        }
        _ => return Ok(Ids::of(stream, pull(store, &whole).await?)),
    };
    let from = Rising::of(operation, &whole, MOST_IDS)?;
    let name = if stream == Stream::Orders { "min_id" } else { "id:min" };
    let listed = page::list(store, request.query(name, from.from.to_string()), 1, MOST_IDS).await?;
    let next = from.next(operation, &listed)?;
    let named = listed.records.iter().filter_map(|raw| serde_json::from_str::<Named>(raw).ok());
    // An order that stopped at the payment page is a cart.
    let kept = named.filter(|named| stream != Stream::Orders || named.status_id.0.as_deref() != Some("0"));
    Ok(Ids { ids: kept.map(|named| named.id.0).collect(), next })
}

#[derive(Deserialize)]
struct Named {
    id: crate::reading::Id,
    #[serde(default)]
    status_id: crate::reading::Loose,
}

/// A walk up a list that is sorted by id: it loses nothing, whatever is made or deleted meanwhile.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Rising {
    /// The smallest id that is wanted.
    from: u64,
    size: u32,
}

impl Rising {
    fn of(operation: &str, pull: &Pull, size: u32) -> Result<Self, Error> {
        Ok(token(Platform::Bigcommerce, operation, pull)?.unwrap_or(Self { from: 1, size }))
    }

    /// Returns the token of the next page; `None` at the end.
    fn next(&self, operation: &str, listed: &Listed) -> Result<Option<String>, Error> {
        Ok(self.onward(operation, listed)?.map(|next| written(&next)))
    }

    /// Returns the place of the next page, for a token that holds more.
    fn onward(&self, operation: &str, listed: &Listed) -> Result<Option<Self>, Error> {
        if !listed.more {
            return Ok(None);
        }
        let ids = listed
            .records
            .iter()
            .filter_map(|raw| serde_json::from_str::<wire::Named>(raw).ok()?.id.0.parse::<u64>().ok());
        let last = ids.max().filter(|last| *last >= self.from);
        let last = last.ok_or_else(|| circle(Platform::Bigcommerce, operation))?;
        Ok(Some(Self { from: last + 1, size: self.size }))
    }
}

/// A list that is only numbered.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Numbered {
    page: u32,
    size: u32,
}

impl Numbered {
    fn of(operation: &str, pull: &Pull) -> Result<Self, Error> {
        let begin = Self { page: 1, size: CAPABILITY.page_size(pull) };
        Ok(token(Platform::Bigcommerce, operation, pull)?.unwrap_or(begin))
    }

    fn next(&self, more: bool) -> Option<String> {
        more.then(|| written(&Self { page: self.page + 1, size: self.size }))
    }
}

/// Reads a page of a list of version 3 that can be sorted by change both ways; returns it with the
/// token of the next.
async fn walked(
    store: &Bigcommerce,
    pull: &Pull,
    request: impl FnOnce(&'static str) -> Request,
) -> Result<(Listed, Option<String>), Error> {
    const MAX: &str = "date_modified:max";
    let begin = || Walk::first(pull, CAPABILITY.page_size(pull));
    let walk = token(Platform::Bigcommerce, "pull", pull)?.unwrap_or_else(begin);
    let request = request(walk.direction());
    let listed = match &walk {
        Walk::Up(climb) => climbed(store, request, climb, ("date_modified:min", MAX)).await?,
        Walk::Down(descent) => {
            let older = descent.before.map(page::written);
            let request = older.into_iter().fold(request, |request, older| request.query(MAX, older));
            page::list(store, request, descent.page, descent.size).await?
        }
    };
    let next = walk.onward(&times(&listed), listed.more);
    Ok((listed, next.map(|next| written(&next))))
}

/// Asks for the page where a walk up by change stands; names the window under the vendor's names.
async fn climbed(
    store: &Bigcommerce,
    request: Request,
    place: &Climb,
    (min, max): (&str, &str),
) -> Result<Listed, Error> {
    let request = match place.since {
        Some(since) => request.query(min, page::begin(since)),
        None => request,
    };
    page::list(store, request.query(max, page::end(place.until)), place.page, place.size).await
}

/// Returns when each record changed, in the list's order, as far as that can be read.
fn times(listed: &Listed) -> Vec<Timestamp> {
    #[derive(Deserialize)]
    struct Changed {
        #[serde(default)]
        date_modified: wire::Stamp,
    }
    let read = |raw: &String| serde_json::from_str::<Changed>(raw).ok()?.date_modified.0;
    listed.records.iter().filter_map(read).collect()
}

/// Returns the day of a pull, for what the vendor does not tell the time of. A whole day, so that
/// what did not change is seen to be the same until midnight.
fn day(pull: &Pull) -> String {
    pull.until.strftime("%Y-%m-%dT00:00:00Z").to_string()
}

/// Returns a record's id as JSON; `null` if it has none that can be read.
fn id(raw: &str) -> String {
    let id = serde_json::from_str::<wire::Named>(raw).ok().map(|named| named.id.0);
    serde_json::to_string(&id).expect("text is JSON")
}
