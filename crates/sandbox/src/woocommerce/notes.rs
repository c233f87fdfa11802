//! Notes on orders: separate objects that leave the order's `date_modified` alone.

use serde_json::{Value, json};

use super::checks::{self, Declared, Kind};
use super::times::gmt;
use super::{Asked, Scene, Shop, errors, orders, shop};
use crate::vendor::{Call, Reply};
use crate::world::{Moment, Order, OrderId};

const BODY: Declared = &[("note", Kind::Text), ("customer_note", Kind::Bool), ("added_by_user", Kind::Bool)];
/// The number below the first one that is given.
const FIRST: u64 = 700_000;

/// A note.
#[derive(Debug, Clone)]
pub(super) struct Note {
    order: OrderId,
    number: u64,
    author: String,
    text: String,
    for_customer: bool,
    at: Moment,
}

/// Writes a note in the shop's name; returns its number.
pub(super) fn write(shop: &mut Shop, order: OrderId, text: &str, for_customer: bool, at: Moment) -> u64 {
    let number = FIRST + shop.books.notes.len() as u64 + 1;
    let (author, text) = ("WooCommerce".to_owned(), text.to_owned());
    shop.books.notes.push(Some(Note { order, number, author, text, for_customer, at }));
    number
}

/// Returns the notes of an order, newest first: what was written, and what follows from the order.
fn of(shop: &Shop, id: OrderId, order: &Order) -> Vec<Note> {
    let own = |number: u64, text: String, at: Moment| Note {
        order: id,
        number: id.number() + number,
        author: "WooCommerce".to_owned(),
        text,
        for_customer: false,
        at,
    };
    let mut notes = Vec::new();
    if let Some(at) = order.payment.paid_at {
        let (way, id) = (shop::paid_by(order).title, order.payment.id.number());
        notes.push(own(10, format!("Payment via {way} ({id})."), at));
    }
    if let Some(text) = &order.note {
        notes.push(own(11, text.to_string(), order.created_at));
    }
    notes.extend(shop.books.notes.iter().flatten().filter(|note| note.order == id).cloned());
    notes.sort_by_key(|note| note.at);
    notes.reverse();
    notes
}

fn show(scene: &Scene<'_>, note: &Note) -> Value {
    let list = format!("orders/{}/notes", note.order.number());
    let mut links = scene.links(&list, note.number);
    links["up"] = json!([{ "href": scene.href(&format!("orders/{}", note.order.number())) }]);
    json!({
        "id": note.number,
        "author": note.author,
        "date_created": scene.zone.local(note.at),
        "date_created_gmt": gmt(note.at),
        "note": note.text,
        "customer_note": note.for_customer,
        "_links": links,
    })
}

fn order<'w>(shop: &Shop, asked: &Asked<'_>, call: &'w Call<'_>) -> Result<(OrderId, &'w Order), Reply> {
    orders::find(shop, call.world, asked.number(0))
        .ok_or_else(|| errors::refuse(404, "woocommerce_rest_order_invalid_id", "Invalid order ID."))
}

/// Lists all notes of an order at once: this list has no pages.
pub(super) fn list(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let (id, order) = order(shop, asked, call)?;
    let scene = shop.scene(call.world, asked.request);
    let wanted = |note: &&Note| match asked.query.text("type") {
        Some("customer") => note.for_customer,
        Some("internal") => !note.for_customer,
        _ => true,
    };
    let notes: Vec<Value> =
        of(shop, id, order).iter().filter(wanted).map(|note| show(&scene, note)).collect();
    Ok(errors::answer(200, &Value::Array(notes)))
}

fn find(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Note, Reply> {
    let (id, order) = order(shop, asked, call)?;
    let found = of(shop, id, order).into_iter().find(|note| note.number == asked.number(1));
    found.ok_or_else(|| errors::refuse(404, "woocommerce_rest_invalid_id", "Invalid resource ID."))
}

pub(super) fn get(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let note = find(shop, asked, call)?;
    Ok(errors::answer(200, &show(&shop.scene(call.world, asked.request), &note)))
}

pub(super) fn create(shop: &mut Shop, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = checks::body(asked.request)?;
    let Some(text) = body.get("note") else { return Err(errors::missing("note")) };
    checks::fits(&body, BODY)?;
    let (id, _) = order(shop, asked, call)?;
    let for_customer = checks::flag(&body["customer_note"]).unwrap_or(false);
    let text = super::cleaned(text.as_str().unwrap_or_default());
    let number = write(shop, id, &text, for_customer, call.now);
    if checks::flag(&body["added_by_user"]) == Some(true)
        && let Some(Some(note)) = shop.books.notes.last_mut()
    {
        note.author = "admin".to_owned();
    }
    call.applied("order.note", id.number(), Some(number.to_string()), None);
    let note = shop.books.notes.last().cloned().flatten();
    let scene = shop.scene(call.world, asked.request);
    let shown = note.map(|note| show(&scene, &note)).unwrap_or_default();
    let location = scene.href(&format!("orders/{}/notes/{number}", id.number()));
    Ok(errors::answer(201, &shown).with("Location", location))
}

pub(super) fn delete(shop: &mut Shop, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let note = find(shop, asked, call)?;
    if !asked.query.flag("force") {
        return Err(errors::no_trash("Order notes"));
    }
    let place =
        shop.books.notes.iter().position(|kept| kept.as_ref().is_some_and(|kept| kept.number == note.number));
    let Some(place) = place else {
        let message = "This note cannot be deleted in the practice store.";
        return Err(errors::refuse(500, "woocommerce_rest_cannot_delete", message));
    };
    shop.books.notes[place] = None;
    call.applied("order.note.delete", note.order.number(), Some(note.number.to_string()), None);
    Ok(errors::answer(200, &show(&shop.scene(call.world, asked.request), &note)))
}
