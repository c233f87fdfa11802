//! Changes of an order: what is noted on it, where it goes, and calling it off.
//!
//! The messages of a second cancellation, of a note too long, of two ways to refund, of an update of nothing, of an
//! unknown order and of an address without last name, postcode or state are recorded ones (2025-01 and 2026-04);
//! the others are ours. A cancellation is a job: it is decided at once, and shown a moment later.

use serde_json::{Map, Value};

use super::books::{Cancel, Recipient};
use super::change::{Done, add, labels, order_of};
use super::errors::UserError;
use super::{Shopify, gid};
use crate::vendor::Call;
use crate::world::{Address, OrderId};

/// Practice seconds until a cancelled order is shown as such.
const CANCELS_IN: i64 = 2;
/// The longest note of a cancellation.
const LONGEST_STAFF_NOTE: usize = 255;
/// Countries whose addresses need a state, of those that the practice store sends to.
const WITH_STATES: [(&str, &str); 5] =
    [("AU", "Australia"), ("BR", "Brazil"), ("CA", "Canada"), ("IT", "Italy"), ("US", "United States")];

/// Changes an order's note, e-mail address, labels or address.
pub(crate) fn update(shopify: &mut Shopify, call: &mut Call<'_>, input: &Value) -> Done {
    let Some(order) = input["id"].as_str().and_then(|id| order_of(call, id)) else {
        return Done::refused(UserError::at(&["id"], "Order does not exist"));
    };
    let refused = |errors| Done { order: Some(order), errors, ..Done::default() };
    if input.as_object().is_none_or(|members| members.len() < 2) {
        return refused(vec![UserError::whole("No valid update parameters have been provided")]);
    }
    let note =
        input.get("note").map(|note| note.as_str().filter(|note| !note.is_empty()).map(Box::<str>::from));
    let email = input.get("email").map(|email| email.as_str().map(Box::<str>::from));
    if email.as_ref().and_then(Option::as_deref).is_some_and(|email| !email.contains('@')) {
        return refused(vec![UserError::at(&["email"], "Email is invalid")]);
    }
    let tags = input.get("tags").map(|tags| labels(Some(tags)));
    let place = input.get("shippingAddress").filter(|address| !address.is_null()).map(address);
    let place = match place.transpose() {
        Ok(place) => place,
        Err(errors) => return refused(errors),
    };
    let kinds = [("order.note", note.is_some()), ("order.address", place.is_some())];
    let to = place.map(|(address, recipient)| {
        shopify.books.recipients.insert(order, recipient);
        address
    });
    call.world.orders.edit(order, call.now, |order| {
        if let Some(note) = note {
            order.note = note;
        }
        if let Some(email) = email {
            order.email = email;
        }
        if let Some(tags) = tags {
            order.tags.clear();
            add(&mut order.tags, &tags);
        }
        if let Some(to) = to {
            order.ship_to = Some(Box::new(to));
        }
    });
    let done: Vec<&str> = kinds.iter().filter(|(_, done)| *done).map(|(kind, _)| *kind).collect();
    for kind in if done.is_empty() { vec!["order_edit"] } else { done } {
        call.applied(kind, gid::write("Order", order.number()), None, None);
    }
    Done { order: Some(order), ..Done::default() }
}

/// Reads an address, or says everything that is wrong with it.
fn address(input: &Value) -> Result<(Address, Recipient), Vec<UserError>> {
    let text = |name: &str| {
        let text = input[name].as_str().map(str::trim).filter(|text| !text.is_empty());
        text.map(str::to_owned)
    };
    let country = text("countryCode").unwrap_or_default();
    let mut wrong = Vec::new();
    let mut need = |name: &str, message: &str| {
        text(name).unwrap_or_else(|| {
            wrong.push(UserError::at(&["shippingAddress", name], message));
            String::new()
        })
    };
    let last = need("lastName", "Enter a last name");
    let street = need("address1", "Enter an address");
    let city = need("city", "Enter a city");
    let zip = need("zip", "Enter a ZIP code");
    need("countryCode", "Enter a country");
    if let Some((_, name)) = WITH_STATES.iter().find(|(code, _)| *code == country)
        && text("provinceCode").is_none_or(|code| !(2..=3).contains(&code.len()))
    {
        let message = format!("State is not a valid state in {name}");
        wrong.push(UserError::at(&["shippingAddress", "province"], message));
    }
    if text("phone").is_some_and(|phone| phone.chars().filter(char::is_ascii_digit).count() < 5) {
        wrong.push(UserError::at(&["shippingAddress", "phone"], "Phone is invalid"));
    }
    let Ok(code) = <[u8; 2]>::try_from(country.as_bytes()) else { return Err(wrong) };
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let address = Address {
        street: street.into(),
        extra: text("address2").map(String::into_boxed_str),
        city: city.into(),
        province: text("provinceCode").map(String::into_boxed_str),
        zip: zip.into(),
        country: code,
    };
    let recipient = Recipient {
        first: text("firstName").unwrap_or_default(),
        last,
        company: text("company"),
        phone: text("phone"),
    };
    Ok((address, recipient))
}

/// Calls an order off.
pub(crate) fn cancel(shopify: &mut Shopify, call: &mut Call<'_>, arguments: &Map<String, Value>) -> Done {
    let given = |name: &str| arguments.get(name).filter(|value| !value.is_null());
    let Some(order) = given("orderId").and_then(Value::as_str).and_then(|id| order_of(call, id)) else {
        return Done::refused(UserError::at(&["orderId"], "Order does not exist").coded("NOT_FOUND"));
    };
    let refused = |field: &str, message: &str| Done {
        order: Some(order),
        errors: vec![UserError::at(&[field], message).coded("INVALID")],
        ..Done::default()
    };
    let note = given("staffNote").and_then(Value::as_str);
    if note.is_some_and(|note| note.chars().count() > LONGEST_STAFF_NOTE) {
        return refused("staffNote", "Staff note is too long. Maximum length is 255 characters.");
    }
    if given("refund").is_some() && given("refundMethod").is_some() {
        return refused("refund", "Only one of the arguments `refund` or `refund_method` is allowed.");
    }
    let refund = given("refund").is_some_and(|refund| refund == true)
        || given("refundMethod").is_some_and(|method| method["originalPaymentMethodsRefund"] == true);
    let restock = given("restock").is_some_and(|restock| restock == true);
    let Some(row) = call.world.orders.get(order) else {
        return refused("orderId", "Order does not exist");
    };
    if row.cancelled_at.is_some() {
        return refused("orderId", "Cannot cancel an order that has already been canceled");
    }
    if !row.parcels.is_empty() {
        return refused("orderId", "Cannot cancel an order with fulfillments");
    }
    let reason = given("reason").and_then(Value::as_str).unwrap_or("OTHER").to_owned();
    let now = call.now;
    call.world.cancel_order(order, &reason, refund, restock, now);
    if restock && !refund {
        restock_all(call, order);
    }
    let job = Cancel { note: note.map(str::to_owned), done_at: now.plus(CANCELS_IN) };
    shopify.books.cancels.insert(order, job);
    call.applied("order.cancel", gid::write("Order", order.number()), None, None);
    Done { order: Some(order), ..Done::default() }
}

/// Puts back on the first shelf what an order has not given back yet.
fn restock_all(call: &mut Call<'_>, order: OrderId) {
    let Some(row) = call.world.orders.get(order) else { return };
    let back: Vec<_> =
        row.lines.iter().map(|line| (line.variant, line.quantity.saturating_sub(line.refunded))).collect();
    for (variant, pieces) in back {
        call.world.move_stock(variant, 0, i64::from(pieces), call.now);
    }
}
