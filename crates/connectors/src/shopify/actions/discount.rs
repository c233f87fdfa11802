//! A code comes to be, or works no more.

use std::collections::BTreeMap;

use fermata_model::action::Off;
use fermata_model::{Action, Frozen, Key, Receipt, RecordRef, Stream, Timestamp};
use serde_json::{Value, json};

use super::super::{Document, Shopify, map};
use super::{Plan, gone, proof, read, refuse, wire};
use crate::{Error, Found};

const BY_ID: Document = document!("discountState", "discount_state", 5);
const BY_CODE: Document = document!("discountByCode", "discount_by_code", 5);
pub(super) static CREATE: Document = document!("discountCodeBasicCreate", "discount_create", 12);
pub(super) static DISABLE: Document = document!("discountCodeDeactivate", "discount_disable", 12);

/// The word of the vendor for a discount that is over.
const OVER: &str = "EXPIRED";
/// The longest code and title (recorded refusals, 2026-04).
const LONGEST: usize = 255;

/// Reads what is there already and writes the mutation.
pub(super) async fn plan(
    shopify: &Shopify,
    action: &Action,
    key: Key,
    now: Timestamp,
) -> Result<Plan, Error> {
    let discount = action.target();
    if discount.stream != Stream::Discounts {
        return Err(refuse("prepare", format!("{} is no discount of Shopify.", discount.label)));
    }
    match action {
        Action::DiscountCreate { title, off, uses, ends_at, .. } => {
            let code = discount.external_id.trim();
            let taken: Option<wire::DiscountState> = read(shopify, &BY_CODE, code).await?;
            if taken.is_some() {
                return Err(refuse(CREATE.operation, format!("There is a code {code} already.")));
            }
            create(discount, code, title, *off, *uses, *ends_at, key, now)
        }
        _ => {
            let found = look_up(shopify, discount).await?;
            let found = found.ok_or_else(|| gone(discount, DISABLE.operation))?;
            if found.code_discount.status == OVER {
                return Err(refuse(DISABLE.operation, format!("{} is over already.", discount.label)));
            }
            Ok(Plan { document: &DISABLE, variables: json!({ "id": found.id }), undo: None })
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "they are the parts of one action")]
fn create(
    discount: &RecordRef,
    code: &str,
    title: &str,
    off: Off,
    uses: Option<u32>,
    ends_at: Option<Timestamp>,
    key: Key,
    now: Timestamp,
) -> Result<Plan, Error> {
    let fits = |text: &str| !text.is_empty() && text.chars().count() <= LONGEST && !text.contains('\n');
    if !fits(code) || !fits(title.trim()) {
        let message = "A code and its title have 1 to 255 letters on one line.";
        return Err(refuse(CREATE.operation, message));
    }
    if ends_at.is_some_and(|end| end <= now) {
        return Err(refuse(CREATE.operation, "A discount cannot end before it begins."));
    }
    if uses == Some(0) {
        return Err(refuse(CREATE.operation, "A code that can never be used is no discount."));
    }
    let value = match off {
        Off::BasisPoints(points) if (1..=10_000).contains(&points) => {
            json!({ "percentage": f64::from(points) / 10_000.0 })
        }
        Off::Amount(amount) if amount.is_positive() => {
            json!({ "discountAmount": { "amount": amount.decimal(), "appliesOnEachItem": false } })
        }
        _ => {
            let message = "A discount takes off more than nothing and at most all.";
            return Err(refuse(CREATE.operation, message));
        }
    };
    let input = json!({
        "title": title.trim(),
        "code": code,
        "startsAt": now,
        "endsAt": ends_at,
        "usageLimit": uses,
        "appliesOncePerCustomer": false,
        "context": { "all": "ALL" },
        "customerGets": { "items": { "all": true }, "value": value },
        // By this it is known as ours: titles and codes may be anybody's.
        "tags": [tag(key)],
    });
    // A code of digits alone would be read as the number of a discount.
    let undo = code
        .contains(|letter: char| !letter.is_ascii_digit())
        .then(|| Action::DiscountDisable { discount: discount.clone() });
    Ok(Plan { document: &CREATE, variables: json!({ "discount": input }), undo })
}

fn tag(key: Key) -> String {
    format!("fermata-{key}")
}

/// Finds a discount by its number, or by its code where the number is not known yet.
async fn look_up(shopify: &Shopify, discount: &RecordRef) -> Result<Option<wire::DiscountState>, Error> {
    let id = &discount.external_id;
    if id.bytes().all(|byte| byte.is_ascii_digit()) {
        return read(shopify, &BY_ID, &map::gid("DiscountCodeNode", id)).await;
    }
    read(shopify, &BY_CODE, id).await
}

/// Reads the proof out of a mutation's answer.
pub(super) fn told(payload: &BTreeMap<String, Value>) -> Option<Receipt> {
    let node = payload.get("codeDiscountNode")?;
    let at: Timestamp = node["codeDiscount"]["updatedAt"].as_str()?.parse().ok()?;
    Some(proof(node["id"].as_str()?, at))
}

pub(super) async fn find(shopify: &Shopify, frozen: &Frozen) -> Result<Found, Error> {
    let discount = frozen.action.target();
    let found = match &frozen.action {
        Action::DiscountCreate { .. } => {
            let found: Option<wire::DiscountState> =
                read(shopify, &BY_CODE, discount.external_id.trim()).await?;
            found.filter(|found| found.code_discount.tags.contains(&tag(frozen.key)))
        }
        _ => {
            let found = look_up(shopify, discount).await?;
            Some(found.ok_or_else(|| gone(discount, DISABLE.operation))?)
                .filter(|found| found.code_discount.status == OVER)
        }
    };
    Ok(found.map_or(Found::No, |found| Found::Yes(proof(&found.id, found.code_discount.updated_at))))
}
