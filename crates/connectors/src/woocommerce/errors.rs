//! The one place that reads a failure of WooCommerce.
//!
//! The body is `{"code","message","data":{"status",...}}`; after a refused refund `data` is the
//! bare number 500. Between us and the shop stand hosts and firewalls, which answer with pages for
//! people under any status.
//!
//! Source: answers recorded on 10.5.0, error_*.json and refund_*.json.

use fermata_model::Platform;

use super::wire;
use crate::failure::said;
use crate::http::{Dialect, Request, Response};
use crate::{Error, Fate, Kind};

/// Says that a key may not do this, or that one of its halves is wrong; only the text tells which.
const NOT_BY_THIS_KEY: &str = "woocommerce_rest_authentication_error";
/// What WordPress says of an application password that was removed, or is switched off.
///
/// Source: WordPress 6.7, `wp_authenticate_application_password`. A user that is no more is left out: that
/// is said of a key too, where application passwords are in use.
const NOT_BY_THIS_PASSWORD: [&str; 3] =
    ["incorrect_password", "application_passwords_disabled", "application_passwords_disabled_for_user"];
/// Begins what a shop without TLS says of a signature that was made too long ago.
const WRONG_TIME: &str = "Invalid timestamp";
/// Somebody, perhaps we ourselves, made this coupon before.
const CODE_EXISTS: &str = "woocommerce_rest_coupon_code_already_exists";

/// Reads WooCommerce's answers.
pub(super) struct WooDialect;

impl Dialect for WooDialect {
    fn platform(&self) -> Platform {
        Platform::Woocommerce
    }

    fn explain(&self, mut error: Error, request: &Request, response: &Response) -> Error {
        let failure = serde_json::from_str::<wire::Failure>(&response.body).unwrap_or_default();
        let code = failure.code.0.unwrap_or_default();
        let said = said(failure.message.0);
        match error.kind {
            Kind::SignIn if code == NOT_BY_THIS_KEY && is_about_permission(request, said.as_deref()) => {
                let (may, word) =
                    if request.is_effect() { ("change", "Read/Write") } else { ("read", "Read") };
                error.kind = Kind::Forbidden;
                error.fate = if request.is_effect() { Fate::Refused } else { Fate::NotDone };
                error.message = format!("The key of this connection may not {may} anything in WooCommerce.");
                error.hint =
                    Some(format!("Make a key with the permission {word}, then sign in again with it."));
            }
            Kind::SignIn if said.as_deref().is_some_and(|said| said.starts_with(WRONG_TIME)) => {
                error.message = "The clocks of this computer and of the shop are too far apart.".to_owned();
                error.hint = Some("Set both right; more than 15 minutes is too much.".to_owned());
            }
            Kind::SignIn if NOT_BY_THIS_PASSWORD.contains(&code.as_str()) => {
                error.message =
                    "WordPress no longer accepts what was approved for this connection.".to_owned();
                error.hint = Some("Approve in the browser again (Settings, Connections).".to_owned());
            }
            Kind::SignIn => {
                error.message =
                    "WooCommerce does not accept the key or the approval of this connection.".to_owned();
                error.hint = Some(
                    "Approve in the browser again, or make a new key in WooCommerce and sign in with it \
                     (Settings, Connections)."
                        .to_owned(),
                );
            }
            Kind::Forbidden => {
                error.message = "The user that Fermata acts for may not do this in WooCommerce.".to_owned();
                error.hint =
                    Some("Approve, or make the key, as an administrator or a shop manager.".to_owned());
            }
            Kind::Missing if code == "rest_no_route" => {
                error.message = "The shop does not have this part of WooCommerce's interface.".to_owned();
                error.hint = Some("Bring WooCommerce up to date and see that it is active.".to_owned());
            }
            Kind::Rejected => {
                if code == CODE_EXISTS && request.is_effect() {
                    error.fate = Fate::InDoubt;
                }
                if let Some(said) = &said {
                    error.message = format!("WooCommerce refused it: {said}.");
                }
            }
            // A refund that the payment provider turned down has this status too, and so has one
            // whose outcome the provider did not tell.
            Kind::Broken => {
                if let Some(said) = &said {
                    error.message = format!("WooCommerce failed: {said}.");
                }
            }
            _ => {}
        }
        sent_on(error, response)
    }

    fn explain_page(&self, mut error: Error, response: &Response) -> Error {
        match response.status {
            // The host's own doorkeeper: the request never came as far as the shop.
            429 => error.fate = Fate::NotDone,
            // A firewall's, not the shop's: its mood passes.
            403 => {
                error.kind = Kind::Broken;
                error.message = "A firewall in front of the shop turned the request away.".to_owned();
                error.hint = Some("Ask the host of the shop to let Fermata through.".to_owned());
            }
            404 => {
                error.message = "There is no WooCommerce at this address.".to_owned();
                error.hint =
                    Some("Check the address, and that plugins leave the REST API switched on.".to_owned());
            }
            _ => {}
        }
        sent_on(error, response)
    }

    fn accept(&self, request: &Request, response: &Response) -> Result<(), Error> {
        is_data(request, response)
    }
}

/// Says where a shop sends its visitors, such as to its name with www in front.
fn sent_on(mut error: Error, response: &Response) -> Error {
    let place = response.header("location").and_then(|place| place.parse::<url::Url>().ok());
    if (300..400).contains(&response.status)
        && let Some(host) = place.as_ref().and_then(|place| place.host_str())
    {
        error.hint =
            Some(format!("It sends visitors on to {host}: if that is the shop, enter that address."));
    }
    error
}

/// Refuses a success that is no JSON: a notice of PHP's, an empty page of a firewall.
fn is_data(request: &Request, response: &Response) -> Result<(), Error> {
    if response.body.trim_start().starts_with(['{', '[']) {
        return Ok(());
    }
    let message = "The shop answered with something other than data.";
    let fate = if request.is_effect() { Fate::InDoubt } else { Fate::NotDone };
    Err(Error::new(Platform::Woocommerce, request.operation.clone(), Kind::Broken, message)
        .with_fate(fate)
        .with_hint("A plugin, a firewall or the host of the shop may stand in between."))
}

/// Tells a key without the permission from a wrong one. Shops write in their own language; a
/// change was prepared with the same key a moment ago, so there it is the permission.
fn is_about_permission(request: &Request, said: Option<&str>) -> bool {
    let said = said.unwrap_or_default();
    let is_about_key = said.contains("is invalid") || said.starts_with("Invalid ");
    said.contains("permission") || (request.is_effect() && !is_about_key)
}
