//! Products and variations in the vendor's words.

use serde_json::{Value, json};

use super::price;
use super::{single, varies};
use crate::json::merged;
use crate::mark::mark;
use crate::woocommerce::books::{ProductBook, VariantBook};
use crate::woocommerce::times::gmt;
use crate::woocommerce::{Scene, escaped, shop};
use crate::world::{Product, ProductId, Variant, VariantId, World};

/// Returns the word for whether any of some variants can be sold.
pub(super) fn stock_status(world: &World, variants: &[VariantId]) -> &'static str {
    let left =
        variants.iter().filter_map(|id| world.variants.get(*id)).any(|variant| variant.available() > 0);
    if left { "instock" } else { "outofstock" }
}

/// The prices of a variant as texts; empty where there is none.
struct Prices {
    active: String,
    regular: String,
    sale: String,
}

fn prices(scene: &Scene<'_>, variant: &Variant, book: Option<&VariantBook>) -> Prices {
    let currency = scene.world.shop.currency;
    let typed = book.and_then(|book| book.regular.clone());
    let sale = book.map(|book| book.sale.clone()).unwrap_or_default();
    let reduced = price::minor(&sale, currency);
    let regular = match (typed, reduced) {
        (Some(typed), _) => typed,
        (None, _) => scene.money(variant.price),
    };
    let full = price::minor(&regular, currency);
    let active = match (reduced, full) {
        (Some(reduced), Some(full)) if reduced < full => sale.clone(),
        _ => regular.clone(),
    };
    Prices { active, regular, sale }
}

/// Writes what products and variations have in common: price, stock, and all that this shop leaves as it is.
fn goods(scene: &Scene<'_>, id: Option<VariantId>, variants: &[VariantId]) -> Value {
    let variant = id.and_then(|id| scene.world.variants.get(id));
    let book = id.and_then(|id| scene.books.variants.get(&id));
    let prices = match variant {
        Some(variant) => prices(scene, variant, book),
        None => {
            let lowest = variants
                .iter()
                .filter_map(|id| {
                    let variant = scene.world.variants.get(*id)?;
                    let active = self::prices(scene, variant, scene.books.variants.get(id)).active;
                    Some((price::minor(&active, scene.world.shop.currency)?, active))
                })
                .min();
            let active = lowest.map(|(_, active)| active).unwrap_or_default();
            Prices { active, regular: String::new(), sale: String::new() }
        }
    };
    let managed = variant.is_some() && !book.is_some_and(|book| book.unmanaged);
    let left = variant.filter(|_| managed).map(Variant::available);
    let on_sale = !prices.sale.is_empty() && prices.active == prices.sale;
    merged([
        json!({
            "price": prices.active,
            "regular_price": prices.regular,
            "sale_price": prices.sale,
            "date_on_sale_from": null,
            "date_on_sale_from_gmt": null,
            "date_on_sale_to": null,
            "date_on_sale_to_gmt": null,
            "on_sale": on_sale,
            "purchasable": !prices.active.is_empty(),
            "sku": variant.map_or("", |variant| &variant.sku),
            "global_unique_id": "",
            "virtual": false,
            "downloadable": false,
            "downloads": [],
            "download_limit": -1,
            "download_expiry": -1,
            "tax_status": "taxable",
            "tax_class": "",
        }),
        json!({
            "manage_stock": managed,
            "stock_quantity": left,
            "stock_status": match left {
                Some(left) if left > 0 => "instock",
                Some(_) => "outofstock",
                None if variant.is_some() => "instock",
                None => stock_status(scene.world, variants),
            },
            "backorders": "no",
            "backorders_allowed": false,
            "backordered": left.is_some_and(|left| left < 0),
            "low_stock_amount": null,
            "weight": "",
            "dimensions": { "length": "", "width": "", "height": "" },
            "shipping_class": "",
            "shipping_class_id": 0,
            "menu_order": 0,
        }),
    ])
}

/// Writes a product.
pub(super) fn product(scene: &Scene<'_>, id: ProductId, product: &Product) -> Value {
    let empty = ProductBook::default();
    let book = scene.books.products.get(&id).unwrap_or(&empty);
    let only = single(product);
    let variations: Vec<u64> =
        if varies(product) { product.variants.iter().map(|id| id.number()).collect() } else { Vec::new() };
    let description = match &book.description {
        Some(typed) => escaped(typed),
        None => format!("<p>{}</p>\n", escaped(&product.description)),
    };
    let meta = joined_meta(book.meta.show(), only.and_then(|id| scene.books.variants.get(&id)));
    merged([
        goods(scene, only, &product.variants),
        json!({
            "id": id.number(),
            "name": escaped(&product.title),
            "slug": &*product.handle,
            "permalink": format!("{}/product/{}/", scene.base, product.handle),
            "date_created": scene.zone.local(product.created_at),
            "date_created_gmt": gmt(product.created_at),
            "date_modified": scene.zone.local(product.updated_at),
            "date_modified_gmt": gmt(product.updated_at),
            "type": if varies(product) { "variable" } else { "simple" },
            "status": book.status.as_deref().unwrap_or("publish"),
            "featured": false,
            "catalog_visibility": "visible",
            "description": description,
            "short_description": book.short_description,
            "total_sales": 0,
            "external_url": "",
            "button_text": "",
            "sold_individually": false,
            "shipping_required": true,
            "shipping_taxable": true,
            "reviews_allowed": true,
            "average_rating": "0.00",
            "rating_count": 0,
        }),
        json!({
            "upsell_ids": [],
            "cross_sell_ids": [],
            "parent_id": 0,
            "purchase_note": "",
            "categories": [term(&product.kind)],
            "brands": [],
            "tags": product.tags.iter().map(|tag| term(tag)).collect::<Vec<Value>>(),
            "images": [],
            "attributes": attributes(scene, product),
            "default_attributes": [],
            "variations": variations,
            "grouped_products": [],
            "price_html": price_html(scene, only, product),
            "related_ids": [],
            "meta_data": meta,
            "has_options": varies(product),
            "post_password": "",
            "_links": scene.links("products", id.number()),
        }),
    ])
}

fn joined_meta(mut meta: Vec<Value>, of_variant: Option<&VariantBook>) -> Vec<Value> {
    meta.extend(of_variant.map(|book| book.meta.show()).unwrap_or_default());
    meta
}

/// Writes a category or a tag.
fn term(name: &str) -> Value {
    let slug = name.to_lowercase().replace(' ', "-");
    json!({ "id": 100 + mark(0, [name]) % 900_000, "name": escaped(name), "slug": slug })
}

fn attributes(scene: &Scene<'_>, product: &Product) -> Vec<Value> {
    let option = |(place, name): (usize, &str)| {
        let mut values: Vec<&str> = Vec::new();
        for variant in product.variants.iter().filter_map(|id| scene.world.variants.get(*id)) {
            if let Some(value) = variant.values.get(place).filter(|value| !values.contains(&&***value)) {
                values.push(value);
            }
        }
        json!({
            "id": 0, "name": name, "slug": name, "position": place, "visible": true, "variation": true,
            "options": values,
        })
    };
    product.options.iter().map(|name| &**name).enumerate().map(option).collect()
}

fn price_html(scene: &Scene<'_>, only: Option<VariantId>, product: &Product) -> String {
    let id = only.or_else(|| product.variants.first().copied());
    let Some(variant) = id.and_then(|id| scene.world.variants.get(id)) else { return String::new() };
    let symbol = shop::symbol(scene.world.shop.currency.code(), true);
    format!(
        "<span class=\"woocommerce-Price-amount amount\"><bdi><span class=\"woocommerce-Price-currencySymbol\">\
         {symbol}</span>{}</bdi></span>",
        scene.money(variant.price)
    )
}

/// Writes a variation; in the list of all products' variations its links are odd, as recorded.
pub(super) fn variation(scene: &Scene<'_>, id: VariantId, variant: &Variant, everywhere: bool) -> Value {
    let product = scene.world.products.get(variant.product);
    let book = scene.books.variants.get(&id);
    let parent = variant.product.number();
    let names = product.map(|product| product.options.as_slice()).unwrap_or_default();
    let attributes: Vec<Value> = names
        .iter()
        .zip(&variant.values)
        .map(|(name, value)| {
            json!({ "id": 0, "name": &**name, "slug": name.to_lowercase(), "option": &**value })
        })
        .collect();
    let (list, up) = if everywhere {
        ("variations".to_owned(), "products/0".to_owned())
    } else {
        (format!("products/{parent}/variations"), format!("products/{parent}"))
    };
    let mut links = scene.links(&list, id.number());
    links["up"] = json!([{ "href": scene.href(&up) }]);
    merged([
        goods(scene, Some(id), &[id]),
        json!({
            "id": id.number(),
            "type": "variation",
            "date_created": scene.zone.local(variant.created_at),
            "date_created_gmt": gmt(variant.created_at),
            "date_modified": scene.zone.local(variant.updated_at),
            "date_modified_gmt": gmt(variant.updated_at),
            "description": book.map_or("", |book| &book.description),
            "permalink": format!("{}/product/{}/", scene.base, product.map_or("", |product| &product.handle)),
            "status": "publish",
            "image": null,
            "attributes": attributes,
            "meta_data": book.map(|book| book.meta.show()).unwrap_or_default(),
            "name": escaped(&variant.values.join(", ")),
            "parent_id": parent,
            "_links": links,
        }),
    ])
}
