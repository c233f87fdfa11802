//! Stock at locations. An adjustment is answered at once and shows a little later; a read right after it is old.
//!
//! Source: inventory.v3 and locations.v3 of the vendor's OpenAPI files (April 2026), and its page on adjustments.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::numbers::{LOCATIONS, PRODUCTS, VARIANTS};
use super::store::opened;
use super::values::iso;
use super::{Asked, bodies, body, lists};
use crate::mark::mark;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Moment, VariantId, World};

/// Seconds until an adjustment shows.
const SHOWS: i64 = 2;
/// The most pieces of anything.
pub(super) const MOST: i64 = 2_147_483_647;

/// Adjustments that do not show yet: when they were made, and the pieces before them.
#[derive(Debug, Default)]
pub(super) struct Stock(HashMap<(VariantId, usize), (Moment, i64)>);

impl Stock {
    /// Returns the pieces at a location as a read shows them.
    pub(super) fn shown(&self, world: &World, variant: VariantId, place: usize, now: Moment) -> i64 {
        match self.0.get(&(variant, place)) {
            Some((at, before)) if now < at.plus(SHOWS) => *before,
            _ => real(world, variant, place),
        }
    }

    /// Sets the pieces at a location at once, as the catalogue does.
    pub(super) fn set(&mut self, call: &mut Call<'_>, variant: VariantId, place: usize, pieces: i64) {
        self.0.remove(&(variant, place));
        let more = pieces - real(call.world, variant, place);
        call.world.move_stock(variant, place, more, call.now);
    }
}

/// Returns the pieces that lie at a location.
fn real(world: &World, variant: VariantId, place: usize) -> i64 {
    world.variants.get(variant).and_then(|row| row.stock.get(place)).copied().unwrap_or(0)
}

/// Lists the stock of every variant at every location.
pub(super) fn items(asked: &Asked<'_>, call: &mut Call<'_>, stock: &Stock, numbered: &mut Numbered) -> Reply {
    let query = &asked.query;
    let (skus, variants, products) =
        (query.words("sku:in"), query.wanted("variant_id:in"), query.wanted("product_id:in"));
    let locations = query.wanted("location_id:in");
    let found: Vec<VariantId> = call
        .world
        .variants
        .iter()
        .filter(|(_, variant)| call.world.products.get(variant.product).is_some())
        .filter(|(_, variant)| skus.as_ref().is_none_or(|skus| skus.contains(&&*variant.sku)))
        .filter(|(id, _)| variants.has(VARIANTS.of(*id)))
        .filter(|(_, variant)| products.has(PRODUCTS.of(variant.product)))
        .map(|(id, _)| id)
        .collect();
    lists::plain(numbered, asked, call, &found, |call, id| {
        let Some(variant) = call.world.variants.get(*id) else { return Value::Null };
        let at: Vec<Value> = call
            .world
            .locations
            .iter()
            .enumerate()
            .filter(|(_, here)| locations.has(LOCATIONS.of(here.id)))
            .map(|(place, here)| {
                let pieces = stock.shown(call.world, *id, place, call.now);
                json!({
                    "location_id": LOCATIONS.of(here.id), "location_code": code(&here.name),
                    "location_name": here.name, "available_to_sell": pieces, "total_inventory_onhand": pieces,
                    "location_enabled": true,
                    "settings": {
                        "safety_stock": 0, "is_in_stock": pieces > 0, "warning_level": 0, "bin_picking_number": "",
                    },
                })
            })
            .collect();
        let identity = json!({
            "sku": variant.sku, "variant_id": VARIANTS.of(*id), "product_id": PRODUCTS.of(variant.product),
            "sku_id": VARIANTS.of(*id),
        });
        json!({ "identity": identity, "locations": at })
    })
}

fn code(name: &str) -> String {
    format!("BC-{}", name.to_uppercase())
}

/// Lists the locations; the first is the default.
pub(super) fn locations(asked: &Asked<'_>, call: &mut Call<'_>, numbered: &mut Numbered) -> Reply {
    let query = &asked.query;
    let ids = query.wanted("location_id:in");
    let found: Vec<usize> = call
        .world
        .locations
        .iter()
        .enumerate()
        .filter(|(_, here)| ids.has(LOCATIONS.of(here.id)))
        .filter(|(place, _)| query.text("is_default").is_none_or(|asked| (asked == "true") == (*place == 0)))
        .filter(|_| query.text("is_active") != Some("false"))
        .map(|(place, _)| place)
        .collect();
    lists::plain(numbered, asked, call, &found, |call, place| {
        let world = &*call.world;
        let Some(here) = world.locations.get(*place) else { return Value::Null };
        let since = iso(opened(call));
        json!({
            "id": LOCATIONS.of(here.id), "code": code(&here.name), "label": here.name, "description": "",
            "managed_by_external_source": false, "type_id": "PHYSICAL", "enabled": true,
            "time_zone": "Etc/UTC", "created_at": since, "updated_at": since,
            "address": {
                "address1": "", "address2": "", "city": "", "state": "", "zip": "",
                "email": world.shop.email, "phone": "", "country_code": "",
                "geo_coordinates": { "latitude": 0.0, "longitude": 0.0 },
            },
            "storefront_visibility": true, "special_hours": [],
        })
    })
}

/// Sets pieces, or adds to them and takes away; all or none.
pub(super) fn adjust(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    stock: &mut Stock,
    relative: bool,
) -> Result<Reply, Reply> {
    let body = body(asked, &bodies::ADJUST)?;
    let mut wanted: Vec<(VariantId, usize, i64)> = Vec::new();
    for (nth, item) in body["items"].as_array().into_iter().flatten().enumerate() {
        let bad = |member: &str, what: &str| asked.api.bad(&format!("items.{nth}.{member}"), what);
        let place = call
            .world
            .locations
            .iter()
            .position(|here| item["location_id"].as_u64() == Some(LOCATIONS.of(here.id)));
        let place = place.ok_or_else(|| bad("location_id", "There is no such location."))?;
        let variant = meant(call.world, item).map_err(|(member, what)| bad(member, what))?;
        let quantity = item["quantity"].as_i64().ok_or_else(|| bad("quantity", "Must be a whole number."))?;
        let before = if relative { real(call.world, variant, place) } else { 0 };
        let after = before.saturating_add(quantity);
        if !(0..=MOST).contains(&after) {
            return Err(bad("quantity", "The pieces would be below 0 or too many."));
        }
        wanted.push((variant, place, after));
    }
    if wanted.is_empty() {
        return Err(asked.api.bad("items", "Must not be empty."));
    }
    let mut stamp = mark(0, [call.now.to_string()]);
    for (variant, place, after) in wanted {
        let before = stock.shown(call.world, variant, place, call.now);
        let number = VARIANTS.of(variant);
        stamp = mark(stamp, [number.to_string(), after.to_string()]);
        stock.set(call, variant, place, after);
        stock.0.insert((variant, place), (call.now, before));
        call.applied("stock.set", number, None, None);
    }
    Ok(Reply::json(200, &json!({ "transaction_id": format!("{stamp:016x}") })))
}

/// Finds what an item means; exactly one of three members names it, and the product only where it tracks its own
/// stock.
fn meant(world: &World, item: &Value) -> Result<VariantId, (&'static str, &'static str)> {
    let named =
        ["variant_id", "product_id", "sku"].iter().filter(|member| item.get(**member).is_some()).count();
    if named != 1 {
        return Err(("variant_id", "Exactly one of variant_id, product_id and sku is needed."));
    }
    if let Some(number) = item["variant_id"].as_u64() {
        let id: Option<VariantId> = VARIANTS.id(number);
        return id
            .filter(|id| world.variants.get(*id).is_some())
            .ok_or(("variant_id", "There is no such variant."));
    }
    if let Some(sku) = item["sku"].as_str() {
        let found = world.variants.iter().find(|(_, variant)| &*variant.sku == sku);
        return found.map(|(id, _)| id).ok_or(("sku", "There is no such SKU."));
    }
    let product = item["product_id"].as_u64().and_then(|number| PRODUCTS.id(number));
    let product =
        product.and_then(|id| world.products.get(id)).ok_or(("product_id", "There is no such product."))?;
    match product.variants.first().filter(|_| product.options.is_empty()) {
        Some(variant) => Ok(*variant),
        None => Err(("product_id", "The product's inventory is tracked by variant.")),
    }
}
