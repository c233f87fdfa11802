//! The one place that reads a failure of Stripe.
//!
//! The body is `{"error":{"type","code","message",...}}`. No answer tells what is left of the limit.
//!
//! Source: schema `api_errors` of the vendor's OpenAPI; docs.stripe.com, Errors, Error codes, Advanced error handling.

use fermata_model::Platform;

use super::wire;
use crate::failure::said;
use crate::http::{Dialect, Request, Response};
use crate::{Error, Fate, Kind};

/// Reads Stripe's answers.
pub(super) struct StripeDialect;

impl Dialect for StripeDialect {
    fn platform(&self) -> Platform {
        Platform::Stripe
    }

    fn explain(&self, mut error: Error, request: &Request, response: &Response) -> Error {
        let Ok(wire::Failed { error: failure }) = serde_json::from_str(&response.body) else { return error };
        if response.status == 402 {
            // "The parameters were valid but the request failed"; elsewhere it means an unpaid bill.
            error.kind = Kind::Rejected;
            error.hint = None;
            error.may_pass = false;
        }
        if request.is_effect()
            && (response.status == 424 || failure.kind.0.as_deref() == Some("idempotency_error"))
        {
            // Something was done under this key, or by somebody whom Stripe asked and did not hear of again.
            error.fate = Fate::InDoubt;
        }
        match error.kind {
            Kind::Rejected => {
                let asked = if request.is_effect() { "the refund" } else { "the request" };
                let why =
                    known(failure.code.0.as_deref()).map(str::to_owned).or_else(|| said(failure.message.0));
                if let Some(why) = why {
                    error.message = format!("Stripe refused {asked}: {why}.");
                }
            }
            Kind::Forbidden => {
                let lacks = failure.message.0.as_deref().and_then(permission);
                let lacks = lacks.map(|name| format!(": it lacks the permission {name}")).unwrap_or_default();
                error.message =
                    format!("The API key may not do this at Stripe ({}){lacks}.", request.operation);
                error.hint = Some(
                    "Give the restricted key the permissions that are listed under Connections.".to_owned(),
                );
            }
            Kind::SignIn => {
                error.hint =
                    Some("Sign in again with a fresh restricted key (Settings, Connections).".to_owned());
            }
            _ => {}
        }
        error
    }
}

/// Finds the permission that a key lacks, without the `rak_` that Stripe writes before it.
fn permission(said: &str) -> Option<&str> {
    let (_, after) = said.split_once("'rak_")?;
    let (name, _) = after.split_once('\'')?;
    (!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')).then_some(name)
}

/// Says in our words what a code means, where the vendor's own words are for developers.
fn known(code: Option<&str>) -> Option<&'static str> {
    Some(match code? {
        "charge_already_refunded" => "the payment is already refunded",
        "charge_disputed" => "the payment is contested, and its bank decides",
        "amount_too_large" => "that is more than what is left of the payment",
        "balance_insufficient" | "insufficient_funds" => "the balance at Stripe does not cover it",
        _ => return None,
    })
}
