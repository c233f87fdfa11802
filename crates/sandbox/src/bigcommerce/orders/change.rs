//! What a `PUT` does to an order.
//!
//! Cancelling refunds nothing and gives nothing back to stock. Changed lines lose their part of the discount, and the
//! payment stays what it was. A new address makes nothing be calculated again.

use serde_json::{Map, Value};

use super::super::numbers::{LINES, ORDERS};
use super::super::{Asked, bodies, body, values};
use super::state::Book;
use super::sums::shares;
use super::{list, order_of, parts, seen};
use crate::vendor::{Call, Reply};
use crate::world::{Address, Order, OrderId};

const CANCELLED: u64 = 5;
const HELD: u64 = 12;
/// The most pieces of a line.
const MOST: u32 = 1_000_000;
/// The statuses count from 0 to this.
const LAST_STATUS: u64 = 14;

/// Changes an order.
pub(in super::super) fn update(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    book: &mut Book,
) -> Result<Reply, Reply> {
    let (id, _) = order_of(asked, call.world)?;
    let body = body(asked, &bodies::UPDATE_ORDER)?;
    let status = body["status_id"].as_u64();
    if status.is_some_and(|status| status > LAST_STATUS) {
        return Err(asked.api.bad("status_id", "There is no such status."));
    }
    if let Some(lines) = body["products"].as_array() {
        change_lines(asked, call, id, lines)?;
    }
    if let Some(note) = body["staff_notes"].as_str() {
        let before = call.world.orders.get(id).and_then(|order| order.note.as_deref());
        if before.unwrap_or("") != note {
            let note = (!note.is_empty()).then(|| note.into());
            call.world.orders.edit(id, call.now, |order| order.note = note);
            call.applied("order.note", ORDERS.of(id), None, None);
        }
    }
    if let Some(over) = body["billing_address"].as_object() {
        let email = over.get("email").and_then(Value::as_str).map(str::to_owned);
        call.world.orders.edit(id, call.now, |order| {
            if let Some(email) = email {
                order.email = (!email.is_empty()).then(|| email.into_boxed_str());
            }
        });
        book.billing.entry(id).or_default().extend(over.clone());
        call.applied("order.billing", ORDERS.of(id), None, None);
    }
    let name = call.world.orders.get(id).and_then(|order| order.name.clone()).unwrap_or_default();
    for (member, kept, own) in
        [("customer_message", &mut book.message, ""), ("external_order_id", &mut book.external, &*name)]
    {
        let text = match &body[member] {
            Value::String(text) => text.clone(),
            Value::Null if body.get(member).is_some() => String::new(),
            _ => continue,
        };
        if kept.get(&id).map_or(own, String::as_str) != text {
            kept.insert(id, text);
            call.world.orders.edit(id, call.now, |_| ());
            call.applied("order_edit", ORDERS.of(id), None, None);
        }
    }
    if let Some(status) = status {
        set_status(call, book, id, status);
    }
    list::answer(asked, call, book, id)
}

fn set_status(call: &mut Call<'_>, book: &mut Book, id: OrderId, status: u64) {
    let now = call.now;
    let before =
        |call: &Call<'_>| seen::placed_here(call.world, id).map(|order| book.status_of(id, order, now));
    let Some(before) = before(call).filter(|before| *before != status) else { return };
    if status == CANCELLED {
        // What has left cannot be called back; the status says cancelled all the same.
        if !call.world.cancel_order(id, "OTHER", false, false, now) {
            call.world.orders.edit(id, now, |_| ());
        }
    } else {
        call.world.orders.edit(id, now, |order| {
            if before == CANCELLED {
                order.cancelled_at = None;
                order.cancel_reason = None;
                order.closed_at = None;
            }
        });
    }
    // The warehouse hears of a hold, where something is left to be held.
    match (before, status) {
        (_, HELD) => _ = call.world.hold_parcels(id, false, now),
        (HELD, _) => _ = call.world.release_parcels(id, now),
        _ => {}
    }
    if let Some(order) = call.world.orders.get(id) {
        book.set_status(id, order, status, now);
    }
    let kind = match (before, status) {
        (_, CANCELLED) => "order.cancel",
        (_, HELD) => "fulfilment.hold",
        (HELD, _) => "fulfilment.release",
        _ => "order_edit",
    };
    call.applied(kind, ORDERS.of(id), None, None);
}

/// Changes pieces and prices of lines, all or none.
fn change_lines(asked: &Asked<'_>, call: &mut Call<'_>, id: OrderId, wanted: &[Value]) -> Result<(), Reply> {
    let Some(mut order) = call.world.orders.get(id).cloned() else { return Err(asked.api.not_found()) };
    let before = shares(&order).0;
    for line in wanted {
        let number = line["id"].as_u64().unwrap_or_default();
        let place =
            parts::lines(&order).find(|(_, line)| LINES.of(line.id) == number).map(|(place, _)| place);
        let Some(place) = place else {
            return Err(asked.api.bad("products", "There is no such line in the order."));
        };
        let price = match line.get("price_inc_tax") {
            Some(price) => Some(
                values::price(price, call.world.shop.currency)
                    .ok_or_else(|| asked.api.bad("products", "The price is no amount."))?,
            ),
            None => None,
        };
        change_line(&mut order, place, line["quantity"].as_u64(), price);
        let line = &order.lines[place];
        if line.quantity > MOST || line.price * i64::from(line.quantity) > values::DEAREST {
            return Err(asked.api.bad("products", "More than an order can hold."));
        }
        order.discount -= before.get(place).map_or(0, |share| share.full - share.paid);
    }
    call.world.orders.edit(id, call.now, |row| {
        row.lines = order.lines;
        row.discount = order.discount.max(0);
    });
    call.applied("order_edit", ORDERS.of(id), None, None);
    Ok(())
}

fn change_line(order: &mut Order, place: usize, quantity: Option<u64>, price: Option<i64>) {
    let Some(line) = order.lines.get_mut(place) else { return };
    if let Some(quantity) = quantity {
        line.quantity = u32::try_from(quantity).unwrap_or(u32::MAX);
    }
    line.price = price.unwrap_or(line.price);
}

/// Changes where an order goes.
pub(in super::super) fn update_address(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    book: &mut Book,
) -> Result<Reply, Reply> {
    let (id, _) = order_of(asked, call.world)?;
    let which = seen::Which::Placed(id);
    if asked.numbers.get(1) != Some(&parts::address_number(which)) {
        return Err(asked.api.not_found());
    }
    let body = body(asked, &bodies::UPDATE_ADDRESS)?;
    let over: Map<String, Value> = body.as_object().cloned().unwrap_or_default();
    book.shipping.entry(id).or_default().extend(over);
    let carts = seen::carts(call.world);
    let written = match seen::see(call.world, which, &carts) {
        Some(seen) => parts::postal(call, book, &seen),
        None => return Err(asked.api.not_found()),
    };
    let text = |member: &str| written.get(member).and_then(Value::as_str).unwrap_or("");
    let some = |member: &str| (!text(member).is_empty()).then(|| text(member).into());
    let address = Address {
        street: text("street_1").into(),
        extra: some("street_2"),
        city: text("city").into(),
        province: some("state"),
        zip: text("zip").into(),
        country: text("country_iso2").as_bytes().try_into().unwrap_or(*b"XX"),
    };
    call.world.orders.edit(id, call.now, |order| order.ship_to = Some(Box::new(address)));
    call.applied("order.address", ORDERS.of(id), None, None);
    let seen = seen::see(call.world, which, &carts).ok_or_else(|| asked.api.not_found())?;
    Ok(Reply::json(200, &parts::address(asked, call, book, &seen)))
}

/// Archives an order: it leaves the list and can still be read by its number.
pub(in super::super) fn archive(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    book: &mut Book,
) -> Result<Reply, Reply> {
    let (id, _) = order_of(asked, call.world)?;
    if book.archived.insert(id) {
        call.world.orders.edit(id, call.now, |_| ());
        call.applied("order.archive", ORDERS.of(id), None, None);
    }
    Ok(Reply::empty(204))
}
