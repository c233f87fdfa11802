//! `refundCreate`: what the vendor checks, in its words, and the booking.
//!
//! The messages of an over-refund, of a foreign parent, of a wrong kind, of too many pieces and of an unknown order
//! are recorded ones (versions 2025-01 and 2026-04). So is that `allowOverRefunding` does not lift the limit of a
//! payment, and that a gateway other than the parent's is not minded. The other messages are ours.

use std::collections::HashMap;

use fermata_model::{Currency, Money};
use serde_json::Value;

use super::change::{Done, order_of};
use super::errors::UserError;
use super::{Shopify, gid};
use crate::vendor::Call;
use crate::world::effects::NewRefund;
use crate::world::{LocationId, Order, OrderId, RefundId};

/// Where the pieces of a refund went back to stock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Restock {
    /// The place.
    pub(crate) location: LocationId,
    /// `RETURN` or `CANCEL`.
    pub(crate) kind: &'static str,
}

/// Which lines of which refunds went back to stock.
pub(crate) type Restocks = HashMap<(RefundId, u16), Restock>;

/// A refund that passed every check.
struct Checked {
    new: NewRefund,
    /// Place of the line, pieces, where to.
    restocks: Vec<(u16, u32, Restock)>,
}

/// Books a refund, or says why not.
pub(crate) fn create(shopify: &mut Shopify, call: &mut Call<'_>, input: &Value) -> Done {
    let Some(id) = input["orderId"].as_str().and_then(|id| order_of(call, id)) else {
        return Done::refused(UserError::at(&["orderId"], "Order does not exist"));
    };
    let refused = |error| Done { order: Some(id), errors: vec![error], ..Done::default() };
    let Checked { new, restocks } = match check(call, id, input) {
        Ok(checked) => checked,
        Err(error) => return refused(error),
    };
    let amount = Money::new(new.amount, call.world.shop.currency);
    let now = call.now;
    let Some(refund) = call.world.refund(id, new, now) else {
        return refused(UserError::at(&["orderId"], "Order does not exist"));
    };
    for (place, pieces, restock) in restocks {
        shopify.restocks.insert((refund, place), restock);
        let variant = call
            .world
            .orders
            .get(id)
            .and_then(|order| order.lines.get(usize::from(place)))
            .map(|line| line.variant);
        let shelf = call.world.locations.iter().position(|here| here.id == restock.location);
        if let (Some(variant), Some(shelf)) = (variant, shelf) {
            call.world.move_stock(variant, shelf, i64::from(pieces), now);
        }
    }
    let refund_id = gid::write("Refund", refund.number());
    call.applied("refund", gid::write("Order", id.number()), Some(refund_id), Some(amount));
    Done { order: Some(id), refund: Some(refund), ..Done::default() }
}

fn check(call: &Call<'_>, id: OrderId, input: &Value) -> Result<Checked, UserError> {
    let currency = call.world.shop.currency;
    let Some(order) = call.world.orders.get(id) else {
        return Err(UserError::at(&["orderId"], "Order does not exist"));
    };
    if input["currency"].as_str().is_some_and(|given| given != currency.code()) {
        return Err(UserError::at(&["currency"], "Currency must be the presentment currency of the order"));
    }
    let (lines, restocks) = lines(call, order, &input["refundLineItems"])?;
    let shipping = shipping(order, &input["shipping"], currency)?;
    let amount = transactions(id, order, &input["transactions"], currency)?;
    let most = order.refundable();
    if amount > most {
        return Err(UserError::whole(format!(
            "Refund amount {} is greater than net payment received {}",
            priced(amount, currency),
            priced(most, currency),
        )));
    }
    if lines.is_empty() && shipping == 0 && amount == 0 {
        return Err(UserError::whole("Refund must contain line items, shipping or a transaction"));
    }
    let note = input["note"].as_str().filter(|note| !note.is_empty()).map(str::to_owned);
    Ok(Checked { new: NewRefund { amount, lines, shipping, note, restock: None }, restocks })
}

type Lines = (Vec<(u16, u32, i64)>, Vec<(u16, u32, Restock)>);

fn lines(call: &Call<'_>, order: &Order, input: &Value) -> Result<Lines, UserError> {
    let mut lines: Vec<(u16, u32, i64)> = Vec::new();
    let mut restocks = Vec::new();
    for (index, asked) in listed(input).into_iter().enumerate() {
        let index = index.to_string();
        let at = |member: &str, message: &str| UserError::at(&["refundLineItems", &index, member], message);
        let number = asked["lineItemId"].as_str().and_then(|id| gid::number(id, "LineItem"));
        let place = order
            .lines
            .iter()
            .position(|line| Some(line.id.number()) == number)
            .and_then(|place| u16::try_from(place).ok())
            .ok_or_else(|| at("lineItemId", "Line item does not exist"))?;
        let pieces = asked["quantity"]
            .as_u64()
            .and_then(|pieces| u32::try_from(pieces).ok())
            .filter(|pieces| *pieces > 0)
            .ok_or_else(|| at("quantity", "Quantity must be greater than 0"))?;
        let line = &order.lines[usize::from(place)];
        let before: u32 =
            lines.iter().filter(|(known, _, _)| *known == place).map(|(_, pieces, _)| pieces).sum();
        if before.saturating_add(pieces) > line.quantity.saturating_sub(line.refunded) {
            return Err(at("quantity", "Quantity cannot refund more items than were purchased"));
        }
        let kind = match asked["restockType"].as_str() {
            None | Some("NO_RESTOCK") => None,
            Some("RETURN") => Some("RETURN"),
            Some("CANCEL") => Some("CANCEL"),
            Some(_) => return Err(at("restockType", "Restock type is not supported")),
        };
        if let Some(kind) = kind {
            let location = asked["locationId"]
                .as_str()
                .and_then(|id| LocationId::from_number(gid::number(id, "Location")?))
                .filter(|location| call.world.locations.iter().any(|here| here.id == *location))
                .ok_or_else(|| at("locationId", "Location is required to restock an item"))?;
            restocks.push((place, pieces, Restock { location, kind }));
        }
        lines.push((place, pieces, order.worth(usize::from(place), pieces)));
    }
    Ok((lines, restocks))
}

fn shipping(order: &Order, input: &Value, currency: Currency) -> Result<i64, UserError> {
    let left = order.shipping_left();
    if input["fullRefund"] == true {
        return Ok(left);
    }
    if input["amount"].is_null() {
        return Ok(0);
    }
    let amount = amount(&input["amount"], currency)
        .ok_or_else(|| UserError::at(&["shipping", "amount"], "Shipping amount is not a valid amount"))?;
    if amount > left {
        let message = format!(
            "Shipping amount cannot be greater than the amount left to refund {}",
            priced(left, currency)
        );
        return Err(UserError::at(&["shipping", "amount"], message));
    }
    Ok(amount)
}

/// Checks the transactions and returns their sum.
fn transactions(id: OrderId, order: &Order, input: &Value, currency: Currency) -> Result<i64, UserError> {
    let mut sum = 0_i64;
    for (index, asked) in listed(input).into_iter().enumerate() {
        let kind = asked["kind"].as_str().unwrap_or_default();
        if kind != "REFUND" {
            return Err(UserError::whole(format!("Kind {} is not a valid transaction", kind.to_lowercase())));
        }
        let of = |member: &str, kind: &str| asked[member].as_str().and_then(|id| gid::number(id, kind));
        if of("orderId", "Order") != Some(id.number())
            || of("parentId", "OrderTransaction") != Some(order.payment.id.number())
        {
            return Err(UserError::at(
                &["transactions"],
                "Transactions require a parent_id associated with the order",
            ));
        }
        let amount = amount(&asked["amount"], currency).filter(|amount| *amount > 0).ok_or_else(|| {
            UserError::at(&["transactions", &index.to_string(), "amount"], "Amount must be greater than zero")
        })?;
        sum = sum.saturating_add(amount);
    }
    Ok(sum)
}

/// Reads a list that may be absent, or a single value that stands for a list of one.
fn listed(input: &Value) -> Vec<&Value> {
    match input {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().collect(),
        one => vec![one],
    }
}

/// Reads an amount that is not negative.
fn amount(value: &Value, currency: Currency) -> Option<i64> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Money::parse(&text, currency).ok().map(|money| money.minor).filter(|minor| *minor >= 0)
}

/// Writes an amount as the vendor's messages do: `$25.00`.
fn priced(minor: i64, currency: Currency) -> String {
    let decimal = Money::new(minor, currency).decimal();
    match currency.code() {
        "EUR" => format!("€{decimal}"),
        "GBP" => format!("£{decimal}"),
        "JPY" => format!("¥{decimal}"),
        "USD" | "CAD" | "AUD" | "NZD" => format!("${decimal}"),
        code => format!("{decimal} {code}"),
    }
}
