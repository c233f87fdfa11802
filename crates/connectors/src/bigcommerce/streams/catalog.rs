//! Products with their variants, and stock.

use fermata_model::Stream;

use super::{Numbered, day, id, walked};
use crate::bigcommerce::{Bigcommerce, map, page, wire};
use crate::http::Request;
use crate::reading::{set_aside, why};
use crate::{Error, Page, Pull};

const PRODUCTS: &str = "getProducts";
const ITEMS: &str = "get-inventory-items";

/// Reads a page of products, which are priced in the store's own currency.
pub(super) async fn products(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let request = |direction| {
        Request::get(PRODUCTS, "/v3/catalog/products")
            .query("include", "variants")
            .query("sort", "date_modified")
            .query("direction", direction)
    };
    let (listed, next) = walked(store, pull, request).await?;
    let currency = store.currency().await?;
    let whole = |raw: &String| format!(r#"{{"id":{},"product":{raw},"currency":"{currency}"}}"#, id(raw));
    let changes = listed.records.iter().map(|raw| map::product(&whole(raw))).collect();
    Ok(Page { changes, next, total: None })
}

/// Reads a page of what is counted: one record for each place.
pub(super) async fn stock(store: &Bigcommerce, pull: &Pull) -> Result<Page, Error> {
    let place = Numbered::of(ITEMS, pull)?;
    let request = Request::get(ITEMS, "/v3/inventory/items");
    let listed = page::list(store, request, place.page, place.size).await?;
    let mut changes = Vec::new();
    let day = day(pull);
    for raw in &listed.records {
        let item: wire::Stocked<'_> = match serde_json::from_str(raw) {
            Ok(item) => item,
            Err(error) => {
                changes.push(set_aside(Stream::Stock, raw, why(&error)));
                continue;
            }
        };
        for location in item.locations {
            let whole = format!(
                r#"{{"identity":{},"location":{},"seen_on":"{day}"}}"#,
                item.identity.get(),
                location.get()
            );
            changes.push(map::record(Stream::Stock, &whole)?);
        }
    }
    Ok(Page { changes, next: place.next(listed.more), total: None })
}
