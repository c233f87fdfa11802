//! How many pieces there are.
//!
//! The vendor takes an adjustment and carries it out afterwards; it names a transaction that cannot
//! be asked for, so that only the count itself tells.
//!
//! Source: inventory.v3 (put-absolute-adjustment); guide on inventory adjustments.

use fermata_model::{Action, Frozen, Key};
use serde::{Deserialize, Serialize};

use super::{ADJUST_STOCK, Draft, found, impossible, malformed, receipt, serialized, signed, whole};
use crate::bigcommerce::{Bigcommerce, page, wire};
use crate::http::{Method, Request};
use crate::reading::why;
use crate::{Error, Found};

#[derive(Deserialize, Serialize)]
struct Adjustment {
    reason: String,
    items: [Item; 1],
}

#[derive(Deserialize, Serialize)]
struct Item {
    location_id: u64,
    variant_id: u64,
    quantity: i64,
}

/// Drafts a new count.
pub(super) async fn draft(store: &Bigcommerce, action: &Action, key: Key) -> Result<Draft, Error> {
    let Action::StockSet { product, variant, location, quantity, expected } = action else {
        return Err(crate::failure::no_action(fermata_model::Platform::Bigcommerce, action));
    };
    let name = &product.label;
    let no = |why: String| impossible(ADJUST_STOCK, why);
    if *quantity < 0 {
        return Err(no(format!("There cannot be fewer than no pieces of {name}.")));
    }
    let counted = counted(store, action).await?;
    let at = place(store, &counted, location.as_deref()).await?;
    let at = at.ok_or_else(|| no(format!("BigCommerce counts no pieces of {name} there.")))?;
    let now = pieces(at);
    // What was decided on may be either number; they differ by the safety stock.
    let known = [at.location.total_inventory_onhand, at.location.available_to_sell];
    if let Some(expected) = expected
        && !known.contains(&Some(*expected))
    {
        let now = now.map_or("an unknown count".to_owned(), |now| now.to_string());
        return Err(no(format!("There are {now} of {name} by now, not {expected}.")));
    }
    if now == Some(*quantity) {
        return Err(no(format!("There are already {quantity} of {name}.")));
    }
    let item = Item {
        location_id: whole(&at.location.location_id.0)?,
        variant_id: whole(&at.identity.variant_id.0)?,
        quantity: *quantity,
    };
    let undo = now.map(|now| Action::StockSet {
        product: product.clone(),
        variant: variant.clone(),
        location: Some(at.location.location_id.0.clone()),
        quantity: now,
        expected: Some(*quantity),
    });
    Ok(Draft {
        operation: ADJUST_STOCK,
        method: Method::PUT,
        path: "/v3/inventory/adjustments/absolute".to_owned(),
        body: serialized(&Adjustment { reason: signed("", key), items: [item] }),
        undo,
    })
}

/// Picks the place that is meant: where none is named, the only one, or the store's default.
async fn place<'a>(
    store: &Bigcommerce,
    counted: &'a [wire::StockedAt],
    named: Option<&str>,
) -> Result<Option<&'a wire::StockedAt>, Error> {
    let id = match (named, counted) {
        (Some(named), _) => named.to_owned(),
        (None, [only]) => return Ok(Some(only)),
        (None, _) => {
            let request = Request::get("getLocations", "/v3/inventory/locations").query("is_default", "true");
            let defaults: Vec<wire::Named> = page::all(store, request, 250).await?;
            match defaults.into_iter().next() {
                Some(default) => default.id.0,
                None => return Ok(None),
            }
        }
    };
    Ok(counted.iter().find(|at| at.location.location_id.0 == id))
}

/// Asks whether there are as many as were to be, at the place that the request named.
pub(super) async fn find(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    let sent: Adjustment =
        serde_json::from_str(&frozen.body).map_err(|error| malformed(ADJUST_STOCK, why(&error)))?;
    let [Item { location_id, quantity, .. }] = sent.items;
    let counted = counted(store, &frozen.action).await?;
    let at = counted.iter().find(|at| at.location.location_id.0 == location_id.to_string());
    let so = at.filter(|at| pieces(at) == Some(quantity));
    Ok(found(so.map(|at| {
        receipt(&format!("{}/{}", at.identity.variant_id.0, at.location.location_id.0), None, frozen)
    })))
}

/// Returns how many pieces there are, sold or not.
fn pieces(at: &wire::StockedAt) -> Option<i64> {
    at.location.total_inventory_onhand.or(at.location.available_to_sell)
}

/// Reads what is counted of a variant (or of a product without any), at each place.
async fn counted(store: &Bigcommerce, action: &Action) -> Result<Vec<wire::StockedAt>, Error> {
    const OPERATION: &str = "get-inventory-items";
    let Action::StockSet { product, variant, .. } = action else { return Ok(Vec::new()) };
    let product_id = whole(&product.external_id)?;
    let request = Request::get(OPERATION, "/v3/inventory/items");
    let request = match variant.as_str() {
        "" => request.query("product_id:in", product_id.to_string()),
        variant => request.query("variant_id:in", whole(variant)?.to_string()),
    };
    let items = page::texts(store, request, 250).await?;
    let mut found = Vec::new();
    for raw in &items {
        let odd = |error: serde_json::Error| malformed(OPERATION, why(&error));
        let item: wire::Stocked<'_> = serde_json::from_str(raw).map_err(odd)?;
        for location in item.locations {
            found.push(wire::StockedAt {
                identity: serde_json::from_str(item.identity.get()).map_err(odd)?,
                location: serde_json::from_str(location.get()).map_err(odd)?,
                seen_on: wire::Stamp(None),
            });
        }
    }
    // The filter is believed only as far as it is seen to work.
    let wanted = |at: &wire::StockedAt| match variant.as_str() {
        "" => at.identity.product_id.0.as_deref() == Some(product.external_id.as_str()),
        variant => at.identity.variant_id.0 == variant,
    };
    found.retain(|at| {
        wanted(at) && at.identity.product_id.0.as_deref().is_none_or(|id| id == product.external_id)
    });
    // A place that is listed again is no other place; what was read last counts.
    let mut places: Vec<wire::StockedAt> = Vec::new();
    for at in found {
        places.retain(|known| known.location.location_id.0 != at.location.location_id.0);
        places.push(at);
    }
    Ok(places)
}
