//! Orders of all storefronts, as the warehouse holds them: a bare array, its page facts in headers.

use serde_json::{Value, json};

use super::shipments::{self, Shipment};
use super::{Asked, ids, places};
use crate::json::number;
use crate::paging::{Numbered, turned};
use crate::vendor::{Call, Reply};
use crate::world::{Id, Order, OrderId, Thing, World};

/// Orders on a page, and the most that may be asked for.
const USUAL: u64 = 50;
const MOST: u64 = 250;

/// Answers a list; the newest first unless asked otherwise.
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>, pages: &mut Numbered) -> Result<Reply, Reply> {
    let page = asked.query.page(USUAL, MOST)?;
    let mut found = wanted(asked, call.world);
    found.sort_unstable();
    if asked.query.text("SortOrder") != Some("Oldest") {
        found.reverse();
    }
    let list = asked.query.mark("order");
    let sheet = pages.page(call, list, page, &found, |id| Some(Thing::Order(*id)));
    let orders = sheet.items.iter().filter_map(|id| show(call.world, *id)).collect();
    Ok(numbered(asked, page, (sheet.pages, sheet.total), orders))
}

/// Answers with the records of a numbered page.
pub(super) fn numbered(
    asked: &Asked<'_>,
    (page, size): (usize, usize),
    (pages, total): (usize, usize),
    records: Vec<Value>,
) -> Reply {
    let next = (page < pages).then(|| turned(asked.request, "Page", &(page + 1).to_string()));
    Reply::json(200, &Value::Array(records))
        .with("Page-Number", page.to_string())
        .with("Page-Size", size.to_string())
        .with("Total-Pages", pages.to_string())
        .with("Total-Count", total.to_string())
        .with_some("Next-Page", next)
}

/// Finds what the filters let through, in no order.
fn wanted(asked: &Asked<'_>, world: &World) -> Vec<OrderId> {
    let query = &asked.query;
    let fits = |id: OrderId, order: &Order| {
        let sent = order.parcels.iter().map(|parcel| parcel.updated_at).max();
        let tracked = (query.text("LastTrackingUpdateStartDate"), query.text("LastTrackingUpdateEndDate"));
        is_here(order)
            && query.lists("IDs", &ids::order(id).to_string())
            && query.lists("ReferenceIds", &id.number().to_string())
            && query.within(order.created_at, ("StartDate", "EndDate"))
            && query.within(order.updated_at, ("LastUpdateStartDate", "LastUpdateEndDate"))
            && query.truth("HasTracking").is_none_or(|wanted| wanted == sent.is_some())
            && query.truth("IsTrackingUploaded").is_none_or(|wanted| wanted == sent.is_some())
            && (tracked == (None, None)
                || sent.is_some_and(|at| {
                    query.within(at, ("LastTrackingUpdateStartDate", "LastTrackingUpdateEndDate"))
                }))
    };
    match query.time("LastUpdateStartDate") {
        Some(since) => {
            let changed = world.orders.updated((since, OrderId::new(0))..);
            changed.filter(|(id, order)| fits(*id, order)).map(|(id, _)| id).collect()
        }
        None => world.orders.iter().filter(|(id, order)| fits(*id, order)).map(|(id, _)| id).collect(),
    }
}

/// Tells whether the warehouse was told of an order: it is once it is paid.
pub(super) fn is_here(order: &Order) -> bool {
    order.payment.paid_at.is_some()
}

/// Finds the order of the path.
fn asked_for<'w>(asked: &Asked<'_>, world: &'w World) -> Result<(OrderId, &'w Order), Reply> {
    asked
        .numbers
        .first()
        .and_then(|number| ids::read_order(*number))
        .and_then(|id| Some((id, world.orders.get(id).filter(|order| is_here(order))?)))
        .ok_or_else(|| Reply::empty(404))
}

/// Answers with one.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, _) = asked_for(asked, call.world)?;
    show(call.world, id).map(|order| Reply::json(200, &order)).ok_or_else(|| Reply::empty(404))
}

/// Answers with its shipments.
pub(super) fn shipments(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, order) = asked_for(asked, call.world)?;
    let shown = shipments::of(id, order).iter().map(|shipment| shipment.show(call.world)).collect();
    Ok(Reply::json(200, &Value::Array(shown)))
}

/// Finds the number of the order of the path, and its shipments' places.
pub(super) fn places_of(asked: &Asked<'_>, call: &Call<'_>) -> Result<(OrderId, Vec<usize>), Reply> {
    let (id, order) = asked_for(asked, call.world)?;
    Ok((id, (0..shipments::of(id, order).len()).collect()))
}

/// Shows an order with its shipments; `None` if there is none.
pub(super) fn show(world: &World, id: OrderId) -> Option<Value> {
    let order = world.orders.get(id)?;
    let shipments = shipments::of(id, order);
    let currency = world.shop.currency;
    let products = order.lines.iter().map(|line| {
        json!({
            "id": ids::item(line.variant), "reference_id": line.variant.number().to_string(),
            "sku": world.variants.get(line.variant).map(|variant| &variant.sku), "quantity": line.quantity,
            "quantity_unit_of_measure_code": null, "unit_price": number(line.price, currency), "gtin": null, "upc": null,
            "external_line_id": null,
        })
    });
    Some(json!({
        "id": ids::order(id),
        "reference_id": id.number().to_string(),
        "order_number": world.order_name(id),
        "channel": places::channel_of(world, order.person),
        "created_date": order.created_at,
        "purchase_date": order.created_at,
        "status": status(&shipments),
        "type": "DTC",
        "recipient": {
            "name": shipments::name(world, order), "email": shipments::email(world, order),
            "phone_number": shipments::phone(world, order), "address": shipments::address(world, order),
        },
        "products": products.collect::<Vec<_>>(),
        "shipments": shipments.iter().map(|shipment| shipment.show(world)).collect::<Vec<_>>(),
        "financials": { "total_price": number(order.total(), currency) },
        "shipping_method": "Standard",
        "shipping_terms": { "carrier_type": "Parcel", "payment_term": "Prepaid" },
        "tags": [],
        "gift_message": null,
    }))
}

/// Returns an order's status, which follows from its shipments'.
fn status(shipments: &[Shipment<'_>]) -> &'static str {
    let count = |status: &str| shipments.iter().filter(|shipment| shipment.status() == status).count();
    match (count("Completed"), count("Cancelled")) {
        (0, cancelled) if cancelled == shipments.len() => "Cancelled",
        (0, _) => "Processing",
        (completed, cancelled) if completed + cancelled == shipments.len() => "Fulfilled",
        _ => "PartiallyFulfilled",
    }
}
