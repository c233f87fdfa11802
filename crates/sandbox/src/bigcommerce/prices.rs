//! Price lists: one for wholesale customers, with prices of some variants.
//!
//! Records are written many at a time; those that are right are kept though others are wrong (422 with `batch_errors`).
//!
//! Source: price_lists.v3 of the vendor's OpenAPI files (April 2026).

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::numbers::{PRODUCTS, VARIANTS};
use super::store::opened;
use super::values::{iso, price};
use super::{Asked, bodies, body, errors, exceeds, lists};
use crate::json::number;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Id, Moment, VariantId, World};

/// The only list.
const WHOLESALE: u64 = 1;
const NAME: &str = "Wholesale";
/// The customer group that buys by it.
pub(super) const GROUP: u64 = 4;
/// Variants that have a wholesale price from the start, at so many hundredths.
const FROM_THE_START: u32 = 5;
const SHARE: i64 = 80;
/// Records in one change.
const BATCH: usize = 1_000;
const PRICES: [&str; 4] = ["price", "sale_price", "retail_price", "map_price"];

/// Records that were written, in the order of their variants.
#[derive(Debug, Default)]
pub(super) struct PriceLists(BTreeMap<VariantId, Record>);

#[derive(Debug, Clone, Copy)]
struct Record {
    /// In the order of [`PRICES`].
    prices: [Option<i64>; 4],
    created_at: Moment,
    modified_at: Moment,
}

impl PriceLists {
    fn record(&self, world: &World, id: VariantId) -> Option<Record> {
        if let Some(record) = self.0.get(&id) {
            return Some(*record);
        }
        let variant = world.variants.get(id).filter(|_| id.place() < FROM_THE_START)?;
        let at = variant.created_at;
        let price = Some(variant.price * SHARE / 100);
        Some(Record { prices: [price, None, None, None], created_at: at, modified_at: at })
    }
}

/// Lists the price lists.
pub(super) fn list(asked: &Asked<'_>, call: &mut Call<'_>, pages: &mut Numbered) -> Reply {
    let query = &asked.query;
    let wanted = query.wanted("id:in").has(WHOLESALE) && query.text("name").is_none_or(|name| name == NAME);
    let found: &[u64] = if wanted { &[WHOLESALE] } else { &[] };
    lists::plain(pages, asked, call, found, |call, id| {
        let at = iso(opened(call));
        json!({ "id": id, "name": NAME, "active": true, "date_created": at, "date_modified": at })
    })
}

/// Lists which customer groups buy by which list: one does, in the only storefront.
pub(super) fn assignments(asked: &Asked<'_>, call: &mut Call<'_>, pages: &mut Numbered) -> Reply {
    let query = &asked.query;
    let wanted = query.named("customer_group_id", "customer_group_id:in").has(GROUP)
        && query.named("price_list_id", "price_list_id:in").has(WHOLESALE)
        && query.named("channel_id", "channel_id:in").has(1);
    let found: &[u64] = if wanted { &[1] } else { &[] };
    lists::plain(
        pages,
        asked,
        call,
        found,
        |_, id| json!({ "id": id, "customer_group_id": GROUP, "price_list_id": WHOLESALE, "channel_id": 1 }),
    )
}

/// Lists the records of a price list.
pub(super) fn records(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    prices: &PriceLists,
    pages: &mut Numbered,
) -> Result<Reply, Reply> {
    known(asked)?;
    let query = &asked.query;
    let (variants, products) = (query.wanted("variant_id:in"), query.wanted("product_id:in"));
    let world = &*call.world;
    let currency =
        query.text("currency").is_none_or(|code| code.eq_ignore_ascii_case(world.shop.currency.code()));
    let found: Vec<(VariantId, Record)> = world
        .variants
        .iter()
        .filter(|_| currency)
        .filter(|(id, _)| variants.has(VARIANTS.of(*id)))
        .filter(|(_, variant)| products.has(PRODUCTS.of(variant.product)))
        .filter_map(|(id, _)| Some((id, prices.record(world, id)?)))
        .filter(|(_, record)| query.within(record.modified_at, "date_modified:min", "date_modified:max"))
        .collect();
    Ok(lists::plain(pages, asked, call, &found, |call, (id, record)| written(call.world, *id, record)))
}

fn known(asked: &Asked<'_>) -> Result<(), Reply> {
    if asked.numbers.first() == Some(&WHOLESALE) { Ok(()) } else { Err(asked.api.not_found()) }
}

fn written(world: &World, id: VariantId, record: &Record) -> Value {
    let Some(variant) = world.variants.get(id) else { return Value::Null };
    let currency = world.shop.currency;
    let mut out = json!({
        "price_list_id": WHOLESALE, "variant_id": VARIANTS.of(id), "product_id": PRODUCTS.of(variant.product),
        "sku": variant.sku, "currency": currency.code().to_lowercase(), "bulk_pricing_tiers": [],
        "date_created": iso(record.created_at), "date_modified": iso(record.modified_at),
    });
    for (name, price) in PRICES.iter().zip(record.prices) {
        if let Some(price) = price {
            out[*name] = number(price, currency);
        }
    }
    let [price, sale, ..] = record.prices;
    if let Some(price) = sale.or(price) {
        out["calculated_price"] = number(price, currency);
    }
    out
}

/// Writes records.
pub(super) fn upsert(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    prices: &mut PriceLists,
) -> Result<Reply, Reply> {
    known(asked)?;
    if exceeds(asked, BATCH) {
        return Err(asked.api.refuse(413, "The maximum number of items allowed in the array is 1000."));
    }
    let body = body(asked, &bodies::PRICE_RECORDS)?;
    let mut wrong = Vec::new();
    for given in body.as_array().into_iter().flatten() {
        match read(call.world, given) {
            Err((member, what)) => wrong.push(json!({
                "data": { "price_list_id": WHOLESALE, "variant_id": given["variant_id"].as_u64().unwrap_or(0),
                    "sku": given["sku"].as_str().unwrap_or(""), "currency": given["currency"] },
                "field_errors": { member: what },
            })),
            Ok((id, given)) => {
                let before = prices.record(call.world, id);
                let mut record = before.unwrap_or(Record {
                    prices: [None; 4],
                    created_at: call.now,
                    modified_at: call.now,
                });
                for (old, new) in record.prices.iter_mut().zip(given) {
                    *old = new.or(*old);
                }
                record.modified_at = call.now;
                prices.0.insert(id, record);
                call.applied("price.list", VARIANTS.of(id), None, None);
            }
        }
    }
    if wrong.is_empty() { Ok(lists::data(200, Map::new())) } else { Err(errors::batch(wrong)) }
}

/// A field, and what is wrong with it.
type Complaint = (&'static str, &'static str);

/// Reads a record: which variant, and its prices in the order of [`PRICES`].
fn read(world: &World, given: &Value) -> Result<(VariantId, [Option<i64>; 4]), Complaint> {
    let currency = world.shop.currency;
    if !given["currency"].as_str().is_some_and(|code| code.eq_ignore_ascii_case(currency.code())) {
        return Err(("currency", "The store has no such currency."));
    }
    let id = match (given["variant_id"].as_u64(), given["sku"].as_str()) {
        (Some(id), _) => VARIANTS.id(id).filter(|id| world.variants.get(*id).is_some()),
        (None, Some(sku)) => world.variants.iter().find(|(_, one)| &*one.sku == sku).map(|(id, _)| id),
        (None, None) => None,
    };
    let id = id.ok_or(("variant_id", "There is no such variant."))?;
    let mut prices = [None; 4];
    for (place, name) in prices.iter_mut().zip(PRICES) {
        if let Some(value) = given.get(name) {
            *place = Some(
                price(value, currency).ok_or((name, "Must be an amount of two decimals, not below 0."))?,
            );
        }
    }
    Ok((id, prices))
}
