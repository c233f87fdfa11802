//! The ids of all there is, without anything else: what a sweep costs next to nothing.

use fermata_model::{Platform, Stream};
use serde_json::json;

use super::{Document, Shopify, envelope, map, wire};
use crate::failure::{cursor_refused, malformed};
use crate::{Error, Ids};

static LISTS: &[(Stream, Document)] = &[
    (Stream::Customers, document!("customerIds", "customer_ids", 12)),
    (Stream::Orders, document!("orderIds", "order_ids", 12)),
    (Stream::Carts, document!("cartIds", "cart_ids", 12)),
    (Stream::Products, document!("productIds", "product_ids", 12)),
    (Stream::Discounts, document!("discountIds", "discount_ids", 12)),
];

/// Returns a page of 250 ids; `None` for a stream whose ids cost as much as its records.
pub(super) async fn ids(
    shopify: &Shopify,
    stream: Stream,
    token: Option<&str>,
) -> Result<Option<Ids>, Error> {
    let Some((_, document)) = LISTS.iter().find(|(listed, _)| *listed == stream) else { return Ok(None) };
    if token.is_some_and(str::is_empty) {
        return Err(cursor_refused(Platform::Shopify, document.operation));
    }
    let response = shopify.ask(document, &json!({ "after": token })).await?;
    let read: Listed = envelope::data(&response.body, document.operation)?;
    let ids = read.page.nodes.iter().map(|node| map::number(&node.id)).collect();
    let next = read.page.rest();
    if next.is_some() && next.as_deref() == token {
        // The same place again would never end.
        return Err(malformed(Platform::Shopify, document.operation, "a page leads to itself"));
    }
    Ok(Some(Ids { ids, next }))
}

#[derive(serde::Deserialize)]
struct Listed {
    page: wire::Connection<wire::Named>,
}
