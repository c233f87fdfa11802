//! Refunds of charges: what is asked before, the one request, and whether it happened.
//!
//! The action's key is both the idempotency key of the request and a note on the refund, since keys are forgotten after
//! a day and notes are not. A refund that Stripe has taken and not yet paid out (`pending`, `requires_action`) is not
//! done; one that failed afterwards is told as such.
//!
//! Source: the vendor's OpenAPI, PostRefunds, GetRefunds; docs.stripe.com, Idempotent requests, The Refund object.

use fermata_model::{Action, Frozen, Key, Money, Platform, Receipt, RecordRef, Timestamp};
use url::form_urlencoded;

use super::map::{self, ACTION, NOTE};
use super::wire::{self, noted};
use super::{FORM, Stripe, money};
use crate::failure::{impossible, malformed, no_action};
use crate::http::{Method, Request};
use crate::reading::{filled, why};
use crate::rest::{Draft, Trail, leaving, onward};
use crate::{Error, Fate, Found, Kind, Sent};

const REFUND: &str = "PostRefunds";
const PATH: &str = "/v1/refunds";
/// Characters that a note may have.
const LONGEST_NOTE: usize = 500;

/// Builds the exact request.
pub(super) async fn prepare(
    stripe: &Stripe,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Frozen, Error> {
    let Action::PaymentRefund { payment, amount, note } = action else {
        return Err(no_action(Platform::Stripe, action));
    };
    let id = charge_id(payment)?;
    let charge = read_charge(stripe, id, &payment.label).await?;
    may_refund(&charge, payment, *amount)?;
    if charge.disputed == Some(true) {
        not_contested(stripe, id, &payment.label).await?;
    }
    let counted = money::write(*amount).filter(|counted| *counted > 0);
    let counted = counted.ok_or_else(|| {
        impossible(Platform::Stripe, REFUND, format!("{} cannot be refunded.", amount.shown()))
    })?;
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.append_pair("charge", id);
    body.append_pair("amount", &counted.to_string());
    body.append_pair(&format!("metadata[{ACTION}]"), &key.to_string());
    if let Some(note) = filled(Some(note.chars().take(LONGEST_NOTE).collect())) {
        body.append_pair(&format!("metadata[{NOTE}]"), &note);
    }
    let draft = Draft {
        operation: REFUND,
        method: Method::POST,
        path: PATH.to_owned(),
        body: body.finish(),
        undo: None,
    };
    Ok(draft.frozen(action, key, now))
}

/// Sends a frozen request, once.
///
/// A refusal may come from a refund of ours whose answer was lost and whose key is forgotten by now ("already
/// refunded"), so that the list is asked before it is believed.
pub(super) async fn send(stripe: &Stripe, frozen: &Frozen) -> Result<Sent, Error> {
    let Action::PaymentRefund { .. } = &frozen.action else {
        return Err(no_action(Platform::Stripe, &frozen.action));
    };
    let request = leaving(Platform::Stripe, frozen, FORM)?.header("idempotency-key", frozen.key.to_string());
    let answer = match stripe.rest.ask(request).await {
        Ok(answer) => answer,
        Err(refusal) if refusal.kind == Kind::Rejected && refusal.fate == Fate::Refused => {
            return match find(stripe, frozen).await {
                Ok(Found::Yes(receipt)) => Ok(Sent::Confirmed(receipt)),
                Ok(Found::Pending) => Ok(Sent::Accepted),
                Ok(Found::No | Found::Failed(_)) => Err(refusal),
                Err(_) => Err(refusal.with_fate(Fate::InDoubt)),
            };
        }
        Err(error) => return Err(error),
    };
    let unreadable = |what: String| malformed(Platform::Stripe, REFUND, what).with_fate(Fate::InDoubt);
    let refund: wire::Refund = serde_json::from_str(&answer.body).map_err(|error| unreadable(why(&error)))?;
    Ok(match outcome(refund).map_err(unreadable)? {
        Found::Yes(receipt) => Sent::Confirmed(receipt),
        _ => Sent::Accepted,
    })
}

/// Asks whether a frozen request has happened: looks for our note among the refunds of the charge.
pub(super) async fn find(stripe: &Stripe, frozen: &Frozen) -> Result<Found, Error> {
    const OPERATION: &str = "GetRefunds";
    let id = charge_id(frozen.action.target())?;
    let key = frozen.key.to_string();
    let (mut after, mut trail) = (None::<String>, Trail::default());
    loop {
        let mut request = Request::get(OPERATION, PATH).query("charge", id).query("limit", "100");
        if let Some(after) = &after {
            trail.on(Platform::Stripe, OPERATION, after)?;
            request = request.query("starting_after", after);
        }
        let response = stripe.rest.ask(request).await?;
        let list = wire::List::read(OPERATION, &response.body)?;
        for raw in list.data.iter().filter(|raw| raw.get().contains(&key)) {
            // One that cannot be read could be ours, so it must not pass as absence.
            let refund: wire::Refund = serde_json::from_str(raw.get())
                .map_err(|error| malformed(Platform::Stripe, OPERATION, why(&error)))?;
            if noted(&refund.metadata, &[ACTION]).as_deref() == Some(&key) {
                return outcome(refund).map_err(|what| malformed(Platform::Stripe, OPERATION, what));
            }
        }
        if !list.has_more {
            return Ok(Found::No);
        }
        let last = list.data.last().ok_or_else(|| crate::failure::circle(Platform::Stripe, OPERATION))?;
        let last: wire::Named = serde_json::from_str(last.get())
            .map_err(|error| malformed(Platform::Stripe, OPERATION, why(&error)))?;
        after = onward(Platform::Stripe, OPERATION, Some(last.id), after.as_deref())?;
    }
}

/// Says what a refund of ours has come to.
fn outcome(refund: wire::Refund) -> Result<Found, String> {
    let amount = money::read(refund.amount, &refund.currency).map_err(|_| "its amount cannot be kept")?;
    Ok(match refund.status.as_deref() {
        Some("succeeded") => {
            let at = map::second(refund.created)?;
            Found::Yes(Receipt { external_id: refund.id, at, amount: Some(amount) })
        }
        Some("failed") => {
            let why = filled(refund.failure_reason.0).unwrap_or_else(|| "no reason given".to_owned());
            Found::Failed(format!("Stripe could not pay the refund out: {}.", why.replace('_', " ")))
        }
        Some("canceled") => Found::Failed("The refund was called off at Stripe.".to_owned()),
        _ => Found::Pending,
    })
}

async fn read_charge(stripe: &Stripe, id: &str, label: &str) -> Result<wire::Charge, Error> {
    let request = Request::get("GetChargesCharge", format!("/v1/charges/{id}"));
    stripe.rest.json(request).await.map_err(|error| match error.kind {
        Kind::Missing if !error.may_pass => {
            impossible(Platform::Stripe, REFUND, format!("{label} is not a payment at this Stripe account."))
        }
        _ => error,
    })
}

/// Refuses what the charge itself shows to be impossible, or better done elsewhere.
fn may_refund(charge: &wire::Charge, target: &RecordRef, amount: Money) -> Result<(), Error> {
    let label = &target.label;
    let refuse = |message: String| Err(impossible(Platform::Stripe, REFUND, message));
    if is_a_shop_systems(charge) {
        let message =
            format!("{label} was taken by a shop system, which would not know of a refund made at Stripe.");
        let hint = "Refund the order in the shop system; it gives the money back through Stripe.";
        return Err(impossible(Platform::Stripe, REFUND, message).with_hint(hint));
    }
    if charge.status != "succeeded" || charge.captured == Some(false) {
        return refuse(format!("{label} has not been paid yet, so nothing can go back."));
    }
    let counted = |amount: i64| {
        let unreadable = |_| malformed(Platform::Stripe, "GetChargesCharge", "its amount cannot be kept");
        money::read(amount, &charge.currency).map_err(unreadable)
    };
    let paid = counted(charge.amount_captured.unwrap_or(charge.amount))?;
    let back = counted(charge.amount_refunded)?;
    if paid.currency != amount.currency {
        return refuse(format!("{label} was paid in {}, not in {}.", paid.currency, amount.currency));
    }
    let rest = Money::new(paid.minor - back.minor, paid.currency);
    if rest.minor <= 0 {
        return refuse(format!("{label} is already refunded."));
    }
    if amount.minor > rest.minor {
        return refuse(format!("Only {} can still go back on {label}.", rest.shown()));
    }
    Ok(())
}

/// Tells whether a shop system took the charge and keeps the books on it: one that is connected to the account as an
/// application, or WooCommerce's own Stripe plugin, which notes the site beside the order.
///
/// Source: docs.stripe.com, The Charge object (`application`); woocommerce-gateway-stripe, metadata of payments.
fn is_a_shop_systems(charge: &wire::Charge) -> bool {
    charge.application.is_some()
        || (noted(&charge.metadata, &["site_url"]).is_some()
            && noted(&charge.metadata, &["order_id"]).is_some())
}

/// Refuses a refund of a charge whose dispute is not over in the shop's favour; Stripe would.
///
/// A key that may not look at disputes leaves the answer to Stripe.
async fn not_contested(stripe: &Stripe, id: &str, label: &str) -> Result<(), Error> {
    const OPERATION: &str = "GetDisputes";
    let request = Request::get(OPERATION, "/v1/disputes").query("charge", id).query("limit", "100");
    let response = match stripe.rest.ask(request).await {
        Ok(response) => response,
        Err(error) if error.kind == Kind::Forbidden => return Ok(()),
        Err(error) => return Err(error),
    };
    for raw in wire::List::read(OPERATION, &response.body)?.data {
        let dispute: wire::Dispute = serde_json::from_str(raw.get())
            .map_err(|error| malformed(Platform::Stripe, OPERATION, why(&error)))?;
        let over = matches!(dispute.status.as_str(), "won" | "warning_closed" | "prevented");
        if !over && dispute.is_charge_refundable != Some(true) {
            let message =
                format!("{label} is contested by whoever paid, so that its bank decides about the money.");
            return Err(impossible(Platform::Stripe, REFUND, message)
                .with_hint("Answer the dispute at Stripe, or accept it there."));
        }
    }
    Ok(())
}

/// Returns the charge's id if it can stand in a path.
fn charge_id(target: &RecordRef) -> Result<&str, Error> {
    let id = target.external_id.as_str();
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return Ok(id);
    }
    let message = format!("\"{id}\" is not an id of a Stripe payment.");
    // It will not be one later either.
    Err(Error::new(Platform::Stripe, "prepare", Kind::Unsupported, message).with_fate(Fate::Refused))
}
