//! Stock by inventory item and fulfillment center.
//!
//! Lists are walked by cursor; where the `next` is a relative path, a bare token or a whole address by turns, since
//! the vendor's own answers were seen with all three.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::receiving::Book;
use super::routes::CURSOR;
use super::{Asked, errors, ids};
use crate::paging::turned;
use crate::vendor::{Call, Reply};
use crate::world::{DAY, Id, OrderId, Thing, Variant, VariantId, World};

/// Items on a page, and the most that may be asked for.
const USUAL: u64 = 50;
const MOST: u64 = 250;
/// How long an order may wait in the warehouse and still be counted as promised pieces.
const COUNTED: i64 = 90 * DAY;

/// Pieces that are promised to orders: those of the first location, by variant; all, and those that are kept for them.
type Promised = HashMap<VariantId, (i64, i64)>;

/// Answers a list.
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>, book: &Book) -> Result<Reply, Reply> {
    let size = asked.query.whole("PageSize").unwrap_or(USUAL);
    if size == 0 || size > MOST {
        return Err(errors::problem(400, "PageSize is out of range."));
    }
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let after = match asked.query.text(CURSOR) {
        Some(cursor) => Some(read(cursor).ok_or_else(errors::cursor)?),
        None => None,
    };
    let only = asked.query.whole("LocationId");
    let wanted = |(id, variant): &(VariantId, &Variant)| {
        asked.query.lists("InventoryIds", &ids::item(*id).to_string())
            && asked
                .query
                .text("SearchBy")
                .is_none_or(|text| variant.sku.contains(text) || call.world.variant_title(*id).contains(text))
    };
    let mut rows: Vec<(VariantId, &Variant)> =
        call.world.variants.after(after).filter(wanted).take(size.saturating_add(1)).collect();
    let more = rows.len() > size;
    rows.truncate(size);
    let promised = promised(call.world);
    let items: Vec<Value> =
        rows.iter().map(|(id, variant)| show(call.world, book, &promised, (*id, variant), only)).collect();
    let things: Vec<Thing> = rows.iter().map(|(_, variant)| Thing::Product(variant.product)).collect();
    let (last, before) = (rows.last().map(|row| row.0), rows.iter().rev().nth(1).map(|row| row.0));
    let doubled = call.page(&things);
    // One that leads back by a record from a page of one would never end; then nothing comes twice.
    let place = if doubled { before.or(last) } else { last };
    let next = place.filter(|_| more || doubled).map(|id| onward(asked, id));
    let link = |path: &str| format!("{path}?PageSize={size}");
    Ok(Reply::json(
        200,
        &json!({
            "items": items, "next": next, "prev": null, "first": link(&asked.request.path), "last": null,
        }),
    ))
}

/// Answers with the levels of one item.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>, book: &Book) -> Result<Reply, Reply> {
    let found = asked.numbers.first().and_then(|number| ids::read_item(*number));
    let found = found.and_then(|id| Some((id, call.world.variants.get(id)?)));
    let (id, variant) = found.ok_or_else(|| errors::problem(404, "Not Found"))?;
    Ok(Reply::json(200, &show(call.world, book, &promised(call.world), (id, variant), None)))
}

/// Writes the way to what follows a variant, in one of three ways.
fn onward(asked: &Asked<'_>, id: VariantId) -> String {
    let token = format!("v+{}/=", id.place());
    let path = turned(asked.request, CURSOR, &token);
    match id.place() % 3 {
        0 => path,
        1 => token,
        _ => format!("{}{path}", asked.request.base_url),
    }
}

fn read(cursor: &str) -> Option<VariantId> {
    cursor.strip_prefix("v+")?.strip_suffix("/=")?.parse().ok().map(VariantId::new)
}

fn promised(world: &World) -> Promised {
    let mut promised = Promised::new();
    let since = world.now().plus(-COUNTED);
    let waiting = world
        .orders
        .updated((since, OrderId::new(0))..)
        .map(|(_, order)| order)
        .filter(|order| order.cancelled_at.is_none() && order.stop.is_none_or(|stop| !stop.for_good));
    for order in waiting {
        let kept = order.stop.is_none_or(|stop| !stop.frees_stock);
        for line in order.unpacked().into_iter().filter_map(|place| order.lines.get(usize::from(place))) {
            let (all, reserved) = promised.entry(line.variant).or_default();
            *all += i64::from(line.quantity);
            *reserved += if kept { i64::from(line.quantity) } else { 0 };
        }
    }
    promised
}

fn show(
    world: &World,
    book: &Book,
    promised: &Promised,
    (id, variant): (VariantId, &Variant),
    only: Option<u64>,
) -> Value {
    let wanted = |place: usize| only.is_none_or(|only| only == ids::center(place));
    let locations = world.locations.iter().enumerate().filter(|(place, _)| wanted(*place));
    let locations = locations.map(|(place, location)| {
        let (all, reserved) =
            if place == 0 { promised.get(&id).copied().unwrap_or_default() } else { (0, 0) };
        let left = variant.stock.get(place).copied().unwrap_or(0);
        json!({
            "location_id": ids::center(place), "name": location.name,
            "on_hand_quantity": left + all, "committed_quantity": reserved,
            "fulfillable_quantity": left + all - reserved,
            "awaiting_quantity": book.awaited(ids::item(id), ids::center(place)),
            "internal_transfer_quantity": 0,
        })
    });
    json!({
        "inventory_id": ids::item(id), "name": world.variant_title(id), "sku": variant.sku,
        "locations": locations.collect::<Vec<_>>(),
    })
}
