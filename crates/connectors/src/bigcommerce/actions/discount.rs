//! Coupons: made and taken out of force.
//!
//! A code can be given once, so that a second request would be refused; our key stands in the name,
//! which only the shop sees, so that a coupon of ours is told from one that was there before.
//!
//! Source: marketing.v2 (createCoupon, updateCoupon).

use fermata_model::action::Off;
use fermata_model::{Action, Frozen, Key, Money, Receipt, Timestamp};
use serde::Serialize;
use serde_json::value::RawValue;

use super::{
    CREATE_COUPON, Draft, UPDATE_COUPON, cut, found, impossible, receipt, serialized, signed, whole,
};
use crate::bigcommerce::{Bigcommerce, page, wire};
use crate::http::{Method, Request};
use crate::rest::percent;
use crate::{Error, Found};

/// The longest name that leaves room for our key.
const MOST_NAME: usize = 50;
/// The longest code.
const MOST_CODE: usize = 50;
/// The type of a coupon that belongs to a promotion and is not changed by itself.
const OF_A_PROMOTION: &str = "promotion";

/// A coupon as it is now. Its dates decide nothing here.
type Coupon = wire::Coupon<wire::Shown>;

#[derive(Serialize)]
struct NewCoupon<'a> {
    name: String,
    #[serde(rename = "type")]
    kind: &'a str,
    amount: String,
    code: &'a str,
    enabled: bool,
    applies_to: Box<RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_uses: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
}

/// Drafts a new code for everything in the shop.
pub(super) async fn create(store: &Bigcommerce, action: &Action, key: Key) -> Result<Draft, Error> {
    let Action::DiscountCreate { discount, title, off, uses, ends_at } = action else {
        return Err(crate::failure::no_action(fermata_model::Platform::Bigcommerce, action));
    };
    let no = |why: String| impossible(CREATE_COUPON, why);
    let code = discount.external_id.as_str();
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ' ' | '-');
    if code.trim().is_empty() || code.len() > MOST_CODE || !code.chars().all(fits) {
        return Err(no(format!(
            "\"{code}\" cannot be a code: BigCommerce takes letters, digits, blanks, _ and -, at most {MOST_CODE}."
        )));
    }
    let (kind, amount) = match off {
        Off::BasisPoints(points @ 1..=10_000) => ("percentage_discount", percent(*points)),
        Off::BasisPoints(_) => {
            return Err(no("A discount takes off between nothing and everything.".to_owned()));
        }
        Off::Amount(amount) => ("per_total_discount", in_own_currency(store, *amount).await?),
    };
    if coupons(store, "code", code).await?.iter().any(|coupon| coupon.code.eq_ignore_ascii_case(code)) {
        return Err(no(format!("The code {code} is already in use.")));
    }
    let body = serialized(&NewCoupon {
        name: signed(&cut(title, MOST_NAME), key),
        kind,
        amount,
        code,
        enabled: true,
        applies_to: everything(),
        max_uses: *uses,
        expires: ends_at.map(written),
    });
    let undo = Some(Action::DiscountDisable { discount: discount.clone() });
    Ok(Draft { operation: CREATE_COUPON, method: Method::POST, path: "/v2/coupons".to_owned(), body, undo })
}

/// Writes an instant as the vendor does. RFC 2822 reads the offset `-0000` as one that is not known.
fn written(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// Returns what a coupon for the whole shop is for: category 0 is all of them.
fn everything() -> Box<RawValue> {
    RawValue::from_string(r#"{"entity":"categories","ids":[0]}"#.to_owned()).expect("it is JSON")
}

async fn in_own_currency(store: &Bigcommerce, amount: Money) -> Result<String, Error> {
    let own = store.currency().await?;
    if amount.currency != own || !amount.is_positive() {
        return Err(impossible(
            CREATE_COUPON,
            format!("A code takes an amount above zero off in {own}, the store's own currency."),
        ));
    }
    Ok(amount.decimal())
}

/// Drafts taking a code out of force.
pub(super) async fn disable(store: &Bigcommerce, action: &Action) -> Result<Draft, Error> {
    let target = action.target();
    let no = |why: &str| impossible(UPDATE_COUPON, format!("{} {why}.", target.label));
    let coupon = named(store, &target.external_id)
        .await?
        .ok_or_else(|| no("is no coupon of BigCommerce, or no longer"))?;
    if coupon.kind == OF_A_PROMOTION {
        return Err(no("belongs to a promotion, which must be ended at BigCommerce"));
    }
    if coupon.enabled == Some(false) {
        return Err(no("is already out of force"));
    }
    // The vendor wants these five again, as they are.
    let body = serialized(&NewCoupon {
        name: coupon.name,
        kind: &coupon.kind,
        amount: coupon.amount.0.unwrap_or_default(),
        code: &coupon.code,
        enabled: false,
        applies_to: coupon.applies_to.unwrap_or_else(everything),
        max_uses: None,
        expires: None,
    });
    let path = format!("/v2/coupons/{}", whole(&coupon.id.0)?);
    Ok(Draft { operation: UPDATE_COUPON, method: Method::PUT, path, body, undo: None })
}

/// Finds the coupon that an action names: by its number, or by its code where it was made as one.
async fn named(store: &Bigcommerce, name: &str) -> Result<Option<Coupon>, Error> {
    if name.parse::<u64>().is_ok()
        && let Some(coupon) = coupons(store, "id", name).await?.into_iter().find(|coupon| coupon.id.0 == name)
    {
        return Ok(Some(coupon));
    }
    let by_code = coupons(store, "code", name).await?;
    Ok(by_code.into_iter().find(|coupon| coupon.code.eq_ignore_ascii_case(name)))
}

async fn coupons(store: &Bigcommerce, by: &str, value: &str) -> Result<Vec<Coupon>, Error> {
    page::all(store, Request::get("getCoupons", "/v2/coupons").query(by, value), 250).await
}

fn stands(frozen: &Frozen, coupon: &Coupon) -> Option<Receipt> {
    let so = match frozen.action {
        Action::DiscountCreate { .. } => coupon.name.contains(&frozen.key.to_string()),
        _ => coupon.enabled == Some(false),
    };
    let at = coupon.date_created.0.filter(|_| frozen.operation == CREATE_COUPON);
    so.then(|| receipt(&coupon.id.0, at, frozen))
}

/// Reads the proof from the answer to the change; `None` if it does not show it.
pub(super) fn shown(frozen: &Frozen, body: &str) -> Option<Receipt> {
    stands(frozen, &serde_json::from_str(body).ok()?)
}

/// Asks whether the code is there, or out of force.
pub(super) async fn find(store: &Bigcommerce, frozen: &Frozen) -> Result<Found, Error> {
    let coupon = named(store, &frozen.action.target().external_id).await?;
    Ok(found(coupon.and_then(|coupon| stands(frozen, &coupon))))
}
