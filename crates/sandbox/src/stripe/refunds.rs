//! Refunds: reading them, booking one, noting something on one.

use std::collections::BTreeMap;

use fermata_model::Money;
use serde_json::{Value, json};

use super::lists::Row;
use super::{Asked, Said as All, Stripe, charged, disputes, errors, ids, order_of, records};
use crate::vendor::{Call, Reply};
use crate::world::{Moment, NewRefund, Order, OrderId, Refund, RefundId, World};

/// Seconds after which money that goes back to PayPal has arrived.
const PAYPAL_TAKES: i64 = 90;

/// What came with a refund and the world has no place for.
#[derive(Debug, Clone, Default)]
pub(super) struct Said {
    metadata: BTreeMap<String, String>,
    reason: Option<String>,
    instructions_email: Option<String>,
}

/// A refund with its order.
struct Found<'w> {
    id: OrderId,
    order: &'w Order,
    refund: &'w Refund,
}

/// Lists refunds, all or those of one charge.
pub(super) fn list(stripe: &mut Stripe, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    for (prefix, param, kind) in
        [(ids::CHARGE, "charge", "charge"), (ids::INTENT, "payment_intent", "payment_intent")]
    {
        if let Some(id) = asked.given.text(param)
            && order_of(call.world, prefix, id).is_none()
        {
            return Err(errors::missing(kind, id, param));
        }
    }
    let page = stripe.page(asked, call, (ids::REFUND, "refund"), rows)?;
    let expands = asked.given.expands("data.charge");
    let shown = page.rows.iter().filter_map(|row| {
        let refund = RefundId::from_number(row.number)?;
        let order = call.world.orders.get(row.order)?;
        let refund = order.refunds.iter().find(|known| known.id == refund)?;
        Some(show(call.world, &Found { id: row.order, order, refund }, &stripe.said, call.now, expands))
    });
    Ok(page.reply("/v1/refunds", shown.collect()))
}

/// Shows one refund.
pub(super) fn get(said: &All, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let found = find(call.world, asked.id)?;
    Ok(Reply::json(200, &show(call.world, &found, said, call.now, asked.given.expands("charge"))))
}

/// Books a refund.
pub(super) fn create(said: &mut All, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let given = &asked.given;
    for foreign in ["origin", "currency", "customer"] {
        if given.text(foreign).is_some() {
            return Err(errors::bad(Some(foreign), "This account holds no balance of customers."));
        }
    }
    for foreign in ["refund_application_fee", "reverse_transfer"] {
        if given.text(foreign) == Some("true") {
            return Err(errors::bad(
                Some(foreign),
                "The charge has neither an application fee nor a transfer.",
            ));
        }
    }
    let (prefix, kind, text) = match (given.text("charge"), given.text("payment_intent")) {
        (Some(charge), None) => (ids::CHARGE, "charge", charge),
        (None, Some(intent)) => (ids::INTENT, "payment_intent", intent),
        (None, None) => {
            let message =
                "One of the following params should be provided for this request: payment_intent or charge.";
            return Err(errors::parameter("parameter_missing", "charge", message));
        }
        (Some(_), Some(_)) => {
            return Err(errors::bad(
                None,
                "You may only specify one of these parameters: charge, payment_intent.",
            ));
        }
    };
    let (id, order) = order_of(call.world, prefix, text).ok_or_else(|| errors::missing(kind, text, kind))?;
    let charge = ids::write(ids::CHARGE, id.number());
    if disputes::of(call.world, id, call.now).is_some_and(|dispute| dispute.bars_refunds()) {
        let message = format!("Charge {charge} has been charged back; cannot issue a refund.");
        return Err(errors::state("charge_disputed", &message, &charge));
    }
    let rest = order.refundable();
    if rest == 0 {
        let message = format!("Charge {charge} has already been refunded.");
        return Err(errors::state("charge_already_refunded", &message, &charge));
    }
    let amount = given.whole("amount").unwrap_or(rest);
    if amount < 1 {
        let message = "This value must be greater than or equal to 1.";
        return Err(errors::parameter("parameter_invalid_integer", "amount", message));
    }
    if amount > rest {
        let shown = |minor: i64| Money::new(minor, call.world.shop.currency).decimal();
        let message = format!(
            "Refund amount ({}) is greater than unrefunded amount on charge ({})",
            shown(amount),
            shown(rest)
        );
        return Err(errors::parameter("amount_too_large", "amount", &message));
    }
    let new = NewRefund { amount, ..NewRefund::default() };
    let Some(refund) = call.world.refund(id, new, call.now) else {
        return Err(errors::missing(kind, text, kind));
    };
    let metadata = given.metadata.clone().unwrap_or_default();
    let noted = Said {
        metadata: metadata.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
        reason: given.text("reason").map(str::to_owned),
        instructions_email: given.text("instructions_email").map(str::to_owned),
    };
    said.insert(refund, noted);
    let refund = ids::write(ids::REFUND, refund.number());
    let money = Money::new(amount, call.world.shop.currency);
    call.applied("payment.refund", &charge, Some(refund.clone()), Some(money));
    let found = find(call.world, &refund)?;
    Ok(Reply::json(200, &show(call.world, &found, said, call.now, given.expands("charge"))))
}

/// Notes something on a refund; an empty value removes its pair, an empty whole all of them.
pub(super) fn update(said: &mut All, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let refund = find(call.world, asked.id)?.refund.id;
    let noted = said.entry(refund).or_default();
    if asked.given.no_metadata {
        noted.metadata.clear();
    }
    for (name, value) in asked.given.metadata.iter().flatten() {
        if value.is_empty() {
            noted.metadata.remove(name);
        } else {
            noted.metadata.insert(name.clone(), value.clone());
        }
    }
    if asked.given.no_metadata || asked.given.metadata.is_some() {
        call.applied("payment.refund.note", asked.id, None, None);
    }
    get(said, asked, call)
}

/// Refuses to call a refund off: only one that waits for its recipient can be, and none here does.
pub(super) fn cancel(asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    find(call.world, asked.id)?;
    Err(errors::bad(None, "Only refunds with status `requires_action` can be canceled."))
}

/// All refunds of charges by which money moved.
fn all(world: &World) -> impl Iterator<Item = Found<'_>> {
    charged(world).flat_map(|(id, order)| {
        let moved = order.refunds.iter().filter(|refund| refund.transaction.is_some());
        moved.map(move |refund| Found { id, order, refund })
    })
}

/// The same as rows, newest first: numbers are given in the order of booking.
fn rows(world: &World, _: Moment) -> Vec<Row> {
    let mut rows: Vec<Row> = all(world)
        .map(|Found { id, refund, .. }| Row {
            number: refund.id.number(),
            created: refund.created_at,
            order: id,
        })
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.created, row.number)));
    rows
}

fn find<'w>(world: &'w World, text: &str) -> Result<Found<'w>, Reply> {
    let number = ids::read(ids::REFUND, text);
    let found = all(world).find(|found| Some(found.refund.id.number()) == number);
    found.ok_or_else(|| errors::missing("refund", text, "refund"))
}

fn show(world: &World, found: &Found<'_>, said: &All, now: Moment, expands: bool) -> Value {
    let Found { id, order, refund } = found;
    let noted = said.get(&refund.id).cloned().unwrap_or_default();
    let kind = records::kind(order);
    let pending = kind == "paypal" && now.since(refund.created_at) < PAYPAL_TAKES;
    let destination = if kind == "paypal" {
        json!({ "type": "paypal", "paypal": {} })
    } else {
        json!({ "type": "card", "card": { "type": "refund" } })
    };
    let charge = if expands {
        records::charge(world, *id, order, now)
    } else {
        json!(ids::write(ids::CHARGE, id.number()))
    };
    let mut shown = json!({
        "id": ids::write(ids::REFUND, refund.id.number()), "object": "refund",
        "amount": refund.amount,
        "balance_transaction": refund.transaction.map(|id| ids::write("txn_3P", id.number())),
        "charge": charge, "created": refund.created_at.second(), "currency": records::currency(world),
        "customer": null, "customer_account": null, "destination_details": destination,
        "metadata": noted.metadata, "payment_intent": ids::write(ids::INTENT, id.number()),
        "payment_method": null, "reason": noted.reason, "receipt_number": null, "source_transfer_reversal": null,
        "status": if pending { "pending" } else { "succeeded" }, "transfer_reversal": null,
    });
    if pending {
        shown["pending_reason"] = json!("processing");
    }
    if let Some(email) = noted.instructions_email {
        shown["instructions_email"] = json!(email);
    }
    shown
}
