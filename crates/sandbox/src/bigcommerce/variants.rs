//! Variants of products.
//!
//! Source: product-variants_catalog.v3 of the vendor's OpenAPI files (April 2026).

use serde_json::{Value, json};

use super::inventory::{MOST, Stock};
use super::numbers::{PRODUCTS, VARIANTS};
use super::products::{Goods, named, option_number, value_number, values_of};
use super::values::price;
use super::{Asked, bodies, body, errors, exceeds, lists};
use crate::json::number;
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Moment, VariantId, World};

/// Variants in one change.
const BATCH: usize = 50;

/// Writes a variant.
pub(super) fn written(
    world: &World,
    goods: &Goods,
    stock: &Stock,
    id: VariantId,
    now: Moment,
) -> Option<Value> {
    let variant = world.variants.get(id)?;
    let product = world.products.get(variant.product)?;
    let price = |minor: i64| number(minor, world.shop.currency);
    let values: Vec<Value> = product
        .options
        .iter()
        .zip(&variant.values)
        .enumerate()
        .map(|(nth, (option, value))| {
            let place = values_of(world, product, nth).iter().position(|one| *one == &**value).unwrap_or(0);
            json!({
                "id": value_number(variant.product, nth, place), "label": value,
                "option_id": option_number(variant.product, nth), "option_display_name": option,
            })
        })
        .collect();
    let own = goods.own_price(world, id, variant);
    let sale = goods.variant_sales.get(&id).copied();
    Some(json!({
        "id": VARIANTS.of(id), "product_id": PRODUCTS.of(variant.product), "sku": variant.sku,
        "sku_id": if product.options.is_empty() { Value::Null } else { json!(VARIANTS.of(id)) },
        "price": if own { price(variant.price) } else { Value::Null },
        "calculated_price": price(sale.unwrap_or(variant.price)),
        "sale_price": sale.map_or(Value::Null, price),
        "retail_price": null, "cost_price": 0, "weight": null, "width": null, "height": null, "depth": null,
        "calculated_weight": 1, "is_free_shipping": false, "fixed_cost_shipping_price": null,
        "purchasing_disabled": false, "purchasing_disabled_message": "", "image_url": "",
        "upc": "", "mpn": "", "gtin": "", "bin_picking_number": "",
        "inventory_level": stock.shown(world, id, 0, now).max(0), "inventory_warning_level": 0,
        "option_values": values,
    }))
}

/// Lists the variants of a product, or of all.
pub(super) fn list(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    goods: &Goods,
    stock: &Stock,
    numbered: &mut Numbered,
) -> Result<Reply, Reply> {
    let of = if asked.numbers.is_empty() { None } else { Some(named(asked, call)?) };
    let query = &asked.query;
    let products = query.wanted("product_id:in");
    let found: Vec<VariantId> = call
        .world
        .variants
        .iter()
        .filter(|(_, variant)| of.is_none_or(|of| of == variant.product))
        .filter(|(_, variant)| call.world.products.get(variant.product).is_some())
        .filter(|(id, _)| query.whole("id").is_none_or(|asked| asked == VARIANTS.of(*id)))
        .filter(|(_, variant)| query.text("sku").is_none_or(|sku| sku == &*variant.sku))
        .filter(|(_, variant)| products.has(PRODUCTS.of(variant.product)))
        .map(|(id, _)| id)
        .collect();
    let whole = of.is_some();
    Ok(lists::plain(numbered, asked, call, &found, |call, id| {
        let written = written(call.world, goods, stock, *id, call.now);
        let mut written = written.unwrap_or(Value::Null);
        if !whole {
            plain(&mut written);
        }
        written
    }))
}

/// Leaves out what is null: the list of all variants declares none of it so.
fn plain(written: &mut Value) {
    if let Some(members) = written.as_object_mut() {
        members.retain(|_, value| !value.is_null());
    }
}

/// Returns a variant of a product.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>, goods: &Goods, stock: &Stock) -> Result<Reply, Reply> {
    let product = named(asked, call)?;
    let id: Option<VariantId> = asked.numbers.get(1).and_then(|number| VARIANTS.id(*number));
    let id = id.filter(|id| call.world.variants.get(*id).is_some_and(|variant| variant.product == product));
    let data = id.and_then(|id| written(call.world, goods, stock, id, call.now));
    let data = data.ok_or_else(|| asked.api.not_found())?;
    Ok(lists::data(200, data))
}

/// Changes variants, all or none.
pub(super) fn update(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    goods: &mut Goods,
    stock: &mut Stock,
) -> Result<Reply, Reply> {
    if exceeds(asked, BATCH) {
        return Err(asked.api.refuse(413, "The maximum number of items allowed in the array is 50."));
    }
    let body = body(asked, &bodies::UPDATE_VARIANTS)?;
    let currency = call.world.shop.currency;
    let wanted: Vec<&Value> = body.as_array().into_iter().flatten().collect();
    let mut ids: Vec<VariantId> = Vec::new();
    let mut wrong = Vec::new();
    for one in &wanted {
        match one["id"].as_u64().and_then(|number| VARIANTS.id(number)) {
            Some(id) if call.world.variants.get(id).is_some() => ids.push(id),
            _ => wrong.push(errors::batch_error(
                "The variant was not found.",
                "id",
                "There is no such variant.",
            )),
        }
        for member in ["price", "sale_price"] {
            let fits = one.get(member).is_none_or(|value| price(value, currency).is_some());
            if !fits {
                wrong.push(errors::batch_error("The variant was not valid.", member, "Not an amount."));
            }
        }
        if one["inventory_level"].as_u64().is_some_and(|level| level > MOST.cast_unsigned()) {
            let title = "The variant was not valid.";
            wrong.push(errors::batch_error(title, "inventory_level", "Too many pieces."));
        }
    }
    if !wrong.is_empty() {
        return Err(errors::batch(wrong));
    }
    for (one, id) in wanted.iter().zip(&ids) {
        let Some(product) = call.world.variants.get(*id).map(|variant| variant.product) else { continue };
        let (price, sale) = (price(&one["price"], currency), price(&one["sale_price"], currency));
        if let Some(price) = price {
            goods.own.insert(*id);
            // What the product costs does not follow from its variants any more.
            let base = goods.base(call.world, product);
            goods.base.insert(product, base);
            call.world.variants.edit(*id, call.now, |variant| variant.price = price);
        }
        match sale {
            Some(0) => drop(goods.variant_sales.remove(id)),
            Some(sale) => drop(goods.variant_sales.insert(*id, sale)),
            None => {}
        }
        if price.is_some() || sale.is_some() {
            call.applied("price.set", VARIANTS.of(*id), None, None);
        }
        if let Some(level) = one["inventory_level"].as_i64() {
            stock.set(call, *id, 0, level);
            call.applied("stock.set", VARIANTS.of(*id), None, None);
        }
        call.world.products.edit(product, call.now, |_| ());
    }
    let data: Vec<Value> = ids
        .iter()
        .filter_map(|id| written(call.world, goods, stock, *id, call.now))
        .map(|mut written| {
            plain(&mut written);
            written
        })
        .collect();
    Ok(lists::data(200, data))
}
