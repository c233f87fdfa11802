//! Codes that take something off.
//!
//! A code is unique among those that are in force and kept in small letters; looking one up finds
//! only those. A coupon is put out of force by making it a draft: then no checkout finds it, and
//! nobody's order loses it.
//!
//! Source: coupon_*.json, on 10.5.0; WooCommerce, `wc_get_coupon_id_by_code`.

use fermata_model::action::Off;
use fermata_model::{Action, Frozen, Key, Receipt, RecordRef};
use serde_json::json;

use super::{ACTION, Draft, done, impossible};
use crate::http::{Method, Request};
use crate::rest::percent;
use crate::woocommerce::walk::naive;
use crate::woocommerce::{Woocommerce, door, wire};
use crate::{Error, Found};

const LIST: &str = "GET /coupons";
const READ: &str = "GET /coupons/{id}";
const CREATE: &str = "POST /coupons";
const UPDATE: &str = "PUT /coupons/{id}";

/// The states that no checkout finds.
const OUT_OF_FORCE: [&str; 3] = ["draft", "pending", "private"];

pub(super) async fn prepare(woo: &Woocommerce, action: &Action, key: Key) -> Result<Draft, Error> {
    match action {
        Action::DiscountCreate { discount, title, off, uses, ends_at } => {
            let code = discount.external_id.trim();
            if code.is_empty() {
                return Err(impossible(CREATE, "A discount needs a code."));
            }
            if !by_code(woo, code).await?.is_empty() {
                return Err(impossible(CREATE, format!("There is already a discount {code}.")));
            }
            let (kind, amount) = match off {
                Off::BasisPoints(points) if *points > 0 && *points <= 10_000 => ("percent", percent(*points)),
                Off::BasisPoints(_) => {
                    return Err(impossible(
                        CREATE,
                        "A discount takes off more than nothing and 100 % at most.",
                    ));
                }
                Off::Amount(amount) => {
                    let currency = woo.currency().await?;
                    if amount.currency != currency || !amount.is_positive() {
                        return Err(impossible(CREATE, format!("A discount takes off some {currency}.")));
                    }
                    ("fixed_cart", amount.decimal())
                }
            };
            let mut body = json!({
                "code": code,
                "discount_type": kind,
                "amount": amount,
                "description": title,
                "meta_data": [{ "key": ACTION, "value": key.to_string() }],
            });
            if let Some(uses) = uses {
                body["usage_limit"] = json!(uses);
            }
            if let Some(end) = ends_at {
                // With its zone: without one it would be the shop's own time, and the field that
                // is called GMT is shown and not read.
                body["date_expires"] = json!(format!("{}Z", naive(*end)));
            }
            // Digits alone would be taken for the id of another coupon.
            let undo = (!is_number(code)).then(|| Action::DiscountDisable { discount: discount.clone() });
            Ok(Draft {
                operation: CREATE,
                method: Method::POST,
                path: "/wc/v3/coupons".to_owned(),
                body: body.to_string(),
                undo,
            })
        }
        Action::DiscountDisable { discount } => {
            let coupon = existing(woo, discount).await?;
            if coupon.status.0.as_deref().is_some_and(|status| OUT_OF_FORCE.contains(&status)) {
                return Err(impossible(UPDATE, format!("{} is already out of force.", discount.label)));
            }
            let path = format!("/wc/v3/coupons/{}", coupon.id.0);
            let body = json!({ "status": "draft" }).to_string();
            Ok(Draft { operation: UPDATE, method: Method::PUT, path, body, undo: None })
        }
        other => Err(crate::failure::no_action(fermata_model::Platform::Woocommerce, other)),
    }
}

async fn existing(woo: &Woocommerce, discount: &RecordRef) -> Result<wire::Coupon, Error> {
    let id = discount.external_id.trim();
    let label = format!("the discount {}", discount.label);
    if is_number(id) {
        return super::existing(woo, Request::get(READ, format!("/wc/v3/coupons/{id}")), &label).await;
    }
    let found = by_code(woo, id).await?.into_iter().next();
    found.ok_or_else(|| impossible(UPDATE, format!("WooCommerce no longer has {label}.")))
}

/// Returns the coupons in force that have a code; more than one only where the filter was ignored
/// and the code came by twice.
async fn by_code(woo: &Woocommerce, code: &str) -> Result<Vec<wire::Coupon>, Error> {
    let code = code.trim().to_lowercase();
    let request = Request::get(LIST, "/wc/v3/coupons").query("code", &code).query("per_page", "100");
    let mut found: Vec<wire::Coupon> = woo.json(request).await?;
    found.retain(|coupon| coupon.code.to_lowercase() == code);
    Ok(found)
}

/// Returns the request that reads the coupon that a frozen request puts out of force.
pub(super) fn read(frozen: &Frozen) -> Result<Request, Error> {
    let id = frozen.path.rsplit('/').next().unwrap_or_default();
    Ok(Request::get(READ, format!("/wc/v3/coupons/{}", super::whole(READ, id)?)))
}

/// Looks for the coupon that carries our key.
pub(super) async fn find(woo: &Woocommerce, frozen: &Frozen, discount: &RecordRef) -> Result<Found, Error> {
    let coupons = by_code(woo, &discount.external_id).await?;
    Ok(coupons.iter().find_map(|coupon| made(frozen, coupon)).map_or(Found::No, Found::Yes))
}

/// Reads from a coupon whether it shows the effect.
pub(super) fn receipt(frozen: &Frozen, answer: &str) -> Result<Option<Receipt>, Error> {
    let coupon: wire::Coupon = door::read(READ, answer)?;
    if matches!(frozen.action, Action::DiscountCreate { .. }) {
        return Ok(made(frozen, &coupon));
    }
    let is_out = coupon.status.0.as_deref().is_some_and(|status| OUT_OF_FORCE.contains(&status));
    Ok(is_out.then(|| done(&coupon.id.0, wire::at(&coupon.date_modified_gmt), frozen)).flatten())
}

fn made(frozen: &Frozen, coupon: &wire::Coupon) -> Option<Receipt> {
    let ours = wire::meta(&coupon.meta_data, ACTION)?.as_str() == Some(frozen.key.to_string().as_str());
    ours.then(|| done(&coupon.id.0, wire::at(&coupon.date_created_gmt), frozen))?
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
