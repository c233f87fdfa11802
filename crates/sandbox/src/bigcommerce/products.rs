//! Products.
//!
//! A variant without a price of its own costs what its product does (`price: null`). Names are unique in the store
//! (409). A page of products with options or modifiers holds ten at most.
//!
//! What it leaves out: categories, brands, images, modifiers, custom fields, making and deleting products.
//!
//! Source: products_catalog.v3 and product-variants_catalog.v3 of the vendor's OpenAPI files (April 2026).

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value, json};

use super::inventory::{MOST, Stock};
use super::numbers::{PRODUCTS, VARIANTS};
use super::values::{self, offset};
use super::variants::written as variant_written;
use super::{Asked, bodies, body, lists};
use crate::json::{merged, number};
use crate::paging::Numbered;
use crate::vendor::{Call, Reply};
use crate::world::{Product, ProductId, Thing, Variant, VariantId, World};

/// What is known of goods here and nowhere else.
#[derive(Debug, Default)]
pub(super) struct Goods {
    /// Prices of products, where they were set here.
    pub(super) base: HashMap<ProductId, i64>,
    /// Variants with a price of their own.
    pub(super) own: HashSet<VariantId>,
    /// Sale prices, above 0.
    sales: HashMap<ProductId, i64>,
    pub(super) variant_sales: HashMap<VariantId, i64>,
    /// Other members that were written.
    texts: HashMap<ProductId, Map<String, Value>>,
}

impl Goods {
    /// Returns what a product costs, in minor units.
    pub(super) fn base(&self, world: &World, id: ProductId) -> i64 {
        let first = || {
            let variant = world.products.get(id)?.variants.first()?;
            world.variants.get(*variant).map(|variant| variant.price)
        };
        self.base.get(&id).copied().or_else(first).unwrap_or(0)
    }

    /// Tells whether a variant costs something else than its product.
    pub(super) fn own_price(&self, world: &World, id: VariantId, variant: &Variant) -> bool {
        self.own.contains(&id) || variant.price != self.base(world, variant.product)
    }
}

/// Lists products.
pub(super) fn list(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    goods: &Goods,
    stock: &Stock,
    numbered: &mut Numbered,
) -> Reply {
    let query = &asked.query;
    let world = &*call.world;
    let ids = query.named("id", "id:in");
    let skus = query.text("sku").map(|sku| vec![sku]).or_else(|| query.words("sku:in"));
    let mut found: Vec<(ProductId, &Product)> = world
        .products
        .iter()
        .filter(|(id, _)| ids.has(PRODUCTS.of(*id)))
        .filter(|(id, _)| query.whole("id:min").is_none_or(|min| PRODUCTS.of(*id) >= min))
        .filter(|(id, _)| query.whole("id:greater").is_none_or(|min| PRODUCTS.of(*id) > min))
        .filter(|(_, product)| query.text("name").is_none_or(|name| name == &*product.title))
        .filter(|(_, product)| {
            skus.as_ref().is_none_or(|skus| skus.iter().any(|sku| *sku == own_sku(world, product)))
        })
        .filter(|(id, _)| {
            let visible = goods.texts.get(id).and_then(|texts| texts.get("is_visible")?.as_bool());
            query.text("is_visible").is_none_or(|asked| (asked == "true") == visible.unwrap_or(true))
        })
        .filter(|(_, product)| query.within(product.updated_at, "date_modified:min", "date_modified:max"))
        .collect();
    match query.text("sort") {
        Some("name") => found.sort_by(|one, other| (&one.1.title, one.0).cmp(&(&other.1.title, other.0))),
        Some("price") => found.sort_by_key(|(id, _)| (goods.base(world, *id), *id)),
        Some("date_modified") => found.sort_by_key(|(id, product)| (product.updated_at, *id)),
        _ => found.sort_by_key(|(id, _)| *id),
    }
    if query.text("direction") == Some("desc") {
        found.reverse();
    }
    let found: Vec<ProductId> = found.into_iter().map(|(id, _)| id).collect();
    lists::page(
        numbered,
        asked,
        call,
        &found,
        |id| Some(Thing::Product(*id)),
        |call, id| {
            let mut written = written(call, goods, stock, *id, asked);
            choose(&mut written, asked);
            written
        },
    )
}

/// Returns a product.
pub(super) fn get(asked: &Asked<'_>, call: &Call<'_>, goods: &Goods, stock: &Stock) -> Result<Reply, Reply> {
    let id = named(asked, call)?;
    let mut data = written(call, goods, stock, id, asked);
    choose(&mut data, asked);
    Ok(lists::data(200, data))
}

/// Returns the product that a path names.
///
/// Errors: 404.
pub(super) fn named(asked: &Asked<'_>, call: &Call<'_>) -> Result<ProductId, Reply> {
    let id = asked.numbers.first().and_then(|number| PRODUCTS.id(*number));
    id.filter(|id| call.world.products.get(*id).is_some()).ok_or_else(|| asked.api.not_found())
}

/// Leaves of a product what the query wants; the id and what was included always stay.
fn choose(written: &mut Value, asked: &Asked<'_>) {
    let included = asked.query.words("include").unwrap_or_default();
    let (only, without) = (asked.query.words("include_fields"), asked.query.words("exclude_fields"));
    let Some(members) = written.as_object_mut() else { return };
    members.retain(|name, _| {
        let name = name.as_str();
        name == "id"
            || included.contains(&name)
            || (only.as_ref().is_none_or(|only| only.contains(&name))
                && !without.as_ref().is_some_and(|without| without.contains(&name)))
    });
}

/// A product without options has one variant, whose number is also the product's.
fn own_sku<'w>(world: &'w World, product: &Product) -> &'w str {
    let alone = product.variants.first().filter(|_| product.options.is_empty());
    alone.and_then(|variant| world.variants.get(*variant)).map_or("", |variant| &variant.sku)
}

fn written(call: &Call<'_>, goods: &Goods, stock: &Stock, id: ProductId, asked: &Asked<'_>) -> Value {
    let (world, now) = (&*call.world, call.now);
    let Some(product) = world.products.get(id) else { return Value::Null };
    let currency = world.shop.currency;
    let price = |minor: i64| number(minor, currency);
    let (base, sale) = (goods.base(world, id), goods.sales.get(&id).copied().unwrap_or(0));
    let level: i64 = product.variants.iter().map(|variant| stock.shown(world, *variant, 0, now).max(0)).sum();
    let mut out = merged([
        json!({
            "id": PRODUCTS.of(id),
            "name": product.title,
            "type": "physical",
            "sku": own_sku(world, product),
            "description": product.description,
            "weight": 1, "width": 0, "depth": 0, "height": 0,
            "price": price(base), "cost_price": 0, "retail_price": 0, "sale_price": price(sale), "map_price": 0,
            "calculated_price": price(if sale > 0 { sale } else { base }),
            "tax_class_id": 0, "product_tax_code": "", "categories": [], "brand_id": 0,
            "inventory_level": level,
        }),
        json!({
            "inventory_warning_level": 0,
            "inventory_tracking": if product.options.is_empty() { "product" } else { "variant" },
            "reviews_rating_sum": 0, "reviews_count": 0, "total_sold": 0,
            "fixed_cost_shipping_price": 0, "is_free_shipping": false, "is_visible": true, "is_featured": false,
            "related_products": [-1], "warranty": "", "bin_picking_number": "", "layout_file": "product.html",
            "upc": "", "mpn": "", "gtin": "", "search_keywords": "",
            "availability": "available", "availability_description": "", "gift_wrapping_options_type": "any",
            "gift_wrapping_options_list": [], "sort_order": 0, "condition": "New", "is_condition_shown": false,
            "order_quantity_minimum": 0, "order_quantity_maximum": 0,
            "page_title": "", "meta_keywords": [], "meta_description": "", "view_count": 0,
            "preorder_release_date": null, "preorder_message": "", "is_preorder_only": false,
        }),
        json!({
            "is_price_hidden": false, "price_hidden_label": "",
            "custom_url": { "url": format!("/{}/", product.handle), "is_customized": false },
            "date_created": offset(product.created_at), "date_modified": offset(product.updated_at),
            "open_graph_type": "product", "open_graph_title": "", "open_graph_description": "",
            "open_graph_use_meta_description": true, "open_graph_use_product_name": true,
            "open_graph_use_image": true,
        }),
    ]);
    let Some(members) = out.as_object_mut() else { return Value::Null };
    // Only a product without options has a base variant; for others the vendor says null, which its file forbids.
    if let Some(variant) = product.variants.first().filter(|_| product.options.is_empty()) {
        members.insert("base_variant_id".to_owned(), json!(VARIANTS.of(*variant)));
    }
    members.extend(goods.texts.get(&id).cloned().unwrap_or_default());
    for part in asked.query.words("include").unwrap_or_default() {
        let written = match part {
            "variants" => product
                .variants
                .iter()
                .filter_map(|variant| variant_written(world, goods, stock, *variant, now))
                .collect(),
            "options" => options(world, id, product),
            "primary_image" => continue,
            _ => json!([]),
        };
        members.insert(part.to_owned(), written);
    }
    out
}

fn options(world: &World, id: ProductId, product: &Product) -> Value {
    let values = |nth: usize| {
        values_of(world, product, nth).into_iter().enumerate().map(|(place, value)| json!({
            "id": value_number(id, nth, place), "label": value, "sort_order": place, "value_data": null,
            "is_default": place == 0,
        })).collect::<Vec<Value>>()
    };
    product
        .options
        .iter()
        .enumerate()
        .map(|(nth, option)| {
            json!({
                "id": option_number(id, nth), "product_id": PRODUCTS.of(id), "display_name": option,
                "type": "rectangles", "sort_order": nth, "option_values": values(nth),
            })
        })
        .collect()
}

/// Returns the values of an option, in the order in which the variants of a product first have them.
pub(super) fn values_of<'w>(world: &'w World, product: &Product, nth: usize) -> Vec<&'w str> {
    let mut seen: Vec<&str> = Vec::new();
    for id in &product.variants {
        let value = world.variants.get(*id).and_then(|variant| variant.values.get(nth));
        if let Some(value) = value.map(|value| &**value)
            && !seen.contains(&value)
        {
            seen.push(value);
        }
    }
    seen
}

/// Returns the number of an option of a product.
pub(super) fn option_number(id: ProductId, nth: usize) -> u64 {
    PRODUCTS.of(id) * 4 + nth as u64
}

/// Returns the number of a value of an option.
pub(super) fn value_number(id: ProductId, nth: usize, place: usize) -> u64 {
    option_number(id, nth) * 100 + place as u64
}

/// Changes a product.
pub(super) fn update(
    asked: &Asked<'_>,
    call: &mut Call<'_>,
    goods: &mut Goods,
    stock: &mut Stock,
) -> Result<Reply, Reply> {
    let id = named(asked, call)?;
    let body = body(asked, &bodies::UPDATE_PRODUCT)?;
    let currency = call.world.shop.currency;
    let price = |member: &str| match body.get(member) {
        None => Ok(None),
        Some(value) => match values::price(value, currency) {
            Some(amount) => Ok(Some(amount)),
            None => Err(asked.api.bad(member, "Must be an amount of two decimals, not below 0.")),
        },
    };
    let (new_price, sale) = (price("price")?, price("sale_price")?);
    if let Some(name) = body["name"].as_str() {
        let taken = call.world.products.iter().any(|(other, product)| other != id && &*product.title == name);
        if taken {
            return Err(asked.api.refuse(409, "The product name is a duplicate"));
        }
        if name.is_empty() {
            return Err(asked.api.bad("name", "Must not be empty."));
        }
    }
    if let Some(level) = body["inventory_level"].as_u64() {
        let level = i64::try_from(level).ok().filter(|level| *level <= MOST);
        let level = level.ok_or_else(|| asked.api.bad("inventory_level", "Too many pieces."))?;
        let product = call.world.products.get(id).filter(|product| product.options.is_empty());
        let variant = product.and_then(|product| product.variants.first().copied());
        let variant = variant.ok_or_else(|| asked.api.bad("inventory_level", "Is tracked by variant."))?;
        stock.set(call, variant, 0, level);
        call.applied("stock.set", PRODUCTS.of(id), None, None);
    }
    if new_price.is_some() || sale.is_some() {
        set_price(call, goods, id, new_price, sale);
    }
    set_texts(call, goods, id, &body);
    let data = written(call, goods, stock, id, asked);
    Ok(lists::data(200, data))
}

fn set_price(call: &mut Call<'_>, goods: &mut Goods, id: ProductId, price: Option<i64>, sale: Option<i64>) {
    if let Some(price) = price {
        let variants =
            call.world.products.get(id).map(|product| product.variants.clone()).unwrap_or_default();
        let inherits = |variant: &VariantId| {
            let row = call.world.variants.get(*variant);
            row.is_some_and(|row| !goods.own_price(call.world, *variant, row))
        };
        let inheriting: Vec<VariantId> = variants.into_iter().filter(inherits).collect();
        for variant in inheriting {
            call.world.variants.edit(variant, call.now, |variant| variant.price = price);
        }
        goods.base.insert(id, price);
    }
    match sale {
        Some(0) => drop(goods.sales.remove(&id)),
        Some(sale) => drop(goods.sales.insert(id, sale)),
        None => {}
    }
    call.world.products.edit(id, call.now, |_| ());
    call.applied("price.set", PRODUCTS.of(id), None, None);
}

fn set_texts(call: &mut Call<'_>, goods: &mut Goods, id: ProductId, body: &Value) {
    let Some(members) = body.as_object() else { return };
    let mut changed = false;
    for (name, value) in members {
        match name.as_str() {
            "price" | "sale_price" | "inventory_level" => continue,
            "name" | "description" => {
                let Some(text) = value.as_str() else { continue };
                call.world.products.edit(id, call.now, |product| {
                    let place = if name == "name" { &mut product.title } else { &mut product.description };
                    *place = text.into();
                });
            }
            "custom_url" => {
                let url = value["url"].as_str().unwrap_or("/");
                let url = json!({ "url": url, "is_customized": true });
                goods.texts.entry(id).or_default().insert(name.clone(), url);
            }
            _ => drop(goods.texts.entry(id).or_default().insert(name.clone(), value.clone())),
        }
        changed = true;
    }
    if changed {
        call.world.products.edit(id, call.now, |_| ());
        call.applied("product.edit", PRODUCTS.of(id), None, None);
    }
}
