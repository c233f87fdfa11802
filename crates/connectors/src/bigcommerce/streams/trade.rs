//! Customers, discounts, price lists and prices.

use fermata_model::{Platform, Stream};
use serde::{Deserialize, Serialize};

use super::{Numbered, Rising, day, id, walked};
use crate::bigcommerce::{Bigcommerce, CAPABILITY, map, page, wire};
use crate::http::Request;
use crate::rest::{token, written};
use crate::{Error, Page, Pull};

const CUSTOMERS: &str = "getCustomers";
const COUPONS: &str = "getCoupons";
const PROMOTIONS: &str = "getPromotions";
const PRICE_LISTS: &str = "getPriceLists";
const PRICES: &str = "getPriceListRecords";

/// Reads a page of customers.
pub(super) async fn customers(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let request = |direction| {
        Request::get(CUSTOMERS, "/v3/customers")
            .query("include", "addresses")
            .query("sort", format!("date_modified:{direction}"))
    };
    let (listed, next) = walked(store, pull, request).await?;
    let changes =
        listed.records.iter().map(|raw| map::record(Stream::Customers, raw)).collect::<Result<_, _>>()?;
    Ok(Page { changes, next, total: None })
}

/// First all coupons, then the promotions that need none.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Offer {
    Coupons(Rising),
    Promotions(Numbered),
}

/// Reads a page of coupons, or of promotions that need none.
pub(super) async fn discounts(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let size = CAPABILITY.page_size(pull);
    let begin = Offer::Coupons(Rising { from: 1, size });
    match token(Platform::Bigcommerce, COUPONS, pull)?.unwrap_or(begin) {
        Offer::Coupons(place) => {
            let request = Request::get(COUPONS, "/v2/coupons").query("min_id", place.from.to_string());
            let listed = page::list(store, request, 1, place.size).await?;
            let next = match place.onward(COUPONS, &listed)? {
                Some(next) => Offer::Coupons(next),
                None => Offer::Promotions(Numbered { page: 1, size: place.size }),
            };
            let changes = listed
                .records
                .iter()
                .map(|raw| map::record(Stream::Discounts, raw))
                .collect::<Result<_, _>>()?;
            Ok(Page { changes, next: Some(written(&next)), total: None })
        }
        Offer::Promotions(place) => {
            let request = Request::get(PROMOTIONS, "/v3/promotions").query("redemption_type", "automatic");
            let listed = page::list(store, request, place.page, place.size).await?;
            let whole = |raw: &String| {
                let name = id(raw).trim_matches('"').to_owned();
                format!(r#"{{"id":"promotion-{name}","record":{raw},"seen_on":"{}"}}"#, day(pull))
            };
            let changes = listed.records.iter().map(|raw| map::record(Stream::Discounts, &whole(raw)));
            let changes = changes.collect::<Result<_, _>>()?;
            let next = Numbered { page: place.page + 1, size: place.size };
            Ok(Page { changes, next: listed.more.then(|| written(&Offer::Promotions(next))), total: None })
        }
    }
}

fn lists() -> Request {
    Request::get(PRICE_LISTS, "/v3/pricelists")
}

/// Reads a page of price lists.
pub(super) async fn price_lists(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let place = Numbered::of(PRICE_LISTS, pull)?;
    let listed = page::list(store, lists(), place.page, place.size).await?;
    let changes =
        listed.records.iter().map(|raw| map::record(Stream::PriceLists, raw)).collect::<Result<_, _>>()?;
    Ok(Page { changes, next: place.next(listed.more), total: None })
}

/// Where a pass over all prices stands: the lists still to be read, the first of them at a page.
#[derive(Debug, Serialize, Deserialize)]
struct Shelf {
    lists: Vec<String>,
    page: u32,
    size: u32,
}

/// Reads a page of the prices of one list after another.
pub(super) async fn prices(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let place = match token(Platform::Bigcommerce, PRICES, pull)? {
        Some(place) => place,
        None => {
            let found: Vec<wire::Named> = page::all(store, lists(), CAPABILITY.page_size(pull)).await?;
            let lists = found.into_iter().map(|list| list.id.0).collect();
            Shelf { lists, page: 1, size: CAPABILITY.page_size(pull) }
        }
    };
    let Some((list, rest)) = place.lists.split_first() else {
        return Ok(Page { changes: Vec::new(), next: None, total: None });
    };
    let request = Request::get(PRICES, format!("/v3/pricelists/{list}/records")).query("include", "sku");
    let listed = page::list(store, request, place.page, place.size).await?;
    let changes =
        listed.records.iter().map(|raw| map::record(Stream::Prices, raw)).collect::<Result<_, _>>()?;
    let next = if listed.more {
        Some(Shelf { lists: place.lists.clone(), page: place.page + 1, size: place.size })
    } else {
        (!rest.is_empty()).then(|| Shelf { lists: rest.to_vec(), page: 1, size: place.size })
    };
    Ok(Page { changes, next: next.map(|next| written(&next)), total: None })
}
