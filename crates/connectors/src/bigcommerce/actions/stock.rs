//! How many pieces there are.
//!
//! The vendor takes an adjustment and carries it out afterwards; it names a transaction that cannot
//! be asked for, so that only the count itself tells.
//!
//! Source: inventory.v3 (put-absolute-adjustment); guide on inventory adjustments.

use fermata_model::{Action, Frozen, Key};
use serde::Serialize;

use super::{ADJUST_STOCK, Draft, found, impossible, malformed, receipt, serialized, signed, whole};
use crate::bigcommerce::{Bigcommerce, page, wire};
use crate::http::{Method, Request};
use crate::reading::why;
use crate::{Error, Found};

#[derive(Serialize)]
struct Adjustment {
    reason: String,
    items: [Item; 1],
}

#[derive(Serialize)]
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
    let mut places = counted
        .iter()
        .filter(|at| location.as_deref().is_none_or(|wanted| wanted == at.location.location_id.0));
    let at = match (places.next(), places.next()) {
        (Some(at), None) => at,
        (None, _) => return Err(no(format!("BigCommerce counts no pieces of {name} there."))),
        (Some(_), Some(_)) => {
            return Err(no(format!("{name} lies at several places, so one of them must be named.")));
        }
    };
    let now = at.location.total_inventory_onhand.or(at.location.available_to_sell);
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

/// Asks whether there are as many as were to be.
pub(super) async fn find(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    let Action::StockSet { location, quantity, .. } = &frozen.action else { return Ok(Found::No) };
    let counted = counted(store, &frozen.action).await?;
    let at = counted
        .iter()
        .find(|at| location.as_deref().is_none_or(|wanted| wanted == at.location.location_id.0));
    let so = at
        .filter(|at| at.location.total_inventory_onhand.or(at.location.available_to_sell) == Some(*quantity));
    Ok(found(so.map(|at| {
        receipt(&format!("{}/{}", at.identity.variant_id.0, at.location.location_id.0), None, frozen)
    })))
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
    let listed = page::list(store, request, 1, 250).await?;
    let mut found = Vec::new();
    for raw in &listed.records {
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
    Ok(found)
}
