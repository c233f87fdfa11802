//! Changes of an order: its status, its addresses, its metadata.

use serde_json::Value;

use super::{THING, base, find, show, status};
use crate::vendor::{Call, Reply};
use crate::woocommerce::books::{OrderBook, type_over};
use crate::woocommerce::checks::{self, Complaint, Declared, Kind};
use crate::woocommerce::writes::{Shown, Target};
use crate::woocommerce::{Shop, errors, notes, places, refunds, shop};
use crate::world::{Moment, OrderId, VariantId, World};

/// Members that are read; others that the vendor takes are refused.
const BODY: Declared = &[
    (
        "status",
        Kind::OneOf(
            "auto-draft pending processing on-hold completed cancelled refunded failed checkout-draft",
        ),
    ),
    ("customer_note", Kind::Text),
    ("billing", Kind::Object),
    ("shipping", Kind::Object),
    ("payment_method", Kind::Text),
    ("meta_data", Kind::Objects),
    ("set_paid", Kind::Bool),
    ("parent_id", Kind::Elsewhere),
    ("currency", Kind::Elsewhere),
    ("customer_id", Kind::Elsewhere),
    ("payment_method_title", Kind::Elsewhere),
    ("transaction_id", Kind::Elsewhere),
    ("line_items", Kind::Elsewhere),
    ("shipping_lines", Kind::Elsewhere),
    ("fee_lines", Kind::Elsewhere),
    ("coupon_lines", Kind::Elsewhere),
    ("manual_update", Kind::Elsewhere),
];

/// Changes an order as a body asks for, and shows it.
///
/// Each kind of change is noted in the journal only if something changed. Metadata alone does not
/// move `date_modified`.
pub(crate) fn change(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, body: &Value) -> Shown {
    let Target { asked, number, .. } = target;
    checks::fits(body, BODY)?;
    addresses_fit(body)?;
    let (id, _) = find(shop, call.world, number).ok_or_else(|| errors::invalid_id(400, THING))?;
    let addressed = addresses(shop, call, id, body);
    let noted = body["customer_note"].as_str().is_some_and(|text| {
        let book = shop.books.orders.entry(id).or_default();
        book.customer_note.replace(text.to_owned()).unwrap_or_default() != text
    });
    let charged = body["payment_method"].as_str().is_some_and(|method| {
        let now = call.world.orders.get(id).map_or("", |order| shop::paid_by(order).id);
        let book = shop.books.orders.entry(id).or_default();
        book.payment_method.replace(method.to_owned()).as_deref().unwrap_or(now) != method
    });
    if addressed {
        call.applied("order.address", number, None, None);
    }
    if noted || charged {
        call.applied("order_edit", number, None, None);
    }
    if addressed || noted || charged {
        call.world.orders.edit(id, call.now, |_| ());
    }
    if checks::flag(&body["set_paid"]) == Some(true) && pay(call.world, id, call.now) {
        call.applied("order.pay", number, None, None);
    }
    let settled = body["status"].as_str().and_then(|wanted| set_status(shop, call, id, wanted));
    if let Some(kind) = settled {
        call.applied(kind, number, None, None);
    }
    let book = shop.books.orders.entry(id).or_default();
    if book.meta.write(&body["meta_data"], &mut shop.books.last_meta) {
        call.applied("order.tag", number, None, None);
    }
    let (id, order) = find(shop, call.world, number).ok_or_else(|| errors::invalid_id(400, THING))?;
    Ok(show(&shop.scene(call.world, asked.request), id, order))
}

/// Checks the fields of both addresses: texts, all of them, and an address for mail that is one.
pub(crate) fn addresses_fit(body: &Value) -> Result<(), Reply> {
    ["billing", "shipping"].into_iter().try_for_each(|part| address_fits(part, &body[part]))
}

fn address_fits(part: &str, given: &Value) -> Result<(), Reply> {
    for (name, value) in given.as_object().into_iter().flatten() {
        if !places::FIELDS.contains(&name.as_str()) {
            continue;
        }
        let Some(text) = value.as_str() else {
            let message = format!("{part}[{name}] is not of type string.");
            return Err(errors::invalid(&[Complaint::new(part, "rest_invalid_type", message)]));
        };
        if name == "email" && !text.is_empty() && !checks::is_email(text) {
            return Err(errors::invalid(&[Complaint::new(
                part,
                "rest_invalid_email",
                "Invalid email address.",
            )]));
        }
    }
    Ok(())
}

fn addresses(shop: &mut Shop, call: &mut Call<'_>, id: OrderId, body: &Value) -> bool {
    let book = shop.books.orders.entry(id).or_default();
    let billed = type_over(&mut book.billing, &body["billing"]);
    let shipped = type_over(&mut book.shipping, &body["shipping"]);
    if shipped && let Some(order) = call.world.orders.get(id) {
        let home = crate::world::Id::index(order.person);
        let home = call.world.people.get(home).map(|person| person.address.clone());
        call.world.orders.quietly(id, |order| {
            let mut address = order.ship_to.as_deref().cloned().or(home).unwrap_or_default();
            places::take(&mut address, &body["shipping"]);
            order.ship_to = Some(Box::new(address));
        });
    }
    let email = body["billing"]["email"].as_str().filter(|email| !email.is_empty());
    if billed && let Some(email) = email {
        call.world.orders.quietly(id, |order| order.email = Some(email.into()));
    }
    billed || shipped
}

fn pay(world: &mut World, id: OrderId, at: Moment) -> bool {
    let unpaid = world.orders.get(id).is_some_and(|order| order.payment.paid_at.is_none());
    unpaid && world.orders.edit(id, at, |order| order.payment.paid_at = Some(at)).is_some()
}

/// Sets a status, whatever the one before was, with what follows from it. Returns the kind of the
/// effect; `None` if it was set already.
fn set_status(shop: &mut Shop, call: &mut Call<'_>, id: OrderId, wanted: &str) -> Option<&'static str> {
    let now = call.now;
    let before = status(call.world.orders.get(id)?, shop.books.orders.get(&id));
    if before == wanted {
        return None;
    }
    shop.books.orders.entry(id).or_default().trashed = None;
    call.world.orders.edit(id, now, |_| ());
    if before == "cancelled" {
        take_stock_again(shop, call.world, id, now);
        call.world.orders.edit(id, now, |order| {
            order.cancelled_at = None;
            order.cancel_reason = None;
            order.closed_at = None;
        });
    }
    if before == "on-hold" {
        call.world.release_parcels(id, now);
    }
    match wanted {
        "cancelled" => {
            give_stock_back(shop, call.world, id, now);
            call.world.cancel_order(id, "OTHER", false, false, now);
        }
        "on-hold" => drop(call.world.hold_parcels(id, false, now)),
        "processing" | "completed" => drop(pay(call.world, id, now)),
        "refunded" => refunds::book_the_rest(shop, call, id),
        _ => {}
    }
    let follows = base(call.world.orders.get(id)?);
    let book = shop.books.orders.entry(id).or_default();
    book.status = (follows != wanted).then(|| (wanted.to_owned(), follows));
    let text = format!("Order status changed from {} to {}.", title(&before), title(wanted));
    notes::write(shop, id, &text, false, now);
    Some(match (before.as_str(), wanted) {
        (_, "cancelled") => "order.cancel",
        (_, "on-hold") => "fulfilment.hold",
        ("on-hold", "processing") => "fulfilment.release",
        _ => "order.status",
    })
}

fn title(status: &str) -> &str {
    shop::STATUSES.iter().find(|(slug, _)| *slug == status).map_or(status, |(_, name)| name)
}

/// Returns the pieces of an order that were taken from stock and not put back by a refund.
fn still_out(book: &OrderBook, world: &World, id: OrderId) -> Vec<(VariantId, i64)> {
    let Some(order) = world.orders.get(id) else { return Vec::new() };
    let back = |place: usize| {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        book.restocked.get(&place).copied().unwrap_or(0)
    };
    order
        .lines
        .iter()
        .enumerate()
        .map(|(place, line)| (line.variant, i64::from(line.quantity.saturating_sub(back(place)))))
        .collect()
}

fn give_stock_back(shop: &mut Shop, world: &mut World, id: OrderId, at: Moment) {
    let book = shop.books.orders.entry(id).or_default();
    if std::mem::replace(&mut book.returned, true) {
        return;
    }
    for (variant, pieces) in still_out(book, world, id) {
        world.move_stock(variant, 0, pieces, at);
    }
}

fn take_stock_again(shop: &mut Shop, world: &mut World, id: OrderId, at: Moment) {
    let book = shop.books.orders.entry(id).or_default();
    book.returned = false;
    for (variant, pieces) in still_out(book, world, id) {
        world.move_stock(variant, 0, -pieces, at);
    }
}
