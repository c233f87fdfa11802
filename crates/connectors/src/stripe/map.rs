//! From Stripe's words to ours: pure and total. An unknown status keeps its word.

use std::collections::BTreeMap;

use fermata_model::record::{Change, Dispute, Entity, Payment, Refund, Return, Who};
use fermata_model::{Money, Stream, Timestamp};
use serde_json::value::RawValue;

use super::money;
use super::wire::{self, noted};
use crate::reading::{Mapped, change, country, filled, inexact};

/// The note on a refund that holds the action's key.
pub(super) const ACTION: &str = "fermata_action";
/// The note on a refund that says what it is for.
pub(super) const NOTE: &str = "fermata_note";

/// Notes under which shops write the number or id of the order that a payment is for.
const ORDER: &[&str] = &["order_number", "order_name", "order_id"];

/// Reads one charge from its own text.
pub(super) fn payment(raw: &str) -> Change {
    change(Stream::Payments, raw, mapped_payment)
}

/// Reads one refund from its own text.
pub(super) fn refund(raw: &str) -> Change {
    change(Stream::Refunds, raw, mapped_refund)
}

/// Reads one dispute from its own text.
pub(super) fn dispute(raw: &str) -> Change {
    change(Stream::Disputes, raw, mapped_dispute)
}

/// Takes the charge out of a refund or dispute that brought it along whole, and leaves its id there.
///
/// Returns the text as it came, and no charge, if there is none to take out.
pub(super) fn split(raw: &str) -> (String, Option<String>) {
    let taken = || {
        let mut members: BTreeMap<String, &RawValue> = serde_json::from_str(raw).ok()?;
        let charge = members.get("charge")?.get().to_owned();
        let named: wire::Named = serde_json::from_str(&charge).ok()?;
        let id = serde_json::value::to_raw_value(&named.id).ok()?;
        members.insert("charge".to_owned(), &id);
        Some((serde_json::to_string(&members).ok()?, charge))
    };
    match taken() {
        Some((rest, charge)) => (rest, Some(charge)),
        None => (raw.to_owned(), None),
    }
}

fn mapped_payment(charge: wire::Charge) -> Result<Mapped, String> {
    let at = second(charge.created)?;
    let is_captured = charge.captured != Some(false);
    // What was only set aside on the card has not been charged.
    let amount = if is_captured { charge.amount_captured.unwrap_or(charge.amount) } else { charge.amount };
    let payment = Payment {
        order_name: noted(&charge.metadata, ORDER),
        at,
        amount: exact(amount, &charge.currency)?,
        refunded: exact(charge.amount_refunded, &charge.currency)?,
        // Stripe's own word for it, on the payment intent.
        status: if is_captured { charge.status } else { "requires_capture".to_owned() },
        who: who(charge.billing_details.unwrap_or_default(), charge.receipt_email.0, charge.customer),
    };
    Ok(Mapped { external_id: charge.id, changed_at: at, entity: Entity::Payment(payment) })
}

fn who(billing: wire::Billing, receipt: Option<String>, customer: Option<wire::Link>) -> Who {
    let mut emails: Vec<String> = [billing.email.0, receipt].into_iter().filter_map(filled).collect();
    emails.dedup();
    Who {
        external_id: customer.and_then(wire::Link::id),
        emails,
        phones: filled(billing.phone.0).into_iter().collect(),
        name: filled(billing.name.0),
        country: billing.address.and_then(|address| country(address.country.0)),
        claims: Vec::new(),
    }
}

fn mapped_refund(refund: wire::Refund) -> Result<Mapped, String> {
    let at = second(refund.created)?;
    let asked = exact(refund.amount, &refund.currency)?;
    let payment = [refund.charge, refund.payment_intent].into_iter().flatten().find_map(wire::Link::id);
    // What goes back to a customer's own balance comes from no charge, and stands for itself.
    let payment = payment.unwrap_or_else(|| refund.id.clone());
    // Those without a status are older than statuses, and long since done.
    let status = refund.status.unwrap_or_else(|| "succeeded".to_owned());
    let amount = if status == "succeeded" { asked } else { Money::zero(asked.currency) };
    let note = noted(&refund.metadata, &[NOTE]).or_else(|| filled(refund.reason.0));
    let back = Return {
        payment,
        refund: Refund { external_id: refund.id.clone(), at, amount, note },
        status,
        sender_ref: noted(&refund.metadata, &[ACTION]),
    };
    Ok(Mapped { external_id: refund.id, changed_at: at, entity: Entity::Return(back) })
}

fn mapped_dispute(dispute: wire::Dispute) -> Result<Mapped, String> {
    let at = second(dispute.created)?;
    let due_by = dispute.evidence_details.and_then(|details| details.due_by).filter(|due| *due > 0);
    let entity = Dispute {
        payment: dispute.charge.id().ok_or("the dispute names no charge")?,
        at,
        amount: exact(dispute.amount, &dispute.currency)?,
        reason: dispute.reason,
        closed: matches!(dispute.status.as_str(), "won" | "lost" | "warning_closed" | "prevented"),
        status: dispute.status,
        due_at: due_by.map(second).transpose()?,
    };
    Ok(Mapped { external_id: dispute.id, changed_at: at, entity: Entity::Dispute(entity) })
}

/// Reads seconds since 1970.
pub(super) fn second(seconds: i64) -> Result<Timestamp, String> {
    Timestamp::from_second(seconds).map_err(|_| "a time is out of range".to_owned())
}

fn exact(amount: i64, currency: &str) -> Result<Money, String> {
    money::read(amount, currency).map_err(|error| inexact(&error))
}
