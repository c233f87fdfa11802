//! Coupons: their codes are lower-cased and unique among those that are published, so that a code is its own key.
//!
//! The list leaves nothing out, neither drafts nor the bin; looked up by code only published ones are found.
//! Source: woocommerce, `WC_REST_Coupons_Controller` and `wc_get_coupon_id_by_code`, 10.5.

use serde_json::{Map, Value, json};

use super::checks::{self, Declared, Kind};
use super::goods::price;
use super::meta::Meta;
use super::query::Row;
use super::times::{gmt, maybe_gmt};
use super::writes::{Shown, Target};
use super::{Asked, Scene, Shop, errors, lists, meta};
use crate::json::merged;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::Moment;

const BODY: Declared = &[
    ("code", Kind::Text),
    ("amount", Kind::Amount),
    ("status", Kind::Text),
    ("discount_type", Kind::OneOf("percent fixed_cart fixed_product")),
    ("description", Kind::Text),
    ("date_expires", Kind::NullOrText),
    ("date_expires_gmt", Kind::NullOrText),
    ("individual_use", Kind::Bool),
    ("usage_limit", Kind::Whole),
    ("usage_limit_per_user", Kind::Whole),
    ("limit_usage_to_x_items", Kind::Whole),
    ("free_shipping", Kind::Bool),
    ("exclude_sale_items", Kind::Bool),
    ("minimum_amount", Kind::Amount),
    ("maximum_amount", Kind::Amount),
    ("email_restrictions", Kind::Texts),
    ("meta_data", Kind::Objects),
    ("product_ids", Kind::Elsewhere),
    ("excluded_product_ids", Kind::Elsewhere),
    ("product_categories", Kind::Elsewhere),
    ("excluded_product_categories", Kind::Elsewhere),
];

/// Members that are kept as they are given.
const KEPT: [&str; 9] = [
    "discount_type",
    "description",
    "individual_use",
    "usage_limit",
    "usage_limit_per_user",
    "limit_usage_to_x_items",
    "free_shipping",
    "exclude_sale_items",
    "email_restrictions",
];
const THING: &str = "shop_coupon";
/// The state of a coupon that checkouts take.
const PUBLISHED: &str = "publish";
/// The number below the first one that is given.
const FIRST: u64 = 600_000;

/// A coupon.
#[derive(Debug, Clone)]
pub(super) struct Coupon {
    number: u64,
    code: String,
    status: String,
    /// Amounts, as typed.
    amount: String,
    minimum: String,
    maximum: String,
    expires: Option<Moment>,
    kept: Map<String, Value>,
    meta: Meta,
    created: Moment,
    updated: Moment,
}

impl Coupon {
    fn new(number: u64, code: String, at: Moment) -> Self {
        let zero = || "0".to_owned();
        let kept = json!({
            "discount_type": "fixed_cart", "description": "", "individual_use": false, "usage_limit": null,
            "usage_limit_per_user": null, "limit_usage_to_x_items": null, "free_shipping": false,
            "exclude_sale_items": false, "email_restrictions": [],
        });
        let Value::Object(kept) = kept else { unreachable!("an object is written above") };
        Self {
            number,
            code,
            status: PUBLISHED.to_owned(),
            amount: zero(),
            minimum: zero(),
            maximum: zero(),
            expires: None,
            kept,
            meta: Meta::default(),
            created: at,
            updated: at,
        }
    }

    /// Tells whether it can be used.
    fn valid(&self, now: Moment) -> bool {
        self.status == PUBLISHED && self.expires.is_none_or(|end| end > now)
    }
}

fn show(scene: &Scene<'_>, coupon: &Coupon) -> Value {
    let currency = scene.world.shop.currency;
    let money =
        |text: &str| price::minor(text, currency).map_or_else(|| text.to_owned(), |minor| scene.money(minor));
    merged([
        Value::Object(coupon.kept.clone()),
        json!({
            "id": coupon.number,
            "code": coupon.code,
            "amount": money(&coupon.amount),
            "status": coupon.status,
            "date_created": scene.zone.local(coupon.created),
            "date_created_gmt": gmt(coupon.created),
            "date_modified": scene.zone.local(coupon.updated),
            "date_modified_gmt": gmt(coupon.updated),
            "date_expires": scene.zone.maybe(coupon.expires),
            "date_expires_gmt": maybe_gmt(coupon.expires),
            "usage_count": 0,
            "product_ids": [],
            "excluded_product_ids": [],
            "product_categories": [],
            "excluded_product_categories": [],
            "minimum_amount": money(&coupon.minimum),
            "maximum_amount": money(&coupon.maximum),
            "used_by": [],
            "meta_data": coupon.meta.show(),
            "_links": scene.links("coupons", coupon.number),
        }),
    ])
}

fn place(shop: &Shop, number: u64) -> Option<usize> {
    let known = |coupon: &Option<Coupon>| coupon.as_ref().is_some_and(|coupon| coupon.number == number);
    shop.books.coupons.iter().position(known)
}

fn find(shop: &Shop, number: u64, status: u16) -> Result<&Coupon, Reply> {
    let found = place(shop, number).and_then(|place| shop.books.coupons[place].as_ref());
    found.ok_or_else(|| errors::invalid_id(status, THING))
}

pub(super) fn list(shop: &Shop, numbered: &mut Numbered, asked: &Asked<'_>, call: &mut Call<'_>) -> Reply {
    let query = &asked.query;
    let code = query.text("code").map(str::to_lowercase);
    let search = query.text("search").map(str::to_lowercase);
    let rows = shop
        .books
        .coupons
        .iter()
        .flatten()
        .filter(|coupon| {
            code.as_ref().is_none_or(|code| *code == coupon.code && coupon.status == PUBLISHED)
                && search.as_ref().is_none_or(|text| coupon.code.contains(text))
        })
        .map(|coupon| Row {
            id: coupon.number,
            number: coupon.number,
            created: coupon.created,
            updated: coupon.updated,
            title: coupon.code.clone(),
        })
        .collect();
    lists::page(
        shop,
        numbered,
        asked,
        call,
        rows,
        |_| None,
        |scene, number| Some(show(scene, find(shop, *number, 404).ok()?)),
    )
}

pub(super) fn get(shop: &Shop, asked: &Asked<'_>, call: &Call<'_>) -> Result<Reply, Reply> {
    let coupon = find(shop, asked.number(0), 404)?;
    Ok(errors::answer(200, &show(&shop.scene(call.world, asked.request), coupon)))
}

pub(super) fn create(shop: &mut Shop, asked: &Asked<'_>, call: &mut Call<'_>) -> Result<Reply, Reply> {
    let body = checks::body(asked.request)?;
    let coupon = make(shop, asked, call, &body)?;
    let location = shop.scene(call.world, asked.request).href(&format!("coupons/{}", coupon["id"]));
    Ok(errors::answer(201, &coupon).with("Location", location))
}

/// Makes a coupon as a body asks for, and shows it.
pub(super) fn make(
    shop: &mut Shop,
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    body: &Value,
) -> Result<Value, Reply> {
    if body.get("code").is_none() {
        return Err(errors::missing("code"));
    }
    checks::fits(body, BODY)?;
    if let Some(operation) = meta::operation(body) {
        call.key(operation);
    }
    let code = code(shop, body, None)?.unwrap_or_default();
    let number = FIRST + shop.books.coupons.len() as u64 + 1;
    let mut coupon = Coupon::new(number, code.clone(), call.now);
    write(shop, &mut coupon, body)?;
    coupon.meta.write(&body["meta_data"], &mut shop.books.last_meta);
    call.applied("discount.create", code, Some(number.to_string()), None);
    let shown = show(&shop.scene(call.world, asked.request), &coupon);
    shop.books.coupons.push(Some(coupon));
    Ok(shown)
}

/// Reads a code in lower case. Errors: it is empty, or another coupon has it.
fn code(shop: &Shop, body: &Value, own: Option<u64>) -> Result<Option<String>, Reply> {
    let Some(code) = body["code"].as_str().map(|code| code.trim().to_lowercase()) else { return Ok(None) };
    if code.is_empty() {
        let message = "The coupon code cannot be empty.";
        return Err(errors::refuse(400, "woocommerce_rest_empty_coupon_code", message));
    }
    let taken =
        |coupon: &Coupon| coupon.code == code && Some(coupon.number) != own && coupon.status == PUBLISHED;
    if shop.books.coupons.iter().flatten().any(taken) {
        let message = "The coupon code already exists";
        return Err(errors::refuse(400, "woocommerce_rest_coupon_code_already_exists", message));
    }
    Ok(Some(code))
}

fn write(shop: &Shop, coupon: &mut Coupon, body: &Value) -> Result<(), Reply> {
    for (member, field) in [
        ("amount", &mut coupon.amount),
        ("minimum_amount", &mut coupon.minimum),
        ("maximum_amount", &mut coupon.maximum),
        ("status", &mut coupon.status),
    ] {
        match &body[member] {
            Value::String(text) => *field = text.clone(),
            Value::Number(number) => *field = number.to_string(),
            _ => {}
        }
    }
    if price::minor(&coupon.amount, fermata_model::Currency::EUR).is_none_or(|amount| amount < 0) {
        return Err(errors::refuse(400, "coupon_invalid_amount", "Invalid discount amount."));
    }
    for (member, gmt) in [("date_expires", false), ("date_expires_gmt", true)] {
        match &body[member] {
            Value::Null if body.get(member).is_some() => coupon.expires = None,
            Value::String(text) if text.is_empty() => coupon.expires = None,
            Value::String(text) => {
                let whole = if text.len() == 10 { format!("{text}T00:00:00") } else { text.clone() };
                let Some(end) = shop.zone.read(&whole, gmt) else {
                    let complaint = checks::Complaint::new(member, "rest_invalid_date", "Invalid date.");
                    return Err(errors::invalid(&[complaint]));
                };
                coupon.expires = Some(end);
            }
            _ => {}
        }
    }
    for member in KEPT {
        if let Some(value) = body.get(member) {
            coupon.kept.insert(member.to_owned(), value.clone());
        }
    }
    Ok(())
}

/// Changes a coupon as a body asks for, and shows it. One that could be used and no longer can is
/// noted as disabled.
pub(super) fn change(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, body: &Value) -> Shown {
    let Target { asked, number, .. } = target;
    checks::fits(body, BODY)?;
    let mut coupon = find(shop, number, 400)?.clone();
    let before = coupon.valid(call.now);
    if let Some(code) = code(shop, body, Some(number))? {
        coupon.code = code;
    }
    write(shop, &mut coupon, body)?;
    coupon.meta.write(&body["meta_data"], &mut shop.books.last_meta);
    coupon.updated = call.now;
    let kind = if before && !coupon.valid(call.now) { "discount.disable" } else { "discount.edit" };
    call.applied(kind, &coupon.code, Some(number.to_string()), None);
    let shown = show(&shop.scene(call.world, asked.request), &coupon);
    if let Some(place) = place(shop, number) {
        shop.books.coupons[place] = Some(coupon);
    }
    Ok(shown)
}

/// Throws a coupon into the bin, or away for good; the answer shows it as it was before.
pub(super) fn remove(shop: &mut Shop, call: &mut Call<'_>, target: Target<'_>, force: bool) -> Shown {
    let Target { asked, number, .. } = target;
    let coupon = find(shop, number, 404)?.clone();
    if !force && coupon.status == "trash" {
        return Err(errors::already_trashed(THING));
    }
    let shown = show(&shop.scene(call.world, asked.request), &coupon);
    let valid = coupon.valid(call.now);
    let left = (!force).then(|| Coupon { status: "trash".to_owned(), updated: call.now, ..coupon.clone() });
    if let Some(place) = place(shop, number) {
        shop.books.coupons[place] = left;
    }
    let kind = if valid { "discount.disable" } else { "discount.delete" };
    call.applied(kind, &coupon.code, Some(number.to_string()), None);
    Ok(shown)
}
